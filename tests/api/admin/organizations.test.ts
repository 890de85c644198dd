import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { uniqueName } from "../../support/patients.ts";
import { FIRST_PASSWORD, HOSPITAL, newOrganization, newPerson } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, supabaseAs, textAt, uniqueEmail } from "../../support/stack.ts";

const PHARMACY = "10000000-0000-4000-8000-000000000002";
const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const NOT_ADMINS = ["doctor@demo.health", "pharmacist@demo.health", "patient@demo.health", "doctor@north.health"];

let admin: string;

beforeAll(async () => {
  admin = await signIn("admin@demo.health");
});

/** Everything that an organization can have changed. */
const whole = () => ({
  name: `Clinic ${uniqueName()}`,
  time_zone: "Europe/Berlin",
  address_line: "Ringstrasse 7",
  city: "Bonn",
  region: null,
  postal_code: "53111",
  country: "DE",
  phone: "+493012345600",
  email: "info@clinic.example",
});

describe("organizations", () => {
  test("everybody who is signed in finds the open ones, by name and kind", async () => {
    for (const email of NOT_ADMINS) {
      const { status, body } = await call("/admin/organizations?kind=pharmacy&limit=100", {
        token: await signIn(email),
      });
      expect(status).toBe(200);
      expect(listAt(body, "/data").map((one) => at(one, "/name"))).toEqual(
        expect.arrayContaining(["Central Pharmacy", "Northside Pharmacy"]),
      );
      expect(new Set(listAt(body, "/data").map((one) => at(one, "/kind")))).toEqual(new Set(["pharmacy"]));
    }
    const one = await call(`/admin/organizations/${PHARMACY}`, { token: await signIn("patient@demo.health") });
    expect(one).toMatchObject({ status: 200, body: { id: PHARMACY, name: "Central Pharmacy", kind: "pharmacy" } });
    expect((await call(`/admin/organizations/${crypto.randomUUID()}`, { token: admin })).status).toBe(404);
  });

  test("are paged with a total", async () => {
    const seen: unknown[] = [];
    for (let cursor = "";;) {
      const { body } = await call(`/admin/organizations?limit=2&count=exact${cursor && `&cursor=${cursor}`}`, {
        token: admin,
      });
      seen.push(...listAt(body, "/data").map((one) => at(one, "/id")));
      const next = at(body, "/page/next_cursor");
      if (typeof next === "string") cursor = next;
      else {
        expect(at(body, "/page/total")).toBe(seen.length);
        break;
      }
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("nobody opens one through the API", async () => {
    for (const email of [...NOT_ADMINS, "admin@demo.health", "privacy@demo.health"]) {
      const token = await signIn(email);
      const body = { kind: "hospital", ...whole() };
      expect((await call("/admin/organizations", { token, body })).status).toBe(405);
      expect((await gateway("/rest/v1/organizations", { token, body })).status).toBe(403);
      for (const rpc of ["create_organization", "open_organization"]) {
        expect((await gateway(`/rest/v1/rpc/${rpc}`, { token, body: { p_input: body } })).status).toBe(404);
      }
    }
  });

  test("the operator opens one for somebody who has confirmed their address", async () => {
    const { id, admin: first } = await newOrganization("pharmacy");
    const members = await call(`/admin/memberships?organization_id=${id}`, { token: first.token });
    expect(members.body).toMatchObject({ data: [{ role: "admin", status: "active", user_id: first.id }] });
    const opened = (email: string) =>
      sql().query("select private.open_organization('hospital', 'Never opened', 'UTC', $1)", [email]);
    await expect(opened("nobody@example.org")).rejects.toMatchObject({ code: "PT404" });
    const unconfirmed = uniqueEmail("unconfirmed");
    await gateway("/auth/v1/signup", { body: { email: unconfirmed, password: FIRST_PASSWORD } });
    await expect(opened(unconfirmed)).rejects.toMatchObject({ code: "PT404" });
  });

  test.each([
    ["of the same name", "Demo General Hospital"],
    ["in other letters and signs", "  demo-général  HOSPITAL"],
    ["without blanks", "DemoGeneralHospital"],
    ["of another kind", "Central pharmacy"],
    ["with a Cyrillic e", "D\u0435mo General Hospital"],
    ["with a Greek capital N", "\u039dorthside Hospital"],
    ["with a digit for a letter", "Dem0 Genera1 Hospital"],
    ["with an invisible sign", "Demo\u00ad General Hospital"],
    ["in wide letters", "Ｄｅｍｏ General Hospital"],
  ])("none is opened or renamed so that it reads like another one: %s", async (_, name) => {
    const taken = { code: "23505" };
    const { id, admin: first } = await newOrganization("hospital");
    await expect(sql().query("select private.open_organization('hospital', btrim($1), 'UTC', $2)", [name, first.email]))
      .rejects.toMatchObject(taken);
    const path = `/admin/organizations/${id}`;
    const renamed = await call(path, {
      token: first.token,
      method: "PATCH",
      body: { name: name.trim().replaceAll(/ +/g, " ") },
    });
    expect([409, 422]).toContain(renamed.status);
    const straight = { token: first.token, method: "PATCH", body: { name: name.trim() } };
    expect(await gateway(`/rest/v1/organizations?id=eq.${id}`, straight)).toMatchObject({ status: 409, body: taken });
  });

  test("their admin changes them, honouring If-Match; others may not", async () => {
    const { id, admin: first } = await newOrganization("hospital");
    const path = `/admin/organizations/${id}`;
    const patched = await call(path, {
      token: first.token,
      method: "PATCH",
      body: { city: "Köln" },
      headers: { "if-match": 'W/"1"' },
    });
    expect(patched).toMatchObject({ status: 200, body: { city: "Köln", version: 2 } });
    expect(patched.headers.get("etag")).toBe('W/"2"');
    const stale = await call(path, {
      token: first.token,
      method: "PATCH",
      body: { city: "Ulm" },
      headers: { "if-match": 'W/"1"' },
    });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version", current_version: 2 } });
    const input = { ...whole(), active: false };
    expect(await call(path, { token: first.token, method: "PUT", body: input })).toMatchObject({
      status: 200,
      body: input,
    });
    expect((await call(path, { token: first.token, method: "PUT", body: { name: "X" } })).status).toBe(422);
    expect((await call(path, { token: await signIn("doctor@demo.health") })).status).toBe(404);
    const missing = await call(`/admin/organizations/${crypto.randomUUID()}`, {
      token: admin,
      method: "PATCH",
      body: { city: "Ulm" },
    });
    expect(missing.status).toBe(404);
    for (const token of [first.token, admin, await signIn("doctor@north.health")]) {
      const denied = await call(`/admin/organizations/${NORTHSIDE}`, { token, method: "PATCH", body: { city: "Ulm" } });
      expect(denied).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
  });
});

const invite = (fields: Record<string, unknown> = {}, headers: Record<string, string> = {}, token = admin) =>
  call("/admin/invitations", {
    token,
    headers,
    body: { organization_id: HOSPITAL, email: uniqueEmail("invited"), role: "hospital_staff", ...fields },
  });

describe("invitations", () => {
  test("carry a token once, of which only the hash is kept", async () => {
    const invited = await invite({ position: "Nurse" });
    expect(invited).toMatchObject({
      status: 201,
      body: { status: "open", position: "Nurse", is_prescriber: false, version: 1 },
    });
    const token = textAt(invited.body, "/token");
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const id = textAt(invited.body, "/id");
    expect(invited.headers.get("location")).toBe(`/functions/v1/admin/invitations/${id}`);
    const hash = createHash("sha256").update(token).digest("hex");
    expect(await sqlValue("select token_hash from private.invitation_tokens where invitation_id = $1", [id])).toBe(
      hash,
    );
    const read = await call(`/admin/invitations/${id}`, { token: admin });
    expect(read.status).toBe(200);
    expect(JSON.stringify(read.body)).not.toMatch(/token/);
    const { data } = await supabaseAs("admin@demo.health").from("invitations").select().eq("id", id);
    expect(data).toHaveLength(1);
    expect(JSON.stringify(data)).not.toMatch(/token|hash/);
  });

  test("open the organization to who owns the address", async () => {
    const email = uniqueEmail("joining");
    const { body } = await invite({ email, is_prescriber: true, licence_number: "DE-1" });
    const person = await newPerson({ invitation_token: textAt(body, "/token") }, email);
    const members = await call(`/admin/memberships?user_id=${person.id}`, { token: admin });
    expect(members.body).toMatchObject({
      data: [{ organization_id: HOSPITAL, role: "hospital_staff", is_prescriber: true }],
    });
    const path = `/admin/invitations/${textAt(body, "/id")}`;
    expect((await call(path, { token: admin })).body).toMatchObject({ status: "accepted", accepted_by: person.id });
    expect(await call(`${path}/revoke`, { token: admin, method: "POST" })).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
  });

  test("are made once for the same Idempotency-Key, 20 times at once, and tell their token once", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const email = uniqueEmail("repeated");
    const answers = await Promise.all(Array.from({ length: 20 }, () => invite({ email }, headers)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => textAt(body, "/id"))).size).toBe(1);
    expect(answers.filter(({ body }) => at(body, "/token") !== undefined)).toHaveLength(1);
    expect(await sqlValue("select count(*)::int from public.invitations where email = $1", [email])).toBe(1);
    const other = await invite({ email: uniqueEmail("other") }, headers);
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    const fresh = await invite({ email }, { "idempotency-key": crypto.randomUUID() });
    expect(answers.map(({ body }) => at(body, "/token"))).not.toContain(textAt(fresh.body, "/token"));
  });

  test("are revoked once, honouring If-Match", async () => {
    const path = `/admin/invitations/${textAt((await invite()).body, "/id")}/revoke`;
    expect((await call(path, { token: admin, method: "POST", headers: { "if-match": 'W/"9"' } })).status).toBe(412);
    expect(await call(path, { token: admin, method: "POST" })).toMatchObject({
      status: 200,
      body: { status: "revoked", version: 2 },
    });
    expect(await call(path, { token: admin, method: "POST" })).toMatchObject({ status: 409, body: { allowed: [] } });
    expect((await call(`/admin/invitations/${crypto.randomUUID()}/revoke`, { token: admin, method: "POST" })).status)
      .toBe(404);
  });

  test("are listed by status", async () => {
    const id = textAt((await invite()).body, "/id");
    await sqlValue("update public.invitations set expires_at = now() - interval '1 minute' where id = $1", [id]);
    const statuses = async (status: string) => {
      const { body } = await call(`/admin/invitations?organization_id=${HOSPITAL}&status=${status}&limit=100`, {
        token: admin,
      });
      return listAt(body, "/data");
    };
    for (const status of ["open", "accepted", "revoked", "expired"]) {
      const found = await statuses(status);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found.map((one) => at(one, "/status")))).toEqual(new Set([status]));
    }
    expect((await statuses("expired")).map((one) => at(one, "/id"))).toContain(id);
    const first = await call("/admin/invitations?limit=1&count=exact", { token: admin });
    const second = await call(`/admin/invitations?limit=1&cursor=${textAt(first.body, "/page/next_cursor")}`, {
      token: admin,
    });
    expect(at(second.body, "/data/0/id")).not.toBe(at(first.body, "/data/0/id"));
  });

  test("are the admins' business alone, each in their organization", async () => {
    const id = textAt((await invite()).body, "/id");
    for (const email of NOT_ADMINS) {
      const token = await signIn(email);
      expect(await invite({}, {}, token)).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect((await call("/admin/invitations", { token })).body).toMatchObject({ data: [] });
      expect((await call(`/admin/invitations/${id}`, { token })).status).toBe(404);
      expect((await call(`/admin/invitations/${id}/revoke`, { token, method: "POST" })).status).toBe(404);
    }
    expect((await invite({ organization_id: NORTHSIDE })).status).toBe(403);
  });

  test.each([
    ["role", { role: "patient" }],
    ["role", { role: "pharmacy_staff" }],
    ["licence_number", { is_prescriber: true }],
    ["is_prescriber", { is_prescriber: true, licence_number: "1", role: "admin" }],
    ["expires_at", { expires_at: "2020-01-01T00:00:00Z" }],
    ["expires_at", { expires_at: "2999-01-01T00:00:00Z" }],
  ])("a wrong %s is refused: %j", async (field, fields) => {
    expect(await invite(fields)).toMatchObject({ status: 422, body: { errors: [{ pointer: `/${field}` }] } });
  });
});
