import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";

let doctor: string;
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});

type Known = Person & { patientId: string };

async function inCareOf(...hospitals: string[]): Promise<Known> {
  const person = await newPerson();
  const patientId = String(await sqlValue("select id from public.patients where user_id = $1", [person.id]));
  for (const hospital of hospitals) {
    await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
      patientId,
      hospital,
    ]);
  }
  return { ...person, patientId };
}

const ask = ({ token, patientId }: Known, body: object = {}, headers: Record<string, string> = {}) =>
  call(`/patients/${patientId}/correction-requests`, {
    token,
    headers,
    body: { field: "birth_date", text: "It is 12 April.", ...body },
  });
const step = (person: Known, id: string, verb: string, token: string, headers: Record<string, string> = {}) =>
  call(`/patients/${person.patientId}/correction-requests/${id}/${verb}`, {
    token,
    headers,
    method: "POST",
    ...(verb !== "withdraw" && { body: { reason: "As the passport says" } }),
  });

describe("a request", () => {
  test("goes to the hospital, which lists and answers it", async () => {
    const person = await inCareOf(HOSPITAL);
    const asked = await ask(person);
    expect(asked).toMatchObject({
      status: 201,
      body: { organization_id: HOSPITAL, field: "birth_date", status: "open", version: 1 },
    });
    const id = textAt(asked.body, "/id");
    const location = String(asked.headers.get("location")).replace("/functions/v1", "");
    for (const token of [doctor, person.token]) expect((await call(location, { token })).body).toEqual(asked.body);
    const listed = await call(`/patients/correction-requests?organization_id=${HOSPITAL}&status=open&count=exact`, {
      token: doctor,
    });
    expect(listAt(listed.body, "/data")).toContainEqual(asked.body);
    expect((await call(`/patients/${person.patientId}/correction-requests`, { token: person.token })).body)
      .toMatchObject({ data: [asked.body] });

    expect((await step(person, id, "accept", doctor, { "if-match": 'W/"7"' })).status).toBe(412);
    const accepted = await step(person, id, "accept", doctor, { "if-match": 'W/"1"' });
    expect(accepted).toMatchObject({
      status: 200,
      body: {
        status: "accepted",
        decision_reason: "As the passport says",
        decided_by: "30000000-0000-4000-8000-000000000002",
        version: 2,
      },
    });
    expect(accepted.headers.get("etag")).toBe('W/"2"');
  });

  test("is about one thing, of the patient", async () => {
    const person = await inCareOf(HOSPITAL);
    const other = await inCareOf(HOSPITAL);
    const record = (patientId: string) =>
      sqlValue(
        "insert into public.allergies (patient_id, organization_id, category, substance) values ($1, $2, 'food', 'Nuts') returning id",
        [
          patientId,
          HOSPITAL,
        ],
      );
    const own = await record(person.patientId);
    const about = { field: undefined, record_kind: "allergy" };
    expect(await ask(person, { ...about, record_id: own })).toMatchObject({
      status: 201,
      body: { record_kind: "allergy", record_id: own },
    });
    for (const record_id of [await record(other.patientId), crypto.randomUUID()]) {
      expect(await ask(person, { ...about, record_id })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/record_id" }] },
      });
    }
    for (const wrong of [{ field: undefined }, { record_kind: "allergy", record_id: own }, { ...about }]) {
      expect(await ask(person, wrong)).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    }
    expect(await ask(person, { text: "x".repeat(2001) })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/text" }] },
    });
  });

  test("names the hospital where several care, and one that does", async () => {
    const both = await inCareOf(HOSPITAL, NORTHSIDE);
    const none = await inCareOf();
    const pointer = { status: 422, body: { errors: [{ pointer: "/organization_id" }] } };
    expect(await ask(both)).toMatchObject(pointer);
    expect(await ask(none)).toMatchObject(pointer);
    expect(await ask(none, { organization_id: HOSPITAL })).toMatchObject(pointer);
    const asked = await ask(both, { organization_id: NORTHSIDE });
    expect(asked.status).toBe(201);
    expect((await step(both, textAt(asked.body, "/id"), "accept", doctor)).status).toBe(404);
  });

  test("is the patient's own, and made once for an Idempotency-Key", async () => {
    const person = await inCareOf(HOSPITAL);
    const other = await inCareOf(HOSPITAL);
    expect((await ask({ ...person, token: doctor })).status).toBe(403);
    expect((await ask({ ...person, token: other.token })).status).toBe(404);
    const key = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => ask(person, {}, key)));
    expect(new Set(answers.map(({ body }) => at(body, "/id"))).size).toBe(1);
  });
});

describe("steps", () => {
  const cases: [first: string, status: string][] = [["accept", "accepted"], ["reject", "rejected"], [
    "withdraw",
    "withdrawn",
  ]];

  test.each(cases)("after %s nothing more is possible", async (first, status) => {
    const person = await inCareOf(HOSPITAL);
    const id = textAt((await ask(person)).body, "/id");
    const tokenOf = (verb: string) => verb === "withdraw" ? person.token : doctor;
    expect(await step(person, id, first, tokenOf(first))).toMatchObject({ status: 200, body: { status } });
    for (const [verb] of cases) {
      expect(await step(person, id, verb, tokenOf(verb))).toMatchObject({
        status: 409,
        body: { code: "illegal_transition", allowed: [] },
      });
    }
  });

  test("belong to one side each", async () => {
    const person = await inCareOf(HOSPITAL);
    const id = textAt((await ask(person)).body, "/id");
    expect(await step(person, id, "accept", person.token)).toMatchObject({
      status: 409,
      body: { allowed: ["withdraw"] },
    });
    expect(await step(person, id, "withdraw", doctor)).toMatchObject({
      status: 409,
      body: { allowed: ["accept", "reject"] },
    });
  });

  test("past the function are refused the same", async () => {
    const person = await inCareOf(HOSPITAL);
    const id = textAt((await ask(person)).body, "/id");
    const change = (token: string, body: object) =>
      gateway(`/rest/v1/correction_requests?id=eq.${id}&select=id`, {
        token,
        method: "PATCH",
        body,
        headers: { prefer: "return=representation" },
      });
    expect(await change(person.token, { status: "accepted", decision_reason: "Mine" })).toMatchObject({ status: 403 });
    expect(await change(doctor, { status: "withdrawn" })).toMatchObject({ status: 403 });
    expect((await change(doctor, { status: "rejected" })).status).toBe(400);
    expect((await change(await signIn("doctor@north.health"), { status: "rejected", decision_reason: "No" })).body)
      .toEqual([]);
    expect((await step(person, id, "reject", doctor)).status).toBe(200);
  });

  test("at once: one answer counts", async () => {
    const person = await inCareOf(HOSPITAL);
    const id = textAt((await ask(person)).body, "/id");
    const answers = await Promise.all([
      step(person, id, "accept", doctor),
      step(person, id, "reject", await signIn("nurse@demo.health")),
      step(person, id, "withdraw", person.token),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });
});
