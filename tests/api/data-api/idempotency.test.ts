import { beforeAll, describe, expect, test } from "vitest";
import { addRecord, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { clearAppointments, dayAhead, DEMO, freeStarts } from "../../support/appointments.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newMember, type Person } from "../../support/people.ts";
import { type Answer, call, gateway, signIn, textAt } from "../../support/stack.ts";

const PHARMACY = "10000000-0000-4000-8000-000000000002";

let doctor: string;
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  await clearAppointments();
});

const keyed = () => ({ "idempotency-key": crypto.randomUUID() });
const rpc = (name: string, p_input: object, token: string, headers = {}) =>
  gateway(`/rest/v1/rpc/${name}`, {
    token,
    body: { p_input },
    headers,
  });
const endCare = (patientId: string) =>
  sqlValue("update public.care_relationships set status = 'ended' where patient_id = $1 returning status", [patientId]);

/** A member of the hospital's staff who works at a pharmacy as well, and so is not refused altogether when the hospital suspends them. */
async function memberOfTwo(): Promise<Person> {
  const person = await newMember(HOSPITAL, "hospital_staff");
  await sqlValue(
    "insert into public.memberships (user_id, organization_id, role) values ($1, $2, 'pharmacy_staff') returning id",
    [
      person.id,
      PHARMACY,
    ],
  );
  return person;
}
const suspend = ({ id }: Person) =>
  sqlValue(
    "update public.memberships set status = 'suspended' where user_id = $1 and organization_id = $2 returning status",
    [id, HOSPITAL],
  );

describe("a repetition tells nothing that its sender may not see any more", () => {
  test("of a patient whose care has ended, at the functions and at the data API", async () => {
    const family_name = uniqueName();
    const body = { given_name: "Ida", family_name, birth_date: "1980-05-05" };
    const headers = keyed();
    const first = await call("/patients", { token: doctor, headers, body });
    expect(first.status).toBe(201);
    const again = await call("/patients", { token: doctor, headers, body });
    expect([again.status, again.headers.get("idempotency-replayed"), again.body]).toEqual([201, "true", first.body]);

    await endCare(textAt(first.body, "/id"));
    for (
      const answer of [
        await call("/patients", { token: doctor, headers, body }),
        await rpc("create_patient", body, doctor, headers),
      ]
    ) {
      expect(answer.status).toBe(404);
      expect(answer.headers.get("idempotency-replayed")).toBeNull();
      expect(JSON.stringify(answer.body)).not.toContain(family_name);
    }
    expect(await sqlValue("select count(*)::int from public.patients where family_name = $1", [family_name])).toBe(1);
  });

  test("of an appointment at a hospital that has suspended them", async () => {
    const family_name = uniqueName();
    const patient_id = await newPatientId({ family_name, given_name: "Ida" });
    const person = await memberOfTwo();
    const [starts_at = ""] = await freeStarts(DEMO.consultation, dayAhead(3));
    const body = { service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at, patient_id };
    const headers = keyed();
    const book = () => call("/appointments", { token: person.token, headers, body });
    const first = await book();
    expect(first).toMatchObject({ status: 201, body: { patient: { family_name } } });
    expect(await book()).toMatchObject({ status: 201, body: first.body });

    await suspend(person);
    for (const answer of [await book(), await rpc("book_appointment", body, person.token, headers)]) {
      expect(answer.status).toBe(404);
      expect(JSON.stringify(answer.body)).not.toContain(family_name);
    }
  });

  test("of a chart that they have closed, or that they opened for a hospital that has suspended them", async () => {
    const id = await newPatientId({ given_name: "Ida" });
    await openChart(id);
    await addRecord(id, "conditions", { name: "Asthma" }, doctor);
    const person = await memberOfTwo();
    const headers = keyed();
    const open = () => call(`/patients/${id}/open`, { token: person.token, body: {}, headers });
    const first = await open();
    expect(first).toMatchObject({ status: 201, body: { chart: { conditions: [{ name: "Asthma" }] } } });
    expect(await open()).toMatchObject({ status: 201, body: first.body });

    await call(`/patients/${id}/close`, { token: person.token, method: "POST" });
    const silent = (answer: Answer) => {
      expect(answer.status).toBe(404);
      expect(JSON.stringify(answer.body)).not.toContain("Asthma");
    };
    silent(await open());
    await call(`/patients/${id}/open`, { token: person.token, body: {} });
    await suspend(person);
    silent(await open());
  });
});

test("what is kept under a key is an id, and no column holds an answer", async () => {
  const headers = keyed();
  const { body } = await call("/patients", {
    token: doctor,
    headers,
    body: { given_name: "Ida", family_name: uniqueName() },
  });
  expect(
    await sqlValue(
      "select to_jsonb(k) - '{user_id,fingerprint,created_at}'::text[] from private.idempotency_keys k where key = $1",
      [
        headers["idempotency-key"],
      ],
    ),
  ).toEqual({ key: headers["idempotency-key"], done: true, answer_id: textAt(body, "/id") });
});

test("a refusal that commits is judged anew, and a key serves one request alone", async () => {
  const headers = keyed();
  const pharmacist = await signIn("pharmacist@demo.health");
  const body = { given_name: "Ida", family_name: uniqueName() };
  for (let round = 0; round < 2; round++) {
    expect((await call("/patients", { token: pharmacist, headers, body })).status).toBe(403);
  }
  expect((await call("/patients", { token: doctor, headers, body })).status).toBe(201);
  expect(await call("/patients", { token: doctor, headers, body: { ...body, given_name: "Ada" } }))
    .toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
});
