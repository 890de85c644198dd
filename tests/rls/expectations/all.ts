import type { Line } from "../matrix.ts";
import { appointments } from "./appointments.ts";
import { audit } from "./audit.ts";
import { calendarFeeds } from "./calendar-feeds.ts";
import { chartFunctions } from "./chart-functions.ts";
import { charts } from "./charts.ts";
import { functions } from "./functions.ts";
import { identity } from "./identity.ts";
import { identityOfPatients } from "./identity-of-patients.ts";
import { notifications } from "./notifications.ts";
import { patients } from "./patients.ts";
import { schedule } from "./schedule.ts";
import { series } from "./series.ts";
import { waitlist } from "./waitlist.ts";

/** Every line of the matrix. */
export const allLines: Line[] = [
  ...identity,
  ...patients,
  ...audit,
  ...functions,
  ...charts,
  ...chartFunctions,
  ...identityOfPatients,
  ...schedule,
  ...appointments,
  ...series,
  ...waitlist,
  ...calendarFeeds,
  ...notifications,
];
