import type { Topic } from "../topic.ts";
import { identity } from "./identity/index.ts";
import { patients } from "./patients/index.ts";
import { charts } from "./charts/index.ts";
import { patientIdentity } from "./patient-identity/index.ts";
import { schedule } from "./schedule/index.ts";
import { appointments } from "./appointments/index.ts";
import { series } from "./series/index.ts";
import { waitlist } from "./waitlist/index.ts";
import { calendarFeeds } from "./calendar-feeds/index.ts";
import { medications } from "./medications/index.ts";
import { prescriptions } from "./prescriptions/index.ts";
import { audit } from "./audit/index.ts";
import { notifications } from "./notifications/index.ts";
import { dataApi } from "./data-api/index.ts";
import { embedRules } from "./data-api/embed-rules.ts";

/** Every topic; the rows of one may need those of the topics before it. */
export const topics: Topic[] = [
  identity,
  patients,
  charts,
  patientIdentity,
  schedule,
  appointments,
  series,
  waitlist,
  calendarFeeds,
  medications,
  prescriptions,
  audit,
  notifications,
  dataApi,
];

/** Every line of the matrix. */
export const allLines = topics.flatMap(({ matrix = [] }) => matrix);

/** Every rule: those of the topics, and one for each table that people read. */
export const rules = [...topics.flatMap(({ rules = [] }) => rules), ...embedRules(allLines)];
