import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { resetLimits, sqlValue } from "../../support/database.ts";
import { codeIn, FIRST_PASSWORD, newPerson } from "../../support/people.ts";
import { gateway, lastMailTo, mailsTo, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

/** A rule that does not understand a value must not let it pass to where it is understood after all. */
describe("a body whose values have other types than Auth asks for", () => {
  test.each([
    { current_password: 5 },
    { current_password: [FIRST_PASSWORD] },
    { current_password: {} },
    { nonce: 5 },
    { nonce: null },
  ])("changes no password without the present one: %j", async (odd) => {
    const { email, token } = await newPerson();
    const { access_token } = await passwordSession(email);
    const password = "Second-Password-2026";
    const changed = await gateway("/auth/v1/user", { method: "PUT", token: access_token, body: { password, ...odd } });
    expect(changed.status).toBe(400);
    expect((await gateway("/auth/v1/user", { token })).status).toBe(200);
    expect((await askToken(email, password)).status).toBe(400);
  });

  test("takes nobody's address with the code of the own one", async () => {
    const { id, email, token } = await newPerson();
    const known = (await mailsTo(email)).length;
    await gateway("/auth/v1/user", { method: "PUT", token, body: { email: uniqueEmail("victim") } });
    const code = codeIn(await lastMailTo(email, known));
    // The database keeps a hash of the text, which a number without zeros in front makes as well.
    const body = { type: "email_change", email, token: Number(code) };
    expect((await gateway("/auth/v1/verify", { body })).status).toBe(400);
    expect(await sqlValue("select email from auth.users where id = $1", [id])).toBe(email);
  });

  test.each(["otp", "magiclink"])("makes no login that is confirmed: %s", async (path) => {
    for (const odd of [{ data: null }, { data: "x" }, { create_user: null }, { create_user: 1 }]) {
      const email = uniqueEmail();
      await gateway(`/auth/v1/${path}`, { body: { email, ...odd } });
      const confirmed = "select count(*)::int from auth.users where email = $1 and email_confirmed_at is not null";
      expect(await sqlValue(confirmed, [email])).toBe(0);
    }
  });

  test("is refused as a bad body", async () => {
    for (const body of [[], "text", 5, { email: ["a@tests.example"], password: FIRST_PASSWORD }]) {
      const answer = await gateway("/auth/v1/token?grant_type=password", { body: JSON.stringify(body) });
      expect(answer).toMatchObject({ status: 400, body: { error_code: "bad_json" } });
    }
  });
});

test("somebody signed in asks for one code of a kind at a time", async () => {
  const { email, token } = await newPerson();
  const known = (await mailsTo(email)).length;
  const change = () => gateway("/auth/v1/user", { method: "PUT", token, body: { email: uniqueEmail("next") } });
  const reauthenticate = () => gateway("/auth/v1/reauthenticate", { token });
  for (const ask of [change, reauthenticate]) {
    expect((await ask()).status).toBe(200);
    expect(await ask()).toMatchObject({ status: 429, body: { error_code: "over_email_send_rate_limit" } });
  }
  expect((await mailsTo(email)).length).toBe(known + 2);
});

const session = z.object({ access_token: z.string() });
const askToken = (email: string, password: string) =>
  gateway("/auth/v1/token?grant_type=password", { body: { email, password } });
/** A session that no code opened. */
async function passwordSession(email: string): Promise<{ access_token: string }> {
  const { body } = await askToken(email, FIRST_PASSWORD);
  return session.parse(body);
}
