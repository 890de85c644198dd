import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { recordId, type RecordTable, recordTables, sensitiveTables } from "./rows.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;
const encounter = recordId("encounters", "paula");
const note = recordId("notes", "paula");
const kindOf: Record<string, string> = {
  encounters: "encounter",
  notes: "note",
  conditions: "condition",
  documents: "document",
  medication_statements: "medication_statement",
};

const withoutSensitive =
  `insert into public.consents (patient_id, organization_id, scope) values (${paula}, '${demoHospital}', 'without_sensitive')`;
/** A change of a record that becomes sensitive only afterwards: its first version was written without. */
const becomesSensitive = (table: RecordTable, id: string) =>
  `update public.${table} set occurred_at = occurred_at - interval '1 hour' where id = '${id}';
   update public.${table} set sensitivity = 'hiv' where id = '${id}'`;
const versionsOf = (id: string) => `select 1 from public.record_versions where record_id = '${id}'`;

/** What is sensitive was it before somebody said so, and stays it in what was written then. */
const versionRules = sensitiveTables.flatMap((table): Rule[] => {
  const id = recordId(table, "paula");
  return [
    {
      rule: `${table}: a consent without the sensitive leaves the former versions of the ordinary`,
      given:
        `update public.${table} set occurred_at = occurred_at - interval '1 hour' where id = '${id}'; ${withoutSensitive}`,
      as: "doctor",
      statement: versionsOf(id),
      expected: "yes",
    },
    {
      rule: `${table}: what becomes sensitive hides its former versions too`,
      given: `${becomesSensitive(table, id)}; ${withoutSensitive}`,
      as: "doctor",
      statement: versionsOf(id),
      expected: "none",
    },
    {
      rule: `${table}: what is not sensitive any more hides the versions until then`,
      given: `${
        becomesSensitive(table, id)
      }; update public.${table} set sensitivity = null where id = '${id}'; ${withoutSensitive}`,
      as: "doctor",
      statement: `${versionsOf(id)} and version <= 3`,
      expected: "none",
    },
    {
      rule: `${table}: the former versions of a sensitive record are there for who may see it`,
      given: becomesSensitive(table, id),
      as: "doctor",
      statement:
        `select 1 from (select count(*) from public.record_versions where record_id = '${id}') as n where n.count = 2`,
      expected: "yes",
    },
    {
      rule: `${table}: a record that is hidden is read without its versions`,
      given: `${becomesSensitive(table, id)}; ${withoutSensitive}`,
      as: "doctor",
      statement: `select public.read_record((select id from rls_patients where user_id = '${people.paula}'), '${
        kindOf[table]
      }', '${id}', true) -> 'versions'`,
      expected: "none",
    },
    {
      rule: `${table}: what was entered in error can still become sensitive`,
      given: `update public.${table} set status = 'entered_in_error', error_reason = 'wrong patient' where id = '${id}';
        update public.${table} set sensitivity = 'hiv' where id = '${id}'; ${withoutSensitive}`,
      as: "doctor",
      statement: `select 1 from public.${table} where id = '${id}' union all ${versionsOf(id)}`,
      expected: "none",
    },
    {
      rule: `${table}: what was entered in error becomes sensitive and nothing else`,
      given:
        `update public.${table} set status = 'entered_in_error', error_reason = 'wrong patient' where id = '${id}'`,
      statement: `update public.${table} set sensitivity = 'hiv', error_reason = 'another' where id = '${id}'`,
      expected: "PT409",
    },
    {
      rule: `${table}: a change to what it is counts no version`,
      given: `update public.${table} set sensitivity = sensitivity where id = '${id}'`,
      statement: `select 1 from public.${table} where id = '${id}' and version = 1`,
      expected: "yes",
    },
  ];
});

const former = `record_id = '${note}'`;
const keptRules = ([
  ["a former version is not made ordinary", "sensitivity = null", "PT403"],
  ["a former version is not made sensitive in another way", "sensitivity = 'genetic'", "PT403"],
] as const).map(([rule, change, expected]): Rule => ({
  rule,
  given: becomesSensitive("notes", note),
  statement: `update public.record_versions set ${change} where ${former}`,
  expected,
}));

/** Tables of what is recorded in an encounter and may be sensitive. */
const inEncounters: RecordTable[] = ["notes", "conditions", "documents", "medication_statements"];
const recorded = (table: RecordTable, encounterId: string) => {
  const { columns, values } = table === "notes"
    ? { columns: "kind, text", values: "'plan', 'Unmarked.'" }
    : recordTables[table];
  return `insert into public.${table} (id, patient_id, organization_id, encounter_id, ${columns})
    values ('${made}', ${paula}, '${demoHospital}', '${encounterId}', ${values})`;
};
const made = "a0000000-0000-4000-8000-000000001999";

const encounterRules = inEncounters.flatMap((table): Rule[] => [
  {
    rule: `${table}: what is recorded in a sensitive encounter is sensitive`,
    given: recorded(table, recordId("encounters", "paula", true)),
    statement: `select 1 from public.${table} where id = '${made}' and sensitivity = 'hiv'`,
    expected: "yes",
  },
  {
    rule: `${table}: what was recorded in an ordinary encounter is not`,
    given: recorded(table, encounter),
    statement: `select 1 from public.${table} where id = '${made}' and sensitivity is null`,
    expected: "yes",
  },
  {
    rule: `${table}: an encounter that becomes sensitive makes what was recorded in it so`,
    given: `${
      recorded(table, encounter)
    }; update public.encounters set sensitivity = 'violence' where id = '${encounter}'`,
    statement: `select 1 from public.${table} where id = '${made}' and sensitivity = 'violence'`,
    expected: "yes",
  },
  {
    rule: `${table}: an encounter that becomes sensitive leaves a sensitivity of its own`,
    given: `${recorded(table, encounter)}; update public.${table} set sensitivity = 'genetic' where id = '${made}';
      update public.encounters set sensitivity = 'violence' where id = '${encounter}'`,
    statement: `select 1 from public.${table} where id = '${made}' and sensitivity = 'genetic'`,
    expected: "yes",
  },
  {
    rule: `${table}: an encounter that becomes sensitive hides what was entered in error, and the versions before`,
    given: `${
      recorded(table, encounter)
    }; update public.${table} set status = 'entered_in_error', error_reason = 'wrong patient' where id = '${made}';
      update public.encounters set sensitivity = 'violence' where id = '${encounter}'; ${withoutSensitive}`,
    as: "doctor",
    statement: `select 1 from public.${table} where id = '${made}' union all ${versionsOf(made)}`,
    expected: "none",
  },
  {
    rule: `${table}: what is in a sensitive encounter is not made ordinary`,
    given: `${recorded(table, recordId("encounters", "paula", true))};
      update public.${table} set sensitivity = null where id = '${made}'`,
    statement: `select 1 from public.${table} where id = '${made}' and sensitivity = 'hiv'`,
    expected: "yes",
  },
  {
    rule: `${table}: what moves to a sensitive encounter becomes sensitive`,
    given: `${recorded(table, encounter)};
      update public.${table} set encounter_id = '${recordId("encounters", "paula", true)}' where id = '${made}'`,
    statement: `select 1 from public.${table} where id = '${made}' and sensitivity = 'hiv'`,
    expected: "yes",
  },
]);

const amended = `update public.notes set text = 'Better.', amendment_reason = 'Mixed up' where id = '${note}'`;
const noteRules = ([
  ["a new text of a note has a reason", "", "text = 'Better.'", "PT422"],
  ["a new text of a note has a reason of its own", amended, "text = 'Best.', amendment_reason = 'Mixed up'", "PT422"],
  ["an amended note does not become final", amended, "status = 'final'", "PT409"],
  ["a note is not amended without a new text", "", "status = 'amended'", "PT409"],
  ["the reason of an amendment comes with a new text", amended, "amendment_reason = 'Another'", "PT422"],
  ["a note that was not amended has no reason", "", "amendment_reason = 'Another'", "PT422"],
  ["an amendment is not taken back with its reason", amended, "status = 'final', amendment_reason = null", "PT409"],
  [
    "an amended note is entered in error",
    amended,
    "status = 'entered_in_error', error_reason = 'wrong patient'",
    "yes",
  ],
] as const).map(([rule, given, change, expected]): Rule => ({
  rule,
  ...(given !== "" && { given }),
  statement: `update public.notes set ${change} where id = '${note}'`,
  expected,
}));

export const recordRules: Rule[] = [...versionRules, ...keptRules, ...encounterRules, ...noteRules, {
  rule: "an amended note says so, whatever is said with it",
  given:
    `${amended}; update public.notes set text = 'Best.', amendment_reason = 'Again', status = 'final' where id = '${note}'`,
  statement: `select 1 from public.notes where id = '${note}' and status = 'amended'`,
  expected: "yes",
}];
