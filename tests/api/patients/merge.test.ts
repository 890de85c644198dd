import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatient, newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newPerson } from "../../support/people.ts";
import { type Answer, at, call, listAt, numberAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

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
