import { createApp } from "../../shared/app.ts";
import { booking } from "./booking.ts";
import { calendars } from "./calendars.ts";
import { feeds } from "./feeds.ts";
import { schedule } from "./schedule/routes.ts";
import { series } from "./series.ts";
import { visits } from "./visits.ts";
import { waitlist } from "./waitlist.ts";
import { waitlistOffers } from "./waitlist-offers.ts";

/** The function `appointments`: when somebody can be seen, by whom, and what became of it. */
export const app = createApp("appointments", { public: ["GET /feeds/:token/calendar.ics"] })
  .route("/", feeds)
  .route("/", booking)
  .route("/", schedule)
  .route("/", visits)
  .route("/", waitlistOffers)
  .route("/", waitlist)
  .route("/series", series)
  .route("/", calendars);
