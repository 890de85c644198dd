import { type AppEnv, Hono } from "../../../shared/route.ts";
import { availabilityExceptions } from "./availability-exceptions/routes.ts";
import { availabilityRules } from "./availability-rules/routes.ts";
import { practitioners } from "./practitioners/routes.ts";
import { rooms } from "./rooms/routes.ts";
import { services } from "./services/routes.ts";

/** The schedule: what may be booked, with whom, where and when. Kept by admins and by staff with the permission to. */
export const schedule = new Hono<AppEnv>()
  .route("/services", services)
  .route("/practitioners", practitioners)
  .route("/rooms", rooms)
  .route("/availability-rules", availabilityRules)
  .route("/availability-exceptions", availabilityExceptions);
