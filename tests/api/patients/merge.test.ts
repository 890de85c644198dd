import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatient, newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newPerson } from "../../support/people.ts";
import { type Answer, at, call, listAt, numberAt, signIn, stackInfo, supabaseAs, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";

let doctor: string;
let nurse: string;
let stranger: string;
beforeAll(async () => {
  [doctor, nurse, stranger] = await Promise.all([
    signIn("doctor@demo.health"),
    signIn("nurse@demo.health"),
    signIn("doctor@north.health"),
  ]);
});

const merge = (patient: string, source: string, headers: Record<string, string> = {}, token = doctor) =>
  call(`/patients/${patient}/merge`, { token, headers, body: { source_id: source, reason: "Registered twice" } });
const unmerge = (id: string, token = doctor) => call(`/patients/merges/${id}/unmerge`, { token, method: "POST" });
const read = (id: string, token = doctor) => call(`/patients/${id}`, { token });
const twoPatients = async (): Promise<[string, string]> => [await newPatientId(), await newPatientId()];
const mergedInto = (id: string) => sqlValue("select merged_into from public.patients where id = $1", [id]);

async function startCare(patient: string, hospital: string): Promise<void> {
  await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
    patient,
    hospital,
  ]);
}

describe("a merge", () => {
  test("hides the source, moves its numbers and contacts, and says where it went", async () => {
    const mrn = uniqueName().slice(0, 12).toUpperCase();
    const contacts = [{ kind: "emergency", name: "Mia Becker", phone: "+493055501234" }];
    const patient = textAt((await newPatient({ family_name: uniqueName() })).body, "/id");
    const name = uniqueName();
    const source = textAt((await newPatient({ mrn, contacts, family_name: name })).body, "/id");
    const done = await merge(patient, source, { "if-match": 'W/"1"' });
    expect(done).toMatchObject({
      status: 201,
      body: { patient_id: patient, source_id: source, organization_id: HOSPITAL, status: "done", version: 1 },
    });
    expect(done.headers.get("location")).toBe(`/functions/v1/patients/merges/${textAt(done.body, "/id")}`);
    const { body } = await read(patient);
    expect(numberAt(body, "/version")).toBeGreaterThan(1);
    expect(listAt(body, "/contacts")).toMatchObject(contacts);
    expect(listAt(body, "/identifiers")).toMatchObject([{ use: "official" }, { use: "old", value: mrn }]);
    expect(await read(source)).toMatchObject({ status: 410, body: { code: "merged", merged_into: patient } });
    expect(await read(source, stranger)).toMatchObject({ status: 404, body: { code: "not_found" } });

    const byOldNumber = await call("/patients/search", { token: doctor, body: { mrn } });
    expect(listAt(byOldNumber.body, "/data")).toMatchObject([{ id: patient }]);
    expect(listAt((await call("/patients/search", { token: doctor, body: { name } })).body, "/data")).toEqual([]);
    expect((await call(`/patients/${patient}/merges`, { token: doctor })).body).toMatchObject({
      data: [{ source_id: source }],
    });

    expect(await unmerge(textAt(done.body, "/id"))).toMatchObject({ status: 200, body: { status: "undone" } });
    expect((await read(source)).body).toMatchObject({ version: 1, identifiers: [{ use: "official", value: mrn }] });
    expect(listAt((await call("/patients/search", { token: doctor, body: { name } })).body, "/data")).toMatchObject([{
      id: source,
    }]);
  });

  test("takes a former patient back by the number that came with the merge", async () => {
    const mrn = uniqueName().slice(0, 12).toUpperCase();
    const patient = await newPatientId();
    const done = await merge(patient, await newPatientId({ mrn }));
    expect(done.status).toBe(201);
    await sql().query("update public.care_relationships set status = 'ended' where patient_id = $1", [patient]);
    const back = await call("/patients/reinstatements", { token: doctor, body: { mrn } });
    expect(back).toMatchObject({ status: 201, body: { id: patient } });
  });

  test("is in the audit log, with who did it", async () => {
    const [patient, source] = await twoPatients();
    const request = crypto.randomUUID();
    await merge(patient, source, { "x-request-id": request });
    const { rows } = await sql().query(
      `select distinct table_name, actor_id from audit.entries where request_id = $1 order by 1`,
      [request],
    );
    const actor_id = "30000000-0000-4000-8000-000000000002";
    expect(rows).toEqual(
      ["patient_identifiers", "patient_merges", "patients"].map((table_name) => ({ table_name, actor_id })),
    );
  });

  test("happens once for an Idempotency-Key", async () => {
    const [patient, source] = await twoPatients();
    const key = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all(Array.from({ length: 10 }, () => merge(patient, source, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await sqlValue("select count(*)::int from public.patient_merges where source_id = $1", [source])).toBe(1);
  });
});

describe("a merge is refused", () => {
  const refused = (answer: Answer, status: number, code: string) =>
    expect(answer).toMatchObject({ status, body: { code } });

  test("for a patient elsewhere, hidden, merged, unknown or the same", async () => {
    const [patient, source] = await twoPatients();
    const elsewhere = await newPatientId({}, "doctor@north.health");
    const hidden = await newPatientId();
    await call(`/patients/${hidden}`, { token: doctor, method: "DELETE", body: { reason: "Entered by mistake" } });
    for (const other of [elsewhere, hidden, patient, crypto.randomUUID()]) {
      const answer = await merge(patient, other);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "/source_id" }] } });
    }
    refused(await merge(elsewhere, patient), 404, "not_found");
    refused(await merge(hidden, patient), 404, "not_found");
    expect((await merge(patient, source)).status).toBe(201);
    refused(await merge(patient, source), 422, "invalid_input");
    refused(await merge(source, patient), 404, "not_found");
  });

  test("for a stale version", async () => {
    const [patient, source] = await twoPatients();
    await call(`/patients/${patient}`, { token: doctor, method: "PATCH", body: { city: "Bonn" } });
    refused(await merge(patient, source, { "if-match": 'W/"1"' }), 412, "stale_version");
    expect(await mergedInto(source)).toBeNull();
  });

  test("while another hospital cares for the source, but not for the patient", async () => {
    const [patient, source] = await twoPatients();
    await startCare(source, NORTHSIDE);
    refused(await merge(patient, source), 409, "in_care_elsewhere");
    expect((await merge(source, patient)).status).toBe(201);
  });

  test("when both have a login", async () => {
    const ids = await Promise.all([newPerson(), newPerson()].map(async (person) => {
      const id = await sqlValue("select id from public.patients where user_id = $1", [(await person).id]);
      return String(id);
    }));
    for (const id of ids) await startCare(id, HOSPITAL);
    refused(await merge(ids[0] ?? "", ids[1] ?? ""), 409, "conflict");
  });

  test("to patients and to staff of other kinds", async () => {
    const [patient, source] = await twoPatients();
    for (const email of ["pharmacist@demo.health", "patient@demo.health", "admin@demo.health", "doctor@north.health"]) {
      refused(await merge(patient, source, {}, await signIn(email)), 404, "not_found");
    }
    const person = await newPerson();
    const own = String(await sqlValue("select id from public.patients where user_id = $1", [person.id]));
    refused(await merge(own, source, {}, person.token), 403, "forbidden");
    const { error } = await supabaseAs("doctor@demo.health").from("patient_merges").update({ status: "undone" }).eq(
      "patient_id",
      patient,
    );
    expect(error?.code).toBe("42501");
  });

  test("where both have rows that exclude one another, and then nothing has moved", async () => {
    const [patient, source] = await twoPatients();
    const client = await sql().connect();
    await client.query(
      "create unique index tests_one_guardian on public.patient_contacts (patient_id) where kind = 'guardian'",
    );
    try {
      for (const id of [patient, source]) {
        await client.query(
          "insert into public.patient_contacts (patient_id, kind, name, phone) values ($1, 'guardian', 'Jonas Becker', '+493055501234')",
          [id],
        );
      }
      const answer = await merge(patient, source);
      refused(answer, 409, "conflict");
      expect(textAt(answer.body, "/detail")).toContain("patient_contacts");
      expect(await mergedInto(source)).toBeNull();
    } finally {
      await client.query("drop index public.tests_one_guardian");
      client.release();
    }
  });
});

describe("undoing a merge", () => {
  test("is possible for a day, once, by the hospital", async () => {
    const [patient, source] = await twoPatients();
    const id = textAt((await merge(patient, source)).body, "/id");
    expect(await unmerge(id, stranger)).toMatchObject({ status: 404 });
    await sql().query("update public.patient_merges set undo_until = now() where id = $1", [id]);
    expect(await unmerge(id)).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: [] } });
    await sql().query("update public.patient_merges set undo_until = now() + interval '1 minute' where id = $1", [id]);
    expect(await unmerge(id, nurse)).toMatchObject({ status: 200 });
    expect(await unmerge(id)).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: [] } });
  });

  test("goes in the reverse order of the merges", async () => {
    const [patient, first] = await twoPatients();
    const [second, last] = await twoPatients();
    const one = textAt((await merge(patient, first)).body, "/id");
    const two = textAt((await merge(patient, second)).body, "/id");
    const three = textAt((await merge(last, patient)).body, "/id");
    expect(await read(first)).toMatchObject({ status: 410, body: { merged_into: last } });
    for (const id of [one, two]) expect(await unmerge(id)).toMatchObject({ status: 409, body: { code: "conflict" } });
    for (const id of [three, two, one]) expect(await unmerge(id)).toMatchObject({ status: 200 });
    for (const id of [patient, first, second, last]) expect((await read(id)).status).toBe(200);
  });

  test("gives the login back that had moved", async () => {
    const person = await newPerson();
    const own = String(await sqlValue("select id from public.patients where user_id = $1", [person.id]));
    await startCare(own, HOSPITAL);
    const patient = await newPatientId();
    const id = textAt((await merge(patient, own)).body, "/id");
    expect(at((await call("/patients/me", { token: person.token })).body, "/id")).toBe(patient);
    await unmerge(id);
    expect(at((await call("/patients/me", { token: person.token })).body, "/id")).toBe(own);
  });
});

describe("at the same time", () => {
  /** Starts something while a merge holds its locks, waits until that is blocked by it, commits the merge, and answers what came of it. */
  async function during<T>(source: string, patient: string, start: () => PromiseLike<T>): Promise<T> {
    const client = new pg.Client({ connectionString: stackInfo().adminDbUrl });
    await client.connect();
    try {
      await client.query("begin");
      const { rows } = await client.query<{ pid: number }>(
        "select pg_backend_pid() as pid, private.lock_patients($1)",
        [[source, patient]],
      );
      await client.query(
        `select (private.join_patients(s, p, $3, 'Registered twice')).id from private.patients s, private.patients p where s.id = $1 and p.id = $2`,
        [source, patient, HOSPITAL],
      );
      const waiting = Promise.resolve(start());
      const blocked = "select count(*)::int from pg_stat_activity where $1 = any (pg_blocking_pids(pid))";
      await expect.poll(() => sqlValue(blocked, [rows[0]?.pid]), { timeout: 5000 }).toBe(1);
      await client.query("commit");
      return await waiting;
    } finally {
      await client.end();
    }
  }

  test("two patients are merged into each other only one way", async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = await twoPatients();
      const answers = await Promise.all([merge(one, other), merge(other, one, {}, nurse)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 404]);
      const hidden = await Promise.all([one, other].map(mergedInto));
      expect(hidden.filter((id) => id !== null)).toHaveLength(1);
    }
  });

  test("a patient is merged into one of two", async () => {
    const [one, other] = await twoPatients();
    const source = await newPatientId();
    const answers = await Promise.all([merge(one, source), merge(other, source, {}, nurse)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  /** Merges a first patient into a second while that one is merged into a third, and counts the first one's contacts that nobody sees any more. */
  async function mergeIntoOneOnTheMove(): Promise<{ status: number; lost: unknown }> {
    const contacts = [{ kind: "emergency", name: "Mia Becker", phone: "+493055501234" }];
    const first = await newPatientId({ contacts });
    const [second, third] = await twoPatients();
    const { status } = await during(second, third, () => merge(second, first));
    const lost = await sqlValue(
      `select count(*)::int from public.patient_contacts c join public.patients p on p.id = c.patient_id where p.id = any ($1) and p.merged_into is not null`,
      [[first, second, third]],
    );
    return { status, lost };
  }

  test("nobody is merged into a patient who is merged on meanwhile", async () => {
    expect(await mergeIntoOneOnTheMove()).toEqual({ status: 404, lost: 0 });
  });

  test("the negative control: without the locks, and the guard behind them, rows are lost on the hidden patient", async () => {
    const locked = String(await sqlValue("select pg_get_functiondef('private.lock_patients'::regproc)"));
    await sql().query(
      `create or replace function private.lock_patients(p_ids uuid[]) returns void language sql set search_path = '' as 'select 1'`,
    );
    await sql().query("alter table public.patient_merges disable trigger not_of_a_merged_patient");
    try {
      expect(await mergeIntoOneOnTheMove()).toEqual({ status: 201, lost: 1 });
    } finally {
      await sql().query(locked);
      await sql().query("alter table public.patient_merges enable trigger not_of_a_merged_patient");
    }
  });

  /** Adds a contact to a patient who is merged away meanwhile. */
  async function contactDuringMerge(): Promise<{ added: unknown; lost: unknown }> {
    const [patient, source] = await twoPatients();
    const contact = { patient_id: source, kind: "guardian" as const, name: "Late Comer", phone: "+493055501234" };
    const added = await during(
      source,
      patient,
      () =>
        supabaseAs("doctor@demo.health").from("patient_contacts").insert(contact).then(({ error }) =>
          error?.code ?? "added"
        ),
    );
    return {
      added,
      lost: await sqlValue("select count(*)::int from public.patient_contacts where patient_id = $1", [source]),
    };
  }

  test("no row is added to a patient who is merged away meanwhile", async () => {
    expect(await contactDuringMerge()).toEqual({ added: "PT410", lost: 0 });
  });

  test("the negative control: without the guard the row is lost on the hidden patient", async () => {
    await sql().query("alter table public.patient_contacts disable trigger not_of_a_merged_patient");
    try {
      expect(await contactDuringMerge()).toEqual({ added: "added", lost: 1 });
    } finally {
      await sql().query("alter table public.patient_contacts enable trigger not_of_a_merged_patient");
    }
  });
});
