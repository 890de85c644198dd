import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sqlValue } from "../../support/database.ts";
import { FIRST_PASSWORD, HOSPITAL, invite, newColleague, newPerson } from "../../support/people.ts";
import { at, call, gateway, numberAt, signIn, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

describe("GET /auth/me", () => {
  test("tells what a doctor is and may do where", async () => {
    const answer = await call("/auth/me", { token: await signIn("doctor@demo.health") });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        email: "doctor@demo.health",
        patient_id: null,
        memberships: [{
          role: "hospital_staff",
          is_prescriber: true,
          status: "active",
          permissions: expect.arrayContaining(["patients.read", "prescriptions.sign"]),
          organization: { id: HOSPITAL, kind: "hospital" },
        }],
      },
    });
    expect(answer.headers.get("etag")).toBe(`W/"${numberAt(answer.body, "/version")}"`);
  });

  test("tells a patient that they are one", async () => {
    const { body } = await call("/auth/me", { token: await signIn("patient@demo.health") });
    expect(body).toMatchObject({ memberships: [], patient_id: expect.any(String) });
  });

  test("refuses callers without a token", async () => {
    expect((await call("/auth/me")).status).toBe(401);
  });
});

describe("/auth/profile", () => {
  const whole = { given_name: "Eva", family_name: "Óg-Müller", phone: "+4930123456", language: "pt-BR" };

  test("reads, replaces and changes", async () => {
    const { token, email } = await newPerson();
    const read = await call("/auth/profile", { token });
    expect(read).toMatchObject({ status: 200, body: { email, given_name: "Test", phone: null, version: 1 } });
    expect(read.headers.get("etag")).toBe('W/"1"');

    const put = await call("/auth/profile", { token, method: "PUT", body: { ...whole, phone: "+49 (30) 12 34 56" } });
    expect(put).toMatchObject({ status: 200, body: { ...whole, version: 2 } });
    expect(put.headers.get("etag")).toBe('W/"2"');

    const body = { phone: null, time_zone: "Europe/Berlin" };
    const patch = await call("/auth/profile", { token, method: "PATCH", body });
    expect(patch).toMatchObject({ status: 200, body: { ...whole, ...body, version: 3 } });
    const kept = await call("/auth/profile", { token, method: "PUT", body: whole });
    expect(kept).toMatchObject({ status: 200, body: { ...whole, time_zone: "Europe/Berlin", version: 4 } });
  });

  test.each(["PUT", "PATCH"])("%s with a stale If-Match is refused and changes nothing", async (method) => {
    const { token } = await newPerson();
    const fresh = await call("/auth/profile", { token, method, body: whole, headers: { "if-match": 'W/"1"' } });
    expect(fresh.status).toBe(200);
    const body = { ...whole, given_name: "Late" };
    const stale = await call("/auth/profile", { token, method, body, headers: { "if-match": 'W/"1"' } });
    expect(stale).toMatchObject({ status: 412, body: { code: "stale_version", current_version: 2 } });
    expect(at((await call("/auth/profile", { token })).body, "/given_name")).toBe("Eva");
  });

  test("refuses a PATCH of nothing", async () => {
    const { token } = await newPerson();
    const answer = await call("/auth/profile", { token, method: "PATCH", body: {} });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input", errors: [{ pointer: "" }] } });
  });

  test.each(["GET", "PUT", "PATCH"])("%s refuses callers without a token", async (method) => {
    const answer = await call("/auth/profile", method === "GET" ? {} : { method, body: whole });
    expect(answer.status).toBe(401);
  });
});

describe("POST /auth/invitations/accept", () => {
  const accept = (token: string | undefined, invitation: string, headers: Record<string, string> = {}) =>
    call("/auth/invitations/accept", { token, body: { token: invitation }, headers });

  test("makes a signed-in person a member", async () => {
    const { id, email, token } = await newPerson();
    const answer = await accept(token, await invite(email));
    expect(answer).toMatchObject({
      status: 201,
      body: { user_id: id, organization_id: HOSPITAL, role: "hospital_staff", status: "active", version: 1 },
    });
    expect(answer.headers.get("location")).toBe("/functions/v1/auth/me");
    const me = await call("/auth/me", { token });
    expect(me.body).toMatchObject({ memberships: [{ organization: { id: HOSPITAL } }] });
  });

  test("answers a repetition with the same Idempotency-Key the same", async () => {
    const { email, token } = await newPerson();
    const invitation = await invite(email);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const first = await accept(token, invitation, headers);
    const second = await accept(token, invitation, headers);
    expect([second.status, second.body]).toEqual([201, first.body]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect((await accept(token, "another", headers)).status).toBe(422);
  });

  test("refuses a token that is used, expired, made up or for somebody else", async () => {
    const { email, token } = await newPerson();
    const used = await invite(email);
    await accept(token, used);
    for (const invitation of [used, await invite(email, "-1 minute"), "made-up", await invite(uniqueEmail())]) {
      const answer = await accept(token, invitation);
      expect(answer).toMatchObject({
        status: 422,
        body: { code: "invitation_invalid", errors: [{ pointer: "/token" }] },
      });
    }
  });

  test("refuses callers without a token", async () => {
    expect((await accept(undefined, "made-up")).status).toBe(401);
  });
});

test("a suspended person is refused on the next request with the same token", async () => {
  const { id, email, token } = await newColleague();
  expect((await call("/auth/me", { token })).status).toBe(200);
  await sqlValue("update memberships set status = 'suspended' where user_id = $1", [id]);

  const body = { current_password: FIRST_PASSWORD, new_password: "Second-Password-2026" };
  const answers = [
    await call("/auth/me", { token }),
    await call("/auth/profile", { token }),
    await call("/auth/profile", { token, method: "PATCH", body: { given_name: "Late" } }),
    await call("/auth/change-password", { token, body }),
    await call("/auth/invitations/accept", { token, body: { token: await invite(email) } }),
  ];
  for (const answer of answers) expect(answer).toMatchObject({ status: 403, body: { code: "account_suspended" } });
  expect((await gateway("/rest/v1/profiles", { token })).status).toBe(403);

  await sqlValue("update memberships set status = 'active' where user_id = $1", [id]);
  expect((await call("/auth/me", { token })).status).toBe(200);
});
