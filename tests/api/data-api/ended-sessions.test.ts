import { createClient } from "@supabase/supabase-js";
import { beforeEach, describe, expect, test } from "vitest";
import { resetLimits, sqlValue } from "../../support/database.ts";
import { codeSentBy, FIRST_PASSWORD, newPerson, type Person, signedUp } from "../../support/people.ts";
import { call, freshSession, gateway, signIn, stackInfo } from "../../support/stack.ts";
import { openSession, tokenOf } from "../../support/tokens.ts";

beforeEach(resetLimits);

const SECOND_PASSWORD = "Second-Password-2026";
const PATIENT = "30000000-0000-4000-8000-000000000005";

/** Every kind of request with a token: reads and writes, of tables and of functions, at the data API and at the functions. */
async function statuses(token: string): Promise<number[]> {
  const own = `/rest/v1/profiles?id=eq.${JSON.parse(atob(token.split(".")[1] ?? "")).sub}`;
  const answers = await Promise.all([
    gateway(own, { token }),
    gateway(own, { token, method: "HEAD" }),
    gateway(own, { token, method: "PATCH", body: { given_name: "Thief" } }),
    gateway("/rest/v1/rpc/me", { token, body: {} }),
    call("/auth/me", { token }),
    call("/auth/profile", { token }),
    call("/auth/profile", { token, method: "PATCH", body: { given_name: "Thief" } }),
    call("/patients/me", { token }),
    call("/notifications", { token }),
  ]);
  return answers.map(({ status }) => status);
}

const refused = Array<number>(9).fill(401);

/** What ends sessions of a person; `token` is that of the session that does it. */
const ways: [name: string, endsItself: boolean, end: (person: Person, token: string) => Promise<unknown>][] = [
  ["a global logout", true, (_, token) => call("/auth/logout", { token, body: { scope: "global" } })],
  ["a logout of the others", false, (_, token) => call("/auth/logout", { token, body: { scope: "others" } })],
  ["a global logout at Auth itself", true, (_, token) => gateway("/auth/v1/logout?scope=global", { token, body: {} })],
  ["a change of the password", false, (_, token) =>
    call("/auth/change-password", {
      token,
      body: { current_password: FIRST_PASSWORD, new_password: SECOND_PASSWORD },
    })],
  [
    "a change of the password at Auth itself",
    false,
    (_, token) =>
      gateway("/auth/v1/user", {
        token,
        method: "PUT",
        body: { password: SECOND_PASSWORD, current_password: FIRST_PASSWORD },
      }),
  ],
  ["a reset of the password", true, async ({ email }) =>
    await call("/auth/password-reset/confirm", {
      body: { email, code: await codeSentBy("/auth/password-reset", { email }), new_password: SECOND_PASSWORD },
    })],
  [
    "the end that Auth has set",
    true,
    ({ id }) => sqlValue("update auth.sessions set not_after = now() where user_id = $1 returning id", [id]),
  ],
  [
    "a ban of the login",
    true,
    ({ id }) =>
      sqlValue("update auth.users set banned_until = now() + interval '1 hour' where id = $1 returning id", [id]),
  ],
  [
    "the end of the login that leaves its row",
    true,
    ({ id }) => sqlValue("update auth.users set deleted_at = now() where id = $1 returning id", [id]),
  ],
  ["the end of the login", true, ({ id }) => sqlValue("delete from auth.users where id = $1 returning id", [id])],
];

describe("the access token of a session that has ended is refused at once", () => {
  test.each(ways)("by %s", async (_, endsItself, end) => {
    const person = await newPerson();
    const { access_token: own } = await freshSession(person.email, FIRST_PASSWORD);
    expect(await statuses(person.token)).not.toContain(401);
    await end(person, own);
    expect(await statuses(person.token)).toEqual(refused);
    expect((await gateway("/rest/v1/profiles?select=id", { token: own })).status).toBe(endsItself ? 401 : 200);
    expect((await gateway("/rest/v1/profiles?select=id", { token: await signIn("patient@demo.health") })).status)
      .toBe(200);
  });

  test("by signing out, which may be repeated", async () => {
    const { token } = await newPerson();
    for (const _ of [1, 2]) {
      expect((await call("/auth/logout", { token, body: { scope: "local" } })).status).toBe(204);
      expect(await statuses(token)).toEqual(refused);
    }
  });

  test("and the refusal says so in the words of each API", async () => {
    const { token } = await newPerson();
    await call("/auth/logout", { token, body: {} });
    expect(await gateway("/rest/v1/profiles", { token })).toMatchObject({
      status: 401,
      body: {
        code: "PT401",
        hint: "unauthenticated",
        message: "The session of this access token has ended. Sign in again.",
      },
    });
    const answer = await call("/auth/me", { token });
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    const { url, publishableKey } = stackInfo();
    const client = createClient(url, publishableKey, { accessToken: () => Promise.resolve(token) });
    expect(await client.from("profiles").select("id")).toMatchObject({ status: 401, error: { code: "PT401" } });
  });
});

test("a token that is refreshed goes on, and so does the one before it", async () => {
  const { token, refreshToken } = await signedUp();
  const answer = await call("/auth/refresh", { body: { refresh_token: refreshToken } });
  expect(answer.status).toBe(200);
  expect(await statuses(token)).not.toContain(401);
});

test.each([
  ["no session", { session_id: undefined }],
  ["a session that never was", { session_id: crypto.randomUUID() }],
])("a signed token with %s opens nothing", async (_, claims) => {
  const token = await tokenOf(PATIENT, claims);
  expect(await statuses(token)).toEqual(refused);
});

test("a signed token with the session of somebody else opens nothing", async () => {
  const { id } = await newPerson();
  expect(await statuses(await tokenOf(PATIENT, { session_id: await openSession(id) }))).toEqual(refused);
});
