import { beforeEach, describe, expect, test } from "vitest";
import { askAuth, callFrom, newAddress } from "../../support/addresses.ts";
import { resetLimits, sql, sqlValue } from "../../support/database.ts";
import { codeSentBy, FIRST_PASSWORD, newPerson } from "../../support/people.ts";
import { type Answer, at, call, mailsTo, textAt, uniqueEmail } from "../../support/stack.ts";

beforeEach(resetLimits);

const WRONG = "not-the-password";
const logIn = (address: string, email: string, password: string, device_token?: string) =>
  callFrom(address, "/auth/login", { email, password, ...(device_token !== undefined && { device_token }) });
const askToken = (address: string, email: string, password: string) =>
  askAuth(address, "token?grant_type=password", { email, password });
const times = <T>(count: number, attempt: () => Promise<T>) => Promise.all(Array.from({ length: count }, attempt));
const statuses = (answers: Answer[]) => answers.map(({ status }) => status);
const deviceOf = (answer: Answer) => textAt(answer.body, "/device_token");
/** Attempts behind an answer are forgotten, and devices remembered, after it. */
const settled = (email: string) =>
  expect.poll(() =>
    sqlValue(
      "select count(*)::int from private.known_clients where account_hash = private.attempt_hash($1) and client_hash is not null",
      [email],
    )
  ).toBeGreaterThan(1);
/** Wrong attempts of strangers from ten addresses, as many as an account bears within an hour. */
async function attackFromEverywhere(email: string): Promise<void> {
  await sql().query(
    "select public.take_attempt('sign_in', '198.51.100.' || i / 10, $1) from generate_series(0, 100) as i",
    [email],
  );
  // Nobody asks Auth about these.
  await sql().query("delete from private.counted_sign_ins");
}

describe("wrong passwords", () => {
  test("lock the address that they come from at both doors, and no other", async () => {
    const { email } = await newPerson();
    const [attacker, owner] = [newAddress(), newAddress()];
    expect(statuses(await times(10, () => askToken(attacker, email, WRONG)))).toEqual(Array(10).fill(400));
    const wrong = await askToken(attacker, email, WRONG);
    const right = await askToken(attacker, email, FIRST_PASSWORD);
    expect([right.status, right.body]).toEqual([wrong.status, wrong.body]);
    expect(right).toMatchObject({ status: 400, body: { error_code: "invalid_credentials" } });
    expect((await logIn(attacker, email, FIRST_PASSWORD)).status).toBe(429);
    expect((await logIn(owner, email, FIRST_PASSWORD)).status).toBe(200);
    expect((await askToken(owner, email, FIRST_PASSWORD)).status).toBe(200);
  });

  test("are counted once, whichever door they come through", async () => {
    const { email } = await newPerson();
    const address = newAddress();
    expect(statuses(await times(5, () => logIn(address, email, WRONG)))).toEqual(Array(5).fill(401));
    expect(statuses(await times(5, () => askToken(address, email, WRONG)))).toEqual(Array(5).fill(400));
    const counted = await sqlValue(
      "select count from private.attempts where subject = 'pair' and subject_hash = private.attempt_hash($1 || ' ' || private.network_of($2))",
      [email, address],
    );
    expect(counted).toBe(10);
    expect((await logIn(address, email, FIRST_PASSWORD)).status).toBe(429);
  });

  test.each([
    "grant_type=%70assword",
    "grant%5Ftype=password",
    "grant_type=password&grant_type=refresh_token",
    "%67rant_type=refresh_token&grant_type=password",
    "x=%&grant_type=password",
  ])("count however the grant is spelled: %s", async (query) => {
    const { email } = await newPerson();
    const address = newAddress();
    const ask = (password: string) => askAuth(address, `token?${query}`, { email, password });
    await times(11, () => ask(WRONG));
    expect((await ask(FIRST_PASSWORD)).status).toBe(400);
  });

  test("of a code buy no password that is not counted", async () => {
    const { email } = await newPerson();
    const address = newAddress();
    const confirm = { email, code: "0000000000", new_password: "Second-Password-2026" };
    await times(9, () => callFrom(address, "/auth/password-reset/confirm", confirm));
    await times(11, () => askToken(address, email, WRONG));
    expect((await askToken(address, email, FIRST_PASSWORD)).status).toBe(400);
  });

  test("leave no session behind where a right one is refused", async () => {
    const { id, email } = await newPerson();
    const address = newAddress();
    await times(11, () => askToken(address, email, WRONG));
    const before = await sqlValue("select count(*)::int from auth.sessions where user_id = $1", [id]);
    expect((await askToken(address, email, FIRST_PASSWORD)).status).toBe(400);
    expect(await sqlValue("select count(*)::int from auth.sessions where user_id = $1", [id])).toBe(before);
  });

  test("of many accounts lock an address too, which one's own sign-ins do not pay for", async () => {
    const { email } = await newPerson();
    const address = newAddress();
    await logIn(address, email, FIRST_PASSWORD);
    await settled(email);
    await sql().query(
      "select public.take_attempt('sign_in', $1, i || '@tests.example') from generate_series(1, 30) as i",
      [address],
    );
    for (let round = 0; round < 3; round++) expect((await logIn(address, email, FIRST_PASSWORD)).status).toBe(200);
    await sql().query(
      "select public.take_attempt('sign_in', $1, i || '@tests.example') from generate_series(31, 61) as i",
      [address],
    );
    expect((await logIn(address, uniqueEmail(), WRONG)).status).toBe(429);
  });

  test("lock the whole network of an IPv6 address, which has more addresses than anybody can count", async () => {
    const { email } = await newPerson();
    const network = newAddress().replace(/1$/, "");
    for (let host = 1; host <= 10; host++) {
      expect((await askToken(`${network}${host.toString(16)}`, email, WRONG)).status).toBe(400);
    }
    expect((await logIn(`${network}ffff`, email, FIRST_PASSWORD)).status).toBe(429);
    expect(await sqlValue("select private.network_of('::FFFF:192.0.2.1')")).toBe("192.0.2.1");
    expect(await sqlValue("select private.network_of('a:b')")).toBe("a:b");
  });

  test("at the change of a password count as well", async () => {
    const { email, token } = await newPerson();
    const change = (current_password: string) =>
      call("/auth/change-password", { token, body: { current_password, new_password: "Second-Password-2026" } });
    expect(statuses(await times(10, () => change(WRONG)))).toEqual(Array(10).fill(422));
    expect((await change(FIRST_PASSWORD)).status).toBe(429);
    expect((await call("/auth/login", { body: { email, password: FIRST_PASSWORD } })).status).toBe(429);
  });
});

describe("who has signed in before", () => {
  test("gets in on the same device while strangers attack, at the very address of one as well", async () => {
    const { email } = await newPerson();
    const [home, attacker] = [newAddress(), newAddress()];
    const device = deviceOf(await logIn(home, email, FIRST_PASSWORD));
    await settled(email);
    await times(11, () => logIn(attacker, email, WRONG));
    await attackFromEverywhere(email);
    expect((await logIn(attacker, email, FIRST_PASSWORD)).status).toBe(429);
    const back = await logIn(attacker, email, FIRST_PASSWORD, device);
    expect(back.status).toBe(200);
    expect(deviceOf(back)).toBe(device);
  });

  test("gets in from the same address while strangers attack from many, at both doors", async () => {
    const { email } = await newPerson();
    const home = newAddress();
    await logIn(home, email, FIRST_PASSWORD);
    await settled(email);
    await attackFromEverywhere(email);
    expect((await logIn(home, email, FIRST_PASSWORD)).status).toBe(200);
    expect((await askToken(home, email, FIRST_PASSWORD)).status).toBe(200);
    const elsewhere = newAddress();
    expect((await logIn(elsewhere, email, FIRST_PASSWORD)).status).toBe(429);
    expect((await askToken(elsewhere, email, FIRST_PASSWORD)).status).toBe(400);
  });

  test("has a budget of their own: a device that guesses is locked", async () => {
    const { email } = await newPerson();
    const home = newAddress();
    const device = deviceOf(await logIn(home, email, FIRST_PASSWORD));
    await settled(email);
    await sql().query(
      "select public.take_attempt('sign_in', '203.0.113.' || i, $1, $2) from generate_series(1, 21) as i",
      [email, device],
    );
    expect((await logIn(home, email, FIRST_PASSWORD, device)).status).toBe(429);
    expect((await logIn(home, email, FIRST_PASSWORD)).status).toBe(200);
  });

  test("is unknown once the password is new: whoever had the old one keeps no device to guess from", async () => {
    const { email } = await newPerson();
    const device = deviceOf(await logIn(newAddress(), email, FIRST_PASSWORD));
    await settled(email);
    const code = await codeSentBy("/auth/password-reset", { email });
    const reset = { email, code, new_password: "Second-Password-2026" };
    expect((await callFrom(newAddress(), "/auth/password-reset/confirm", reset)).status).toBe(200);
    await attackFromEverywhere(email);
    expect((await logIn(newAddress(), email, "Second-Password-2026", device)).status).toBe(429);
  });

  test("is not who makes a device up, or takes one to another account", async () => {
    const [mine, other] = [await newPerson(), await newPerson()];
    const home = newAddress();
    const device = deviceOf(await logIn(home, mine.email, FIRST_PASSWORD));
    await settled(mine.email);
    for (const token of ["made-up", device]) {
      const address = newAddress();
      await times(10, () => logIn(address, other.email, WRONG, token));
      expect((await logIn(address, other.email, FIRST_PASSWORD, token)).status).toBe(429);
      const fresh = await logIn(newAddress(), other.email, FIRST_PASSWORD, token);
      expect(deviceOf(fresh)).not.toBe(token);
    }
  });
});

describe("Auth itself", () => {
  const body = () => ({ email: uniqueEmail(), password: FIRST_PASSWORD, type: "signup", token: "1234567890" });

  test.each([
    ["token?grant_type=password", "POST"],
    ["token?grant_type=refresh_token", "POST"],
    ["verify", "POST"],
    ["signup", "POST"],
    ["recover", "POST"],
    ["resend", "POST"],
    ["otp", "POST"],
    ["magiclink", "POST"],
    ["user", "PUT"],
  ])("limits %s per address", async (path, method) => {
    const address = newAddress();
    const asked = { ...body(), create_user: false, refresh_token: "made-up" };
    const ask = () => askAuth(address, path, path === "magiclink" ? { email: "patient@demo.health" } : asked, method);
    const answers = await times(40, ask);
    const refused = answers.filter(({ body }) => at(body, "/error_code") === "over_request_rate_limit").length;
    expect(refused).toBeGreaterThanOrEqual(5);
    expect(refused).toBeLessThanOrEqual(10);
    const other = await askAuth(newAddress(), path, asked, method);
    expect(other.status).not.toBe(429);
  });

  test.each(["recover", "otp", "magiclink"])(
    "mails an account one code at a time by %s, from however many addresses it is asked",
    async (path) => {
      const { email } = await newPerson();
      const known = (await mailsTo(email)).length;
      const answers = await times(4, () => askAuth(newAddress(), path, { email, create_user: false }));
      expect(statuses(answers).sort()).toEqual([200, 429, 429, 429]);
      const refused = answers.find(({ status }) => status === 429);
      expect(refused?.body).toMatchObject({ error_code: "over_email_send_rate_limit" });
      await expect.poll(async () => (await mailsTo(email)).length).toBe(known + 1);
    },
  );

  test("stops guessing of codes: a right one after too many wrong ones is refused", async () => {
    const { email } = await newPerson();
    const address = newAddress();
    const code = await codeSentBy("/auth/password-reset", { email });
    const wrong = { type: "recovery", email, token: code === "0000000000" ? "1111111111" : "0000000000" };
    const answers = statuses(await times(150, () => askAuth(address, "verify", wrong)));
    expect(answers.filter((status) => status === 403).length).toBeLessThan(40);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThan(100);
    expect((await askAuth(address, "verify", { ...wrong, token: code })).status).toBe(429);
    expect((await askAuth(newAddress(), "verify", { ...wrong, token: code })).status).toBe(200);
  });

  test("limits callers of the function by their own address", async () => {
    const address = newAddress();
    // First: Auth gives back a turn every two seconds.
    const { email } = await newPerson();
    await times(40, () => askAuth(address, "token?grant_type=password", body()));
    expect((await logIn(address, email, FIRST_PASSWORD)).status).toBe(429);
    expect((await logIn(newAddress(), email, FIRST_PASSWORD)).status).toBe(200);
  });

  test("says of no address that it is not confirmed, not even to who typed the password of its registration", async () => {
    const email = uniqueEmail();
    await askAuth(newAddress(), "signup", { email, password: FIRST_PASSWORD });
    const unknown = await askToken(newAddress(), uniqueEmail(), WRONG);
    const unconfirmed = await askToken(newAddress(), email, WRONG);
    expect([unconfirmed.status, unconfirmed.body]).toEqual([unknown.status, unknown.body]);
    const registrant = await askToken(newAddress(), email, FIRST_PASSWORD);
    expect([registrant.status, registrant.body]).toEqual([unknown.status, unknown.body]);
  });
});

test("a second factor is tried ten times", async () => {
  const attempt = (valid: boolean) =>
    sqlValue("select private.second_factor_attempt($1::jsonb) ->> 'decision'", [
      { user_id: "30000000-0000-4000-8000-000000000005", factor_id: crypto.randomUUID(), valid },
    ]);
  for (let round = 0; round < 10; round++) expect(await attempt(false)).toBe("continue");
  expect(await attempt(true)).toBe("reject");
});
