import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits } from "../../support/database.ts";
import { codeSentBy, FIRST_PASSWORD, newPerson, signedUp } from "../../support/people.ts";
import { call, DEMO_PASSWORD, freshSession, signIn, stackInfo, textAt, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

const logIn = (email: string, password: string) => call("/auth/login", { body: { email, password } });

describe("POST /auth/login", () => {
  test("signs a demo doctor in", async () => {
    const answer = await logIn("Doctor@demo.health", DEMO_PASSWORD);
    expect(answer).toMatchObject({
      status: 200,
      body: { token_type: "bearer", expires_in: 3600, user: { email: "doctor@demo.health" } },
    });
    expect(Object.keys(Object(answer.body)).sort()).toEqual(
      ["access_token", "device_token", "expires_at", "expires_in", "refresh_token", "token_type", "user"],
    );
    const me = await call("/auth/me", { token: textAt(answer.body, "/access_token") });
    expect(me.body).toMatchObject({ memberships: [{ role: "hospital_staff", is_prescriber: true }] });
  });

  test("a privacy officer may read the log and has no patient", async () => {
    const me = await call("/auth/me", { token: await signIn("privacy@demo.health") });
    expect(me.body).toMatchObject({
      patient_id: null,
      memberships: [{ role: "privacy_officer", permissions: ["audit.read"] }],
    });
  });

  test("answers the same for a wrong password, an unknown and an unconfirmed address", async () => {
    const unconfirmed = uniqueEmail();
    const names = { given_name: "Ada", family_name: "Adler" };
    await codeSentBy("/auth/register", { email: unconfirmed, password: FIRST_PASSWORD, ...names });
    const answers = [
      await logIn("doctor@demo.health", "not-the-password"),
      await logIn(uniqueEmail(), "not-the-password"),
      await logIn(unconfirmed, FIRST_PASSWORD),
    ];
    const [first] = answers;
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
      expect(Object.keys(Object(answer.body))).toEqual(Object.keys(Object(first?.body)));
      expect([...answer.headers.keys()]).toEqual([...first?.headers.keys() ?? []]);
    }
  });

  test("takes as long to refuse an unknown address as a wrong password", async () => {
    const timed = async (email: string) => {
      const startedAt = performance.now();
      expect((await logIn(email, "not-the-password")).status).toBe(401);
      return performance.now() - startedAt;
    };
    const wrong: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 7; round++) {
      wrong.push(await timed("patient2@demo.health"));
      unknown.push(await timed("nobody@demo.health"));
    }
    const median = (times: number[]) => times.toSorted((a, b) => a - b)[3] ?? Number.NaN;
    expect(Math.abs(median(wrong) - median(unknown)) / median(wrong)).toBeLessThan(0.2);
  });

  test("locks an account after too many attempts, also for the right password, known or not", async () => {
    const { email } = await newPerson();
    for (const address of [email, uniqueEmail()]) {
      const attempts = await Promise.all(Array.from({ length: 10 }, () => logIn(address, "not-the-password")));
      expect(attempts.map(({ status }) => status)).toEqual(Array(10).fill(401));
      const locked = await logIn(address, FIRST_PASSWORD);
      expect(locked).toMatchObject({ status: 429, body: { code: "rate_limited" } });
      expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(60);
    }
  });

  test("does not count attempts that succeed", async () => {
    const { email } = await newPerson();
    for (let round = 0; round < 12; round++) expect((await logIn(email, FIRST_PASSWORD)).status).toBe(200);
  });

  test("refuses fields that it does not know and passwords that are none", async () => {
    const body = { email: "doctor@demo.health", password: DEMO_PASSWORD, remember: true };
    expect(await call("/auth/login", { body })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/remember" }] },
    });
    expect((await logIn("doctor@demo.health", "")).status).toBe(422);
    expect((await logIn("doctor@demo.health", "x".repeat(73))).status).toBe(422);
    expect((await call("/auth/login", { body: '{"email":' })).status).toBe(400);
  });
});

describe("POST /auth/refresh", () => {
  const refresh = (refresh_token: string) => call("/auth/refresh", { body: { refresh_token } });

  test("answers a new session with another refresh token", async () => {
    const old = await freshSession("nurse@demo.health");
    const answer = await refresh(old.refresh_token);
    expect(answer).toMatchObject({ status: 200, body: { user: { email: "nurse@demo.health" } } });
    expect(textAt(answer.body, "/refresh_token")).not.toBe(old.refresh_token);
    expect((await call("/auth/me", { token: textAt(answer.body, "/access_token") })).status).toBe(200);
  });

  test("ends the session when a token comes back that was used long before", async () => {
    const { refresh_token: first } = await freshSession("nurse@demo.health");
    const second = textAt((await refresh(first)).body, "/refresh_token");
    const third = textAt((await refresh(second)).body, "/refresh_token");
    expect((await refresh(first)).status).toBe(401);
    expect((await refresh(third)).status).toBe(401);
  });

  test("refuses a token that is made up, and an access token", async () => {
    const { access_token } = await freshSession("nurse@demo.health");
    for (const token of ["made-up", access_token]) {
      expect(await refresh(token)).toMatchObject({ status: 401, body: { code: "invalid_credentials" } });
    }
    expect((await refresh("")).status).toBe(422);
  });

  test("is limited per token", async () => {
    const answers = await Promise.all(Array.from({ length: 32 }, () => refresh("made-up")));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
  });
});

describe("POST /auth/logout", () => {
  const logOut = (token: string, body?: unknown) => call("/auth/logout", { method: "POST", token, body });
  const canRefresh = async (refresh_token: string) =>
    (await call("/auth/refresh", { body: { refresh_token } })).status === 200;

  test("ends this session and no other, and may be repeated", async () => {
    const { email, token, refreshToken } = await signedUp();
    const other = await freshSession(email, FIRST_PASSWORD);
    expect((await logOut(token)).status).toBe(204);
    expect((await logOut(token)).status).toBe(204);
    expect(await canRefresh(refreshToken)).toBe(false);
    expect(await canRefresh(other.refresh_token)).toBe(true);
  });

  test.each([["others", true, false], ["global", false, false]])("ends %s", async (scope, own, others) => {
    const { email, token, refreshToken } = await signedUp();
    const other = await freshSession(email, FIRST_PASSWORD);
    expect((await logOut(token, { scope })).status).toBe(204);
    expect(await canRefresh(refreshToken)).toBe(own);
    expect(await canRefresh(other.refresh_token)).toBe(others);
  });

  test("refuses an unknown scope and callers without a token", async () => {
    const { access_token } = await freshSession("nurse@demo.health");
    expect(await logOut(access_token, { scope: "all" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/scope" }] },
    });
    expect((await call("/auth/logout", { body: {} })).status).toBe(401);
    expect((await logOut(stackInfo().publishableKey, {})).status).toBe(401);
  });
});
