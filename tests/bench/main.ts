import process from "node:process";
import pg from "pg";
import { z } from "zod";
import { startLocalStack } from "../support/local-stack.ts";
import type { StackInfo } from "../support/stack-info.ts";
import { createCapture } from "./capture.ts";
import { type CpuMeter, cpuMeter } from "./cpu.ts";
import { generatePatients, samplePatients } from "./generate.ts";
import { Load, type Pair, type Rounds, type Way } from "./load.ts";
import { loginPair, measureFlood, measureLogin } from "./login.ts";
import { type Options, readOptions } from "./options.ts";
import { asText, type Row, targets } from "./report.ts";
import { type Capture, scenarios } from "./scenarios.ts";
import { countStatements, prepareStatements, type Statements } from "./statements.ts";

const FIRST_PORT = 56000;
const DOCTOR = "doctor@demo.health";
const HOSPITAL = "10000000-0000-4000-8000-000000000001";
/** Patients that are asked for in turn: more than what would stay in a processor's caches. */
const SAMPLE = 400;

const progress = (text: string) => console.error(`  ${text}`);

type Bench = { options: Options; db: pg.Client; load: Load; meter: CpuMeter; capture: Capture };

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const stack = await startLocalStack(FIRST_PORT);
  try {
    const report = await run(options, stack.info);
    console.log(options.json ? JSON.stringify(report, null, 2) : asText(report));
  } finally {
    await stack.stop();
  }
}

async function run(options: Options, stack: StackInfo) {
  const db = new pg.Client({ connectionString: stack.adminDbUrl });
  await db.connect();
  await prepareStatements(db);
  await liftLimits(db);
  const account = stack.accounts.find(({ email }) => email === DOCTOR);
  const port = stack.ports.gateway;
  if (account === undefined || port === undefined) throw new Error(`The stack has no account ${DOCTOR} or no gateway.`);
  const key = { apikey: stack.publishableKey };
  const signIn = loginPair(account.email, account.password);
  const nobody = await Load.open(port, key, 1);
  const opened = z.object({ access_token: z.string() });
  const token = opened.parse(JSON.parse((await nobody.once(signIn.direct())).answer.body.toString())).access_token;
  const headers = { ...key, authorization: `Bearer ${token}` };
  const load = await Load.open(port, headers, options.concurrency);
  const meter = cpuMeter({ gateway: stack.pid, ...stack.pids });
  const bench = { options, db, load, meter, capture: createCapture(stack, token) };

  const rows: Row[] = [];
  let generated = 0;
  for (const size of options.patients) {
    await generatePatients(db, generated, size, progress);
    generated = size;
    rows.push(...await measureSize(bench, size));
  }

  progress("login and flood");
  const login = await measureLogin(nobody, signIn, options.logins);
  const reader = await Load.open(port, headers, 1);
  const flooders = await Load.open(port, key, options.flood);
  const { read } = await scenarios(await samplePatients(db, HOSPITAL, 50), bench.capture);
  const flood = await measureFlood(reader, flooders, read.function, signIn.function, options.roundMs * 2);
  for (const each of [nobody, load, reader, flooders]) each.close();
  await db.end();
  return { concurrency: options.concurrency, rows, login, flood, targets: targets(rows, login, flood) };
}

async function measureSize(bench: Bench, size: number): Promise<Row[]> {
  const { options, db, capture } = bench;
  const { searches, ...pairs } = await scenarios(await samplePatients(db, HOSPITAL, SAMPLE), capture);
  const long = { ms: options.roundMs, rounds: options.rounds };
  const short = { ms: options.kindMs, rounds: options.kindRounds };
  const rows: Row[] = [];
  const { read, list, search, ...creations } = pairs;
  for (const [scenario, pair] of Object.entries({ read, list, search })) {
    rows.push(await measure(bench, scenario, size, pair, long));
  }
  for (const [kind, pair] of searches) rows.push(await measure(bench, `search: ${kind}`, size, pair, short, false));
  for (const [scenario, pair] of Object.entries(creations)) {
    rows.push(await measure(bench, scenario, size, pair, long));
  }
  return rows;
}

async function measure(
  bench: Bench,
  scenario: string,
  patients: number,
  pair: Pair,
  rounds: Rounds,
  counted = true,
): Promise<Row> {
  const ways = await bench.load.alternate(pair, rounds, bench.meter);
  const ratio = ways.function.throughput / ways.direct.throughput;
  progress(
    `${scenario}: ${ways.function.throughput.toFixed(0)} of ${ways.direct.throughput.toFixed(0)} per second, ${
      ratio.toFixed(2)
    }`,
  );
  return { scenario, patients, ways, ratio, ...(counted && { statements: await statementsOf(bench, pair) }) };
}

async function statementsOf({ options, db, load }: Bench, pair: Pair): Promise<Record<Way, Statements>> {
  const of = (way: Way) =>
    countStatements(db, options.counted, async () => {
      for (let i = 0; i < options.counted; i++) await load.once(pair[way]());
    });
  const [through, direct] = [await of("function"), await of("direct")];
  return { function: through, direct };
}

/** The bench asks more than a person may. */
async function liftLimits(db: pg.Client): Promise<void> {
  await db.query("update private.rate_limit_policies set capacity = 1000000000, refill_per_second = 1000000");
  await db.query("update private.attempt_policies set capacity = 1000000000");
}

await main();
