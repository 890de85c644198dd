import { createApp } from "../../shared/app.ts";
import { booking } from "./booking.ts";
import { calendars } from "./calendars.ts";
import { schedule } from "./schedule/routes.ts";
import { visits } from "./visits.ts";

/** The function `appointments`: when somebody can be seen, by whom, and what became of it. */
export const app = createApp("appointments")
  .route("/", booking)
  .route("/", schedule)
  .route("/", visits)
  .route("/", calendars);
