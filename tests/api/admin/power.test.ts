import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newMember, newOrganization, newPerson, type Person, type Role } from "../../support/people.ts";
import { type Answer, at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

const NORTHSIDE = "20000000-0000-4000-8000-000000000001";
const emergency = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };

/** A patient of the North alone, whom somebody can name. */
let victim: { id: string; names: Record<string, string> };
let northOfficer: Person;
beforeAll(async () => {
  const names = { given_name: "Vera", family_name: uniqueName(), birth_date: "1980-01-01" };
  victim = { id: await newPatientId(names, "doctor@north.health"), names };
  northOfficer = await newMember(NORTHSIDE, "privacy_officer");
});

const rpc = (name: string, token: string, input: object) =>
  gateway(`/rest/v1/rpc/${name}`, { token, body: { p_input: input } });
const hash = (text: string) => createHash("sha256").update(text).digest("hex");
const toldTo = async ({ token }: Person, kind: string) =>
  listAt((await call(`/notifications?kind=${kind}`, { token })).body, "/data");

/** Everything that the attack of an admin who makes themselves staff of a new hospital needs, tried by a person of an organization. */
async function attack({ token, email, id }: Person, own: string): Promise<Answer[]> {
  const organization = { kind: "hospital", name: `Shell ${uniqueName()}`, time_zone: "Europe/Berlin" };
  const answers = [
    await call("/admin/organizations", { token, body: organization }),
    await rpc("create_organization", token, organization),
    await rpc("open_organization", token, organization),
    await gateway("/rest/v1/organizations", { token, body: organization }),
    await rpc("accept_invitation", token, { token: crypto.randomUUID() }),
  ];
  const [name = "", host = ""] = email.split("@");
  for (const organization_id of [own, HOSPITAL, NORTHSIDE]) {
    for (const role of ["hospital_staff", "pharmacy_staff", "privacy_officer", "admin"]) {
      answers.push(await gateway("/rest/v1/memberships", { token, body: { user_id: id, organization_id, role } }));
      for (
        const address of [
          email,
          `${name}+ward@${host}`,
          email.toUpperCase(),
          `${name.slice(0, 3)}.${name.slice(3)}@${host}`,
        ]
      ) {
        const secret = crypto.randomUUID();
        const invitation = { organization_id, email: address, role, token_hash: hash(secret) };
        const made = await rpc("create_invitation", token, invitation);
        answers.push(made);
        // Where none was made there is nothing to accept.
        if (made.status < 300) answers.push(await rpc("accept_invitation", token, { token: secret }));
      }
      answers.push(await call("/admin/invitations", { token, body: { organization_id, email, role } }));
    }
  }
  answers.push(
    await gateway(`/rest/v1/memberships?user_id=eq.${id}`, {
      token,
      method: "PATCH",
      body: { role: "hospital_staff" },
    }),
  );
  return answers;
}

/** What somebody has: memberships, organizations that they opened, charts. */
const holdings = (personId: string) =>
  sqlValue(
    `select jsonb_build_array((select jsonb_agg(role order by role) from public.memberships where user_id = $1),
      (select count(*) from public.organizations where name like 'Shell %'), (select count(*) from public.chart_accesses where user_id = $1))`,
    [personId],
  );

describe("no role of any kind of organization makes itself staff of a hospital", () => {
  const everybody: [kind: "hospital" | "pharmacy" | "laboratory", role: Role | "patient"][] = [
    ["hospital", "admin"],
    ["hospital", "privacy_officer"],
    ["hospital", "hospital_staff"],
    ["pharmacy", "admin"],
    ["pharmacy", "privacy_officer"],
    ["pharmacy", "pharmacy_staff"],
    ["laboratory", "admin"],
    ["laboratory", "privacy_officer"],
    ["hospital", "patient"],
  ];

  test.each(everybody)("%s, %s", { timeout: 120_000 }, async (kind, role) => {
    const { id, admin } = await newOrganization(kind);
    const person = role === "admin" ? admin : role === "patient" ? await newPerson() : await newMember(id, role);
    const before = await holdings(person.id);
    for (const { status } of await attack(person, id)) expect([400, 403, 404, 405, 409, 422]).toContain(status);
    const staff = role === "hospital_staff";
    const broken = await rpc("break_glass", person.token, { ...victim.names, ...emergency });
    expect(broken.status).toBe(staff ? 200 : 403);
    for (const path of [`/patients/${victim.id}`, `/patients/${victim.id}/open`]) {
      const answer = await call(path, { token: person.token, ...(path.endsWith("open") && { body: {} }) });
      expect(answer.status).toBe(staff ? path.endsWith("open") ? 404 : 200 : 404);
    }
    if (!staff) expect(await holdings(person.id)).toEqual(before);
  });
});

describe("an invitation", () => {
  test("into a clinical role by an admin who has none is accepted by somebody else, and told to the overseers", async () => {
    const { id, admin } = await newOrganization("hospital");
    const officer = await newMember(id, "privacy_officer");
    const invited = await newPerson();
    const body = { organization_id: id, email: invited.email, role: "hospital_staff" };
    const token = textAt((await call("/admin/invitations", { token: admin.token, body })).body, "/token");
    expect(await call("/auth/invitations/accept", { token: admin.token, body: { token } })).toMatchObject({
      status: 422,
    });
    expect(await call("/auth/invitations/accept", { token: invited.token, body: { token } })).toMatchObject({
      body: { role: "hospital_staff" },
    });
    expect(await toldTo(officer, "member_joined")).toHaveLength(1);
  });

  test("of an own address is refused and recorded", async () => {
    const { id, admin } = await newOrganization("hospital");
    const headers = { "x-request-id": crypto.randomUUID() };
    const email = admin.email.replace("@", "+2@");
    const answer = await call("/admin/invitations", {
      token: admin.token,
      body: { organization_id: id, email, role: "admin" },
      headers,
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const found = await call(`/admin/audit?request_id=${headers["x-request-id"]}`, { token: admin.token });
    expect(listAt(found.body, "/data")).toMatchObject([{ action: "deny", reason: "own_invitation" }]);
  });

  test("does not give a colleague who administers or treats a second role", async () => {
    const { id, admin } = await newOrganization("hospital");
    for (const role of ["hospital_staff", "privacy_officer", "admin"] as const) {
      const person = await newMember(id, role);
      for (const other of ["hospital_staff", "privacy_officer", "admin"].filter((one) => one !== role)) {
        const body = { organization_id: id, email: person.email, role: other };
        const token = textAt((await call("/admin/invitations", { token: admin.token, body })).body, "/token");
        const accepted = await call("/auth/invitations/accept", { token: person.token, body: { token } });
        expect(accepted).toMatchObject({ status: 409, body: { code: "conflict" } });
      }
    }
  });

  test("to a second login of a colleague gives it no role that checks theirs", async () => {
    const { id, admin } = await newOrganization("hospital");
    const nurse = await newMember(id, "hospital_staff");
    const second = await newPerson({}, nurse.email.replace("@", "+officer@"));
    const body = { organization_id: id, email: second.email, role: "privacy_officer" };
    const token = textAt((await call("/admin/invitations", { token: admin.token, body })).body, "/token");
    expect((await call("/auth/invitations/accept", { token: second.token, body: { token } })).status).toBe(409);
  });
});

describe("a break-glass on a patient of another hospital", () => {
  test("is told to its privacy officer, who finds and reviews it; the own hospital's review does not do", async () => {
    const { id: hospital } = await newOrganization("hospital");
    const [staff, officer] = [
      await newMember(hospital, "hospital_staff"),
      await newMember(hospital, "privacy_officer"),
    ];
    const broken = await call("/patients/break-glass", { token: staff.token, body: { ...victim.names, ...emergency } });
    const access = textAt(broken.body, "/id");
    const entry = {
      id: access,
      user_id: staff.id,
      organization_id: hospital,
      patient_id: victim.id,
      review_outcome: null,
    };

    const open = async ({ token }: Person) => {
      const { body } = await call("/admin/break-glass?reviewed=false&limit=100", { token });
      return listAt(body, "/data").filter((one) => at(one, "/id") === access);
    };
    const review = ({ token }: Person, outcome: string) =>
      call(`/admin/break-glass/${access}/review`, { token, body: { outcome }, headers: { "if-match": 'W/"1"' } });
    expect(await open(officer)).toMatchObject([{ ...entry, reviewing_organization_id: hospital }]);
    expect(await review(officer, "justified")).toMatchObject({ status: 200, body: { review_outcome: "justified" } });
    expect(await open(officer)).toEqual([]);
    expect(await open(northOfficer)).toMatchObject([{ ...entry, reviewing_organization_id: NORTHSIDE }]);
    expect((await toldTo(northOfficer, "chart_break_glass")).length).toBeGreaterThan(0);
    expect(await review(northOfficer, "unjustified")).toMatchObject({
      status: 200,
      body: { review_outcome: "unjustified" },
    });
    expect(await review(northOfficer, "justified")).toMatchObject({ status: 412 });
    expect(await open(northOfficer)).toEqual([]);

    const found = await call(`/admin/audit?patient_id=${victim.id}&table_name=chart_accesses`, {
      token: northOfficer.token,
    });
    expect(listAt(found.body, "/data").map((one) => at(one, "/row_id"))).toContain(access);
    const log = await call(`/patients/${victim.id}/access-log?basis=break_glass`, { token: northOfficer.token });
    expect(JSON.stringify(log.body)).toContain(access);
  });

  test("is not reviewed by a second login of whoever did it, and tells them of no other hospital", async () => {
    const { id: hospital } = await newOrganization("hospital");
    const staff = await newMember(hospital, "hospital_staff");
    const broken = await call("/patients/break-glass", { token: staff.token, body: { ...victim.names, ...emergency } });
    const access = textAt(broken.body, "/id");
    const second = await newPerson({}, staff.email.replace("@", "+north@"));
    await sqlValue(
      "insert into public.memberships (user_id, organization_id, role) values ($1, $2, 'privacy_officer') returning id",
      [
        second.id,
        NORTHSIDE,
      ],
    );
    const answer = await call(`/admin/break-glass/${access}/review`, {
      token: second.token,
      body: { outcome: "justified" },
    });
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const mine = await call("/admin/break-glass?limit=100", { token: staff.token });
    expect(listAt(mine.body, "/data")).toMatchObject([{ id: access, reviewing_organization_id: hospital }]);
    const straight = await gateway(`/rest/v1/break_glass_reviews?select=organization_id`, { token: staff.token });
    expect(straight.body).toEqual([{ organization_id: hospital }]);
    expect(JSON.stringify((await gateway("/rest/v1/chart_accesses", { token: staff.token })).body)).not.toContain(
      NORTHSIDE,
    );
  });

  test("is told to the admins of a hospital that has no privacy officer", async () => {
    const { id: caring, admin } = await newOrganization("hospital");
    const doctor = await newMember(caring, "hospital_staff");
    const made = await call("/patients", {
      token: doctor.token,
      body: { given_name: "Paul", family_name: uniqueName() },
    });
    const body = { patient_id: textAt(made.body, "/id"), ...emergency };
    expect((await call("/patients/break-glass", { token: await signIn("nurse@demo.health"), body })).status).toBe(201);
    expect(await toldTo(admin, "chart_break_glass")).toHaveLength(1);
  });
});
