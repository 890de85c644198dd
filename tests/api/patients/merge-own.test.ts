import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newColleague, newMember, newPerson, type Person } from "../../support/people.ts";
import { type Answer, at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

const born = "1984-03-07";
const NORTHSIDE = "20000000-0000-4000-8000-000000000001";

let doctor: string;
let officer: string;
let officerId: unknown;
beforeAll(async () => {
  [doctor, officer] = await Promise.all([signIn("doctor@demo.health"), signIn("privacy@demo.health")]);
  officerId = at((await call("/auth/me", { token: officer })).body, "/id");
});
beforeEach(resetLimits);

const NAMES = { given_name: "Paul", family_name: uniqueName() };
const walkIn = () => newPatientId({ ...NAMES, birth_date: born });
const startCare = (patient: string, hospital = HOSPITAL) =>
  sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
    patient,
    hospital,
  ]);
const merge = (patient: string, source: string, token = doctor) =>
  call(`/patients/${patient}/merge`, { token, body: { source_id: source, reason: "Registered twice" } });
const unmerge = (id: string, token = doctor) => call(`/patients/merges/${id}/unmerge`, { token, method: "POST" });
const makeCode = (id: string, token = doctor) => call(`/patients/${id}/link-codes`, { token, method: "POST" });
const redeem = (code: unknown, token: string) => call("/patients/link", { token, body: { code, birth_date: born } });
const loginOf = (id: string) => sqlValue("select user_id from public.patients where id = $1", [id]);

/** One of the hospital's staff who is a patient there as well, with their row. */
async function staffAndPatient(): Promise<{ person: Person; own: string }> {
  const person = await newColleague();
  const own = await newPatientId();
  await sql().query("update public.patients set user_id = null where user_id = $1", [person.id]);
  await sql().query("update public.patients set user_id = $2 where id = $1", [own, person.id]);
  return { person, own };
}

/** A person who signs in as a patient of the hospital, with their row. */
async function patientInCare(): Promise<{ person: Person; own: string }> {
  const person = await newPerson({ birth_date: born });
  const own = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await startCare(own);
  return { person, own };
}

/** What the privacy officer finds of a refused request: why, and about which patient. */
async function denied(answer: Answer): Promise<unknown[]> {
  const found = await call(`/admin/audit?action=deny&request_id=${answer.headers.get("x-request-id")}`, {
    token: officer,
  });
  return listAt(found.body, "/data").map((one) => [at(one, "/reason"), at(one, "/patient_id")]);
}

/** How often somebody was told of a login that came to a chart, about one row of the audit log. */
async function toldOf(row: string, recipient: unknown = officerId): Promise<unknown> {
  return await sqlValue(
    "select count(*)::int from public.notifications where recipient_id = $1 and kind = 'chart_login' and link = $2",
    [recipient, `/admin/audit?row_id=${row}`],
  );
}

describe("nobody becomes another patient by their own hand", () => {
  test("merging them into the own record, or the own record into theirs, or undoing it", async () => {
    const { person, own } = await staffAndPatient();
    const other = await walkIn();
    for (const [patient, source] of [[own, other], [other, own]] as const) {
      const answer = await merge(patient, source, person.token);
      expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await denied(answer)).toEqual([["own_chart", other]]);
      const { status, body } = await gateway("/rest/v1/rpc/merge_patients", {
        token: person.token,
        body: { p_input: { patient_id: patient, source_id: source, reason: "Registered twice" } },
      });
      expect([status, at(body, "/hint")]).toEqual([403, "forbidden"]);
    }
    for (const [patient, source] of [[own, other], [other, own]] as const) {
      const id = textAt((await merge(patient, source)).body, "/id");
      const answer = await unmerge(id, person.token);
      expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await denied(answer)).toEqual([["own_chart", patient]]);
      expect((await unmerge(id)).status).toBe(200);
    }
  });

  test("redeeming a code that they made", async () => {
    const person = await newColleague(NAMES);
    const id = await walkIn();
    const made = await makeCode(id, person.token);
    const answer = await redeem(at(made.body, "/code"), person.token);
    expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await denied(answer)).toEqual([["own_link_code", id]]);
    expect(await loginOf(id)).toBeNull();
    expect(await toldOf(textAt(made.body, "/id"))).toBe(0);
  });
});

describe("the privacy officer is told", () => {
  test("of a merge that gives somebody's login another chart, whichever of the two has it", async () => {
    const one = await patientInCare();
    const merged = textAt((await merge(await walkIn(), one.own)).body, "/id");
    const two = await patientInCare();
    const into = textAt((await merge(two.own, await walkIn())).body, "/id");
    const neither = textAt((await merge(await walkIn(), await walkIn())).body, "/id");
    expect(await Promise.all([merged, into, neither].map((id) => toldOf(id)))).toEqual([1, 1, 0]);
    expect(await toldOf(merged, one.person.id)).toBe(0);
    const { body } = await call("/notifications?kind=chart_login&limit=1", { token: officer });
    expect(listAt(body, "/data")).toMatchObject([{ organization_id: HOSPITAL }]);
  });

  test("at every other hospital that cares for the patient, too", async () => {
    const north = await newMember(NORTHSIDE, "privacy_officer");
    const one = await patientInCare();
    const known = await walkIn();
    await startCare(known, NORTHSIDE);
    expect((await merge(known, one.own)).status).toBe(201);
    const told = await call("/notifications?kind=chart_login", { token: north.token });
    expect(listAt(told.body, "/data")).toMatchObject([
      { organization_id: NORTHSIDE, link: `/admin/audit?patient_id=${known}` },
    ]);
  });

  test("of patients who link themselves", async () => {
    const code = await makeCode(await walkIn());
    const { token } = await newPerson({ ...NAMES, birth_date: born });
    expect((await redeem(at(code.body, "/code"), token)).status).toBe(200);
    expect(await toldOf(textAt(code.body, "/id"))).toBe(1);
  });
});

describe("what the wrong person asks for is refused and leaves a trace", () => {
  test("by patients, of their own record", async () => {
    const { person, own } = await patientInCare();
    const other = await walkIn();
    const merged = textAt((await merge(own, other)).body, "/id");
    for (
      const answer of [
        await merge(own, await walkIn(), person.token),
        await unmerge(merged, person.token),
        await makeCode(own, person.token),
      ]
    ) {
      expect(answer).toMatchObject({ status: 403, body: { code: "forbidden" } });
      expect(await denied(answer)).toEqual([["not_staff", own]]);
    }
    expect((await unmerge(merged)).status).toBe(200);
  });

  test("by people who may not know the patient", async () => {
    const [north, id] = [await signIn("doctor@north.health"), await walkIn()];
    const theirs = await newPatientId({}, "doctor@north.health");
    const merged = textAt((await merge(id, await walkIn())).body, "/id");
    const reasons = async (answer: Answer) => {
      const { rows } = await sql().query(
        "select distinct reason, patient_id from audit.entries where request_id = $1 and action = 'deny'",
        [answer.headers.get("x-request-id")],
      );
      return rows;
    };
    for (
      const [answer, status] of [
        [await merge(id, theirs, north), 404],
        [await merge(theirs, id, north), 422],
        [await unmerge(merged, north), 404],
        [await makeCode(id, north), 404],
      ] as const
    ) {
      expect(answer.status).toBe(status);
      expect(await reasons(answer)).toEqual([{ reason: "not_in_care", patient_id: id }]);
    }
    expect(await reasons(await makeCode(crypto.randomUUID(), north))).toEqual([]);
    expect(await reasons(await merge(theirs, theirs, north))).toEqual([]);
  });
});
