import { Hono } from "hono";
import type { AppEnv } from "../../../shared/context.ts";
import { availabilityExceptions } from "./availability-exceptions.ts";
import { availabilityRules } from "./availability-rules.ts";
import { practitioners } from "./practitioners.ts";
import { rooms } from "./rooms.ts";
import { services } from "./services.ts";

/** The schedule: what may be booked, with whom, where and when. Kept by admins and by staff with the permission to. */
export const schedule = new Hono<AppEnv>()
  .route("/services", services)
  .route("/practitioners", practitioners)
  .route("/rooms", rooms)
  .route("/availability-rules", availabilityRules)
  .route("/availability-exceptions", availabilityExceptions);
