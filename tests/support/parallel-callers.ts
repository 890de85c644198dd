import { SignJWT } from "jose";
import { parseEnv } from "../../shared/core/env.ts";
import { type AppContext, createApp, data, unwrap } from "../../shared/route.ts";

const PROJECT = "http://project.test";
const SECRET = "a-secret-of-the-tests-with-more-than-32-characters";
const CALLERS = 40;

const env = parseEnv({
  SUPABASE_URL: PROJECT,
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
  JWT_SECRET: SECRET,
  DATA_API_URL: "http://data.test/rest",
  LOG_LEVEL: "silent",
});

const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4));

/** A data API that takes its time and answers by whom it was called, at which address. Leases of the rate limit are granted. */
const echo: typeof fetch = async (address, init) => {
  if (String(address).endsWith("/rpc/lease_rate_limit")) {
    return Response.json([{ granted: 10, remaining: 1190, capacity: 1200, retry_after_seconds: 0 }]);
  }
  await pause();
  const headers = new Headers(init?.headers);
  const names = ["authorization", "x-request-id", "idempotency-key", "apikey"];
  const answer = [String(address).split("?")[0], ...names.map((name) => headers.get(name))];
  return Response.json(answer, {
    headers: { "idempotency-replayed": String(headers.get("idempotency-key") === "key-7") },
  });
};

/** An app whose one route asks the data API twice, by a function and by a table, and answers what it heard. */
const appWith = (client: typeof data) =>
  createApp("things", { env, problems: [] }).post("/", async (c) => {
    const own = client(c);
    await pause();
    const called: unknown = unwrap(await own.rpc("get_patient", { p_id: crypto.randomUUID() }));
    const read: unknown = unwrap(await own.from("profiles").select("id"));
    return c.json([called, read]);
  });

/** Puts what belongs to a request on the one client that everybody shares: what must not be done. */
function shared(c: AppContext) {
  const own = data(c);
  kept ??= own;
  kept.fetch = own.fetch;
  return kept;
}
let kept: ReturnType<typeof data> | undefined;

async function call(app: ReturnType<typeof appWith>, number: number): Promise<boolean> {
  const token = await new SignJWT({ role: "authenticated" }).setProtectedHeader({ alg: "HS256" })
    .setSubject(`11111111-1111-4111-8111-${String(number).padStart(12, "0")}`)
    .setIssuer(`${PROJECT}/auth/v1`).setAudience("authenticated").setExpirationTime("1h")
    .sign(new TextEncoder().encode(SECRET));
  const key = number % 2 === 0 ? null : `key-${number}`;
  const answer = await app.request("/things", {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "x-request-id": `request-${number}`,
      ...(key !== null && { "idempotency-key": key }),
    },
  });
  const mine = [`Bearer ${token}`, `request-${number}`, key, "sb_publishable_test"];
  const right = [["http://data.test/rest/rpc/get_patient", ...mine], ["http://data.test/rest/profiles", ...mine]];
  return JSON.stringify(await answer.json()) === JSON.stringify(right) &&
    answer.headers.get("idempotency-replayed") === (key === "key-7" ? "true" : null);
}

/** How many of some callers at the same time were answered as if they were somebody else: with our client, and with one that is shared. */
export async function mixUps(): Promise<{ own: number; shared: number }> {
  const original = globalThis.fetch;
  globalThis.fetch = echo;
  try {
    const count = async (client: typeof data) => {
      const app = appWith(client);
      const right = await Promise.all(Array.from({ length: CALLERS }, (_, number) => call(app, number)));
      return right.filter((one) => !one).length;
    };
    return { own: await count(data), shared: await count(shared) };
  } finally {
    globalThis.fetch = original;
  }
}
