import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatient, newPatientId } from "../../support/patients.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, listAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const PHARMACY = "10000000-0000-4000-8000-000000000002";

let person: Person;
let doctor: string;

beforeAll(async () => {
  person = await newPerson({ given_name: "Tove", birth_date: "1990-05-17" });
  doctor = await signIn("doctor@demo.health");
});

const mine = (path = "", options: Parameters<typeof call>[1] = {}) =>
  call(`/patients/me${path}`, { token: person.token, ...options });

/** Enters the care of a hospital and answers the relationship's id. */
async function enter(organization_id: string): Promise<string> {
  const answer = await mine("/care-relationships", { body: { organization_id } });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return textAt(answer.body, "/id");
}

/** Ends the care of the demo hospital for a patient, as its doctor. */
async function endCareOf(id: string): Promise<void> {
  const listed = await call(`/patients/${id}/care-relationships?status=active`, { token: doctor });
  const relationship = textAt(listed.body, "/data/0/id");
  const ended = await call(`/patients/${id}/care-relationships/${relationship}/end`, { token: doctor, method: "POST" });
  expect(ended.status).toBe(200);
}

test("a number that the hospital gave itself, in the form of the hub's own, keeps nobody out", async () => {
  const number = textAt((await newPatient()).body, "/identifiers/0/value");
  const next = (ahead: number) => `H${Number(number.slice(1)) + ahead}`;
  const { rows } = await sql().query<{ id: string }>(
    "insert into private.patients (given_name, family_name) values ('Own', 'Number') returning id",
  );
  await sql().query(
    "insert into public.patient_identifiers (patient_id, system, organization_id, value, use) select $1, 'mrn', $2, unnest($3::text[]), 'old' on conflict do nothing",
    [rows[0]?.id, HOSPITAL, Array.from({ length: 30 }, (_, ahead) => next(ahead + 1))],
  );
  const taken = textAt((await newPatient()).body, "/identifiers/0/value");
  expect(Number(taken.slice(1))).toBeGreaterThan(Number(number.slice(1)) + 20);
});

describe("/patients/me", () => {
  test("is the record of somebody who registered", async () => {
    const answer = await mine();
    expect(answer).toMatchObject({
      status: 200,
      body: { user_id: person.id, given_name: "Tove", birth_date: "1990-05-17" },
    });
    expect(answer.headers.get("etag")).toMatch(/^W\/"\d+"$/);
    expect((await call(`/patients/${textAt(answer.body, "/id")}`, { token: person.token })).body).toEqual(answer.body);
  });

  test("changes how the person can be reached", async () => {
    const contacts = [{ kind: "emergency", name: "Nils Person", phone: "+493055501235" }];
    const changed = await mine("", { method: "PATCH", body: { city: "Bonn", language: "sv", contacts } });
    expect(changed).toMatchObject({ status: 200, body: { city: "Bonn", language: "sv", contacts } });
  });

  test("leaves to the hospital what is the hospital's", async () => {
    for (const field of ["given_name", "birth_date", "sex", "blood_type", "national_id", "user_id"]) {
      expect(await mine("", { method: "PATCH", body: { [field]: null } })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: `/${field}` }] },
      });
    }
    const id = textAt((await mine()).body, "/id");
    const sneaked = await call(`/patients/${id}`, {
      token: person.token,
      method: "PATCH",
      body: { birth_date: "1991-01-01" },
    });
    expect(sneaked).toMatchObject({ status: 403, body: { code: "forbidden", errors: [{ pointer: "/birth_date" }] } });
    expect(textAt(sneaked.body, "/detail")).toContain("Choose a hospital and ask there");
    const numbered = await call(`/patients/${id}`, {
      token: person.token,
      method: "PATCH",
      body: { national_id: { country: "DE", value: "T220001293" } },
    });
    expect(numbered).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  test("honours If-Match", async () => {
    const stale = await mine("", { method: "PATCH", body: { city: "Ulm" }, headers: { "if-match": 'W/"999"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version" } });
  });

  test("is 404 for staff who are no patients", async () => {
    expect((await call("/patients/me", { token: doctor })).status).toBe(404);
    expect((await call("/patients/me", { token: doctor, method: "PATCH", body: { city: "Ulm" } })).status).toBe(404);
  });
});

describe("care relationships", () => {
  test("a patient enters the care of a hospital, which then sees them, and leaves it", async () => {
    const id = textAt((await mine()).body, "/id");
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(404);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = { organization_id: HOSPITAL };
    const started = await mine("/care-relationships", { body, headers });
    expect(started).toMatchObject({
      status: 201,
      body: { patient_id: id, organization_id: HOSPITAL, status: "active", version: 1 },
    });
    const relationship = textAt(started.body, "/id");
    const location = started.headers.get("location");
    expect(location).toBe(`/functions/v1/patients/me/care-relationships/${relationship}`);
    expect((await mine(`/care-relationships/${relationship}`)).body).toEqual(started.body);
    const again = await mine("/care-relationships", { body, headers });
    expect(again.body).toEqual(started.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await mine("/care-relationships", { body })).toMatchObject({
      status: 409,
      body: { code: "already_exists" },
    });
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(200);

    const stale = await mine(`/care-relationships/${relationship}/end`, {
      method: "POST",
      headers: { "if-match": 'W/"7"' },
    });
    expect(stale.status).toBe(412);
    const ended = await mine(`/care-relationships/${relationship}/end`, { method: "POST" });
    expect(ended).toMatchObject({ status: 200, body: { status: "ended", version: 2 } });
    expect(at(ended.body, "/ended_at")).not.toBeNull();
    const twice = await mine(`/care-relationships/${relationship}/end`, { method: "POST" });
    expect(twice).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: [] } });
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(404);
  });

  test("end by the hospital, which takes the patient back by number; by the patient, who alone comes back", async () => {
    const patient = await newPatient();
    const id = textAt(patient.body, "/id");
    const mrn = textAt(patient.body, "/identifiers/0/value");
    const reinstate = (headers = {}) => call("/patients/reinstatements", { token: doctor, body: { mrn }, headers });
    expect(await reinstate()).toMatchObject({ status: 409, body: { code: "conflict" } });
    await endCareOf(id);
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(404);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const back = await reinstate(headers);
    expect(back).toMatchObject({ status: 201, body: { id } });
    expect(back.headers.get("location")).toBe(`/functions/v1/patients/${id}`);
    expect((await reinstate(headers)).body).toEqual(back.body);
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(200);
    expect(
      (await call("/patients/reinstatements", { token: await signIn("doctor@north.health"), body: { mrn } })).status,
    )
      .toBe(404);
    expect((await call("/patients/reinstatements", { token: person.token, body: { mrn } })).status).toBe(403);

    const relationship = await enter(HOSPITAL);
    const own = await mine();
    const number = listAt(own.body, "/identifiers").map((one) => textAt(one, "/value"))[0];
    await mine(`/care-relationships/${relationship}/end`, { method: "POST" });
    const refused = await call("/patients/reinstatements", { token: doctor, body: { mrn: number } });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const denied = await call(`/admin/audit?request_id=${refused.headers.get("x-request-id")}`, {
      token: await signIn("privacy@demo.health"),
    });
    expect(denied.body).toMatchObject({
      data: [{ action: "deny", reason: "patient_ended_care", patient_id: textAt(own.body, "/id") }],
    });
  });

  test("are listed newest first, page by page", async () => {
    for (const hospital of [HOSPITAL, NORTHSIDE]) {
      const id = await enter(hospital);
      await mine(`/care-relationships/${id}/end`, { method: "POST" });
    }
    const { body } = await mine("/care-relationships?count=exact");
    const all = listAt(body, "/data").map((one) => textAt(one, "/id"));
    expect(at(body, "/page/total")).toBe(all.length);
    const seen: string[] = [];
    for (let cursor = "";;) {
      const page = await mine(`/care-relationships?limit=1&count=exact${cursor && `&cursor=${cursor}`}`);
      expect(at(page.body, "/page/total")).toBe(all.length);
      seen.push(...listAt(page.body, "/data").map((one) => textAt(one, "/id")));
      const next = at(page.body, "/page/next_cursor");
      if (typeof next !== "string") break;
      cursor = next;
    }
    expect(seen).toEqual(all);
    expect((await mine("/care-relationships?status=active")).body).toMatchObject({ data: [] });
  });

  test("exist with open hospitals alone", async () => {
    expect(await mine("/care-relationships", { body: { organization_id: PHARMACY } })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/organization_id" }] },
    });
    expect((await mine("/care-relationships", { body: { organization_id: crypto.randomUUID() } })).status).toBe(422);
    const staff = await call("/patients/me/care-relationships", { token: doctor, body: { organization_id: HOSPITAL } });
    expect(staff).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });

  test("of one patient are nobody else's", async () => {
    const id = await enter(NORTHSIDE);
    const other = await signIn("patient2@demo.health");
    for (const token of [other, doctor]) {
      expect((await call(`/patients/me/care-relationships/${id}`, { token })).status).toBe(404);
      expect((await call(`/patients/me/care-relationships/${id}/end`, { token, method: "POST" })).status).toBe(404);
    }
    const patientId = textAt((await mine()).body, "/id");
    expect(
      (await call(`/patients/${patientId}/care-relationships/${id}/end`, { token: doctor, method: "POST" })).status,
    ).toBe(404);
    expect((await supabaseAs("doctor@demo.health").from("care_relationships").select("id").eq("id", id)).data).toEqual(
      [],
    );
    expect(await sqlValue("select status from public.care_relationships where id = $1", [id])).toBe("active");
  });

  test("staff list and end those of their hospital", async () => {
    const id = await newPatientId();
    const listed = await call(`/patients/${id}/care-relationships`, { token: doctor });
    expect(listed).toMatchObject({
      status: 200,
      body: { data: [{ patient_id: id, organization_id: HOSPITAL, status: "active" }] },
    });
    const relationship = textAt(listed.body, "/data/0/id");
    const elsewhere = textAt((await newPatient()).body, "/id");
    const path = (patientId: string) => `/patients/${patientId}/care-relationships/${relationship}/end`;
    expect((await call(path(elsewhere), { token: doctor, method: "POST" })).status).toBe(404);
    expect((await call(path(id), { token: await signIn("pharmacist@demo.health"), method: "POST" })).status).toBe(404);
    expect(await call(path(id), { token: doctor, method: "POST" })).toMatchObject({
      status: 200,
      body: { status: "ended" },
    });
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(404);
  });
});
