import { demoHospital, northHospital, people } from "../../people.ts";

/** The kinds of clinical records: their table and what a row needs beside the patient. */
export const recordTables = {
  encounters: { columns: "kind", values: "'ambulatory'" },
  notes: { columns: "encounter_id, kind, text", values: "" },
  allergies: { columns: "category, substance", values: "'food', 'Peanut'" },
  conditions: { columns: "name", values: "'Asthma'" },
  vital_signs: { columns: "measure, value, unit", values: "'heart_rate', 60, '/min'" },
  immunizations: { columns: "vaccine", values: "'Tetanus'" },
  documents: {
    columns: "category, title, url, media_type",
    values: "'other', 'Letter', 'https://files.example/1', 'application/pdf'",
  },
  allergy_reviews: { columns: "statement", values: "'asked_unknown'" },
  medication_statements: { columns: "source, text, taking", values: "'herbal', 'Ginseng', 'yes'" },
  pregnancy_statuses: { columns: "pregnancy", values: "'unknown'" },
} as const;

export type RecordTable = keyof typeof recordTables;
export const recordTableNames = Object.keys(recordTables).filter((name): name is RecordTable => name in recordTables);

/** Tables whose rows may be sensitive. */
export const sensitiveTables: RecordTable[] = [
  "encounters",
  "notes",
  "conditions",
  "documents",
  "medication_statements",
];

const subjects = { paula: people.paula, pavel: people.pavel, priya: people.priya } as const;
type Subject = keyof typeof subjects;
const subjectNames = ["paula", "pavel", "priya"] as const;

const made = (number: number) => `a0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** The id of a record that the arrangement makes; the sensitive one is Paula's. */
export const recordId = (table: RecordTable, subject: Subject, sensitive = false): string =>
  made(1000 + recordTableNames.indexOf(table) * 10 + subjectNames.indexOf(subject) + (sensitive ? 5 : 0));

/** Rows of the access log and consents. */
export const chartRows = {
  doctorOpened: made(900),
  northOpened: made(901),
  nurseBroke: made(902),
  paulasBroken: made(903),
  paulaForNorth: made(910),
  pavelForDemo: made(911),
  priyaForNorth: made(912),
} as const;

/** What a row of a table needs, as SQL after `(patient_id, …)`. */
export const recordValues = (table: RecordTable, subject: Subject): string =>
  table === "notes" ? `'${recordId("encounters", subject)}', 'progress', 'Well.'` : recordTables[table].values;

const ofPerson = (subject: Subject) => `(select id from public.patients where user_id = '${subjects[subject]}')`;

const insert = (table: RecordTable, subject: Subject, sensitive: boolean) =>
  `insert into public.${table} (id, patient_id, organization_id, ${recordTables[table].columns}${
    sensitive ? ", sensitivity" : ""
  })
   values ('${recordId(table, subject, sensitive)}', ${ofPerson(subject)}, '${
    subject === "priya" ? northHospital : demoHospital
  }',
     ${recordValues(table, subject)}${sensitive ? ", 'hiv'" : ""});`;

const access = (id: string, subject: Subject, user: string, organization: string, basis: string) =>
  `insert into public.chart_accesses (id, patient_id, user_id, organization_id, basis, scope, purpose, reason, expires_at)
   values ('${id}', ${
    ofPerson(subject)
  }, '${user}', '${organization}', '${basis}', 'everything', 'treatment', 'Unconscious patient',
     now() + interval '1 hour');`;

const consent = (id: string, subject: Subject, organization: string) =>
  `insert into public.consents (id, patient_id, organization_id, scope) values ('${id}', ${
    ofPerson(subject)
  }, '${organization}', 'everything');`;

/** The doctor has Paula's chart open, a doctor of the North Priya's; the nurse broke the glass for nobody of the matrix. */
export const arrangement = [
  access(chartRows.doctorOpened, "paula", people.doctor, demoHospital, "care_relationship"),
  access(chartRows.northOpened, "priya", people.northDoctor, northHospital, "care_relationship"),
  access(chartRows.nurseBroke, "priya", people.nurse, demoHospital, "break_glass"),
  `update public.chart_accesses set closed_at = now() where id = '${chartRows.nurseBroke}';`,
  consent(chartRows.paulaForNorth, "paula", northHospital),
  consent(chartRows.pavelForDemo, "pavel", demoHospital),
  consent(chartRows.priyaForNorth, "priya", northHospital),
  ...recordTableNames.flatMap((table) => [
    ...subjectNames.map((subject) => insert(table, subject, false)),
    ...(sensitiveTables.includes(table) ? [insert(table, "paula", true)] : []),
  ]),
  ...subjectNames.map((subject) =>
    `update public.allergies set substance = 'Peanuts' where id = '${recordId("allergies", subject)}';`
  ),
].join("\n");

const ours = "id::text like 'a0000000-0000-4000-8000-%'";

/** Takes the arrangement back; runs past every trigger. */
export const removal = [
  "delete from public.record_versions where record_id::text like 'a0000000-0000-4000-8000-%';",
  ...[...recordTableNames].reverse().map((table) => `delete from public.${table} where ${ours};`),
  "delete from public.notifications where dedupe_key like 'break_glass:a0000000-0000-4000-8000-%' or kind = 'chart_opened';",
  `delete from public.break_glass_reviews where access_id in (select id from public.chart_accesses where ${ours});`,
  `delete from public.chart_accesses where ${ours};`,
  `delete from public.consents where ${ours};`,
].join("\n");
