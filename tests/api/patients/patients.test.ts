import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatient, newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newColleague } from "../../support/people.ts";
import { at, call, listAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const UNKNOWN = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";

let doctor: string;
let stranger: string;
let pharmacist: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  stranger = await signIn("doctor@north.health");
  pharmacist = await signIn("pharmacist@demo.health");
});

/** Everything that a patient can have. */
const whole = () => ({
  given_name: "Zoë",
  family_name: uniqueName(),
  birth_date: "1988-04-12",
  sex: "female",
  blood_type: "AB-",
  language: "de",
  phone: "+493055501234",
  email: "zoe@example.org",
  address_line: "Lindenstrasse 1",
  city: "Berlin",
  region: null,
  postal_code: "10969",
  country: "DE",
  contacts: [
    { kind: "guardian", name: "Jonas Becker", relationship: "father", phone: "+493055501235", email: null },
    { kind: "emergency", name: "Mia Becker", relationship: null, phone: null, email: "mia@example.org" },
  ],
});

describe("POST /patients", () => {
  test("registers a patient with numbers, contacts and care", async () => {
    const input = whole();
    const nationalId = { country: "DE", value: uniqueName().slice(0, 12) };
    const answer = await call("/patients", {
      token: doctor,
      body: { ...input, mrn: uniqueName().slice(0, 12), national_id: nationalId },
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ ...input, user_id: null, version: 1 });
    expect(answer.headers.get("etag")).toBe('W/"1"');
    const id = textAt(answer.body, "/id");
    expect(answer.headers.get("location")).toBe(`/functions/v1/patients/${id}`);
    expect(listAt(answer.body, "/identifiers")).toMatchObject([
      { system: "mrn", organization_id: HOSPITAL, country: null },
      { system: "national_id", organization_id: null, country: "DE", value: nationalId.value.toUpperCase() },
    ]);
    const read = await call(`/patients/${id}`, { token: doctor });
    expect(read.body).toEqual(answer.body);
    expect(read.headers.get("etag")).toBe('W/"1"');
  });

  test("gives a medical record number of its own", async () => {
    const { body } = await newPatient();
    expect(at(body, "/identifiers/0/value")).toMatch(/^H\d{7,}$/);
  });

  test("refuses a medical record number that is taken", async () => {
    const mrn = uniqueName().slice(0, 12);
    await newPatient({ mrn });
    const again = await call("/patients", { token: doctor, body: { given_name: "A", family_name: "B", mrn } });
    expect(again).toMatchObject({ status: 409, body: { code: "already_exists" } });
  });

  test("is for hospital staff, at their own hospital", async () => {
    const body = { given_name: "A", family_name: uniqueName() };
    for (const token of [pharmacist, await signIn("patient@demo.health"), await signIn("admin@demo.health")]) {
      expect(await call("/patients", { token, body })).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
    const elsewhere = await call("/patients", { token: doctor, body: { ...body, organization_id: NORTHSIDE } });
    expect(elsewhere).toMatchObject({ status: 403, body: { errors: [{ pointer: "/organization_id" }] } });
    expect(await sqlValue("select count(*)::int from public.patients where family_name = $1", [body.family_name])).toBe(
      0,
    );
  });

  test("happens once for an Idempotency-Key, however often and at once it is sent", async () => {
    const body = whole();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => call("/patients", { token: doctor, body, headers })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect(new Set(answers.map((answer) => answer.headers.get("location"))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get("idempotency-replayed") === "true")).toHaveLength(49);
    expect(await sqlValue("select count(*)::int from public.patients where family_name = $1", [body.family_name])).toBe(
      1,
    );

    const other = await call("/patients", { token: doctor, body: { ...body, city: "Bonn" }, headers });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    const somebodyElse = await call("/patients", { token: await signIn("nurse@demo.health"), body, headers });
    expect(somebodyElse.status).toBe(201);
    expect(somebodyElse.headers.get("idempotency-replayed")).toBeNull();
  });
});

describe("the other hospital", () => {
  test("finds nothing under the patient's id, through the function and past it", async () => {
    const id = await newPatientId();
    const body = { reason: "Not ours" };
    expect(await call(`/patients/${id}`, { token: stranger })).toMatchObject({
      status: 404,
      body: { code: "not_found" },
    });
    expect(await call(`/patients/${id}`, { token: stranger, method: "PATCH", body: { city: "Bonn" } })).toMatchObject({
      status: 404,
    });
    expect(await call(`/patients/${id}`, { token: stranger, method: "PUT", body: { ...whole(), national_id: null } }))
      .toMatchObject({ status: 404 });
    expect(await call(`/patients/${id}`, { token: stranger, method: "DELETE", body })).toMatchObject({ status: 404 });

    const api = supabaseAs("doctor@north.health");
    expect((await api.from("patients").select("id").eq("id", id)).data).toEqual([]);
    expect((await api.from("patients").update({ city: "Bonn" }).eq("id", id).select("id")).data).toEqual([]);
    expect((await api.from("patient_identifiers").select("id").eq("patient_id", id)).data).toEqual([]);
    expect((await api.rpc("get_patient", { p_id: id })).data).toBeNull();
    expect((await api.from("patients").delete().eq("id", id)).error).toMatchObject({ code: "42501" });
  });

  test("does not see the others' patients in its list", async () => {
    const { body } = await call("/patients?limit=100", { token: stranger });
    const hospitals = listAt(body, "/data").flatMap((patient) => listAt(patient, "/identifiers")).map((one) =>
      at(one, "/organization_id")
    );
    // A national id is no hospital's.
    expect(new Set(hospitals.filter((hospital) => hospital !== null))).toEqual(new Set([NORTHSIDE]));
    expect(await call(`/patients?organization_id=${HOSPITAL}`, { token: stranger })).toMatchObject({
      status: 200,
      body: { data: [] },
    });
  });
});

test("pharmacists and admins see no patients", async () => {
  const id = await newPatientId();
  for (const token of [pharmacist, await signIn("admin@demo.health")]) {
    expect(await call("/patients", { token })).toMatchObject({ status: 200, body: { data: [] } });
    expect(await call(`/patients/${id}`, { token })).toMatchObject({ status: 404 });
    expect(await call("/patients/search", { token, body: { name: "muller" } })).toMatchObject({
      status: 200,
      body: { data: [] },
    });
  }
});

describe("changing a patient", () => {
  test("PATCH changes what it names and nothing else", async () => {
    const { body } = await newPatient({ city: "Berlin", phone: "+493055501234" });
    const id = textAt(body, "/id");
    const answer = await call(`/patients/${id}`, {
      token: doctor,
      method: "PATCH",
      body: { city: "Bonn", phone: null },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: { city: "Bonn", phone: null, family_name: at(body, "/family_name"), version: 2 },
    });
    expect(answer.headers.get("etag")).toBe('W/"2"');
  });

  test("PUT replaces the whole and has to name the whole", async () => {
    const { body } = await newPatient({ ...whole(), national_id: { country: "DE", value: uniqueName().slice(0, 12) } });
    const id = textAt(body, "/id");
    const input = { ...whole(), contacts: [], national_id: null, birth_date: null };
    const answer = await call(`/patients/${id}`, { token: doctor, method: "PUT", body: input });
    const { national_id: _, ...shown } = input;
    expect(answer).toMatchObject({ status: 200, body: { ...shown, identifiers: [{ system: "mrn" }] } });
    const { city: __, ...partial } = input;
    expect(await call(`/patients/${id}`, { token: doctor, method: "PUT", body: partial })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/city" }] },
    });
  });

  test("a stale If-Match is 412 and changes nothing, a fresh one goes through", async () => {
    const id = await newPatientId();
    const change = (city: string, version: string) =>
      call(`/patients/${id}`, { token: doctor, method: "PATCH", body: { city }, headers: { "if-match": version } });
    expect((await change("Bonn", 'W/"1"')).status).toBe(200);
    expect(await change("Köln", 'W/"1"')).toMatchObject({ status: 412, body: { code: "stale_version" } });
    expect((await call(`/patients/${id}`, { token: doctor })).body).toMatchObject({ city: "Bonn", version: 2 });
    expect((await change("Köln", 'W/"2"')).status).toBe(200);
    expect(await change("Ulm", "nonsense")).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "#/header/if-match" }] },
    });
    const put = { ...whole(), national_id: null };
    const stale = { token: doctor, headers: { "if-match": 'W/"1"' } };
    expect((await call(`/patients/${id}`, { ...stale, method: "PUT", body: put })).status).toBe(412);
    expect((await call(`/patients/${id}`, { ...stale, method: "DELETE", body: { reason: "Double" } })).status).toBe(
      412,
    );
  });

  test("of two at once with the same If-Match one wins", async () => {
    const id = await newPatientId();
    const answers = await Promise.all(
      ["Bonn", "Köln", "Ulm", "Hamm"].map((city) =>
        call(`/patients/${id}`, { token: doctor, method: "PATCH", body: { city }, headers: { "if-match": 'W/"1"' } })
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
  });

  test("a patient that is not there is 404", async () => {
    expect((await call(`/patients/${UNKNOWN}`, { token: doctor })).status).toBe(404);
    expect((await call(`/patients/${UNKNOWN}`, { token: doctor, method: "PATCH", body: { city: "Bonn" } })).status)
      .toBe(404);
    expect((await call(`/patients/${UNKNOWN}`, { token: doctor, method: "DELETE", body: { reason: "Gone" } })).status)
      .toBe(404);
  });
});

describe("DELETE /patients/{id}", () => {
  test("hides the patient and keeps the record", async () => {
    const { body } = await newPatient();
    const id = textAt(body, "/id");
    const answer = await call(`/patients/${id}`, {
      token: doctor,
      method: "DELETE",
      body: { reason: "Registered twice" },
    });
    expect(answer).toMatchObject({ status: 204, body: "" });
    expect((await call(`/patients/${id}`, { token: doctor })).status).toBe(404);
    expect((await call(`/patients/${id}`, { token: doctor, method: "DELETE", body: { reason: "Again" } })).status).toBe(
      404,
    );
    const found = await call("/patients/search", { token: doctor, body: { name: textAt(body, "/family_name") } });
    expect(found.body).toMatchObject({ data: [] });
    expect(await sqlValue("select deletion_reason from public.patients where id = $1", [id])).toBe("Registered twice");
  });

  test("takes a reason", async () => {
    const id = await newPatientId();
    expect(await call(`/patients/${id}`, { token: doctor, method: "DELETE", body: {} })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/reason" }] },
    });
  });

  test("is refused while another hospital cares for the patient", async () => {
    const id = await newPatientId();
    await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
      id,
      NORTHSIDE,
    ]);
    const body = { reason: "Moved away" };
    const refused = await call(`/patients/${id}`, { token: doctor, method: "DELETE", body });
    expect(refused).toMatchObject({ status: 409, body: { code: "in_care_elsewhere" } });
    expect((await call(`/patients/${id}`, { token: stranger })).status).toBe(200);
  });

  test("is not for the patients themselves", async () => {
    const token = await signIn("patient@demo.health");
    const id = textAt((await call("/patients/me", { token })).body, "/id");
    const refused = await call(`/patients/${id}`, { token, method: "DELETE", body: { reason: "Mine" } });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  });
});

test("a suspended clinician is refused on the next request with the same token", async () => {
  const colleague = await newColleague();
  const id = await newPatientId();
  expect((await call(`/patients/${id}`, { token: colleague.token })).status).toBe(200);
  const admin = await signIn("admin@demo.health");
  expect((await call(`/admin/people/${colleague.id}/suspend`, { token: admin, method: "POST" })).status).toBe(200);
  for (const path of [`/patients/${id}`, "/patients", "/patients/me"]) {
    expect(await call(path, { token: colleague.token })).toMatchObject({
      status: 403,
      body: { code: "account_suspended" },
    });
  }
});
