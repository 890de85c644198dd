import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { type LocalStack, startLocalStack } from "../support/local-stack.ts";
import { reduced } from "../support/reduced.ts";
import { parseState } from "../../supabase/local/stack-state.ts";

/** How often Postgres is killed, and how long it may take until a create is answered again: recovery itself takes about a second. */
const KILLS = reduced(3, 1);
const RECOVERY_MS = 15_000;
const WORKERS = 8;
/** Under load before a kill and after the recovery from it. */
const STEADY_MS = 1500;

const problem = z.object({ status: z.literal(503), code: z.literal("unavailable"), request_id: z.string() });
const patient = z.looseObject({ id: z.string(), family_name: z.string() });

let stack: LocalStack;
let token: string;

beforeAll(async () => {
  stack = await startLocalStack(54521);
  await query(
    "update private.rate_limit_policies set capacity = 1000000000, refill_per_second = 1000000, at_once = 100",
  );
  token = await signIn();
});

afterAll(() => stack?.stop());

async function signIn(): Promise<string> {
  const { url, publishableKey, accounts } = stack.info;
  const password = accounts.find(({ email }) => email === "doctor@demo.health")?.password;
  const answer = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ email: "doctor@demo.health", password }),
  });
  return z.object({ access_token: z.string() }).parse(await answer.json()).access_token;
}

async function query(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: stack.info.adminDbUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

type Seen = {
  refused: number;
  answered: number;
  lastCreateAt: number;
  wrong: string[];
  acknowledged: Map<string, string>;
};

/** One request; true when it was answered, false when it was a 503 as it has to be. Anything else is noted as wrong. */
async function ask(seen: Seen, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", ...init.headers };
  try {
    const answer = await fetch(`${stack.info.url}/functions/v1${path}`, { ...init, headers });
    const body: unknown = await answer.json();
    if (answer.ok) {
      seen.answered += 1;
      return body;
    }
    const refusedWell = answer.status === 503 && answer.headers.get("content-type") === "application/problem+json" &&
      Number(answer.headers.get("retry-after")) >= 1 && problem.safeParse(body).success;
    if (!refusedWell) {
      seen.wrong.push(
        `${init.method ?? "GET"} ${path}: ${answer.status} ${answer.headers.get("retry-after")} ${
          JSON.stringify(body)
        }`,
      );
    }
    seen.refused += 1;
  } catch (error) {
    seen.wrong.push(
      `${init.method ?? "GET"} ${path}: ${String(error)} ${error instanceof Error ? String(error.cause) : ""}`,
    );
  }
  await delay(20);
  return undefined;
}

const letters = (number: number) =>
  number.toString(26).replace(/./g, (digit) => "abcdefghijklmnopqrstuvwxyz"[Number.parseInt(digit, 26)] ?? "");

/** Reads and creates without a pause until it is told to stop. A create goes on with its key until it is acknowledged. */
async function work(seen: Seen, worker: number, stop: AbortSignal): Promise<void> {
  for (let turn = 0; !stop.aborted; turn += 1) {
    const name = `Chaos ${letters(worker)} ${letters(Date.now())} ${letters(turn)}`;
    const create = {
      method: "POST",
      headers: { "idempotency-key": name.replaceAll(" ", "-") },
      body: JSON.stringify({ given_name: "Cara", family_name: name }),
    };
    let made: unknown;
    while (made === undefined && !stop.aborted) made = await ask(seen, "/patients", create);
    if (made === undefined) return;
    const { id, family_name } = patient.parse(made);
    seen.acknowledged.set(id, family_name);
    seen.lastCreateAt = Date.now();
    await ask(seen, `/patients/${id}`);
    await ask(seen, "/patients?limit=5");
  }
}

/** What the log of the functions says of a wrong answer: why it happened, which the answer itself does not tell. */
function withLogLine(wrong: string): string {
  const id = /"request_id":"([^"]+)"/.exec(wrong)?.[1];
  const log = readFileSync(join(stack.info.dataDir, "logs", "functions.log"), "utf8").split("\n");
  return `${wrong}\n${id === undefined ? "" : log.find((line) => line.includes(id)) ?? ""}`;
}

/** The server that runs now, as the stack says. */
const postgresPid = (): number => z.number().parse(parseState(readFileSync(stack.stateFile, "utf8")).pids.postgres);

/** Waits until a condition holds; throws when it takes longer. */
async function until(condition: () => boolean, milliseconds: number, what: string): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`${what} took more than ${milliseconds} ms`);
    await delay(20);
  }
}

test(`Postgres killed ${KILLS} times under load: only 503s meanwhile, back by itself, no acknowledged create lost or doubled`, async () => {
  const seen: Seen = { refused: 0, answered: 0, lastCreateAt: 0, wrong: [], acknowledged: new Map() };
  const stopping = new AbortController();
  const workers = Array.from({ length: WORKERS }, (_, index) => work(seen, index, stopping.signal));
  const recoveries: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(STEADY_MS);
      const postmaster = postgresPid();
      const killedAt = Date.now();
      process.kill(postmaster, "SIGKILL");
      // Its backends live on for a moment and may still answer; what counts begins with the next server.
      await until(() => postgresPid() !== postmaster, RECOVERY_MS, "A new server");
      const restartedAt = Date.now();
      await until(() => seen.lastCreateAt > restartedAt, RECOVERY_MS, "Recovery");
      recoveries.push(Date.now() - killedAt);
    }
    await delay(STEADY_MS);
  } finally {
    stopping.abort();
    await Promise.allSettled(workers);
  }
  const rows = await query(
    "select id, family_name, count(*) over (partition by family_name)::int as times from public.patients where family_name like 'Chaos %'",
  );
  const stored = new Map(rows.map((row) => [row.id, row.family_name]));
  const lost = [...seen.acknowledged].filter(([id, name]) => stored.get(id) !== name);
  console.log(
    `${seen.answered} answered, ${seen.refused} refused with 503, ${seen.acknowledged.size} creates acknowledged; back after ${
      recoveries.join(", ")
    } ms`,
  );
  expect(seen.wrong.slice(0, 10).map(withLogLine)).toEqual([]);
  expect(seen.refused).toBeGreaterThan(0);
  expect(seen.acknowledged.size).toBeGreaterThan(20);
  expect(lost).toEqual([]);
  expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
});
