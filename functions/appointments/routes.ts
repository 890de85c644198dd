import { createApp } from "../../shared/route.ts";
import { problems } from "../problems.ts";
import { booking } from "./booking/routes.ts";
import { calendars } from "./booking/calendars.ts";
import { feeds } from "./feeds/routes.ts";
import { schedule } from "./schedule/routes.ts";
import { series } from "./series/routes.ts";
import { slots } from "./slots/routes.ts";
import { visits } from "./booking/transitions.ts";
import { waitlist } from "./waitlist/routes.ts";
import { waitlistOffers } from "./waitlist/offers/routes.ts";

/** The function `appointments`: when somebody can be seen, by whom, and what became of it. */
export const app = createApp("appointments", { problems, public: ["GET /feeds/:token/calendar.ics"] })
  .route("/", feeds)
  .route("/", slots)
  .route("/", booking)
  .route("/", schedule)
  .route("/", visits)
  .route("/", waitlistOffers)
  .route("/", waitlist)
  .route("/series", series)
  .route("/", calendars);
