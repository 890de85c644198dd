import { beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL, newColleague, newPerson, type Person } from "../../support/people.ts";
import { at, call, listAt, numberAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

const PHARMACY = "10000000-0000-4000-8000-000000000002";
const STRANGERS = ["pharmacist@demo.health", "patient@demo.health", "doctor@north.health"];

let admin: string;
let colleague: Person;
let membership: string;

const membershipOf = async (userId: string) =>
  textAt(
    (await call(`/admin/memberships?user_id=${userId}&organization_id=${HOSPITAL}`, { token: admin })).body,
    "/data/0/id",
  );

beforeAll(async () => {
  admin = await signIn("admin@demo.health");
  colleague = await newColleague();
  membership = await membershipOf(colleague.id);
});

const step = (id: string, verb: string, token = admin, headers: Record<string, string> = {}) =>
  call(`/admin/memberships/${id}/${verb}`, { token, method: "POST", headers });

describe("memberships", () => {
  test("are listed with the person's name and address, and filtered", async () => {
    const { body } = await call(`/admin/memberships?organization_id=${HOSPITAL}&role=admin&status=active&count=exact`, {
      token: admin,
    });
    expect(body).toMatchObject({
      data: [{ role: "admin", person: { given_name: "Ada", email: "admin@demo.health" } }],
      page: { total: 1 },
    });
    const first = await call(`/admin/memberships?organization_id=${HOSPITAL}&limit=1&count=exact`, { token: admin });
    const cursor = textAt(first.body, "/page/next_cursor");
    const second = await call(`/admin/memberships?organization_id=${HOSPITAL}&limit=1&count=exact&cursor=${cursor}`, {
      token: admin,
    });
    expect(at(second.body, "/data/0/id")).not.toBe(at(first.body, "/data/0/id"));
    expect(at(second.body, "/page/total")).toBe(at(first.body, "/page/total"));
  });

  test("are read and changed by an admin, honouring If-Match", async () => {
    const path = `/admin/memberships/${membership}`;
    const read = await call(path, { token: admin });
    expect(read).toMatchObject({ status: 200, body: { user_id: colleague.id, person: { email: colleague.email } } });
    const etag = read.headers.get("etag") ?? "";
    const body = { position: "Head nurse", is_prescriber: true, licence_number: "DE-77" };
    const changed = await call(path, { token: admin, method: "PATCH", body, headers: { "if-match": etag } });
    expect(changed).toMatchObject({ status: 200, body: { ...body, person: { email: colleague.email } } });
    expect((await call(path, { token: admin, method: "PATCH", body, headers: { "if-match": etag } })).status).toBe(412);
    const unlicensed = await call(path, { token: admin, method: "PATCH", body: { licence_number: null } });
    expect(unlicensed).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    for (const field of ["role", "status", "user_id"]) {
      const refused = await call(path, { token: admin, method: "PATCH", body: { [field]: "admin" } });
      expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${field}` }] } });
    }
  });

  test("are suspended and activated, once each, replayed for an Idempotency-Key", async () => {
    const { id } = await newColleague();
    const own = await membershipOf(id);
    expect((await step(own, "suspend", admin, { "if-match": 'W/"99"' })).status).toBe(412);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const suspended = await step(own, "suspend", admin, headers);
    expect(suspended).toMatchObject({ status: 200, body: { status: "suspended", person: { given_name: "Test" } } });
    const replayed = await step(own, "suspend", admin, headers);
    expect(replayed.body).toEqual(suspended.body);
    expect(replayed.headers.get("idempotency-replayed")).toBe("true");
    expect(await step(own, "suspend")).toMatchObject({
      status: 409,
      body: { code: "illegal_transition", allowed: ["activate"] },
    });
    expect(await step(own, "activate")).toMatchObject({ status: 200, body: { status: "active" } });
    expect(await step(own, "activate")).toMatchObject({ status: 409, body: { allowed: ["suspend"] } });
    expect((await step(crypto.randomUUID(), "suspend")).status).toBe(404);
  });

  test("the last admin stays", async () => {
    const { body } = await call(`/admin/memberships?organization_id=${HOSPITAL}&role=admin`, { token: admin });
    const own = textAt(body, "/data/0/id");
    expect(await step(own, "suspend")).toMatchObject({ status: 409, body: { code: "last_admin" } });
    const person = textAt(body, "/data/0/user_id");
    const alsoRefused = await call(`/admin/people/${person}/suspend`, { token: admin, method: "POST" });
    expect(alsoRefused).toMatchObject({ status: 409, body: { code: "last_admin" } });
  });

  test("colleagues see each other and change nobody, strangers see nothing", async () => {
    const nurse = await signIn("nurse@demo.health");
    expect((await call(`/admin/memberships/${membership}`, { token: nurse })).status).toBe(200);
    const path = `/admin/memberships/${membership}`;
    expect(await call(path, { token: nurse, method: "PATCH", body: { position: "Chief" } })).toMatchObject({
      status: 403,
    });
    expect(await step(membership, "suspend", nurse)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    for (const email of STRANGERS) {
      const token = await signIn(email);
      expect((await call(`/admin/memberships?organization_id=${HOSPITAL}`, { token })).body).toMatchObject({
        data: [],
      });
      expect((await call(path, { token })).status).toBe(404);
      expect((await call(path, { token, method: "PATCH", body: { position: "Chief" } })).status).toBe(404);
      expect((await step(membership, "suspend", token)).status).toBe(404);
      expect((await step(membership, "activate", token)).status).toBe(404);
    }
    const direct = supabaseAs("nurse@demo.health").from("memberships");
    expect((await direct.update({ is_prescriber: true }).eq("id", membership).select("id")).data).toEqual([]);
  });
});

describe("people", () => {
  test("are listed by name, with their memberships", async () => {
    const { body } = await call(`/admin/people?organization_id=${HOSPITAL}&limit=100&count=exact`, { token: admin });
    const names = listAt(body, "/data").map((one) => textAt(one, "/family_name"));
    expect(names).toEqual(expect.arrayContaining(["Adler", "Lindgren", "Okafor"]));
    expect(numberAt(body, "/page/total")).toBe(names.length);
    const one = await call("/admin/people/search", { token: admin, body: { email: "DOCTOR@demo.health" } });
    expect(one.body).toMatchObject({
      data: [{ family_name: "Okafor", memberships: [{ organization_id: HOSPITAL, role: "hospital_staff" }] }],
    });
  });

  test("are paged without gaps", async () => {
    const seen: string[] = [];
    for (let cursor = "";;) {
      const { body } = await call(`/admin/people?limit=2${cursor && `&cursor=${cursor}`}`, { token: admin });
      seen.push(...listAt(body, "/data").map((one) => textAt(one, "/id")));
      const next = at(body, "/page/next_cursor");
      if (typeof next !== "string") break;
      cursor = next;
    }
    const all = await call("/admin/people?limit=100", { token: admin });
    expect(seen.slice(0, 100)).toEqual(listAt(all.body, "/data").map((one) => textAt(one, "/id")));
  });

  test("are no patients and nobody from elsewhere", async () => {
    const patient = await newPerson();
    for (const email of [patient.email, "doctor@north.health"]) {
      expect((await call("/admin/people/search", { token: admin, body: { email } })).body).toMatchObject({ data: [] });
    }
    expect((await call(`/admin/people/${patient.id}/suspend`, { token: admin, method: "POST" })).status).toBe(404);
    expect((await call("/admin/people", { token: patient.token })).body).toMatchObject({ data: [] });
  });

  test("are suspended at once and everywhere, and let back in", async () => {
    const person = await newColleague();
    const suspend = (token: string) => call(`/admin/people/${person.id}/suspend`, { token, method: "POST" });
    for (const email of ["nurse@demo.health", ...STRANGERS]) {
      expect((await suspend(await signIn(email))).status).toBe(404);
    }
    expect((await call("/patients?limit=1", { token: person.token })).status).toBe(200);
    expect(await suspend(admin)).toMatchObject({
      status: 200,
      body: { status: "suspended", memberships: [{ status: "suspended" }] },
    });
    expect(await call("/patients", { token: person.token })).toMatchObject({
      status: 403,
      body: { code: "account_suspended" },
    });
    expect((await call("/admin/organizations", { token: person.token })).status).toBe(403);
    const back = await call(`/admin/people/${person.id}/reinstate`, { token: admin, method: "POST" });
    expect(back).toMatchObject({ status: 200, body: { status: "active" } });
    expect((await call("/patients?limit=1", { token: person.token })).status).toBe(200);
    const nurse = await signIn("nurse@demo.health");
    expect((await call(`/admin/people/${person.id}/reinstate`, { token: nurse, method: "POST" })).status).toBe(404);
  });
});

describe("audit", () => {
  test("tells who changed what in which request, and not what it holds", async () => {
    const requestId = crypto.randomUUID();
    const id = await newPatientId({ city: "Berlin" });
    const changed = await call(`/patients/${id}`, {
      token: await signIn("doctor@demo.health"),
      method: "PATCH",
      body: { city: "Timbuktu" },
      headers: { "x-request-id": requestId },
    });
    expect(changed.status).toBe(200);
    const { body } = await call(`/admin/audit?request_id=${requestId}`, { token: admin });
    expect(body).toMatchObject({
      data: [{
        table_name: "patients",
        row_id: id,
        patient_id: id,
        action: "update",
        changed_fields: ["city"],
        organization_id: HOSPITAL,
      }],
    });
    expect(JSON.stringify(body)).not.toContain("Timbuktu");
    const rows = await call(
      `/admin/audit?patient_id=${id}&action=insert&table_name=patients&organization_id=${HOSPITAL}`,
      { token: admin },
    );
    expect(listAt(rows.body, "/data")).toHaveLength(1);
    const actor = textAt(body, "/data/0/actor_id");
    const at_ = textAt(body, "/data/0/occurred_at");
    const window = new URLSearchParams({
      actor_id: actor,
      row_id: id,
      from: at_,
      to: new Date(Date.now() + 60_000).toISOString(),
    });
    expect(listAt((await call(`/admin/audit?${window}`, { token: admin })).body, "/data")).toHaveLength(1);
    const before = new URLSearchParams({ row_id: id, to: at_ });
    expect((await call(`/admin/audit?${before}`, { token: admin })).body).not.toMatchObject({
      data: [{ action: "update" }],
    });
  });

  test("is read newest first, page by page", async () => {
    const first = await call("/admin/audit?limit=3", { token: admin });
    const second = await call(`/admin/audit?limit=3&cursor=${textAt(first.body, "/page/next_cursor")}`, {
      token: admin,
    });
    const ids = [...listAt(first.body, "/data"), ...listAt(second.body, "/data")].map((one) => numberAt(one, "/id"));
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(new Set(ids).size).toBe(6);
    expect(numberAt((await call("/admin/audit?limit=1&count=exact", { token: admin })).body, "/page/total"))
      .toBeGreaterThan(6);
  });

  test("shows nothing to others, and nothing of other organizations", async () => {
    for (const email of ["doctor@demo.health", ...STRANGERS]) {
      expect(await call("/admin/audit", { token: await signIn(email) })).toMatchObject({
        status: 403,
        body: { code: "forbidden" },
      });
    }
    await sql().query("update public.organizations set city = city || ' Mitte' where id = $1", [PHARMACY]);
    const { body } = await call(`/admin/audit?organization_id=${PHARMACY}`, { token: admin });
    expect(body).toMatchObject({ data: [] });
  });

  test.each([["from=yesterday"], ["action=truncate"], ["table_name=a.b"], ["actor_id=1"], ["request_id=%20"], [
    "name=x",
  ]])("refuses ?%s", async (query) => {
    expect(await call(`/admin/audit?${query}`, { token: admin })).toMatchObject({
      status: 422,
      body: { code: "invalid_input" },
    });
  });
});
