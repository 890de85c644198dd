import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newColleague, newMember, newPerson, type Person } from "../../support/people.ts";
import { type Answer, at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

const born = "1984-03-07";
const NORTHSIDE = "20000000-0000-4000-8000-000000000001";

let doctor: string;
let nurse: string;
let officer: Person;
let northOfficer: Person;
beforeAll(async () => {
  [doctor, nurse] = await Promise.all([signIn("doctor@demo.health"), signIn("nurse@demo.health")]);
  [officer, northOfficer] = await Promise.all([
    newMember(HOSPITAL, "privacy_officer"),
    newMember(NORTHSIDE, "privacy_officer"),
  ]);
});
beforeEach(resetLimits);

type Names = { given_name: string; family_name: string };
const someone = (): Names => ({ given_name: "Paula", family_name: uniqueName() });
const codeFor = async (id: string, token = doctor) =>
  textAt((await call(`/patients/${id}/link-codes`, { token, method: "POST" })).body, "/code");
const redeem = ({ token }: Person, code: string): Promise<Answer> =>
  call("/patients/link", { token, body: { code, birth_date: born } });
const loginOf = (id: string) => sqlValue("select user_id from public.patients where id = $1", [id]);
const ownRow = async ({ token }: Person) => textAt((await call("/patients/me", { token })).body, "/id");
const codeRow = (id: string) =>
  sqlValue("select id from public.patient_link_codes where patient_id = $1 order by created_at desc limit 1", [id]);
/** How often somebody was told of the last code of a patient. */
const told = async (person: Person, patientId: string) =>
  await sqlValue("select count(*)::int from public.notifications where recipient_id = $1 and dedupe_key = $2", [
    person.id,
    `linked_login:${String(await codeRow(patientId))}`,
  ]);

describe("a code is the server's", () => {
  test("nobody chooses it, and a repetition does not tell it", async () => {
    const id = await newPatientId({ birth_date: born });
    const rpc = (input: object, headers = {}) =>
      gateway("/rest/v1/rpc/create_link_code", { token: nurse, body: { p_input: input }, headers });
    expect(await rpc({ patient_id: id, code_hash: "a".repeat(64) })).toMatchObject({ status: 422 });
    expect(await rpc({ patient_id: id, code: "ABCDE-FGHJK" })).toMatchObject({ status: 422 });
    const headers = { "idempotency-key": crypto.randomUUID() };
    const made = await rpc({ patient_id: id }, headers);
    expect(textAt(made.body, "/code")).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    const again = await rpc({ patient_id: id }, headers);
    expect(again).toMatchObject({ status: 200, body: { id: at(made.body, "/id") } });
    expect(again.body).not.toHaveProperty("code");
  });

  test("a member makes twenty a day, which is recorded", async () => {
    const { token } = await newColleague();
    const id = await newPatientId({ birth_date: born });
    const make = () => call(`/patients/${id}/link-codes`, { token, method: "POST" });
    for (let made = 0; made < 20; made++) expect((await make()).status).toBe(201);
    expect(await make()).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  });
});

describe("a code joins the bare row of a registration, of the same person, and nothing else", () => {
  test("not a father's record with his daughter's", async () => {
    const family_name = uniqueName();
    const father = await newPerson({ given_name: "Frank", family_name, birth_date: "1971-01-01" });
    const own = await ownRow(father);
    await call("/patients/me/care-relationships", { token: father.token, body: { organization_id: HOSPITAL } });
    const daughter = await newPatientId({ given_name: "Dina", family_name, birth_date: born, sex: "female" });
    const code = await codeFor(daughter);
    expect(await redeem(father, code)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await loginOf(daughter)).toBeNull();
    expect(await ownRow(father)).toBe(own);
    expect((await call(`/patients/${own}`, { token: doctor })).status).toBe(200);
  });

  test.each<[string, Names & { birth_date?: string }, Record<string, string>]>([
    ["another name", { ...someone() }, {}],
    ["another birth date", { given_name: "Paula", family_name: "", birth_date: "1984-03-08" }, {}],
    ["another sex", { given_name: "Paula", family_name: "", birth_date: born }, { sex: "male" }],
  ])("not somebody of %s", async (_, person, details) => {
    const names = someone();
    const id = await newPatientId({ ...names, birth_date: born, sex: "female" });
    const redeemer = await newPerson({ ...person, family_name: person.family_name || names.family_name });
    if (details.sex !== undefined) {
      await sql().query("update public.patients set sex = 'male' where user_id = $1", [redeemer.id]);
    }
    expect(await redeem(redeemer, await codeFor(id))).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await loginOf(id)).toBeNull();
  });

  test("not a twin whose name differs in a letter, where the hospital knows both; a misspelt name is one's own", async () => {
    const family_name = uniqueName();
    const lena = await newPatientId({ given_name: "Lena", family_name, birth_date: born });
    const lina = await newPerson({ given_name: "Lina", family_name, birth_date: born });
    const code = await codeFor(lena);
    await newPatientId({ given_name: "Lina", family_name, birth_date: born });
    expect(await redeem(lina, code)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await loginOf(lena)).toBeNull();
    const misspelt = await newPatientId({ given_name: "Marta", family_name, birth_date: born });
    const martha = await newPerson({ given_name: "Martha", family_name, birth_date: born });
    expect((await redeem(martha, await codeFor(misspelt))).status).toBe(200);
  });

  test.each<[string, (own: string, person: Person) => Promise<unknown>]>([
    [
      "care",
      (_, { token }) => call("/patients/me/care-relationships", { token, body: { organization_id: NORTHSIDE } }),
    ],
    [
      "care that has ended",
      (own) =>
        sql().query(
          "insert into public.care_relationships (patient_id, organization_id, status, ended_at) values ($1, $2, 'ended', now())",
          [
            own,
            NORTHSIDE,
          ],
        ),
    ],
    [
      "a number",
      (own) =>
        sql().query(
          "insert into public.patient_identifiers (patient_id, system, country, value) values ($1, 'national_id', 'FR', $2)",
          [
            own,
            uniqueName().slice(0, 12).toUpperCase(),
          ],
        ),
    ],
    [
      "a record",
      (own) =>
        sql().query("insert into public.encounters (patient_id, organization_id, kind) values ($1, $2, 'ambulatory')", [
          own,
          NORTHSIDE,
        ]),
    ],
    ["a contact", (_, { token }) =>
      call("/patients/me", {
        token,
        method: "PATCH",
        body: { contacts: [{ kind: "emergency", name: "Mia Becker", phone: "+493055501234" }] },
      })],
  ])("not a row that has %s", async (_, fill) => {
    const names = someone();
    const id = await newPatientId({ ...names, birth_date: born });
    const person = await newPerson({ ...names, birth_date: born });
    const own = await ownRow(person);
    await fill(own, person);
    const code = await codeFor(id);
    expect(await redeem(person, code)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await ownRow(person)).toBe(own);
    expect(await loginOf(id)).toBeNull();
    // The code is not spent by that.
    expect((await redeem(await newPerson(names), code)).status).toBe(200);
  });

  test("and is told to the privacy officers of every hospital that cares for the patient", async () => {
    const names = someone();
    const id = await newPatientId({ ...names, birth_date: born });
    await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
      id,
      NORTHSIDE,
    ]);
    expect((await redeem(await newPerson({ ...names, birth_date: born }), await codeFor(id))).status).toBe(200);
    expect([await told(officer, id), await told(northOfficer, id)]).toEqual([1, 1]);
  });
});

describe("a member of the hospital", () => {
  /** A member and a walk-in of one name. */
  async function scene(): Promise<{ member: Person; id: string; code: string }> {
    const names = someone();
    const id = await newPatientId({ ...names, birth_date: born });
    return { member: await newColleague(names), id, code: await codeFor(id) };
  }
  const decide = async (id: string, verb: string, token: string) =>
    await call(`/patients/${id}/link-codes/${String(await codeRow(id))}/${verb}`, { token, method: "POST" });

  test("waits for a second one, who is neither the maker nor the redeemer", async () => {
    const { member, id, code } = await scene();
    const waiting = await redeem(member, code);
    expect(waiting).toMatchObject({ status: 202, body: { status: "waiting" } });
    expect(JSON.stringify(waiting.body)).not.toContain(id);
    expect(await loginOf(id)).toBeNull();
    for (const rpc of ["chart_summary", "export_chart"]) {
      const read = await gateway(`/rest/v1/rpc/${rpc}`, { token: member.token, body: { p_patient_id: id } });
      expect(read.status === 403 || read.body === null).toBe(true);
    }
    expect(await told(officer, id)).toBe(1);
    const list = await call("/patients/link-codes?waiting=true&limit=100", { token: nurse });
    expect(listAt(list.body, "/data")).toContainEqual(expect.objectContaining({ patient_id: id, used_by: member.id }));

    for (const token of [doctor, member.token]) {
      expect(await decide(id, "confirm", token)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
    for (const email of ["doctor@north.health", "admin@demo.health", "patient@demo.health"]) {
      expect((await decide(id, "confirm", await signIn(email))).status).toBe(404);
    }
    expect(await decide(id, "confirm", nurse)).toMatchObject({ status: 200, body: { confirmed: true } });
    expect(await loginOf(id)).toBe(member.id);
    expect(await decide(id, "decline", nurse)).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
  });

  test("gets nothing when it is declined", async () => {
    const { member, id, code } = await scene();
    const headers = { "idempotency-key": crypto.randomUUID() };
    const ask = () => call("/patients/link", { token: member.token, body: { code, birth_date: born }, headers });
    expect((await ask()).status).toBe(202);
    expect(await decide(id, "decline", nurse)).toMatchObject({ status: 200, body: { confirmed: false } });
    expect(await ask()).toMatchObject({ status: 202, body: { status: "declined" } });
    expect(await loginOf(id)).toBeNull();
    expect(await redeem(member, code)).toMatchObject({ status: 422 });
  });

  test("is known by a second login, which redeems no code of theirs and waits for one of a colleague", async () => {
    const names = someone();
    const member = await newColleague();
    const second = await newPerson({ ...names, birth_date: born }, member.email.replace("@", "+me@"));
    const id = await newPatientId({ ...names, birth_date: born });
    expect(await redeem(second, await codeFor(id, member.token))).toMatchObject({ status: 403 });
    expect(await redeem(second, await codeFor(id))).toMatchObject({ status: 202 });
    expect(await decide(id, "confirm", member.token)).toMatchObject({ status: 403 });
    expect(await loginOf(id)).toBeNull();
  });

  test("decides nothing about the record of their second login", async () => {
    const member = await newColleague();
    const second = await newPerson({ birth_date: born }, member.email.replace("@", "+me@"));
    const own = await ownRow(second);
    await call("/patients/me/care-relationships", { token: second.token, body: { organization_id: HOSPITAL } });
    const other = await newPatientId({ birth_date: born });
    const { token } = member;
    for (const [patient, source] of [[own, other], [other, own]] as const) {
      const body = { source_id: source, reason: "Registered twice" };
      expect(await call(`/patients/${patient}/merge`, { token, body })).toMatchObject({ status: 403 });
      const dismissal = { other_patient_id: source, reason: "Twins" };
      expect(await call(`/patients/${patient}/duplicates/dismiss`, { token, body: dismissal })).toMatchObject({
        status: 403,
      });
    }
    const merged = await call(`/patients/${other}/merge`, {
      token: doctor,
      body: { source_id: own, reason: "Registered twice" },
    });
    expect((await call(`/patients/merges/${textAt(merged.body, "/id")}/unmerge`, { token, method: "POST" })).status)
      .toBe(403);
    const asked = await call(`/patients/${other}/correction-requests`, {
      token: second.token,
      body: { field: "phone", text: "It has changed." },
    });
    const path = `/patients/${other}/correction-requests/${textAt(asked.body, "/id")}/accept`;
    expect(await call(path, { token, body: { reason: "As asked" } })).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
    expect((await call(path, { token: doctor, body: { reason: "As asked" } })).status).toBe(200);
  });
});
