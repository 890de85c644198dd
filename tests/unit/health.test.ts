import { expect, test, vi } from "vitest";
import { examine } from "../../functions/health/probe.ts";
import { app } from "../../functions/health/routes.ts";
import { SECRET, testEnv, token, URL_OF_PROJECT } from "./kit.ts";

Object.assign(process.env, {
  SUPABASE_URL: URL_OF_PROJECT,
  SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
  SUPABASE_SECRET_KEYS: '{"default":"sb_secret_test"}',
  JWT_SECRET: SECRET,
  LOG_LEVEL: "silent",
});

const told = {
  database: { version: "17.6", size_bytes: 1 },
  cron: { jobs: 1, last_run_at: "2026-03-01T09:30:00Z", lag_seconds: 30, failed_last_hour: 0 },
  outbox: { pending: 1, dead: 0, oldest_due_seconds: 20 },
  medicine_check: { knowledge_version: 1, rebuilding: false, tried: 10, failed: [] },
  migrations: { latest: "20261123000900", count: 13 },
};

function parts(
  database: () => Response | Promise<Response>,
  auth = () => Promise.resolve(Response.json({ version: "v2" })),
) {
  const asked: Headers[] = [];
  vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
    asked.push(new Headers(init.headers));
    return address.endsWith("/auth/v1/health") ? await auth() : await database();
  });
  return asked;
}
const detailed = (headers: Record<string, string>) => app.request("/health/detailed", { headers });

test("alive, without asking anybody", async () => {
  const asked = parts(() => Response.json(told));
  const answer = await app.request("/health");
  expect([answer.status, await answer.json(), asked.length]).toEqual([200, { status: "ok" }, 0]);
});

const strangers: Record<string, string>[] = [
  {},
  { apikey: "sb_publishable_test" },
  { apikey: "sb_secret_wrong" },
  { authorization: "Bearer sb_secret_test" },
];

test.each(strangers)("no details for %j", async (headers) => {
  const asked = parts(() => Response.json(told));
  expect((await detailed(headers)).status).toBe(401);
  expect(asked).toHaveLength(0);
});

test("everything for the secret key", async () => {
  const asked = parts(() => Response.json(told));
  const answer = await detailed({ apikey: "sb_secret_test" });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    status: "ok",
    parts: { database: { status: "ok", version: "17.6" }, auth: { version: "v2" }, cron: { lag_seconds: 30 } },
  });
  expect(asked[0]?.get("apikey")).toBe("sb_secret_test");
  expect(asked[0]?.has("authorization")).toBe(false);
});

test("the database decides about a person", async () => {
  parts(() => Response.json({ code: "PT403", message: "For administrators.", hint: "forbidden" }, { status: 403 }));
  const answer = await detailed({ authorization: `Bearer ${await token()}` });
  expect([answer.status, await answer.json()]).toMatchObject([403, { code: "forbidden" }]);
});

test("a check of medicines that overlooks what it has to find is 503 and says which part", async () => {
  parts(() => Response.json({ ...told, medicine_check: { ...told.medicine_check, failed: ["interactions"] } }));
  const answer = await detailed({ apikey: "sb_secret_test" });
  expect([answer.status, await answer.json()]).toMatchObject([503, {
    status: "down",
    parts: { medicine_check: { status: "down", failed: ["interactions"] }, database: { status: "ok" } },
  }]);
});

test("a stopped scheduler, mail that nobody sends or a stopped Auth is 503 and says which", async () => {
  parts(
    () =>
      Response.json({
        ...told,
        cron: { ...told.cron, lag_seconds: 999 },
        outbox: { ...told.outbox, oldest_due_seconds: 901 },
      }),
    () => Promise.reject(new Error("refused")),
  );
  const answer = await detailed({ apikey: "sb_secret_test" });
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    status: "down",
    parts: {
      cron: { status: "down" },
      auth: { status: "down" },
      outbox: { status: "down" },
      database: { status: "ok" },
    },
  });
});

test("without the database the secret key still gets a report, a person none", async () => {
  const down = () => Response.json({ code: "PGRST000", message: "x" }, { status: 503 });
  parts(down);
  expect(await examine(testEnv(), { secretKey: "sb_secret_test" })).toMatchObject({
    report: { parts: { database: { status: "down" }, data_api: { status: "ok" } } },
  });
  const answer = await detailed({ authorization: `Bearer ${await token()}` });
  expect([answer.status, await answer.json()]).toMatchObject([503, { code: "unavailable" }]);
});
