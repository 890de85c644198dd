import { readFileSync } from "node:fs";
import type { Client } from "pg";

const CHUNK = 10_000;

const sqlFile = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** Fills the register up to `size` generated patients and readies the planner's statistics. */
export async function generatePatients(db: Client, size: number, progress: (text: string) => void) {
  const startedAt = Date.now();
  const { rows: [there] } = await db.query<{ patients: number }>(
    "select count(*)::int as patients from public.patient_identifiers where system = 'mrn' and value ~ '^B[0-9]+$'",
  );
  const from = there?.patients ?? 0;
  if (from >= size) return;
  await db.query(sqlFile("patients-helpers.sql"));
  const insert = sqlFile("patients.sql");
  await db.query("set session_replication_role = replica");
  for (let first = from + 1; first <= size; first += CHUNK) {
    const last = Math.min(first + CHUNK - 1, size);
    await db.query(insert, [first, last]);
    progress(`generated ${last} of ${size} patients, ${Math.round((Date.now() - startedAt) / 1000)} s`);
  }
  await db.query("reset session_replication_role");
  await db.query("vacuum (analyze)");
  await db.query("checkpoint");
}

/** A patient of the hospital whose doctor asks, as search terms and as a place in the list. */
export type Sample = {
  id: string;
  given_name: string;
  family_name: string;
  birth_date: string;
  phone: string;
  mrn: string;
  sort_name: string;
};

/** Some of the generated patients of a hospital, spread over all of them. */
export async function samplePatients(db: Client, organizationId: string, count: number): Promise<Sample[]> {
  const { rows } = await db.query<Sample>(
    `select p.id, p.given_name, p.family_name, p.birth_date::text, p.phone, i.value as mrn, p.sort_name
     from private.patients p join public.patient_identifiers i on i.patient_id = p.id and i.organization_id = $1
     where p.hospital_ids = array[$1::uuid] and i.value like 'B%'
     order by md5(p.id::text) limit $2`,
    [organizationId, count],
  );
  return rows;
}
