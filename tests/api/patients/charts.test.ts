import { beforeAll, describe, expect, test } from "vitest";
import { addRecord, giveConsent, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, listAt, numberAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

let doctor: string;
let nurse: string;
let north: string;
let officer: string;
let person: Person;
let own: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  nurse = await signIn("nurse@demo.health");
  north = await signIn("doctor@north.health");
  officer = await signIn("privacy@demo.health");
  person = await newPerson({ given_name: "Ture", birth_date: "1980-01-02" });
  own = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
});

const penicillin = {
  category: "medication",
  substance: "Penicillins",
  is_class: true,
  code_system: "atc",
  code: "J01C",
};
const depression = { name: "Depression", code_system: "icd10", code: "F32.1", sensitivity: "mental_health" };

/** The refusal that the privacy officer finds for the request of an answer. */
async function deniedReason(answer: { headers: Headers }): Promise<unknown> {
  const found = await call(`/admin/audit?action=deny&request_id=${answer.headers.get("x-request-id")}`, {
    token: officer,
  });
  return at(found.body, "/data/0/reason");
}

describe("a chart", () => {
  test("is closed until it is opened, and never an empty list", async () => {
    const id = await newPatientId();
    for (const path of ["allergies", "summary", "timeline", `allergies/${id}`]) {
      const answer = await call(`/patients/${id}/${path}`, { token: doctor });
      expect(answer).toMatchObject({ status: 403, body: { code: "chart_not_open" } });
      expect(await deniedReason(answer)).toBe("chart_not_open");
    }
    const added = await call(`/patients/${id}/allergies`, { token: doctor, body: penicillin });
    expect(added).toMatchObject({ status: 403, body: { code: "chart_not_open" } });
  });

  test("is answered by the call that opens it, whose entry is in the log of the same request", async () => {
    const id = await newPatientId();
    const opened = await openChart(id, "doctor@demo.health", { purpose: "care_management" });
    expect(opened).toMatchObject({
      status: 201,
      body: {
        patient_id: id,
        basis: "care_relationship",
        purpose: "care_management",
        chart: { scope: "everything", patient: { id }, allergies: [], conditions: [], vital_signs: [] },
      },
    });
    const entries = await call(`/admin/audit?request_id=${opened.headers.get("x-request-id")}`, { token: officer });
    expect(listAt(entries.body, "/data")).toMatchObject([{
      table_name: "chart_accesses",
      action: "insert",
      patient_id: id,
    }]);
    expect(await call(`/patients/${id}/allergies`, { token: doctor })).toMatchObject({
      status: 200,
      body: { data: [] },
    });
    expect(await call(`/patients/${id}/allergies`, { token: nurse })).toMatchObject({ status: 403 });
  });

  test("is not there for another hospital, a pharmacy and an admin, and its own hospital finds the attempt", async () => {
    const id = await newPatientId();
    for (const email of ["doctor@north.health", "pharmacist@demo.health", "admin@demo.health"]) {
      const answer = await openChart(id, email);
      expect(answer).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect(await deniedReason(answer)).toBe("not_in_care");
    }
  });

  test("closes with care, with time, when it is closed, and with the membership", async () => {
    const id = await newPatientId();
    const read = () => call(`/patients/${id}/conditions`, { token: doctor });
    await openChart(id);
    expect((await read()).status).toBe(200);
    expect(await call(`/patients/${id}/close`, { token: doctor, method: "POST" })).toMatchObject({
      status: 200,
      body: { closed: 1 },
    });
    expect((await read()).status).toBe(403);
    await openChart(id);
    const relationship = textAt(
      (await call(`/patients/${id}/care-relationships`, { token: doctor })).body,
      "/data/0/id",
    );
    await call(`/patients/${id}/care-relationships/${relationship}/end`, { token: doctor, method: "POST" });
    expect((await read()).status).toBe(404);
  });

  test("keeps who opened it on record, past every right of the API", async () => {
    const id = await newPatientId();
    const access = textAt((await openChart(id)).body, "/id");
    const client = supabaseAs("doctor@demo.health");
    expect((await client.from("chart_accesses").delete().eq("id", access)).error?.code).toBe("42501");
    expect((await client.from("chart_accesses").update({ purpose: "payment" }).eq("id", access)).error?.code).toBe(
      "42501",
    );
    await expect(sqlValue("delete from public.chart_accesses where id = $1 returning id", [access])).rejects.toThrow(
      /access log/,
    );
  });

  test("opened twice with one key is opened once", async () => {
    const id = await newPatientId();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const open = () => call(`/patients/${id}/open`, { token: doctor, body: {}, headers });
    const answers = await Promise.all(Array.from({ length: 5 }, open));
    expect(new Set(answers.map(({ body }) => textAt(body, "/id"))).size).toBe(1);
    expect(await sqlValue("select count(*)::int from public.chart_accesses where patient_id = $1", [id])).toBe(1);
  });
});

describe("consent", () => {
  test("decides in place of care: everything, without the sensitive, nothing, for a time, withdrawn", async () => {
    await openChart(own);
    await addRecord(own, "conditions", depression, doctor);
    await addRecord(own, "conditions", { name: "Asthma", code_system: "icd10", code: "J45.0" }, doctor);
    const names = async () => {
      const answer = await call(`/patients/${own}/conditions`, { token: doctor });
      return answer.status === 200
        ? [at(answer.body, "/scope"), ...listAt(answer.body, "/data").map((one) => at(one, "/name"))]
        : answer.status;
    };
    const direct = async () =>
      (await supabaseAs("doctor@demo.health").from("conditions").select("name").eq("patient_id", own)).data?.map((
        { name },
      ) => name).sort();
    expect(await names()).toEqual(["everything", "Asthma", "Depression"]);

    expect((await giveConsent(own, person.token, "without_sensitive")).status).toBe(201);
    expect(await names()).toEqual(["without_sensitive", "Asthma"]);
    expect(await direct()).toEqual(["Asthma"]);

    expect((await giveConsent(own, person.token, "nothing")).status).toBe(201);
    expect(await names()).toBe(403);
    expect(await direct()).toEqual([]);
    const refused = await openChart(own);
    expect(refused).toMatchObject({ status: 403, body: { code: "no_consent" } });
    expect(await deniedReason(refused)).toBe("no_consent");

    const given = await giveConsent(own, person.token, "everything", {
      valid_until: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(await direct()).toEqual(["Asthma", "Depression"]);
    await sqlValue(
      "update public.consents set given_at = now() - interval '2 days', valid_until = now() - interval '1 day' where id = $1",
      [
        textAt(given.body, "/id"),
      ],
    );
    expect(await names()).toBe(403);
    expect(await direct()).toEqual([]);

    const last = textAt((await giveConsent(own, person.token, "everything")).body, "/id");
    expect(await names()).toEqual(["everything", "Asthma", "Depression"]);
    const withdrawn = await call(`/patients/${own}/consents/${last}/withdraw`, { token: person.token, method: "POST" });
    expect(withdrawn).toMatchObject({ status: 200, body: { status: "withdrawn" } });
    expect(await names()).toBe(403);
    expect(await direct()).toEqual([]);
    expect((await call(`/patients/${own}/consents/${last}/withdraw`, { token: person.token, method: "POST" })).status)
      .toBe(409);
    expect(await call(`/patients/${own}/consents?count=exact`, { token: person.token })).toMatchObject({
      body: { page: { total: 4 } },
    });
    await giveConsent(own, person.token, "everything");
  });

  test("opens the chart to a hospital that does not care for the patient, and to no other", async () => {
    const northside = "20000000-0000-4000-8000-000000000001";
    expect((await openChart(own, "doctor@north.health")).status).toBe(404);
    const given = await call(`/patients/${own}/consents`, {
      token: person.token,
      body: { organization_id: northside, scope: "everything" },
    });
    expect(given.status).toBe(201);
    expect(await openChart(own, "doctor@north.health")).toMatchObject({ status: 201, body: { basis: "consent" } });
    expect((await call(`/patients/${own}/conditions`, { token: north })).status).toBe(200);
    await call(`/patients/${own}/consents/${textAt(given.body, "/id")}/withdraw`, {
      token: person.token,
      method: "POST",
    });
    expect((await call(`/patients/${own}/conditions`, { token: north })).status).toBe(404);
  });

  test("is the patient's alone", async () => {
    const body = { organization_id: HOSPITAL, scope: "everything" };
    expect(await call(`/patients/${own}/consents`, { token: doctor, body })).toMatchObject({ status: 403 });
    const direct = await supabaseAs("doctor@demo.health").from("consents").insert({
      patient_id: own,
      organization_id: HOSPITAL,
      scope: "everything",
    });
    expect(direct.error?.code).toBe("42501");
    expect(await giveConsent(own, person.token, "everything", { valid_until: "2020-01-01T00:00:00Z" })).toMatchObject({
      status: 422,
    });
    expect(await giveConsent(own, person.token, "some")).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/scope" }] },
    });
  });
});

describe("the access log", () => {
  test("is whole for the patient and narrow for others", async () => {
    await openChart(own, "nurse@demo.health");
    const all = await call(`/patients/${own}/access-log?count=exact&limit=1`, { token: person.token });
    expect(numberAt(all.body, "/page/total")).toBe(
      await sqlValue("select count(*)::int from public.chart_accesses where patient_id = $1", [own]),
    );
    const next = await call(`/patients/${own}/access-log?limit=1&cursor=${textAt(all.body, "/page/next_cursor")}`, {
      token: person.token,
    });
    expect(textAt(next.body, "/data/0/id")).not.toBe(textAt(all.body, "/data/0/id"));
    const mine = await call(`/patients/${own}/access-log`, { token: nurse });
    expect(new Set(listAt(mine.body, "/data").map((one) => at(one, "/user/given_name")))).toEqual(new Set(["Nora"]));
    expect((await call(`/patients/${crypto.randomUUID()}/access-log`, { token: doctor })).status).toBe(404);
  });
});

test("the export of a chart holds every row of the patient, for the patient alone", async () => {
  const exported = await call(`/patients/${own}/export`, { token: person.token });
  expect(exported).toMatchObject({ status: 200, body: { patient_id: own, tables: { patients: [{ id: own }] } } });
  for (
    const table of ["conditions", "consents", "chart_accesses", "care_relationships", "record_versions", "vital_signs"]
  ) {
    expect(listAt(exported.body, `/tables/${table}`)).toHaveLength(
      Number(await sqlValue(`select count(*) from public.${table} where patient_id = $1`, [own])),
    );
  }
  expect(await call(`/patients/${own}/export`, { token: doctor })).toMatchObject({ status: 403 });
});
