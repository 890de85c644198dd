import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { chartRows, recordId, recordTableNames, recordTables, recordValues } from "./rows.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;
const sensitive = `select 1 from public.conditions where id = '${recordId("conditions", "paula", true)}'`;
const ordinary = `select 1 from public.conditions where id = '${recordId("conditions", "paula")}'`;
const decide = (scope: string, until = "null") =>
  `insert into public.consents (patient_id, organization_id, scope, given_at, valid_until)
   values (${paula}, '${demoHospital}', '${scope}', now() - interval '2 days', ${until})`;
const error = "status = 'entered_in_error', error_reason = 'wrong patient'";

/** What every table of records keeps. */
const recordRules = recordTableNames.flatMap((table): Rule[] => {
  const id = recordId(table, "paula");
  return [
    {
      rule: `${table}: a change keeps the former version`,
      given: `update public.${table} set ${error} where id = '${id}'`,
      statement:
        `select 1 from public.record_versions where record_id = '${id}' and record ->> 'status' <> 'entered_in_error'`,
      expected: "yes",
    },
    {
      rule: `${table}: a change is under audit`,
      given: `update public.${table} set ${error} where id = '${id}'`,
      statement:
        `select 1 from audit.entries where table_name = '${table}' and row_id = '${id}' and action = 'update' and 'status' = any (changed_fields)`,
      expected: "yes",
    },
    {
      rule: `${table}: what was entered in error is not changed any more`,
      given: `update public.${table} set ${error} where id = '${id}'`,
      statement: `update public.${table} set error_reason = 'another' where id = '${id}'`,
      expected: "PT409",
    },
    {
      rule: `${table}: nothing is removed`,
      statement: `delete from public.${table} where id = '${recordId(table, "priya")}'`,
      expected: "PT403",
    },
    {
      rule: `${table}: nothing is of the future`,
      statement: `insert into public.${table} (patient_id, organization_id, occurred_at, ${recordTables[table].columns})
        values (${paula}, '${demoHospital}', now() + interval '1 day', ${recordValues(table, "paula")})`,
      expected: "PT422",
    },
    {
      rule: `${table}: the author is on record`,
      by: "doctor",
      given: `insert into public.${table} (patient_id, ${recordTables[table].columns})
        values ((select id from rls_patients where user_id = '${people.paula}'), ${recordValues(table, "paula")})`,
      statement:
        `select 1 from public.${table} where recorded_by = '${people.doctor}' and organization_id = '${demoHospital}'`,
      expected: "yes",
    },
    {
      rule: `${table}: a change that names no row stays within open charts`,
      // The policies alone decide: rows of other tests may be in error and would end the statement.
      before: "set local session_replication_role = replica",
      by: "doctor",
      given: `update public.${table} set ${error}`,
      statement: `select 1 from public.${table} where status = 'entered_in_error' and id in ('${
        recordId(table, "pavel")
      }', '${recordId(table, "priya")}')`,
      expected: "none",
    },
  ];
});

/** How far consent, care, break-glass and time open a chart. */
const scopeRules: Rule[] = [
  ["a consent without the sensitive leaves the ordinary", decide("without_sensitive"), ordinary, "yes"],
  ["a consent without the sensitive hides the sensitive", decide("without_sensitive"), sensitive, "none"],
  ["a consent to everything shows the sensitive", decide("everything"), sensitive, "yes"],
  ["a consent to nothing hides all", decide("nothing"), ordinary, "none"],
  ["a consent that has ended hides all", decide("everything", "now() - interval '1 hour'"), ordinary, "none"],
  [
    "a withdrawn consent hides all",
    `${
      decide("everything")
    }; update public.consents set status = 'withdrawn' where organization_id = '${demoHospital}' and patient_id = ${paula}`,
    ordinary,
    "none",
  ],
  [
    "a consent for another hospital changes nothing here",
    `update public.consents set status = 'withdrawn' where id = '${chartRows.paulaForNorth}'`,
    sensitive,
    "yes",
  ],
  [
    "the end of care closes the chart",
    `update public.care_relationships set status = 'ended' where patient_id = ${paula}`,
    ordinary,
    "none",
  ],
  [
    "an entry that was closed opens nothing",
    `update public.chart_accesses set closed_at = now() where id = '${chartRows.doctorOpened}'`,
    ordinary,
    "none",
  ],
  [
    "an entry that has expired opens nothing",
    `update public.chart_accesses set closed_at = now() where id = '${chartRows.doctorOpened}';
     insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, expires_at)
     values (${paula}, '${people.doctor}', '${demoHospital}', 'care_relationship', 'everything', 'treatment', now() - interval '1 minute')`,
    ordinary,
    "none",
  ],
  [
    "break-glass opens the sensitive past a consent to nothing",
    `${decide("nothing")};
     insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
     values (${paula}, '${people.doctor}', '${demoHospital}', 'break_glass', 'everything', 'emergency_treatment', 'Unconscious patient', now() + interval '1 hour')`,
    sensitive,
    "yes",
  ],
  [
    "a break-glass that has expired opens nothing",
    `${decide("nothing")};
     insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
     values (${paula}, '${people.doctor}', '${demoHospital}', 'break_glass', 'everything', 'emergency_treatment', 'Unconscious patient', now() - interval '1 minute')`,
    sensitive,
    "none",
  ],
].map(([rule = "", given = "", statement = "", expected = ""]): Rule => ({
  rule,
  given,
  as: "doctor",
  statement,
  expected,
}));

/** A break-glass of the nurse for Paula. */
const breakGlass = (id: string, by: string = people.nurse) =>
  `insert into public.chart_accesses (id, patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
   values ('${id}', ${paula}, '${by}', '${demoHospital}', 'break_glass', 'everything', 'emergency_treatment', 'Unconscious patient', now() + interval '1 hour')`;
/** Takes away the privacy officers of the hospital but for one person. */
const noOfficerBut = (id: string) =>
  `update public.memberships set status = 'suspended' where organization_id = '${demoHospital}' and role = 'privacy_officer' and user_id <> '${id}'`;
/** Paula's chart, opened in care. */
const opening = (user: string) =>
  `insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, expires_at)
   values (${paula}, '${user}', '${demoHospital}', 'care_relationship', 'everything', 'treatment', now() + interval '1 hour')`;
const access = `public.chart_accesses where id = '${chartRows.doctorOpened}'`;

/** What the single tables keep beside that. */
const ownRules: Rule[] = [
  {
    rule: "a break-glass is told to the privacy officer",
    statement:
      `select 1 from public.notifications where recipient_id = '${people.officer}' and dedupe_key = 'break_glass:${chartRows.paulasBroken}'`,
    given: breakGlass(chartRows.paulasBroken),
    expected: "yes",
  },
  {
    rule: "a break-glass is told to the patient",
    given: breakGlass(chartRows.paulasBroken),
    statement:
      `select 1 from public.notifications where recipient_id = '${people.paula}' and dedupe_key = 'break_glass:${chartRows.paulasBroken}'`,
    expected: "yes",
  },
  ...[
    ["to the admins, who may review it", people.admin, "yes"],
    ["not to themselves", people.officer, "none"],
  ].map(([whom = "", recipient = "", expected = ""]): Rule => ({
    rule: `a break-glass of the only privacy officer is told ${whom}`,
    given: `${noOfficerBut(people.officer)}; ${breakGlass(chartRows.paulasBroken, people.officer)}`,
    statement:
      `select 1 from public.notifications where recipient_id = '${recipient}' and dedupe_key = 'break_glass:${chartRows.paulasBroken}'`,
    expected,
  })),
  {
    rule: "where there is no privacy officer, a break-glass is told to the admins",
    given: `${noOfficerBut(people.nurse)}; ${breakGlass(chartRows.paulasBroken)}`,
    statement:
      `select 1 from public.notifications where recipient_id = '${people.admin}' and dedupe_key = 'break_glass:${chartRows.paulasBroken}'`,
    expected: "yes",
  },
  {
    rule: "an opened chart is told to the patient, once a day for a hospital",
    before: "delete from public.notifications where kind = 'chart_opened'",
    given: `${opening(people.doctor)}; ${opening(people.nurse)}`,
    statement: `select 1 from (select count(*) as times from public.notifications where kind = 'chart_opened'
      and recipient_id = '${people.paula}' and organization_id = '${demoHospital}') as told where times = 1`,
    expected: "yes",
  },
  {
    rule: "a new consent takes the place of the one before",
    given: decide("nothing"),
    statement: decide("everything"),
    expected: "yes",
  },
  {
    rule: "a consent is for an open hospital",
    statement:
      `insert into public.consents (patient_id, organization_id, scope) select ${paula}, id, 'everything' from public.organizations where kind = 'pharmacy' limit 1`,
    expected: "PT422",
  },
  {
    rule: "the end of a consent is dated",
    given: `update public.consents set status = 'withdrawn' where id = '${chartRows.pavelForDemo}'`,
    statement:
      `select 1 from public.consents where id = '${chartRows.pavelForDemo}' and ended_at is not null and version = 2`,
    expected: "yes",
  },
  {
    rule: "a consent is under audit",
    given: `update public.consents set status = 'withdrawn' where id = '${chartRows.pavelForDemo}'`,
    statement: `select 1 from audit.entries where row_id = '${chartRows.pavelForDemo}' and action = 'update'`,
    expected: "yes",
  },
  {
    rule: "patients withdraw no consent of others, naming none",
    by: "patient",
    given: "update public.consents set status = 'withdrawn'",
    statement:
      `select 1 from public.consents where status = 'withdrawn' and updated_at = now() and patient_id <> ${paula}`,
    expected: "none",
  },
  {
    rule: "staff close no entry of others, naming none",
    by: "nurse",
    given: "update public.chart_accesses set closed_at = now()",
    statement: `select 1 from ${access} and closed_at is not null`,
    expected: "none",
  },
  { rule: "an entry of the access log is never deleted", statement: `delete from ${access}`, expected: "PT403" },
  {
    rule: "an entry of the access log is not extended",
    given:
      `update public.chart_accesses set expires_at = now() + interval '1 year' where id = '${chartRows.doctorOpened}'`,
    statement: `select 1 from ${access} and expires_at > now() + interval '1 day'`,
    expected: "none",
  },
  {
    rule: "closing an entry counts its version",
    given: `update public.chart_accesses set closed_at = now() where id = '${chartRows.doctorOpened}'`,
    statement: `select 1 from ${access} and version = 2`,
    expected: "yes",
  },
  {
    rule: "closing an entry is under audit",
    given: `update public.chart_accesses set closed_at = now() where id = '${chartRows.doctorOpened}'`,
    statement: `select 1 from audit.entries where row_id = '${chartRows.doctorOpened}' and action = 'update'`,
    expected: "yes",
  },
  {
    rule: "a former version is kept",
    statement: `delete from public.record_versions where record_id = '${recordId("allergies", "paula")}'`,
    expected: "PT403",
  },
  {
    rule: "a vital sign is one that a living person can have",
    statement:
      `insert into public.vital_signs (patient_id, organization_id, measure, value, unit) values (${paula}, '${demoHospital}', 'body_temperature', 370, 'Cel')`,
    expected: "PT422",
  },
  {
    rule: "a chart shows the person to staff who opened it",
    given: `update public.care_relationships set status = 'ended' where patient_id = ${paula}; ${decide("everything")}`,
    as: "doctor",
    statement: `select 1 from public.patients where user_id = '${people.paula}'`,
    expected: "yes",
  },
];

export const chartRules: Rule[] = [...recordRules, ...scopeRules, ...ownRules];
