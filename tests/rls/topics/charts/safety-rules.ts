import type { Rule } from "../../rule.ts";
import { demoHospital, northHospital, people } from "../../people.ts";
import { recordId } from "./rows.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;
/** The same for who may not read all patients. */
const paulaOfDoctor = `(select id from rls_patients where user_id = '${people.paula}')`;
const peanuts = recordId("allergies", "paula");
const about = `${paula}, '${demoHospital}'`;
const state = (expected: string) => `select 1 where private.allergy_list_state(${paula}) = '${expected}'`;
const say = (statement: string, more = "now()") =>
  `insert into public.allergy_reviews (patient_id, organization_id, statement, occurred_at) values (${about}, '${statement}', ${more})`;
const allergy = (more: string, values: string) =>
  `insert into public.allergies (patient_id, organization_id, category, substance${more}) values (${about}, 'food', 'Egg'${values})`;

/** Nothing is said of Paula's allergies, and she has none that stands. */
const nothing = `update public.allergies set status = 'resolved' where patient_id = ${paula};
  update public.allergy_reviews set status = 'entered_in_error', error_reason = 'wrong patient' where patient_id = ${paula}`;
const noneKnown = `${nothing}; ${say("no_known_allergies")}`;
const ended = `select 1 from public.allergy_reviews r join public.allergies a on a.id = r.ended_by_allergy_id
   where r.patient_id = ${paula} and r.statement = 'no_known_allergies' and r.status = 'superseded' and r.ended_at is not null`;
const wronglyEntered = "status = 'entered_in_error', error_reason = 'wrong patient'";

/** What is known of the allergies of a patient, after what. */
const stateRules: Rule[] = ([
  ["without a statement and an allergy nobody was asked", nothing, "never_asked"],
  ["an allergy is listed, whatever was said", "", "listed"],
  ["none known is what was said", noneKnown, "no_known_allergies"],
  ["nobody knew is what was said", `${nothing}; ${say("asked_unknown")}`, "asked_unknown"],
  [
    "the newest statement counts",
    `${noneKnown}; ${say("asked_unknown", "now() - interval '1 day'")}`,
    "no_known_allergies",
  ],
  ["a refuted allergy is none", `${noneKnown}; ${allergy(", verification", ", 'refuted'")}`, "no_known_allergies"],
  ["an inactive allergy is none", `${noneKnown}; ${allergy(", status", ", 'inactive'")}`, "no_known_allergies"],
  [
    "a statement entered in error says nothing",
    `${noneKnown}; update public.allergy_reviews set ${wronglyEntered}
     where patient_id = ${paula} and status = 'current'`,
    "never_asked",
  ],
  [
    "a statement that an allergy ended does not come back with the end of that",
    `${noneKnown}; ${allergy("", "")};
     update public.allergies set ${wronglyEntered} where substance = 'Egg'`,
    "never_asked",
  ],
  [
    "the review of a list that is empty by now says nothing",
    `${say("reviewed")};
     update public.allergies set status = 'resolved' where patient_id = ${paula};
     update public.allergy_reviews set ${wronglyEntered} where id = '${recordId("allergy_reviews", "paula")}'`,
    "never_asked",
  ],
] as const).map(([rule, given, expected]) => ({
  rule: `the list of allergies: ${rule}`,
  ...(given !== "" && { given }),
  statement: state(expected),
  expected: "yes",
}));

/** The first active allergy ends "no known allergies", and none is said while one stands. */
const contradictionRules: Rule[] = [
  {
    rule: "a new allergy ends the statement that none are known",
    given: `${noneKnown}; ${allergy("", "")}`,
    statement: ended,
    expected: "yes",
  },
  {
    rule: "an allergy that is active again ends the statement that none are known",
    given: `${noneKnown}; update public.allergies set status = 'active' where id = '${peanuts}'`,
    statement: ended,
    expected: "yes",
  },
  {
    rule: "an allergy that is not refuted any more ends the statement that none are known",
    given: `${noneKnown}; ${allergy(", verification", ", 'refuted'")};
      update public.allergies set verification = 'confirmed' where substance = 'Egg'`,
    statement: ended,
    expected: "yes",
  },
  {
    rule: "an allergy that staff write ends what another hospital said",
    before:
      `${noneKnown}; update public.allergy_reviews set organization_id = '${northHospital}' where patient_id = ${paula} and status = 'current'`,
    by: "doctor",
    given: `insert into public.allergies (patient_id, category, substance) values (${paulaOfDoctor}, 'food', 'Egg')`,
    statement: ended,
    expected: "yes",
  },
  { rule: "none known is not said while an allergy stands", statement: say("no_known_allergies"), expected: "PT409" },
  {
    rule: "none known is not said again of a statement that has ended",
    given: `${noneKnown}; ${allergy("", "")}`,
    statement: `update public.allergy_reviews set status = 'current', ended_at = null, ended_by_allergy_id = null
      where patient_id = ${paula} and status = 'superseded'`,
    expected: "PT409",
  },
  {
    rule: "another statement does not become none known while an allergy stands",
    statement: `update public.allergy_reviews set statement = 'no_known_allergies' where id = '${
      recordId("allergy_reviews", "paula")
    }'`,
    expected: "PT409",
  },
  {
    rule: "a list on which there is nothing was not reviewed",
    given: nothing,
    statement: say("reviewed"),
    expected: "PT409",
  },
  { rule: "a list on which there is something was reviewed", statement: say("reviewed"), expected: "yes" },
  {
    rule: "nobody ends a statement by hand",
    given: noneKnown,
    as: "doctor",
    statement: `update public.allergy_reviews set status = 'superseded' where status = 'current'
      and patient_id = ${paulaOfDoctor}`,
    expected: "23514",
  },
];

/** A second after the one that is there. */
const stated = (columns: string, values: string, at = "now() + interval '1 second'") =>
  `insert into public.pregnancy_statuses (patient_id, organization_id, occurred_at, ${columns}) values (${about}, ${at}, ${values})`;
const now = (pregnancy: string, at: string) =>
  `select 1 where (select p.pregnancy from private.pregnancy_now(${paula}, ${at}) as p) = '${pregnancy}'`;
/** Past the rules of a patient's own changes. */
const born = (date: string) =>
  `set local session_replication_role = replica; update private.patients set birth_date = ${date} where user_id = '${people.paula}';
   set local session_replication_role = origin`;

const pregnancyRules: Rule[] = [
  ...([
    ["holds before the due day", "current_date + 100", "now() + interval '99 days'", "pregnant"],
    ["holds just before six weeks after the due day", "current_date + 100", "now() + interval '140 days'", "pregnant"],
    ["is not known six weeks after the due day", "current_date + 100", "now() + interval '143 days'", "unknown"],
    ["holds for 46 weeks without a due day", "null", "now() + interval '321 days'", "pregnant"],
    ["is not known after 46 weeks without a due day", "null", "now() + interval '323 days'", "unknown"],
  ] as const).map(([rule, due, at, expected]): Rule => ({
    rule: `a pregnancy ${rule}`,
    given: stated("pregnancy, due_on", `'pregnant', ${due}`),
    statement: now(expected, at),
    expected: "yes",
  })),
  ...([["holds for a month", "29 days", "not_pregnant"], ["is not known after a month", "31 days", "unknown"]] as const)
    .map((
      [rule, after, expected],
    ): Rule => ({
      rule: `that there is no pregnancy ${rule}`,
      given: stated("pregnancy", "'not_pregnant'"),
      statement: now(expected, `now() + interval '${after}'`),
      expected: "yes",
    })),
  {
    rule: "the newest statement of a pregnancy counts, and one in error does not",
    given: `${stated("pregnancy", "'pregnant'", "now() - interval '1 day'")};
      ${stated("pregnancy, status, error_reason", "'not_pregnant', 'entered_in_error', 'wrong patient'")};
      update public.pregnancy_statuses set ${wronglyEntered} where id = '${recordId("pregnancy_statuses", "paula")}'`,
    statement: now("pregnant", "now()"),
    expected: "yes",
  },
  {
    rule: "a due day lies within a pregnancy",
    statement: stated("pregnancy, due_on", "'pregnant', current_date + 400"),
    expected: "23514",
  },
  {
    rule: "a due day goes with a pregnancy",
    statement: stated("pregnancy, due_on", "'not_pregnant', current_date + 40"),
    expected: "23514",
  },
  {
    rule: "a child of four is not pregnant",
    before: born("current_date - 1500"),
    statement: stated("pregnancy", "'pregnant'"),
    expected: "PT422",
  },
  {
    rule: "nobody of eighty is lactating",
    before: born("current_date - 29300"),
    statement: stated("pregnancy, lactation", "'unknown', 'lactating'"),
    expected: "PT422",
  },
  {
    rule: "that a child is not pregnant can be said",
    before: born("current_date - 1500"),
    statement: stated("pregnancy, lactation", "'not_pregnant', 'not_lactating'"),
    expected: "yes",
  },
  {
    rule: "the sex on record does not refuse a pregnancy",
    before:
      `set local session_replication_role = replica; update private.patients set sex = 'male' where user_id = '${people.paula}';
      set local session_replication_role = origin`,
    statement: stated("pregnancy", "'pregnant'"),
    expected: "yes",
  },
];

const weigh = (value: number, unit: string, more: string) =>
  `insert into public.vital_signs (patient_id, organization_id, measure, value, unit, occurred_at) values (${about}, 'body_weight', ${value}, '${unit}', ${more})`;
const weighed = (patient: string) =>
  `select 1 from private.newest_weight(${patient}) as w where w.kg = 68.039 and w.measured_at is not null`;
const weights = `${weigh(150, "[lb_av]", "now()")}; ${weigh(80, "kg", "now() - interval '1 day'")}`;

const weightRules: Rule[] = [
  {
    rule: "the newest weight is in kilograms, for who has the chart open",
    given: weights,
    as: "doctor",
    statement: weighed(paulaOfDoctor),
    expected: "yes",
  },
  {
    rule: "the newest weight is nobody else's to know",
    given: weights,
    as: "nurse",
    statement: weighed(paulaOfDoctor),
    expected: "none",
  },
  { rule: "jobs know the newest weight", given: weights, statement: weighed(paula), expected: "yes" },
];

export const safetyRules: Rule[] = [...stateRules, ...contradictionRules, ...pregnancyRules, ...weightRules];
