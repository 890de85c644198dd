import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { rolledBack, sql, sqlValue } from "../../support/database.ts";
import { fillTables, patientRowOf, references, rowsOf } from "../../support/patient-rows.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { call, numberAt, signIn, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";

let doctor: string;
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});

const merge = (patient: string, source: string) =>
  call(`/patients/${patient}/merge`, { token: doctor, body: { source_id: source, reason: "Registered twice" } });
const unmerge = (id: string) => call(`/patients/merges/${id}/unmerge`, { token: doctor, method: "POST" });

const consent = (patient: string, hospital: string, scope: string) =>
  sqlValue("insert into public.consents (patient_id, organization_id, scope) values ($1, $2, $3) returning id", [
    patient,
    hospital,
    scope,
  ]);

const nationalId = (patient: string) =>
  sqlValue(
    `insert into public.patient_identifiers (patient_id, system, country, value) values ($1, 'national_id', 'DE', upper(left(gen_random_uuid()::text, 13)))
     returning id`,
    [patient],
  );

/** What stays the same of a patient whose rows went and came: all but the counters, which go on so that no ETag is used twice. */
function steady({ version: _, updated_at: __, related_changes: ___, ...rest }: Record<string, unknown>) {
  return rest;
}

const access = z.looseObject({ closed_at: z.string().nullable(), version: z.number(), updated_at: z.string() });

/**
 * Every row of both patients, but for one thing that does not come back: a merge closes the charts that were open, because an entry of one patient
 * would open the records of the other.
 */
async function lastingRowsOf(ids: string[]): Promise<Record<string, unknown[]>> {
  const rows = await rowsOf(ids);
  const log = "public.chart_accesses.patient_id";
  return {
    ...rows,
    [log]: z.array(access).parse(rows[log]).map(({ closed_at: _, version: __, updated_at: ___, ...rest }) => rest),
  };
}

/** Two patients with rows in every table, and every collision that the merge settles. */
async function filledPair() {
  const patient = await newPatientId({ birth_date: "1980-05-05" });
  const source = await newPatientId({ birth_date: "1980-05-05" });
  for (const id of [patient, source]) {
    await fillTables(id, HOSPITAL);
    await nationalId(id);
  }
  await consent(patient, HOSPITAL, "everything");
  await consent(source, HOSPITAL, "without_sensitive");
  await consent(patient, NORTHSIDE, "nothing");
  await consent(source, NORTHSIDE, "everything");
  return { patient, source };
}

test("a merge and its undoing give back every row of every table as it was", async () => {
  const { patient, source } = await filledPair();
  const before = {
    rows: await lastingRowsOf([patient, source]),
    patient: await patientRowOf(patient),
    source: await patientRowOf(source),
  };
  const tables = await references();
  for (const rows of Object.values(before.rows)) expect(rows.length).toBeGreaterThanOrEqual(4);
  expect(tables.length).toBeGreaterThanOrEqual(15);

  const merged = await merge(patient, source);
  expect(merged).toMatchObject({ status: 201, body: { status: "done" } });
  const during = await rowsOf([source]);
  const left = Object.entries(during).filter(([, rows]) => rows.length > 0).map(([name, rows]) => [name, rows.length]);
  expect(left).toEqual([["public.care_relationships.patient_id", 1], ["public.consents.patient_id", 1]]);
  const count = Object.values(before.rows).flat().length;
  expect(numberAt(merged.body, "/moved_rows")).toBeLessThan(count);

  const undone = await unmerge(textAt(merged.body, "/id"));
  expect(undone).toMatchObject({ status: 200, body: { status: "undone" } });
  expect(await lastingRowsOf([patient, source])).toEqual(before.rows);
  expect(await patientRowOf(source)).toEqual(before.source);
  const after = await patientRowOf(patient);
  expect(steady(after)).toEqual(steady(before.patient));
  expect(after.version).toBeGreaterThan(before.patient.version);
});

test("the negative control: where moving counts as a change, the former state does not come back", async () => {
  const { patient, source } = await filledPair();
  await rolledBack(async (client) => {
    const versions = () =>
      client.query("select id, version from public.patient_contacts where patient_id = any ($1) order by id", [[
        patient,
        source,
      ]]);
    const before = await versions();
    await client.query(`drop trigger patient_contacts_touch on public.patient_contacts;
      create trigger patient_contacts_touch before update on public.patient_contacts for each row execute function private.touch_row()`);
    const join =
      `select (private.join_patients(s, p, '${HOSPITAL}', 'Registered twice')).id from private.patients s, private.patients p
      where s.id = $1 and p.id = $2`;
    const { rows } = await client.query<{ id: string }>(join, [source, patient]);
    await client.query("select private.return_patient_rows(m) from public.patient_merges m where m.id = $1", [
      rows[0]?.id,
    ]);
    expect((await versions()).rows).not.toEqual(before.rows);
  });
});

test("what was changed and made since the merge stays", async () => {
  const { patient, source } = await filledPair();
  const merged = await merge(patient, source);
  const moved = await sqlValue(
    "select row_id from private.patient_merge_rows where merge_id = $1 and table_name = 'public.allergies' limit 1",
    [textAt(merged.body, "/id")],
  );
  await sql().query("update public.allergies set status = 'resolved' where id = $1", [moved]);
  const made = await sqlValue(
    "insert into public.patient_contacts (patient_id, kind, name, phone) values ($1, 'guardian', 'Made Later', '+4930123456') returning id",
    [patient],
  );
  expect(await unmerge(textAt(merged.body, "/id"))).toMatchObject({ status: 200 });
  expect(await sqlValue("select patient_id from public.patient_contacts where id = $1", [made])).toBe(patient);
  const { rows } = await sql().query("select patient_id, status, version from public.allergies where id = $1", [moved]);
  expect(rows).toEqual([{ patient_id: source, status: "resolved", version: 2 }]);
});

describe("the stricter of two consents stays in force", () => {
  const inForce = (patient: string, hospital: string) =>
    sqlValue(
      "select scope from public.consents where patient_id = $1 and organization_id = $2 and status <> 'replaced'",
      [
        patient,
        hospital,
      ],
    );

  test("whichever of the two had it", async () => {
    const { patient, source } = await filledPair();
    const merged = await merge(patient, source);
    expect(await inForce(patient, HOSPITAL)).toBe("without_sensitive");
    expect(await inForce(patient, NORTHSIDE)).toBe("nothing");
    await unmerge(textAt(merged.body, "/id"));
    expect(await inForce(patient, HOSPITAL)).toBe("everything");
    expect(await inForce(source, HOSPITAL)).toBe("without_sensitive");
    expect(await inForce(source, NORTHSIDE)).toBe("everything");
  });

  test("and one that was withdrawn or given since is not undone", async () => {
    const { patient, source } = await filledPair();
    const merged = await merge(patient, source);
    await sql().query(
      "update public.consents set status = 'withdrawn' where patient_id = $1 and organization_id = $2 and status = 'active'",
      [patient, NORTHSIDE],
    );
    await consent(patient, HOSPITAL, "nothing");
    expect(await unmerge(textAt(merged.body, "/id"))).toMatchObject({ status: 200 });
    expect(await inForce(patient, HOSPITAL)).toBe("nothing");
    expect(await inForce(source, HOSPITAL)).toBe("without_sensitive");
    expect(
      await sqlValue(
        "select status from public.consents where patient_id = $1 and organization_id = $2 and status <> 'replaced'",
        [
          patient,
          NORTHSIDE,
        ],
      ),
    ).toBe("withdrawn");
  });
});

describe("no table of patients is forgotten", () => {
  /** Tables that speak of the rows of patients and not of the person, or are derived from them: kept by hand, after thought. */
  const LEFT_OUT = [
    "private.duplicate_checks.patient_id",
    "private.patient_words.patient_id",
    "private.patients.merged_into",
    "public.patient_duplicates.other_patient_id",
    "public.patient_duplicates.patient_id",
    "public.patient_merges.patient_id",
    "public.patient_merges.source_id",
  ];

  test("every foreign key to patients is moved, or known to be left out", async () => {
    const { rows } = await sql().query<{ name: string }>(`
      select distinct format('%s.%s', k.conrelid::regclass, a.attname) as name
      from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
      where k.contype = 'f' and k.confrelid = 'private.patients'::regclass and k.conparentid = 0`);
    const known = (await references()).map(({ table_name, column_name }) => `${table_name}.${column_name}`);
    const qualified = rows.map(({ name }) => name.split(".").length === 3 ? name : `public.${name}`);
    expect(qualified.sort()).toEqual([...known, ...LEFT_OUT].sort());
  });

  test("every table of the API with a patient_id has a foreign key to patients, and an id", async () => {
    const { rows } = await sql().query(`
      select c.oid::regclass::text as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'patient_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not exists (
        select from pg_constraint k where k.contype = 'f' and k.conrelid = c.oid and k.confrelid = 'private.patients'::regclass and k.conkey = array[a.attnum])
      union all
      select table_name from private.patient_references() where not exists (
        select from pg_attribute where attrelid = table_name::regclass and attname = 'id' and atttypid = 'uuid'::regtype)`);
    expect(rows).toEqual([]);
  });

  /**
   * What holds an id of something without a foreign key, by which an undone merge would find what belongs to a row: kept by hand, after thought. A
   * former version goes with its record, a request with the login that made it; the practitioner is nobody's row, nor is the group of
   * prescriptions; what an allergy had ended is given back.
   */
  const WITHOUT_KEY = [
    "public.allergy_reviews.ended_by_allergy_id",
    "public.appointments.practitioner_key",
    "public.correction_requests.record_id",
    "public.prescriptions.group_id",
    "public.record_versions.record_id",
  ];

  test("whatever names a row does so with a foreign key, or is known not to; and every row says when it was made", async () => {
    const { rows } = await sql().query<{ name: string }>(`
      select r.table_name || '.' || a.attname as name
      from private.patient_references() r join pg_attribute a on a.attrelid = r.table_name::regclass and a.attnum > 0 and not a.attisdropped
      where a.atttypid = any ('{uuid,uuid[]}'::regtype[]) and a.attname <> 'id' and not exists (
        select from pg_constraint k where k.contype = 'f' and k.conrelid = a.attrelid and a.attnum = any (k.conkey))
      union all
      select table_name from private.patient_references() where not exists (
        select from pg_attribute where attrelid = table_name::regclass and attname = 'created_at' and attnotnull)`);
    expect(rows.map(({ name }) => name).sort()).toEqual(WITHOUT_KEY);
  });

  test("rows of patients that name one another are known, those of several columns by all but the patient", async () => {
    const { rows } = await sql().query<{ link: string }>(
      "select concat_ws(' -> ', table_name, parent_name) || ' on ' || condition as link from private.patient_links()",
    );
    const links = rows.map(({ link }) => link);
    expect(links).toContain("public.notes -> public.encounters on c.encounter_id = p.id");
    expect(links).toContain("public.appointment_series -> public.appointment_series on c.continues = p.id");
    expect(links).toContain("public.waitlist_offers -> public.appointments on c.appointment_id = p.id");
    expect(links).toContain(
      "public.record_versions -> public.allergies on c.record_id = p.id and c.kind = 'allergy'",
    );
  });

  /** A former version is written with the lock of the row it is of, which has moved before or moves after it. */
  const WITH_THEIR_ROW = "public.record_versions";

  test("every one of them keeps rows off merged patients, and does not count a move as a change", async () => {
    const { rows } = await sql().query(`
      select table_name from private.patient_references() r
      where column_name = 'patient_id' and table_name <> '${WITH_THEIR_ROW}' and not exists (
          select from pg_trigger where tgrelid = r.table_name::regclass and tgfoid = 'private.refuse_merged_patient'::regproc and tgenabled = 'O')
        or exists (
          select from pg_trigger where tgrelid = r.table_name::regclass and tgfoid = 'private.touch_row'::regproc and tgqual is null)`);
    expect(rows).toEqual([]);
  });
});
