import type { Rule } from "../../rule.ts";
import { people } from "../../people.ts";
import { demoSchedule as demo, visits } from "../appointments/rows.ts";
import { repeated } from "./rows.ts";

const change = (set: string) => `update public.appointment_series set ${set} where id = '${repeated.paula}'`;
const pavel = `(select id from public.patients where user_id = '${people.pavel}')`;

/** Changes of a series and what comes of them, past every function. */
const shapes: [rule: string, set: string, expected: string][] = [
  ["has no more than 52 dates", "occurrences = 53", "23514"],
  ["has at least one date", "occurrences = 0", "23514"],
  ["lies within two years", "every_n = 26, occurrences = 6", "23514"],
  ["may last two years", "every_n = 26, occurrences = 5", "yes"],
  ["may have 24 monthly repetitions", "unit = 'month', month_day = 31, occurrences = 25", "yes"],
  ["has no 25th monthly repetition", "unit = 'month', month_day = 31, occurrences = 26", "23514"],
  ["by months has a day of the month", "unit = 'month'", "23514"],
  ["by weeks has no day of the month", "month_day = 3", "23514"],
  ["starts at a time of the day", "start_time = '24:00'", "23514"],
  ["starts at a full minute", "start_time = '10:00:30'", "23514"],
  ["takes at least five minutes", "duration_minutes = 0", "23514"],
  ["is not with another hospital's practitioner", `practitioner_id = '${demo.northDoctor}'`, "PT422"],
  ["is not of another hospital's service", `service_id = '${demo.officeVisit}'`, "23503"],
  ["is not in another hospital's room", `room_id = '${demo.northRoom}'`, "23503"],
];

/** What the database makes impossible about series. */
export const seriesRules: Rule[] = [
  ...shapes.map(([rule, set, expected]): Rule => ({ rule: `a series ${rule}`, statement: change(set), expected })),
  {
    rule: "an appointment has one place in its series",
    statement:
      `update public.appointments set series_id = '${repeated.paula}', series_index = 0 where id = '${visits.paula}'`,
    expected: "23505",
  },
  {
    rule: "an appointment of a series has its place in it",
    statement: `update public.appointments set series_index = null where id = '${repeated.paulaFirst}'`,
    expected: "23514",
  },
  {
    rule: "an appointment without a series is not detached from one",
    statement: `update public.appointments set series_detached = true where id = '${visits.paula}'`,
    expected: "23514",
  },
  {
    rule: "a change of appointment_series counts the version and keeps when the row was made",
    given: change("occurrences = 3, version = 99, created_at = '2000-01-01'"),
    statement:
      `select 1 from public.appointment_series where id = '${repeated.paula}' and version = 2 and created_at > '2001-01-01'`,
    expected: "yes",
  },
  {
    rule: "a patient who moves to another chart does not count as a change of the series",
    given: change(`patient_id = ${pavel}`),
    statement: `select 1 from public.appointment_series where id = '${repeated.paula}' and version = 1`,
    expected: "yes",
  },
  {
    rule: "a change of appointment_series is in the audit log",
    before: "create temporary table rls_last on commit drop as select max(id) as entry from audit.entries",
    given: change("occurrences = 3"),
    statement: `select 1 from audit.entries e join rls_last l on e.id > l.entry
      where e.row_id = '${repeated.paula}' and e.table_name = 'appointment_series' and e.action = 'update' and 'occurrences' = any (e.changed_fields)`,
    expected: "yes",
  },
];
