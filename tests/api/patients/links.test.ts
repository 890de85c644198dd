import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, gateway, signIn, textAt } from "../../support/stack.ts";

const born = "1984-03-07";

let doctor: string;
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});
beforeEach(resetLimits);

/** The walk-in patients of these tests, and those who redeem their codes. */
const NAMES = { given_name: "Paul", family_name: uniqueName() };
const walkIn = () => newPatientId({ ...NAMES, birth_date: born });
const makeCode = (id: string, headers: Record<string, string> = {}, token = doctor) =>
  call(`/patients/${id}/link-codes`, { token, method: "POST", headers });
const codeFor = async (id: string) => textAt((await makeCode(id)).body, "/code");
const redeem = ({ token }: Person, code: string, birth_date = born, headers: Record<string, string> = {}) =>
  call("/patients/link", { token, headers, body: { code, birth_date } });
const loginOf = (id: string) => sqlValue("select user_id from public.patients where id = $1", [id]);
const INVALID = { status: 422, body: { code: "link_code_invalid" } };

describe("a code", () => {
  test("is shown once, kept as a hash, and not told again to the same Idempotency-Key", async () => {
    const id = await walkIn();
    const key = { "idempotency-key": crypto.randomUUID() };
    const made = await makeCode(id, key);
    expect(made).toMatchObject({
      status: 201,
      body: { patient_id: id, organization_id: HOSPITAL, tries: 0, used_at: null },
    });
    const code = textAt(made.body, "/code");
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    const { code: _, ...known } = Object(made.body);
    const again = await makeCode(id, key);
    expect([again.status, again.headers.get("idempotency-replayed"), again.body]).toEqual([201, "true", known]);
    const stored = JSON.stringify(
      (await sql().query(
        `select to_jsonb(c) from public.patient_link_codes c where patient_id = $1
      union all select to_jsonb(k) from private.idempotency_keys k join public.patient_link_codes c on c.id = k.answer_id
        where c.patient_id = $1`,
        [id],
      )).rows,
    );
    expect(stored).not.toContain(code);
    expect(stored).not.toContain(code.replace("-", ""));
    const read = await call(String(made.headers.get("location")).replace("/functions/v1", ""), { token: doctor });
    expect(read).toMatchObject({ status: 200, body: { patient_id: id } });
    expect(read.body).not.toHaveProperty("code");
  });

  test("is made by staff for a patient in care who has no login and a birth date", async () => {
    const id = await walkIn();
    expect((await makeCode(id, {}, await signIn("doctor@north.health"))).status).toBe(404);
    expect((await makeCode(id, {}, await signIn("patient@demo.health"))).status).toBe(404);
    expect(await makeCode(await newPatientId())).toMatchObject({ status: 409, body: { code: "conflict" } });
    const paula = String(
      await sqlValue("select id from public.patients where user_id = '30000000-0000-4000-8000-000000000005'"),
    );
    expect(await makeCode(paula)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await makeCode(paula, {}, await signIn("patient@demo.health"))).toMatchObject({ status: 403 });
  });
});

describe("redeeming it", () => {
  test("makes the patient the person's own, and the row of the registration part of it", async () => {
    const id = await walkIn();
    const person = await newPerson(NAMES);
    const own = textAt((await call("/patients/me", { token: person.token })).body, "/id");
    const code = await codeFor(id);
    const linked = await redeem(person, ` ${code.toLowerCase().replace("-", " ")} `);
    expect(linked).toMatchObject({ status: 200, body: { id, user_id: person.id } });
    expect(at((await call("/patients/me", { token: person.token })).body, "/id")).toBe(id);
    expect(await call(`/patients/${own}`, { token: person.token })).toMatchObject({
      status: 410,
      body: { merged_into: id },
    });
    expect(await redeem(await newPerson(NAMES), code)).toMatchObject(INVALID);

    const merges = await call(`/patients/${id}/merges`, { token: doctor });
    const unmerge = await call(`/patients/merges/${textAt(merges.body, "/data/0/id")}/unmerge`, {
      token: doctor,
      method: "POST",
    });
    expect(unmerge.status).toBe(200);
    expect(at((await call("/patients/me", { token: person.token })).body, "/id")).toBe(own);
    expect(await loginOf(id)).toBeNull();
  });

  test("answers the same whatever is wrong, and writes the denial down", async () => {
    const id = await walkIn();
    const person = await newPerson(NAMES);
    const former = await codeFor(id);
    const code = await codeFor(id);
    const answers = [
      await redeem(person, former),
      await redeem(person, "00000-00000"),
      await redeem(person, code, "1984-07-03"),
    ];
    await sql().query("update public.patient_link_codes set expires_at = now() where patient_id = $1", [id]);
    answers.push(await redeem(person, code));
    const bodies = answers.map(({ status, body }) => ({
      status,
      detail: at(body, "/detail"),
      errors: at(body, "/errors"),
      code: at(body, "/code"),
    }));
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(answers[0]).toMatchObject(INVALID);
    expect(await loginOf(id)).toBeNull();
    expect(
      await sqlValue(
        "select count(*)::int from audit.entries where actor_id = $1 and action = 'deny' and reason = 'link_code_invalid'",
        [person.id],
      ),
    )
      .toBe(4);
  });

  test("is tried five times an hour by a person, also at once, and then not at all", async () => {
    const id = await walkIn();
    const person = await newPerson(NAMES);
    const code = await codeFor(id);
    const wrong = await Promise.all(Array.from({ length: 20 }, () => redeem(person, "00000-00000")));
    expect(wrong.filter(({ status }) => status === 422)).toHaveLength(5);
    const limited = wrong.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(15);
    expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(3500);
    expect((await redeem(person, code)).status).toBe(429);
    expect(await redeem(await newPerson(NAMES), code)).toMatchObject({ status: 200, body: { id } });
  });

  test("a code dies after five wrong birth dates, whoever tries", async () => {
    const id = await walkIn();
    const code = await codeFor(id);
    for (let tries = 0; tries < 5; tries++) {
      expect(await redeem(await newPerson(NAMES), code, "1970-01-01")).toMatchObject(INVALID);
    }
    expect(await redeem(await newPerson(NAMES), code)).toMatchObject(INVALID);
  });

  test("through the data API is counted and refused the same", async () => {
    const person = await newPerson(NAMES);
    const ask = () =>
      gateway("/rest/v1/rpc/redeem_link_code", {
        token: person.token,
        body: { p_input: { code: "00000-00000", birth_date: born } },
      });
    for (let tries = 0; tries < 5; tries++) {
      expect(await ask()).toMatchObject({ status: 422, body: { hint: "link_code_invalid" } });
    }
    expect(await ask()).toMatchObject({ status: 429, body: { hint: "rate_limited" } });
  });

  test("happens once for an Idempotency-Key", async () => {
    const id = await walkIn();
    const person = await newPerson(NAMES);
    const code = await codeFor(id);
    const key = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all([1, 2, 3].map(() => redeem(person, code, born, key)));
    for (const { status, body } of answers) expect([status, at(body, "/id")]).toEqual([200, id]);
  });
});

describe("one code, two people at once", () => {
  /** Both redeem the same code at once; says who got through. */
  async function race(): Promise<number[]> {
    const id = await walkIn();
    const [one, other, code] = await Promise.all([newPerson(NAMES), newPerson(NAMES), codeFor(id)]);
    return (await Promise.all([redeem(one, code), redeem(other, code)])).map(({ status }) => status).sort();
  }

  test("one wins", async () => {
    for (let round = 0; round < 5; round++) expect(await race()).toEqual([200, 422]);
  });

  test("the negative control: without the locks both think that they did", async () => {
    const names = ["private.lock_patients", "private.redeem_link_code"];
    const defined = await Promise.all(
      names.map(async (name) => String(await sqlValue("select pg_get_functiondef($1::regproc)", [name]))),
    );
    const [lock = "", body = ""] = defined;
    await sql().query(lock.replace(/select 1 from[^;]*;/, "select 1;"));
    await sql().query(
      body.replace("tries < 5 for update;", "tries < 5; perform pg_sleep(0.5);")
        .replace(
          "and deleted_at is null and user_id is null;",
          "and deleted_at is null and user_id is null; perform pg_sleep(0.5);",
        ),
    );
    try {
      expect(await race()).toEqual([200, 200]);
    } finally {
      for (const definition of defined) await sql().query(definition);
    }
    expect(await race()).toEqual([200, 422]);
  });
});

test("deleting a login leaves the chart, which a code links again", async () => {
  const id = await walkIn();
  const person = await newPerson(NAMES);
  await redeem(person, await codeFor(id));
  await sql().query("insert into public.encounters (patient_id, organization_id, kind) values ($1, $2, 'ambulatory')", [
    id,
    HOSPITAL,
  ]);
  await sql().query("delete from auth.users where id = $1", [person.id]);
  expect(await call(`/patients/${id}`, { token: doctor })).toMatchObject({ status: 200, body: { user_id: null } });
  expect(await sqlValue("select count(*)::int from public.encounters where patient_id = $1", [id])).toBe(1);
  const again = await newPerson(NAMES);
  expect(await redeem(again, await codeFor(id))).toMatchObject({ status: 200, body: { id, user_id: again.id } });
});
