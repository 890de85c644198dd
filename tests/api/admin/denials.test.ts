import { beforeAll, describe, expect, test } from "vitest";
import { giveConsent } from "../../support/charts.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL, newColleague, newPerson } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, supabaseAs, textAt, uniqueEmail } from "../../support/stack.ts";

let doctor: string;
let officer: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  officer = await signIn("privacy@demo.health");
});

/** What the privacy officer of the Demo hospital finds of a request. */
async function recorded(requestId: string): Promise<unknown[]> {
  const answer = await call(`/admin/audit?request_id=${requestId}`, { token: officer });
  return listAt(answer.body, "/data");
}

const why = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };
const invitation = () => ({ organization_id: HOSPITAL, email: uniqueEmail(), role: "admin" });
const invite = (headers: Record<string, string>, body = invitation()) =>
  call("/admin/invitations", { token: doctor, body, headers });

describe("a denied attempt", () => {
  test("is answered as a refusal and leaves a sealed entry that the privacy officer finds", async () => {
    const requestId = crypto.randomUUID();
    const answer = await invite({ "x-request-id": requestId });
    expect(answer).toMatchObject({
      status: 403,
      body: { code: "forbidden", detail: "Only an admin of the organization invites into it.", request_id: requestId },
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const entries = await recorded(requestId);
    expect(entries).toMatchObject([{
      action: "deny",
      reason: "not_admin",
      table_name: "organizations",
      row_id: HOSPITAL,
      actor_id: "30000000-0000-4000-8000-000000000002",
      patient_id: null,
      changed_fields: [],
    }]);
    const id = at(entries[0], "/id");
    expect(await sqlValue("select count(*)::int from audit.links where entry_id = $1", [id])).toBe(1);
    expect(await call("/admin/audit/verify", { token: officer, body: {} })).toMatchObject({
      status: 200,
      body: { broken: null },
    });
  });

  test("is no answer to keep: a repetition is judged and recorded again", async () => {
    const headers = { "idempotency-key": crypto.randomUUID(), "x-request-id": crypto.randomUUID() };
    const body = invitation();
    for (let round = 1; round <= 2; round++) {
      const answer = await invite(headers, body);
      expect(answer.status).toBe(403);
      expect(answer.headers.get("idempotency-replayed")).toBeNull();
      expect(await recorded(headers["x-request-id"])).toHaveLength(round);
    }
    expect(
      await sqlValue("select count(*)::int from private.idempotency_keys where key = $1", [headers["idempotency-key"]]),
    ).toBe(0);
  });

  test("leaves nothing of what was asked for", async () => {
    const body = invitation();
    await invite({}, body);
    expect(await sqlValue("select count(*)::int from public.invitations where email = $1", [body.email])).toBe(0);
  });

  test("reads through supabase-js and the data API like a refusal that was raised", async () => {
    const { data, error, status } = await supabaseAs("doctor@demo.health").rpc("create_invitation", {
      p_input: { organization_id: HOSPITAL },
    });
    expect({ data, error, status }).toMatchObject({
      data: null,
      error: { code: "PT403", message: "Only an admin of the organization invites into it.", hint: "forbidden" },
      status: 403,
    });
    const raised = await gateway("/rest/v1/rpc/health_report", { token: doctor, body: {} });
    const committed = await gateway("/rest/v1/rpc/verify_audit", { token: doctor, body: {} });
    expect(raised).toMatchObject({
      status: 403,
      body: { code: "PT403", hint: "forbidden", message: expect.any(String) },
    });
    expect(committed).toMatchObject({ status: 403, body: { code: "PT403", hint: "forbidden" } });
    expect(Object.keys(Object(committed.body)).sort()).toEqual(Object.keys(Object(raised.body)).sort());
    expect(at(committed.body, "/details")).toBe(at(raised.body, "/details"));
    expect(committed.headers.get("content-type")).toBe(raised.headers.get("content-type"));
  });

  test("verifying the log is recorded", async () => {
    const headers = { "x-request-id": crypto.randomUUID() };
    const answer = await call("/admin/audit/verify", { token: doctor, body: {}, headers });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recorded(headers["x-request-id"])).toMatchObject([
      { action: "deny", reason: "audit_not_allowed", organization_id: HOSPITAL },
    ]);
  });

  test.each(["", "?action=deny", "/anchors"])("reading the log is recorded: /admin/audit%s", async (path) => {
    const headers = { "x-request-id": crypto.randomUUID() };
    const answer = await call(`/admin/audit${path}`, { token: doctor, headers });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recorded(headers["x-request-id"])).toMatchObject([
      { action: "deny", reason: "audit_not_allowed", organization_id: HOSPITAL },
    ]);
  });

  test("reading the log and finding nothing is no denial to those who may", async () => {
    const headers = { "x-request-id": crypto.randomUUID() };
    const answer = await call(`/admin/audit?row_id=${crypto.randomUUID()}`, { token: officer, headers });
    expect(answer).toMatchObject({ status: 200, body: { data: [] } });
    expect(await recorded(headers["x-request-id"])).toEqual([]);
  });

  test.each(["doctor@north.health", "pharmacist@demo.health", "patient2@demo.health"])(
    "reading a patient by the id is recorded, of %s",
    async (email) => {
      const headers = { "x-request-id": crypto.randomUUID() };
      const token = await signIn(email);
      const id = await newPatientId();
      const denied = await call(`/patients/${id}`, { token, headers });
      expect(denied).toMatchObject({ status: 404, body: { code: "not_found" } });
      expect(await recorded(headers["x-request-id"])).toMatchObject([
        { action: "deny", reason: "not_in_care", table_name: "patients", row_id: id },
      ]);
      const unknown = await call(`/patients/${crypto.randomUUID()}`, { token, headers });
      const said = (answer: typeof denied) => [answer.status, at(answer.body, "/code"), at(answer.body, "/detail")];
      expect(said(unknown)).toEqual(said(denied));
      expect(await recorded(headers["x-request-id"])).toHaveLength(1);
    },
  );

  test("suspending a colleague is recorded", async () => {
    const requestId = crypto.randomUUID();
    const list = await call(`/admin/memberships?organization_id=${HOSPITAL}&role=admin`, { token: doctor });
    const answer = await call(`/admin/memberships/${textAt(list.body, "/data/0/id")}/suspend`, {
      token: doctor,
      method: "POST",
      headers: { "x-request-id": requestId },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recorded(requestId)).toMatchObject([{ action: "deny", reason: "not_admin", row_id: HOSPITAL }]);
  });

  test("of patients who delete themselves names them", async () => {
    const requestId = crypto.randomUUID();
    const patient = await signIn("patient@demo.health");
    const id = textAt((await call("/patients/me", { token: patient })).body, "/id");
    const deleted = await call(`/patients/${id}`, {
      token: patient,
      method: "DELETE",
      body: { reason: "mine" },
      headers: { "x-request-id": requestId },
    });
    expect(deleted).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recorded(requestId)).toMatchObject([
      { action: "deny", reason: "not_staff", table_name: "patients", row_id: id, patient_id: id },
    ]);
  });

  test.each(
    [
      [
        "exporting a patient's chart",
        "nurse@demo.health",
        (id: string) => [`/patients/${id}/export`],
        "not_the_patient",
      ],
      [
        "breaking the glass as a pharmacist",
        "pharmacist@demo.health",
        (id: string) => ["/patients/break-glass", { patient_id: id, ...why }],
        "not_staff",
      ],
      [
        "breaking the glass as a patient",
        "patient@demo.health",
        (id: string) => ["/patients/break-glass", { patient_id: id, ...why }],
        "not_staff",
      ],
      [
        "breaking the glass in the name of a foreign hospital",
        "doctor@north.health",
        (id: string) => ["/patients/break-glass", { patient_id: id, organization_id: HOSPITAL, ...why }],
        "not_staff",
      ],
      [
        "consenting in the place of a patient",
        "doctor@demo.health",
        (id: string) => [`/patients/${id}/consents`, { organization_id: HOSPITAL, scope: "everything" }],
        "not_the_patient",
      ],
    ] satisfies [string, string, (id: string) => [string, object?], string][],
  )(
    "%s is recorded about the patient",
    async (_, email, attempt, reason) => {
      const id = await newPatientId();
      const [path, body] = attempt(id);
      const headers = { "x-request-id": crypto.randomUUID() };
      const answer = await call(path, { token: await signIn(email), body, headers });
      expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await recorded(headers["x-request-id"])).toMatchObject([
        { action: "deny", reason, patient_id: id, organization_id: HOSPITAL },
      ]);
    },
  );

  test("taking the consent of a patient back is recorded about the patient", async () => {
    const person = await newPerson();
    const id = textAt((await call("/patients/me", { token: person.token })).body, "/id");
    await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
    const consent = textAt((await giveConsent(id, person.token, "everything")).body, "/id");
    const headers = { "x-request-id": crypto.randomUUID() };
    const answer = await call(`/patients/${id}/consents/${consent}/withdraw`, {
      token: doctor,
      method: "POST",
      headers,
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recorded(headers["x-request-id"])).toMatchObject([{ reason: "not_the_patient", patient_id: id }]);
  });

  test("reviewing one's own break-glass is recorded, and no matter of other hospitals", async () => {
    const nurse = await newColleague();
    await sql().query(
      "insert into public.memberships (user_id, organization_id, role) values ($1, $2, 'privacy_officer')",
      [nurse.id, "20000000-0000-4000-8000-000000000001"],
    );
    const body = { patient_id: await newPatientId({}, "doctor@north.health"), ...why };
    const access = textAt((await call("/patients/break-glass", { token: nurse.token, body })).body, "/id");
    const headers = { "x-request-id": crypto.randomUUID() };
    const answer = await call(`/admin/break-glass/${access}/review`, {
      token: nurse.token,
      body: { outcome: "justified" },
      headers,
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await recorded(headers["x-request-id"])).toMatchObject([{ reason: "own_break_glass", row_id: HOSPITAL }]);
    expect(await sqlValue("select count(*)::int from audit.entries where request_id = $1", [headers["x-request-id"]]))
      .toBe(1);
  });

  test.each([
    ["taking a patient in", "/patients", { given_name: "Paul", family_name: "Peters" }],
    ["taking a patient back", "/patients/reinstatements", { mrn: "DGH-00003" }],
  ])("%s for a foreign hospital is recorded there", async (_, path, body) => {
    for (const email of ["pharmacist@demo.health", "doctor@north.health"]) {
      const headers = { "x-request-id": crypto.randomUUID() };
      const answer = await call(path, {
        token: await signIn(email),
        body: { ...body, organization_id: HOSPITAL },
        headers,
      });
      expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await recorded(headers["x-request-id"])).toMatchObject([{ reason: "not_staff", row_id: HOSPITAL }]);
    }
  });

  test("that was raised leaves nothing: the negative control", async () => {
    const denials = () => sqlValue("select count(*)::int from audit.entries where reason = 'negative_control'");
    const deny = (refuse: string) =>
      sql().query(`do $$ begin perform private.record_denial(null, '${HOSPITAL}', 'negative_control');
        perform private.${refuse}(403, 'forbidden', 'No.'); end $$`);
    const before = Number(await denials());
    await expect(deny("refuse")).rejects.toMatchObject({ code: "PT403" });
    expect(await denials()).toBe(before);
    await deny("refuse_committed");
    expect(await denials()).toBe(before + 1);
  });
});
