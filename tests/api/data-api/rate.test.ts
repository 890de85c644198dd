import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newVisitors } from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { type Answer, call, gateway, signIn } from "../../support/stack.ts";

let doctor: string;
let patient: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  patient = await signIn("patient@demo.health");
});

/** Whoever asks `held_for_tests` waits for it. */
const LOCK = 20_717;

describe("one caller", () => {
  const sleep = (token: string, ms: number) => gateway("/rest/v1/rpc/slow_for_tests", { token, body: { p_ms: ms } });
  const policy = (change: string) =>
    sql().query(`update private.rate_limit_policies set ${change} where bucket = 'rest'`);

  beforeAll(async () => {
    await sql().query(`
      create function public.slow_for_tests(p_ms int) returns text language sql stable set search_path = ''
        as 'select pg_sleep(p_ms / 1000.0)::text';
      create function public.held_for_tests() returns text language sql stable set search_path = ''
        as 'select pg_advisory_xact_lock_shared(${LOCK})::text';
      grant execute on function public.slow_for_tests, public.held_for_tests to authenticated;
      notify pgrst, 'reload schema'`);
    while ((await sleep(patient, 0)).status !== 200) await delay(50);
  });
  afterEach(() => policy("capacity = 2400, refill_per_second = 40, at_once = 2"));
  afterAll(async () => {
    await sql().query("drop function public.slow_for_tests, public.held_for_tests; notify pgrst, 'reload schema'");
  });

  test("has 2 places at once and 10 seats to wait in, and leaves the rest of the pool to others", async () => {
    const holder = await sql().connect();
    try {
      await holder.query("select pg_advisory_lock($1)", [LOCK]);
      const running = Array.from(
        { length: 30 },
        () => gateway("/rest/v1/rpc/held_for_tests", { token: patient, body: {} }),
      );
      // Two run until the lock is free, so those in the seats wait in vain and all others are refused at once.
      const ran = "select count(*)::int from pg_locks where locktype = 'advisory' and objid = $1 and not granted";
      await expect.poll(() => sqlValue(ran, [LOCK]), { timeout: 10_000 }).toBe(2);
      const others = await Promise.all(
        Array.from({ length: 4 }, () => gateway("/rest/v1/profiles?select=id", { token: doctor })),
      );
      expect(others.map(({ status }) => status)).toEqual(Array(4).fill(200));
      const busy: Answer[] = [];
      for (const one of running) void one.then((answer) => answer.status === 429 && busy.push(answer));
      await expect.poll(() => busy.length, { timeout: 10_000 }).toBe(28);
      expect(await sqlValue(ran, [LOCK])).toBe(2);
      await holder.query("select pg_advisory_unlock($1)", [LOCK]);
      const answers = await Promise.all(running);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
      for (const { headers, body } of busy) {
        expect(headers.get("retry-after")).toBe("1");
        expect(body).toMatchObject({
          code: "PT429",
          hint: "rate_limited",
          details: expect.stringContaining("at_once"),
        });
      }
    } finally {
      await holder.query("select pg_advisory_unlock_all()");
      holder.release();
    }
  });

  test("loads a page of 12 parts at once without a refusal", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => sleep(patient, 100)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
  });

  test("gets no refusal of the places through the functions, which ask again", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => call("/auth/profile", { token: patient })));
    expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(200));
  });

  test("is refused when the bucket is empty, and again let in when it has filled, beside others who are not", async () => {
    const [spender] = await newVisitors(1);
    const token = spender?.token ?? "";
    await policy("capacity = 5, refill_per_second = 1");
    const read = () => gateway("/rest/v1/profiles?select=id", { token });
    let last = await read();
    for (let n = 1; n < 200 && last.status === 200; n++) last = await read();
    expect(last).toMatchObject({
      status: 429,
      body: { code: "PT429", hint: "rate_limited", message: "Too many requests." },
    });
    expect(last.headers.get("retry-after")).toBe("1");
    // Each connection of the data API has a bucket of its own, and these fill again meanwhile.
    let refused = await call("/auth/profile", { token });
    for (let n = 1; n < 200 && refused.status === 200; n++) refused = await call("/auth/profile", { token });
    expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    await policy("capacity = 5, refill_per_second = 1000");
    expect((await read()).status).toBe(200);
  });
});

test("callers without a token share places of their own, however many they are", async () => {
  const read = () => gateway("/rest/v1/rpc/read_calendar_feed", { body: { p_token: "a".repeat(43) } });
  await sql().query("update private.rate_limit_policies set at_once = 1 where bucket = 'rest_anonymous'");
  try {
    // Where the machine sends them slowly, each is answered before the next one comes.
    const statuses = new Set<number>();
    for (let n = 0; n < 20 && !statuses.has(429); n++) {
      const answers = await Promise.all(Array.from({ length: 120 }, read));
      for (const { status } of answers) statuses.add(status);
    }
    expect(statuses).toContain(429);
    expect((await gateway("/rest/v1/profiles?select=id", { token: patient })).status).toBe(200);
    expect((await read()).status).toBe(200);
  } finally {
    await sql().query("update private.rate_limit_policies set at_once = 4 where bucket = 'rest_anonymous'");
  }
});
