import { decodeJwt, SignJWT } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import { resetLimits, sql } from "../../support/database.ts";
import { codeIn, codeSentBy, FIRST_PASSWORD, logIn, mayGetMail, newPerson, signedUp } from "../../support/people.ts";
import { expectSameTime } from "../../support/same-time.ts";
import { call, freshSession, gateway, lastMailTo, mailsTo, textAt, uniqueEmail } from "../../support/stack.ts";

const SECOND_PASSWORD = "Second-Password-2026";
const canRefresh = async (refresh_token: string) =>
  (await call("/auth/refresh", { body: { refresh_token } })).status === 200;
const loginStatus = async (email: string, password: string) =>
  (await call("/auth/login", { body: { email, password } })).status;

// Most of the time goes by with waiting for the beat of the answers, which many can do at once.
describe.concurrent("POST /auth/password-reset", () => {
  beforeAll(resetLimits);

  const confirm = (email: string, code: string, new_password = SECOND_PASSWORD) =>
    call("/auth/password-reset/confirm", { body: { email, code, new_password } });

  test("sets a new password with the code of the mail, signs in and ends the other sessions", async () => {
    const { email, refreshToken } = await signedUp();
    const code = await codeSentBy("/auth/password-reset", { email });
    const answer = await confirm(email, code);
    expect(answer).toMatchObject({ status: 200, body: { user: { email } } });
    expect((await call("/auth/me", { token: textAt(answer.body, "/access_token") })).status).toBe(200);
    expect(await canRefresh(textAt(answer.body, "/refresh_token"))).toBe(true);
    expect(await canRefresh(refreshToken)).toBe(false);
    expect(await loginStatus(email, SECOND_PASSWORD)).toBe(200);
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(401);
    expect((await confirm(email, code)).status).toBe(401);
  });

  test("accepts the password that the person had", async () => {
    const { email } = await newPerson();
    const code = await codeSentBy("/auth/password-reset", { email });
    expect((await confirm(email, code, FIRST_PASSWORD)).status).toBe(200);
  });

  test("lifts the lock of an account", async ({ expect }) => {
    const { email } = await newPerson();
    await Promise.all(Array.from({ length: 11 }, () => loginStatus(email, "not-the-password")));
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(429);
    const code = await codeSentBy("/auth/password-reset", { email });
    expect((await confirm(email, code)).status).toBe(200);
    await expect.poll(() => loginStatus(email, SECOND_PASSWORD)).toBe(200);
  });

  test("is limited per account", async () => {
    const body = { email: uniqueEmail() };
    const answers = await Promise.all(Array.from({ length: 6 }, () => call("/auth/password-reset", { body })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  test("answers the same for a wrong code, an unknown address and a code of another kind", async () => {
    const { email } = await newPerson();
    const code = await codeSentBy("/auth/password-reset", { email });
    const wrong = code === "1234567890" ? "0987654321" : "1234567890";
    const answers = [
      await confirm(email, wrong),
      await confirm(uniqueEmail(), wrong),
      await call("/auth/confirm", {
        body: { email, code, password: SECOND_PASSWORD, given_name: "Test", family_name: "Person" },
      }),
    ];
    for (const { status, body } of answers) {
      const detail = expect.stringContaining("ask for a new one");
      expect({ status, body }).toMatchObject({ status: 401, body: { code: "invalid_credentials", detail } });
    }
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(200);
  });

  test("refuses a short password and leaves the code good", async () => {
    const { email } = await newPerson();
    const code = await codeSentBy("/auth/password-reset", { email });
    const short = await confirm(email, code, "short");
    expect(short).toMatchObject({ status: 422, body: { errors: [{ pointer: "/new_password" }] } });
    expect((await confirm(email, code)).status).toBe(200);
    expect((await call("/auth/password-reset", { body: { email: "nobody" } })).status).toBe(422);
  });
});

test("a reset is answered the same, in the same time, for an unknown address", async () => {
  await resetLimits();
  const [known, unknown] = [(await signedUp()).email, uniqueEmail()];
  const ask = (email: string) => async () => {
    const answer = await call("/auth/password-reset", { body: { email } });
    expect([answer.status, answer.body]).toEqual([202, { status: "reset_sent" }]);
  };
  await expectSameTime([ask(known), ask(unknown)], () => mayGetMail(known));
  expect(await mailsTo(unknown)).toEqual([]);
});

describe.concurrent("POST /auth/change-password", () => {
  beforeAll(resetLimits);

  const change = (token: string, current_password: string, new_password: string) =>
    call("/auth/change-password", { token, body: { current_password, new_password } });

  test("changes it, keeps this session and ends the others", async () => {
    const { email, token, refreshToken } = await signedUp();
    const other = await freshSession(email, FIRST_PASSWORD);
    expect((await change(token, FIRST_PASSWORD, SECOND_PASSWORD)).status).toBe(204);
    expect(await canRefresh(refreshToken)).toBe(true);
    expect(await canRefresh(other.refresh_token)).toBe(false);
    expect(await loginStatus(email, SECOND_PASSWORD)).toBe(200);
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(401);
  });

  test("refuses a wrong current password and counts it as an attempt to sign in", async () => {
    const { email, token } = await newPerson();
    const wrong = await change(token, "not-the-password", SECOND_PASSWORD);
    expect(wrong).toMatchObject({
      status: 422,
      body: { code: "invalid_input", errors: [{ pointer: "/current_password" }] },
    });
    await Promise.all(Array.from({ length: 9 }, () => change(token, "not-the-password", SECOND_PASSWORD)));
    expect((await change(token, FIRST_PASSWORD, SECOND_PASSWORD)).status).toBe(429);
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(429);
  });

  test("refuses a password that is short or the same", async () => {
    const { email, token } = await newPerson();
    for (const password of ["short", FIRST_PASSWORD]) {
      const answer = await change(token, FIRST_PASSWORD, password);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "/new_password" }] } });
    }
    expect(await logIn(email, FIRST_PASSWORD)).toEqual(expect.any(String));
  });

  test("refuses callers without a token", async () => {
    const body = { current_password: FIRST_PASSWORD, new_password: SECOND_PASSWORD };
    expect((await call("/auth/change-password", { body })).status).toBe(401);
  });
});

describe.concurrent("a password at the Auth API", () => {
  beforeAll(resetLimits);

  const put = (token: string, body: Record<string, unknown>) =>
    gateway("/auth/v1/user", { method: "PUT", token, body });
  /** Makes the session of a token older than a day. */
  const age = async (token: string) => {
    await sql().query("update auth.sessions set created_at = now() - interval '25 hours' where id = $1", [
      textAt(decodeJwt(token), "/session_id"),
    ]);
  };
  const codeFor = async (email: string, token: string) => {
    const known = (await mailsTo(email)).length;
    expect((await call("/auth/reauthenticate", { method: "POST", token })).status).toBe(202);
    return codeIn(await lastMailTo(email, known));
  };

  test("is not changed by who has the token alone", async () => {
    const { email } = await newPerson();
    const token = (await freshSession(email, FIRST_PASSWORD)).access_token;
    const without = await put(token, { password: SECOND_PASSWORD });
    expect(without).toMatchObject({ status: 400, body: { error_code: "current_password_required" } });
    for (const current_password of [SECOND_PASSWORD, ""]) {
      expect((await put(token, { password: SECOND_PASSWORD, current_password })).status).toBe(400);
    }
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(200);
    expect((await put(token, { password: SECOND_PASSWORD, current_password: FIRST_PASSWORD })).status).toBe(200);
    expect(await loginStatus(email, SECOND_PASSWORD)).toBe(200);
  });

  test("is not changed with the sessions that the functions open by a code", async () => {
    const email = uniqueEmail();
    const person = { email, password: FIRST_PASSWORD, given_name: "Test", family_name: "Person" };
    const code = await codeSentBy("/auth/register", person);
    const opened = await call("/auth/confirm", { body: { ...person, code } });
    const asked = await codeSentBy("/auth/password-reset", { email });
    expect((await put(textAt(opened.body, "/access_token"), { password: SECOND_PASSWORD })).status).toBe(400);
    const body = { email, code: asked, new_password: SECOND_PASSWORD };
    const reset = await call("/auth/password-reset/confirm", { body });
    expect((await put(textAt(reset.body, "/access_token"), { password: FIRST_PASSWORD })).status).toBe(400);
    expect(await loginStatus(email, SECOND_PASSWORD)).toBe(200);
  });

  test("needs the code of a mail in a session of more than a day, through every door", async () => {
    const { email } = await newPerson();
    const token = (await freshSession(email, FIRST_PASSWORD)).access_token;
    await age(token);
    const passwords = { current_password: FIRST_PASSWORD, new_password: SECOND_PASSWORD };
    const change = (code?: string) => call("/auth/change-password", { token, body: { ...passwords, code } });
    const direct = (nonce?: string) =>
      put(token, { password: SECOND_PASSWORD, current_password: FIRST_PASSWORD, nonce });
    expect(await direct()).toMatchObject({ status: 400, body: { error_code: "reauthentication_needed" } });
    expect(await change()).toMatchObject({ status: 422, body: { errors: [{ pointer: "/code" }] } });

    const code = await codeFor(email, token);
    const wrong = code === "1234567890" ? "0987654321" : "1234567890";
    expect((await direct(wrong)).status).toBe(422);
    expect(await change(wrong)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/code" }] } });
    expect((await change(code)).status).toBe(204);
    expect(await loginStatus(email, SECOND_PASSWORD)).toBe(200);
  });

  test("is not guessed with a token that is made up", async () => {
    const { id, email } = await newPerson();
    const token = await new SignJWT({ sub: id, session_id: crypto.randomUUID() }).setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("somebody else's secret"));
    const answers = [FIRST_PASSWORD, SECOND_PASSWORD].map((current_password) =>
      put(token, { password: SECOND_PASSWORD, current_password })
    );
    const [right, wrong] = await Promise.all(answers);
    expect(right?.status).toBe(403);
    expect(right?.body).toEqual(wrong?.body);
    expect(await loginStatus(email, FIRST_PASSWORD)).toBe(200);
  });

  test("ends the other sessions and leaves this one", async () => {
    const { email, refreshToken } = await signedUp();
    const own = await freshSession(email, FIRST_PASSWORD);
    const body = { password: SECOND_PASSWORD, current_password: FIRST_PASSWORD };
    expect((await put(own.access_token, body)).status).toBe(200);
    expect(await canRefresh(refreshToken)).toBe(false);
    expect(await canRefresh(own.refresh_token)).toBe(true);
  });

  test.each(["aaaaaaaaaaaa", "short-1", "onlyletterstoo"])("is not %s, at either door", async (password) => {
    const { email } = await newPerson();
    const token = (await freshSession(email, FIRST_PASSWORD)).access_token;
    const direct = await put(token, { password, current_password: FIRST_PASSWORD });
    expect(direct).toMatchObject({ status: 422, body: { error_code: "weak_password" } });
    const body = { current_password: FIRST_PASSWORD, new_password: password };
    expect((await call("/auth/change-password", { token, body })).status).toBe(422);
  });
});
