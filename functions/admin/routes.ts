import { createApp } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { audit } from "./audit/routes.ts";
import { breakGlass } from "./break-glass/routes.ts";
import { invitations } from "./invitations/routes.ts";
import { memberships } from "./memberships/routes.ts";
import { organizations } from "./organizations/routes.ts";
import { people } from "./people/routes.ts";

/** The function `admin`: organizations, who belongs to them, and the log of what they did. Row-level security decides who sees and changes what. */
export const app = createApp("admin", { problems })
  .route("/organizations", organizations)
  .route("/invitations", invitations)
  .route("/memberships", memberships)
  .route("/people", people)
  .route("/audit", audit)
  .route("/break-glass", breakGlass);
