import type { Rule } from "../../rule.ts";
import { changesCount } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { shelf } from "../medications/rows.ts";
import { ordered, signedColumns, signedValues } from "./rows.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;
const pavel = `(select id from public.patients where user_id = '${people.pavel}')`;
const draft = (columns: string, values: string) =>
  `insert into public.prescriptions (patient_id, organization_id, product_id, ${columns}) values (${paula}, '${demoHospital}', '${shelf.product}', ${values})`;
const change = (set: string) => `update public.prescriptions set ${set} where id = '${ordered.paula}'`;

/** What no prescription is. */
const shapes: [rule: string, statement: string, expected: string][] = [
  ["a dose is not negative", draft("dose, dose_unit", "-1, 'tablet'"), "23514"],
  ["a dose is not nothing", draft("dose, dose_unit", "0, 'tablet'"), "23514"],
  ["a dose is no amount that nobody takes", draft("dose, dose_unit", "1000001, 'mg'"), "23514"],
  ["a dose has a unit", draft("dose", "1"), "23514"],
  ["a unit is one of those that doses have", draft("dose, dose_unit", "1, 'spoon'"), "23503"],
  ["nobody takes a medicine 49 times a day", draft("times_per_day", "49"), "23514"],
  ["the most of a day holds one dose", draft("dose, dose_unit, max_per_day", "2, 'tablet', 1"), "23514"],
  ["the most of a day is counted in doses", draft("max_per_day", "1"), "23514"],
  ["only what is taken as needed has a reason for it", draft("as_needed_reason", "'Pain'"), "23514"],
  ["a draft is not signed", draft("signed_at", "now()"), "23514"],
  ["what is active has a dose", change("dose = null, dose_unit = null"), "23514"],
  ["what is active has a route", change("route = null"), "23514"],
  ["what is active says how often it is taken", change("times_per_day = null"), "23514"],
  ["what is active has a prescriber", change("prescriber_id = null"), "23514"],
  ["what is active ends some day", change("valid_until = null"), "23514"],
  ["what is taken as needed has a reason", change("as_needed = true, max_per_day = 4"), "23514"],
  ["what is taken as needed has a maximum", change("as_needed = true, as_needed_reason = 'Pain'"), "23514"],
  ["a prescription is not over before it is signed", change("valid_until = signed_at"), "23514"],
];

export const prescriptionRules: Rule[] = [
  ...shapes.map(([rule, statement, expected]): Rule => ({ rule, statement, expected })),
  {
    rule: "as needed, with a reason and a maximum, needs no times a day",
    statement: change("as_needed = true, as_needed_reason = 'Pain', max_per_day = 4, times_per_day = null"),
    expected: "yes",
  },
  {
    rule: "a signed prescription is never removed",
    statement: `delete from public.prescriptions where id = '${ordered.paula}'`,
    expected: "PT403",
  },
  {
    rule: "a draft may be removed",
    statement: `delete from public.prescriptions where id = '${ordered.paulaDraft}'`,
    expected: "yes",
  },
  {
    rule: "who reads a chart without what is sensitive reads no sensitive prescription",
    before:
      `insert into public.consents (patient_id, organization_id, scope) values (${paula}, '${demoHospital}', 'without_sensitive')`,
    as: "doctor",
    statement: `select 1 from public.prescriptions where id = '${ordered.paulaSensitive}'`,
    expected: "none",
  },
  {
    rule: "what a patient exports has their prescriptions",
    as: "patient",
    statement: `select 1 from jsonb_array_elements(public.export_chart(${paula}) #> '{tables,prescriptions}') as p
      where p ->> 'id' = '${ordered.paulaOfNorth}'`,
    expected: "yes",
  },
  {
    rule: "nobody prescribes for a patient who was merged into another one",
    before:
      `update private.patients set merged_into = ${paula}, deleted_at = now(), deletion_reason = 'Twice' where id = ${pavel}`,
    statement: `insert into public.prescriptions (patient_id, organization_id, ${signedColumns})
      select p.id, '${demoHospital}', ${signedValues()} from private.patients p where p.user_id = '${people.pavel}'`,
    expected: "PT410",
  },
  {
    rule: "a prescription that moves to another chart does not count as changed",
    before:
      `create temporary table rls_version on commit drop as select version from public.prescriptions where id = '${ordered.paula}'`,
    given: change(`patient_id = ${pavel}`),
    statement:
      `select 1 from public.prescriptions p join rls_version v using (version) where p.id = '${ordered.paula}'`,
    expected: "yes",
  },
  ...changesCount("prescriptions", `'${ordered.paula}'`, "status", "'on_hold'"),
];
