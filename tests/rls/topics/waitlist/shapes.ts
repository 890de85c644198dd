import type { Rule } from "../../rule.ts";
import { demoSchedule as demo } from "../appointments/rows.ts";
import { waiting } from "./rows.ts";

/** Changes Paula's entry past every function. */
export const entry = (set: string) => `update public.waitlist_entries set ${set} where id = '${waiting.paula}'`;
/** Changes Pavel's offer past every function. */
export const offer = (set: string) => `update public.waitlist_offers set ${set} where id = '${waiting.pavelOffer}'`;
const service = (minutes: number) =>
  `update public.services set waitlist_offer_minutes = ${minutes} where id = '${demo.bloodSample}'`;

/** Changes of an entry and of an offer and what comes of them. */
const shapes: [rule: string, change: string, expected: string][] = [
  ["priority has a reason", entry("priority = 1"), "23514"],
  ["a reason gives priority", entry("priority_reason = 'Urgent'"), "23514"],
  ["priority is 3 at most", entry("priority = 4, priority_reason = 'Urgent'"), "23514"],
  ["a window ends after it begins", entry("from_time = '10:00', to_time = '09:00'"), "23514"],
  ["the last day that suits is not before the first", entry("from_day = '2031-01-02', to_day = '2031-01-01'"), "23514"],
  ["one who waits for weekdays names one", entry("weekdays = '{}'"), "23514"],
  ["a week has seven days", entry("weekdays = '{1,1,1,1,1,1,1,1}'"), "23514"],
  ["there is no eighth weekday", entry("weekdays = '{8}'"), "23514"],
  ["nobody waits for another hospital's service", entry(`service_id = '${demo.officeVisit}'`), "23503"],
  ["an offer ends before its time begins", offer("expires_at = starts_at + interval '1 minute'"), "23514"],
  ["an offer stands for some time", offer("expires_at = offered_at"), "23514"],
  ["offers of a service stand for ten minutes at least", service(9), "23514"],
  ["offers of a service stand for a day at most", service(1441), "23514"],
];

/** What no entry and no offer is. */
export const waitlistShapes: Rule[] = shapes.map(([rule, statement, expected]) => ({ rule, statement, expected }));
