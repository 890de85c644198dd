import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sql, sqlValue } from "../../support/database.ts";
import {
  codeIn,
  codeSentBy,
  confirmed,
  FIRST_PASSWORD,
  HOSPITAL,
  invite,
  mayGetMail,
  newPerson,
  signedUp,
} from "../../support/people.ts";
import { expectSameTime } from "../../support/same-time.ts";
import { at, call, gateway, lastMailTo, mailsTo, textAt, uniqueEmail } from "../../support/stack.ts";

const MALLORYS_PASSWORD = "Mallorys-Secret-666";
const mallory = (email: string) => ({
  email,
  password: MALLORYS_PASSWORD,
  given_name: "Mallory",
  family_name: "Intruder",
  birth_date: "1966-06-06",
  phone: "+4930666666",
});
const vera = (email: string) => ({
  email,
  password: FIRST_PASSWORD,
  given_name: "Vera",
  family_name: "Victim",
  birth_date: "1980-01-01",
});
const verasName = { given_name: "Vera", family_name: "Victim" };
const confirm = (code: string, body: Record<string, unknown>) => call("/auth/confirm", { body: { ...body, code } });
const logIn = (email: string, password: string) => call("/auth/login", { body: { email, password } });
const statusOf = async (email: string, password: string) => (await logIn(email, password)).status;
const atAuth = async (email: string, password: string) =>
  await gateway("/auth/v1/token?grant_type=password", { body: { email, password } });
const me = async (body: unknown) => (await call("/auth/me", { token: textAt(body, "/access_token") })).body;
/** Everything that is kept of an address, as one text. */
const kept = (email: string) =>
  sqlValue(
    `select concat((select jsonb_agg(to_jsonb(u)) from auth.users u where u.email = $1), (select jsonb_agg(to_jsonb(i)) from auth.identities i where i.email = $1),
       (select jsonb_agg(to_jsonb(p)) from profiles p where p.email = $1), (select jsonb_agg(to_jsonb(p)) from patients p where p.email = $1))`,
    [email],
  );

/** Mallory's ways to be first at Vera's address. */
const ways: [string, (email: string) => Promise<unknown>][] = [
  ["a registration", (email) => call("/auth/register", { body: mallory(email) })],
  [
    "a sign-up at Auth",
    (email) => gateway("/auth/v1/signup", { body: { email, password: MALLORYS_PASSWORD, data: mallory(email) } }),
  ],
  ["a code to sign in", (email) => gateway("/auth/v1/otp", { body: { email, data: mallory(email) } })],
  ["a magic link", (email) => gateway("/auth/v1/magiclink", { body: { email, data: mallory(email) } })],
];

// What these wait for is the beat of the answers, which many can wait for at once.
describe.concurrent("whoever holds the code owns the account", () => {
  beforeAll(resetLimits);

  test.each(ways)("after %s by somebody else before", async (_, comeFirst) => {
    const email = uniqueEmail("victim");
    await comeFirst(email);
    await lastMailTo(email);
    await mayGetMail(email);
    const code = await codeSentBy("/auth/register", vera(email));
    const answer = await confirm(code, vera(email));
    expect(answer.status).toBe(200);
    const shown = await me(answer.body);
    expect(shown).toMatchObject(verasName);
    expect(await sqlValue("select birth_date::text from patients where id = $1", [textAt(shown, "/patient_id")])).toBe(
      "1980-01-01",
    );
    expect([await statusOf(email, FIRST_PASSWORD), await statusOf(email, MALLORYS_PASSWORD)]).toEqual([200, 401]);
    expect((await atAuth(email, MALLORYS_PASSWORD)).status).toBe(400);
    for (const trace of ["Mallory", "Intruder", "1966", "666666"]) expect(await kept(email)).not.toContain(trace);
  });

  test.each(ways)("after %s by somebody else between registration and confirmation", async (_, comeBetween) => {
    const email = uniqueEmail("victim");
    const first = await codeSentBy("/auth/register", vera(email));
    await mayGetMail(email);
    await comeBetween(email);
    const mails = await mailsTo(email);
    const codes = [first, ...mails.map(codeIn)];
    const answers: number[] = [];
    for (const code of new Set(codes)) answers.push((await confirm(code, vera(email))).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect([await statusOf(email, FIRST_PASSWORD), await statusOf(email, MALLORYS_PASSWORD)]).toEqual([200, 401]);
    expect(await kept(email)).not.toContain("Mallory");
  });

  test("tells nobody by signing in that an address is registered and not confirmed", async () => {
    const [waiting, unknown] = [uniqueEmail(), uniqueEmail()];
    await call("/auth/register", { body: mallory(waiting) });
    const known = await newPerson();
    const answers = [
      await logIn(waiting, MALLORYS_PASSWORD),
      await logIn(unknown, MALLORYS_PASSWORD),
      await logIn(known.email, MALLORYS_PASSWORD),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(401);
      expect(at(answer.body, "/detail")).toBe(at(answers[0]?.body, "/detail"));
      expect(textAt(answer.body, "/detail")).toContain("/auth/resend");
    }
    const direct = [await atAuth(waiting, MALLORYS_PASSWORD), await atAuth(unknown, MALLORYS_PASSWORD)];
    expect(direct[0]?.body).toEqual(direct[1]?.body);
  });

  test("a registration makes no row of ours before the address is confirmed", async () => {
    const email = uniqueEmail();
    await call("/auth/register", { body: mallory(email) });
    await lastMailTo(email);
    expect(await sqlValue("select count(*)::int from profiles where email = $1", [email])).toBe(0);
    expect(await sqlValue("select count(*)::int from patients where email = $1", [email])).toBe(0);
    expect(await sqlValue("select encrypted_password from auth.users where email = $1", [email])).toBeNull();
  });

  test("a reset of an address that is not confirmed keeps nothing of the registration", async () => {
    const email = uniqueEmail("victim");
    await call("/auth/register", { body: mallory(email) });
    await lastMailTo(email);
    const code = await codeSentBy("/auth/password-reset", { email });
    const reset = await call("/auth/password-reset/confirm", { body: { email, code, new_password: FIRST_PASSWORD } });
    expect(reset.status).toBe(200);
    expect([await statusOf(email, FIRST_PASSWORD), await statusOf(email, MALLORYS_PASSWORD)]).toEqual([200, 401]);
    const token = textAt(reset.body, "/access_token");
    expect((await call("/auth/me", { token })).status).toBe(404);
    const person = { ...verasName, birth_date: "1980-01-01" };
    const completed = await call("/auth/register/complete", { token, body: person });
    expect(completed.status).toBe(201);
    expect(await me(reset.body)).toMatchObject({ ...verasName, patient_id: expect.any(String) });
    const again = await call("/auth/register/complete", { token, body: { ...person, given_name: "Other" } });
    expect(again).toMatchObject({ status: 409, body: { code: "already_exists" } });
    expect(await kept(email)).not.toContain("Mallory");
  });

  test("confirming at Auth itself brings nothing of the sign-up to life", async () => {
    const email = uniqueEmail("victim");
    await gateway("/auth/v1/signup", { body: { email, password: MALLORYS_PASSWORD, data: mallory(email) } });
    const session = await confirmed(email, codeIn(await lastMailTo(email)));
    expect((await atAuth(email, MALLORYS_PASSWORD)).status).toBe(400);
    expect(await kept(email)).not.toContain("Mallory");
    expect(JSON.stringify(session)).not.toContain("Mallory");
    const complete = (p_input: unknown) =>
      gateway("/rest/v1/rpc/complete_registration", { token: session.access_token, body: { p_input } });
    expect((await complete({ ...verasName, birth_date: "2999-01-01" })).status).toBe(422);
    expect((await complete({ ...verasName, role: "admin" })).status).toBe(422);
    expect((await complete({ ...verasName, token: "made-up" })).status).toBe(422);
    expect((await complete(verasName)).status).toBe(200);
    const password = { method: "PUT", token: session.access_token, body: { password: FIRST_PASSWORD } };
    expect((await gateway("/auth/v1/user", password)).status).toBe(200);
    expect(await statusOf(email, FIRST_PASSWORD)).toBe(200);
  });

  test("confirming ends every session that there was", async () => {
    const email = uniqueEmail("victim");
    await call("/auth/register", { body: mallory(email) });
    const code = codeIn(await lastMailTo(email));
    await sql().query(
      "insert into auth.sessions (id, user_id, created_at) select gen_random_uuid(), id, now() from auth.users where email = $1",
      [email],
    );
    expect((await confirm(code, vera(email))).status).toBe(200);
    const sessions =
      "select count(*)::int from auth.sessions s join auth.users u on u.id = s.user_id where u.email = $1";
    expect(await sqlValue(sessions, [email])).toBe(1);
  });
});

describe.concurrent("the invitation that counts is that of the confirmation", () => {
  beforeAll(resetLimits);

  const member = { memberships: [{ role: "hospital_staff", organization: { id: HOSPITAL } }], patient_id: null };
  const { birth_date: _, ...staff } = vera("");

  test("also when the address was registered without one", async () => {
    const email = uniqueEmail("invited");
    await call("/auth/register", { body: mallory(email) });
    await lastMailTo(email);
    await mayGetMail(email);
    const token = await invite(email);
    const code = await codeSentBy("/auth/register/invited", { ...staff, email, token });
    expect(await me((await confirm(code, { ...staff, email, token })).body)).toMatchObject({ ...verasName, ...member });
  });

  test("and an unused one stays open", async () => {
    const email = uniqueEmail("invited");
    const token = await invite(email);
    await codeSentBy("/auth/register/invited", { ...staff, email, token });
    await mayGetMail(email);
    const code = await codeSentBy("/auth/register", vera(email));
    const session = (await confirm(code, vera(email))).body;
    expect(await me(session)).toMatchObject({ memberships: [], patient_id: expect.any(String) });
    const accepted = await call("/auth/invitations/accept", {
      token: textAt(session, "/access_token"),
      body: { token },
    });
    expect(accepted.status).toBe(201);
  });

  test("a sign-up at Auth uses none up", async () => {
    const email = uniqueEmail("invited");
    const token = await invite(email);
    await gateway("/auth/v1/signup", {
      body: { email, password: MALLORYS_PASSWORD, data: { ...mallory(email), invitation_token: token } },
    });
    await confirmed(email, codeIn(await lastMailTo(email)));
    expect(await sqlValue("select accepted_at from invitations where email = $1", [email])).toBeNull();
    expect(await sqlValue("select count(*)::int from profiles where email = $1", [email])).toBe(0);
  });
});

describe("POST /auth/resend", () => {
  beforeEach(resetLimits);

  const resend = (email: string) => call("/auth/resend", { body: { email } });

  test("sends a code that counts, to who registered", async () => {
    const email = uniqueEmail();
    const first = await codeSentBy("/auth/register", vera(email));
    await mayGetMail(email);
    const second = await codeSentBy("/auth/resend", { email });
    if (first !== second) expect((await confirm(first, vera(email))).status).toBe(401);
    expect((await confirm(second, vera(email))).status).toBe(200);
  });

  test("so does registering again, when the code has run out", async () => {
    const email = uniqueEmail();
    const old = await codeSentBy("/auth/register", vera(email));
    await sql().query("update auth.users set confirmation_sent_at = now() - interval '61 minutes' where email = $1", [
      email,
    ]);
    expect((await confirm(old, vera(email))).status).toBe(401);
    const code = await codeSentBy("/auth/register", vera(email));
    expect((await confirm(code, vera(email))).status).toBe(200);
  });

  test("answers the same, in the same time, for an unknown and a confirmed address, and sends nothing there", async () => {
    const [waiting, unknown, known] = [uniqueEmail(), uniqueEmail(), (await signedUp()).email];
    await codeSentBy("/auth/register", vera(waiting));
    const before = (await mailsTo(known)).length;
    const attempts = [waiting, unknown, known].map((email) => async () => {
      expect(await resend(email)).toMatchObject({ status: 202, body: { status: "confirmation_sent" } });
    });
    await expectSameTime(attempts, () => mayGetMail(waiting));
    expect((await mailsTo(known)).length).toBe(before);
    expect(await mailsTo(unknown)).toEqual([]);
  });

  test("is limited per account", async () => {
    const email = uniqueEmail();
    const answers = await Promise.all(Array.from({ length: 7 }, () => resend(email)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });
});
