import { expect, test, vi } from "vitest";
import { type Lease, RateLimiter } from "../../shared/auth/rate-limit.ts";
import { fakeDataApi, signedIn, testEnv } from "./kit.ts";
import { sampleApp } from "./sample-app.ts";

/** A bucket of the database: gives what it has. */
function bucket(tokens: number) {
  const asked: number[] = [];
  const take = (wanted: number): Promise<Lease> => {
    asked.push(wanted);
    const granted = Math.min(wanted, tokens);
    tokens -= granted;
    return Promise.resolve({
      granted,
      remaining: tokens,
      capacity: 100,
      retry_after_seconds: granted === wanted ? 0 : 7,
    });
  };
  return { asked, take };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("the first request does not wait for the lease, and few requests need one", async () => {
  const limiter = new RateLimiter();
  const never = vi.fn(() => new Promise<Lease>(() => {}));
  await limiter.spend("a", never);
  expect(never).toHaveBeenCalledTimes(1);

  const { asked, take } = bucket(1000);
  for (let i = 0; i < 200; i++) {
    await limiter.spend("b", take);
    await settle();
  }
  expect(asked.length).toBeLessThan(8);
});

test("parallel requests of a caller share one lease", async () => {
  const limiter = new RateLimiter();
  const { asked, take } = bucket(1000);
  await Promise.all(Array.from({ length: 40 }, () => limiter.spend("a", take)));
  expect(asked).toHaveLength(1);
});

test("no more pass than the bucket had, and the refusal says when to come again", async () => {
  let now = 0;
  const limiter = new RateLimiter(() => now);
  const { take } = bucket(30);
  let passed = 0;
  const refusals: unknown[] = [];
  for (let i = 0; i < 100; i++) {
    await limiter.spend("a", take).then(() => passed++, (error: unknown) => refusals.push(error));
    await settle();
  }
  expect(passed).toBe(30);
  expect(refusals[0]).toMatchObject({
    code: "rate_limited",
    options: { headers: { "Retry-After": "7", "RateLimit": '"api";r=0;t=7' } },
  });

  now += 7001;
  const refilled = bucket(100);
  await limiter.spend("a", refilled.take);
  expect(refilled.asked).toHaveLength(1);
});

test("one caller's limit is not another's", async () => {
  const limiter = new RateLimiter();
  const empty = bucket(0);
  await limiter.spend("a", empty.take);
  await settle();
  await expect(limiter.spend("a", empty.take)).rejects.toMatchObject({ code: "rate_limited" });
  await expect(limiter.spend("b", bucket(5).take)).resolves.toBeUndefined();
});

test("a caller who runs far ahead waits for the lease that is under way", async () => {
  const limiter = new RateLimiter();
  let grant: (lease: Lease) => void = () => {};
  const slow = () => new Promise<Lease>((resolve) => grant = resolve);
  const outcomes = Promise.allSettled(Array.from({ length: 80 }, () => limiter.spend("a", slow)));
  await settle();
  grant({ granted: 0, remaining: 0, capacity: 100, retry_after_seconds: 3 });
  const refused = (await outcomes).filter(({ status }) => status === "rejected");
  expect(refused.length).toBe(30);
});

test("without the database everybody passes, and it is not asked at every request", async () => {
  const limiter = new RateLimiter();
  const broken = vi.fn(() => Promise.reject(new Error("down")));
  for (let i = 0; i < 300; i++) {
    await limiter.spend("a", broken);
    await settle();
  }
  expect(broken.mock.calls.length).toBeLessThan(5);
});

test("leases go out as the caller and are no part of the request's own calls", async () => {
  const app = sampleApp(testEnv());
  const { calls, leases } = fakeDataApi(() =>
    Response.json([{ id: "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10", version: 1 }])
  );
  const headers = await signedIn();
  const path = "/things/list/5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
  await app.request(path, { headers });
  await settle();
  const second = await app.request(path, { headers });
  expect(calls).toHaveLength(2);
  expect(leases).toHaveLength(1);
  expect(leases[0]?.headers.get("authorization")).toBe(headers.authorization);
  expect(leases[0]?.body).toEqual({ p_bucket: "api", p_tokens: expect.any(Number) });
  expect(second.headers.get("ratelimit")).toMatch(/^"api";r=\d+;t=\d+$/);
  expect(second.headers.get("ratelimit-policy")).toBe('"api";q=1200;w=60');
});
