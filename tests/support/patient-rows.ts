import { z } from "zod";
import { demoSchedule } from "../rls/topics/appointments/rows.ts";
import { sql } from "./database.ts";

/** A column that says whose a row is: what a merge moves. */
export type Reference = { table_name: string; column_name: string };

/** Every table with rows of patients, as the merge finds them in the catalog. */
export async function references(): Promise<Reference[]> {
  return (await sql().query<Reference>("select * from private.patient_references()")).rows;
}

/** Tables whose rows a trigger makes, of those of another table. */
const MADE_BY_TRIGGERS = ["public.break_glass_reviews"];

/** Values that checks and foreign keys ask for, as SQL; `$1` is the patient. Whatever is not named here follows from the type of its column. */
const VALUES: Record<string, Record<string, string>> = {
  "public.appointment_series": {
    unit: "'week'",
    service_id: `'${demoSchedule.consultation}'`,
    practitioner_id: `'${demoSchedule.doctor}'`,
    start_time: "'09:00'",
    duration_minutes: "30",
  },
  "public.appointments": {
    status: "'booked'",
    booked_by: "'staff'",
    service_id: `'${demoSchedule.consultation}'`,
    practitioner_id: `'${demoSchedule.doctor}'`,
    practitioner_key: "gen_random_uuid()",
    starts_at: freeMonday(),
    ends_at: `${freeMonday()} + interval '30 minutes'`,
  },
  "public.care_relationships": { status: "'ended'", ended_at: "now()", organization_id: "$2" },
  "public.chart_accesses": {
    expires_at: "now() + interval '1 hour'",
    scope: "'everything'",
    reason: "'Unconscious patient'",
  },
  "public.correction_requests": { field: "'phone'", organization_id: "$2" },
  "public.documents": {
    url: "'https://documents.example/1'",
    media_type: "'application/pdf'",
    encounter_id: encounter(),
  },
  "public.conditions": { encounter_id: encounter() },
  "public.immunizations": { encounter_id: encounter() },
  "public.medication_statements": { text: "'Ginseng'", encounter_id: encounter() },
  "public.notes": { encounter_id: encounter() },
  "public.vital_signs": { measure: "'heart_rate'", value: "70", unit: "'/min'", encounter_id: encounter() },
  "public.patient_contacts": { phone: "'+4930123456'" },
  "public.patient_identifiers": {
    system: "'national_id'",
    country: "'FR'",
    use: "'old'",
    value: "upper(left(gen_random_uuid()::text, 18))",
  },
  "public.waitlist_entries": {
    status: "'left'",
    closed_at: "now()",
    joined_by: "'staff'",
    service_id: `'${demoSchedule.consultation}'`,
  },
  "public.waitlist_offers": {
    entry_id: `(select id from public.waitlist_entries where patient_id = $1 order by id limit 1)`,
    practitioner_id: `'${demoSchedule.doctor}'`,
    status: "'lapsed'",
    offered_by: "'system'",
    starts_at: `(select timestamptz '2032-01-05 09:00Z' + count(*) * interval '1 week' from public.waitlist_offers)`,
    ends_at: "timestamptz '2036-01-05 09:00Z'",
    expires_at: "now() + interval '1 hour'",
    decided_at: "now()",
  },
  "public.record_versions": { kind: "'allergy'", record_id: "gen_random_uuid()", version: "1" },
};

function encounter(): string {
  return "(select id from public.encounters where patient_id = $1 order by id limit 1)";
}

/** A Monday morning that no appointment has yet. */
function freeMonday(): string {
  return "(select timestamptz '2030-01-07 09:00Z' + count(*) * interval '1 week' from public.appointments)";
}

const column = z.object({
  name: z.string(),
  type: z.string(),
  label: z.string().nullable(),
  parent: z.string().nullable(),
});

/** Adds a row of a patient to a table. Throws with the name of the table where it needs to be told more in VALUES. */
async function addRow({ table_name, column_name }: Reference, patientId: string, hospital: string): Promise<void> {
  const { rows } = await sql().query({
    text: `
      select a.attname as name, format_type(a.atttypid, null) as type, (select min(enumlabel) from pg_enum where enumtypid = a.atttypid) as label,
        (select k.confrelid::regclass::text from pg_constraint k where k.contype = 'f' and k.conrelid = a.attrelid and k.conkey = array[a.attnum]) as parent
      from pg_attribute a where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attnotnull and not a.atthasdef`,
    values: [table_name],
  });
  const values = new Map(
    z.array(column).parse(rows).map(({ name, type, label, parent }) => [
      name,
      parent !== null ? `(select id from ${parent} limit 1)` : label !== null ? `'${label}'` : valueOf(type),
    ]),
  );
  if (values.has("organization_id")) values.set("organization_id", "$2");
  for (const [name, value] of Object.entries(VALUES[table_name] ?? {})) values.set(name, value);
  values.set(column_name, "$1");
  const names = [...values.keys()];
  try {
    await sql().query(
      `insert into ${table_name} (${names.join(", ")}) select ${
        [...values.values()].join(", ")
      } where $2::uuid is not null and $1::uuid is not null`,
      [patientId, hospital],
    );
  } catch (error) {
    throw new Error(`tests/support/patient-rows.ts needs values for ${table_name}`, { cause: error });
  }
}

function valueOf(type: string): string {
  const known: Record<string, string> = {
    text: "'Something'",
    jsonb: "'{}'",
    uuid: "gen_random_uuid()",
    boolean: "true",
    date: "date '2020-01-01'",
    "timestamp with time zone": "now()",
  };
  return known[type] ?? "1";
}

/** Adds two rows of the patient to every table. A prescription names a product, of which an empty catalogue has none. */
export async function fillTables(patientId: string, hospital: string): Promise<void> {
  await sql().query(`insert into public.products (name, dose_form, routes, base_unit)
    select 'Made for rows of patients', 'tablet', '{oral}', 'tablet' where not exists (select from public.products)`);
  for (const reference of (await references()).filter(({ table_name }) => !MADE_BY_TRIGGERS.includes(table_name))) {
    await addRow(reference, patientId, hospital);
    await addRow(reference, patientId, hospital);
  }
}

/** Every row of both patients in every table, whole, by table. */
export async function rowsOf(patientIds: string[]): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const { table_name, column_name } of await references()) {
    const { rows } = await sql().query<{ row: unknown }>(
      `select to_jsonb(t) as row from ${table_name} t where ${column_name} = any ($1) order by ${column_name}, id`,
      [patientIds],
    );
    all[`${table_name}.${column_name}`] = rows.map(({ row }) => row);
  }
  return all;
}

const patientRow = z.looseObject({ version: z.number() });

/** The row of a patient itself, whole. */
export async function patientRowOf(patientId: string): Promise<z.infer<typeof patientRow>> {
  const { rows } = await sql().query("select to_jsonb(p) as row from private.patients p where id = $1", [patientId]);
  return patientRow.parse(z.array(z.object({ row: z.unknown() })).parse(rows)[0]?.row);
}
