import { type AppEnv, Hono } from "../../../shared/route.ts";
import { corrections } from "./corrections/routes.ts";
import { duplicates } from "./duplicates/routes.ts";
import { links } from "./links/routes.ts";
import { merges } from "./merges/routes.ts";

/** Who a patient is: duplicates, merges, links to a login, corrections. */
export const identity = new Hono<AppEnv>()
  .route("/", duplicates)
  .route("/", merges)
  .route("/", links)
  .route("/", corrections);
