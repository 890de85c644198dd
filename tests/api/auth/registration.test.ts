import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sqlValue } from "../../support/database.ts";
import { codeIn, codeSentBy, FIRST_PASSWORD, HOSPITAL, invite, newPerson, signedUp } from "../../support/people.ts";
import { type Answer, at, call, lastMailTo, listAt, mailsTo, textAt, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

const names = { given_name: "Ada", family_name: "Adler" };
const person = (email: string) => ({ email, password: FIRST_PASSWORD, ...names });
const confirm = (email: string, code: string, more: Record<string, unknown> = {}) =>
  call("/auth/confirm", { body: { ...person(email), code, ...more } });
const staff = (email: string) =>
  sqlValue("select count(*)::int from memberships m join profiles p on p.id = m.user_id where p.email = $1", [email]);
const logins = (email: string) => sqlValue("select count(*)::int from auth.users where email = $1", [email]);
const pointers = (answer: Answer) => listAt(answer.body, "/errors").map((error) => textAt(error, "/pointer"));

describe("POST /auth/register", () => {
  test("makes a patient after the address was confirmed", async () => {
    const email = uniqueEmail();
    const body = {
      ...person(email.toUpperCase()),
      email: email.toUpperCase(),
      birth_date: "1990-02-28",
      language: "de",
    };
    const asked = await call("/auth/register", { body });
    expect(asked).toMatchObject({ status: 202, body: { status: "confirmation_sent" } });

    const code = codeIn(await lastMailTo(email));
    const confirmed = await confirm(email, code, { birth_date: "1990-02-28", language: "de", phone: "+4930123456" });
    expect(confirmed).toMatchObject({ status: 200, body: { token_type: "bearer", expires_in: 3600, user: { email } } });

    const me = await call("/auth/me", { token: textAt(confirmed.body, "/access_token") });
    expect(me.body).toMatchObject({ email, ...names, language: "de", phone: "+4930123456", memberships: [] });
    const patient = await sqlValue("select concat_ws(' ', birth_date, phone, language) from patients where id = $1", [
      textAt(me.body, "/patient_id"),
    ]);
    expect(patient).toBe("1990-02-28 +4930123456 de");
  });

  test("refuses a role and stores nothing", async () => {
    const email = uniqueEmail();
    const answer = await call("/auth/register", { body: { ...person(email), role: "admin" } });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(pointers(answer)).toEqual(["/role"]);
    expect(await logins(email)).toBe(0);
  });

  test("makes nobody staff by user metadata", async () => {
    const made = await signedUp({ role: "admin", memberships: [{ role: "admin" }], organization_id: HOSPITAL });
    expect(await staff(made.email)).toBe(0);
    const me = await call("/auth/me", { token: made.token });
    expect(at(me.body, "/memberships")).toEqual([]);
    expect(at(me.body, "/patient_id")).toEqual(expect.any(String));
  });

  test("answers the same for an address with an account, and sends nothing there", async () => {
    const known = await newPerson();
    const before = (await mailsTo(known.email)).length;
    // A difference that tells the two apart is there each time; that of a busy machine is not.
    let difference = Infinity;
    for (let tries = 0; tries < 4 && difference >= 0.2; tries++) {
      const startedAt = performance.now();
      const taken = await call("/auth/register", { body: person(known.email) });
      const takenFor = performance.now() - startedAt;
      const fresh = await call("/auth/register", { body: person(uniqueEmail()) });
      const freshFor = performance.now() - startedAt - takenFor;
      expect(taken.status).toBe(202);
      expect([taken.status, taken.body]).toEqual([fresh.status, fresh.body]);
      expect([...taken.headers.keys()].sort()).toEqual([...fresh.headers.keys()].sort());
      difference = Math.abs(takenFor - freshFor) / freshFor;
    }
    expect(difference).toBeLessThan(0.2);
    expect((await mailsTo(known.email)).length).toBe(before);
  });

  test.each([
    ["an address that is none", { email: "nobody" }, "/email"],
    ["a short password", { password: "short-1" }, "/password"],
    ["a password of more bytes than are compared", { password: "ä".repeat(37) }, "/password"],
    ["markup in a name", { given_name: "<script>alert(1)</script>" }, "/given_name"],
    ["SQL in a name", { family_name: "x'; drop table patients; --" }, "/family_name"],
    ["a day that does not exist", { birth_date: "1990-02-30" }, "/birth_date"],
    ["a language that is none", { language: "klingon!" }, "/language"],
  ])("refuses %s", async (_, wrong, pointer) => {
    const email = uniqueEmail();
    const answer = await call("/auth/register", { body: { ...person(email), ...wrong } });
    expect(answer.status).toBe(422);
    expect(pointers(answer)).toEqual([pointer]);
    expect(await logins(email)).toBe(0);
  });

  test("is limited per account", async () => {
    const email = uniqueEmail();
    const answers = await Promise.all(Array.from({ length: 7 }, () => call("/auth/register", { body: person(email) })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused).toMatchObject({ body: { code: "rate_limited" } });
    expect(Number(refused?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await logins(email)).toBeLessThanOrEqual(1);
  });
});

describe("POST /auth/confirm", () => {
  test("answers the same for a wrong code, an unknown address and one that is confirmed", async () => {
    const email = uniqueEmail();
    const code = await codeSentBy("/auth/register", person(email));
    const wrong = code === "1234567890" ? "0987654321" : "1234567890";
    const known = await newPerson();
    const answers = [
      await confirm(email, wrong),
      await confirm(uniqueEmail(), wrong),
      await confirm(known.email, wrong),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    }
  });

  test("takes a code once", async () => {
    const email = uniqueEmail();
    const code = await codeSentBy("/auth/register", person(email));
    expect((await confirm(email, code)).status).toBe(200);
    expect((await confirm(email, code)).status).toBe(401);
  });

  test("stops guessing", async () => {
    const email = uniqueEmail();
    const guess = () => confirm(email, "1234567890");
    const answers = await Promise.all(Array.from({ length: 12 }, guess));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });

  test.each([
    ["a code that is none", { code: "12345" }, "/code"],
    ["no password", { password: undefined }, "/password"],
    ["no name", { family_name: undefined }, "/family_name"],
    ["a birth date with an invitation", { token: "made-up", birth_date: "1990-02-28" }, "/birth_date"],
    ["an invitation that is made up", { token: "made-up" }, "/token"],
  ])("refuses %s and leaves the code good", async (_, wrong, pointer) => {
    const email = uniqueEmail();
    const code = await codeSentBy("/auth/register", person(email));
    const answer = await confirm(email, code, wrong);
    expect(answer.status).toBe(422);
    expect(pointers(answer)).toEqual([pointer]);
    expect((await confirm(email, code)).status).toBe(200);
  });
});

describe("POST /auth/register/invited", () => {
  const invited = (email: string, token: string) => ({ ...person(email), token });

  test("makes a member of the inviting organization and no patient", async () => {
    const email = uniqueEmail("invited");
    const token = await invite(email);
    const code = await codeSentBy("/auth/register/invited", invited(email, token));
    const confirmed = await confirm(email, code, { token });
    const me = await call("/auth/me", { token: textAt(confirmed.body, "/access_token") });
    expect(me.body).toMatchObject({
      given_name: "Ada",
      patient_id: null,
      memberships: [{ role: "hospital_staff", position: "Nurse", status: "active", organization: { id: HOSPITAL } }],
    });
    const again = await call("/auth/register/invited", { body: invited(email, token) });
    expect(again).toMatchObject({ status: 422, body: { code: "invitation_invalid" } });
  });

  test("refuses a token that is made up, expired or for somebody else, with and without an account", async () => {
    const known = await newPerson();
    const expired = uniqueEmail();
    const bodies = [
      invited(uniqueEmail(), "made-up"),
      invited(known.email, "made-up"),
      invited(expired, await invite(expired, "-1 minute")),
      invited(uniqueEmail(), await invite(uniqueEmail())),
    ];
    for (const body of bodies) {
      const answer = await call("/auth/register/invited", { body });
      expect(answer).toMatchObject({
        status: 422,
        body: { code: "invitation_invalid", errors: [{ pointer: "/token" }] },
      });
      expect(await staff(body.email)).toBe(0);
    }
    expect(await logins(expired)).toBe(0);
  });

  test("answers the same when the invited address has an account, and leaves the invitation open", async () => {
    const known = await newPerson();
    const token = await invite(known.email);
    const answer = await call("/auth/register/invited", { body: invited(known.email, token) });
    expect(answer).toMatchObject({ status: 202, body: { status: "confirmation_sent" } });
    expect(await staff(known.email)).toBe(0);
    const accepted = await call("/auth/invitations/accept", { token: known.token, body: { token } });
    expect(accepted.status).toBe(201);
  });
});
