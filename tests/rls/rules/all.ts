import type { Rule } from "../rule.ts";
import { auditPartitionRules } from "./audit-partitions.ts";
import { auditRules } from "./audit.ts";
import { appointmentNewsRules } from "./appointment-news.ts";
import { appointmentRules } from "./appointments.ts";
import { blindRules } from "./blind.ts";
import { calendarFeedRules } from "./calendar-feeds.ts";
import { chartRules } from "./charts.ts";
import { capRules } from "./caps.ts";
import { changeRules } from "./changes.ts";
import { doorRules } from "./door.ts";
import { embedRules } from "./embeds.ts";
import { identityRules } from "./identity.ts";
import { loginRules } from "./logins.ts";
import { notificationRules } from "./notifications.ts";
import { powerRules } from "./power.ts";
import { recordRules } from "./records.ts";
import { refusalRules } from "./refusals.ts";
import { seriesRules } from "./series.ts";
import { waitlistRules } from "./waitlist.ts";
import { sightRules } from "./sight.ts";
import { topicRules } from "./topics.ts";

/** Every rule. */
export const rules: Rule[] = [
  ...capRules,
  ...changeRules,
  ...loginRules,
  ...refusalRules,
  ...powerRules,
  ...doorRules,
  ...embedRules,
  ...sightRules,
  ...blindRules,
  ...auditRules,
  ...auditPartitionRules,
  ...chartRules,
  ...recordRules,
  ...identityRules,
  ...appointmentRules,
  ...seriesRules,
  ...waitlistRules,
  ...appointmentNewsRules,
  ...calendarFeedRules,
  ...notificationRules,
  ...topicRules,
];
