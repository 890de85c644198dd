import { createApp } from "../../shared/app.ts";
import { audit } from "./audit.ts";
import { breakGlass } from "./break-glass.ts";
import { invitations } from "./invitations.ts";
import { memberships } from "./memberships.ts";
import { organizations } from "./organizations.ts";
import { people } from "./people.ts";

/** The function `admin`: organizations, who belongs to them, and the log of what they did. Row-level security decides who sees and changes what. */
export const app = createApp("admin")
  .route("/organizations", organizations)
  .route("/invitations", invitations)
  .route("/memberships", memberships)
  .route("/people", people)
  .route("/audit", audit)
  .route("/break-glass", breakGlass);
