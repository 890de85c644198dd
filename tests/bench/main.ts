import process from "node:process";
import pg from "pg";
import { z } from "zod";
import { startLocalStack } from "../support/local-stack.ts";
import type { StackState } from "../../supabase/local/stack-state.ts";
import { bookings, measureAppointments, storeAppointments } from "./appointments.ts";
import { measureAudit } from "./audit.ts";
import { createCapture } from "./capture.ts";
import { measureCharts } from "./charts.ts";
import type { Call } from "./client.ts";
import { type CpuMeter, cpuMeter } from "./cpu.ts";
import { generatePatients, samplePatients } from "./generate.ts";
import { Load, type Pair, type Rounds, type Way } from "./load.ts";
import { loginPair, measureFlood, measureLogin } from "./login.ts";
import { type Options, readOptions } from "./options.ts";
import { measureSql } from "./sql/measure.ts";
import { sqlAsText } from "./sql/report.ts";
import { runningAt } from "./running.ts";
import { measureReminders } from "./reminders.ts";
import { asText, type Report, type Row, targets } from "./report.ts";
import { type Capture, scenarios } from "./scenarios.ts";
import { countStatements, prepareStatements, type Statements } from "./statements.ts";

/** Below the ports that systems give to outgoing connections, of which the bench makes many. */
const FIRST_PORT = 25000;
const DOCTOR = "doctor@demo.health";
const OFFICER = "privacy@demo.health";
const DOCTOR_ID = "30000000-0000-4000-8000-000000000002";
const HOSPITAL = "10000000-0000-4000-8000-000000000001";
/** Patients that are asked for in turn: more than what would stay in a processor's caches. */
const SAMPLE = 400;

const progress = (text: string) => console.error(`  ${text}`);

type Bench = { options: Options; db: pg.Client; load: Load; meter: CpuMeter; capture: Capture };

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const stack = options.stack === undefined ? await startLocalStack(FIRST_PORT) : await runningAt(options.stack);
  try {
    const db = new pg.Client({ connectionString: stack.info.adminDbUrl });
    // Without a listener a connection that breaks off would end this process without the reason.
    db.on("error", (error) => progress(error.message));
    await db.connect();
    const measure = options.sqlOnly ? runSql : run;
    const text = await measure(options, stack.info, db).finally(() => db.end());
    console.log(text);
  } finally {
    await stack.stop();
  }
}

/** How the bench comes in: as the doctor, through the gateway. */
function doorOf(stack: StackState) {
  const account = stack.accounts.find(({ email }) => email === DOCTOR);
  const port = stack.ports.gateway;
  if (account === undefined || port === undefined) throw new Error(`The stack has no account ${DOCTOR} or no gateway.`);
  const key = { apikey: stack.publishableKey };
  return { account, key, port, signIn: loginPair(account.email, account.password) };
}

async function run(options: Options, stack: StackState, db: pg.Client): Promise<string> {
  await prepareStatements(db);
  await liftLimits(db);
  await pauseComparisons(db);
  const { account, key, port, signIn } = doorOf(stack);
  const token = await accessToken(port, key, signIn.direct());
  const headers = { ...key, authorization: `Bearer ${token}` };
  const meter = cpuMeter({ gateway: stack.pid, ...stack.pids });
  const capture = createCapture(stack, token);

  const rows: Row[] = [];
  let generated = 0;
  for (const size of options.patients) {
    await generatePatients(db, generated, size, progress);
    generated = size;
    const load = await Load.open(port, headers, options.concurrency);
    rows.push(...await measureSize({ options, db, load, meter, capture }, size));
    load.close();
  }

  progress("audit chain");
  const writers = await Load.open(port, headers, options.concurrency);
  const officer = await accessToken(port, key, loginPair(OFFICER, account.password).direct());
  const overseer = await Load.open(port, { ...key, authorization: `Bearer ${officer}` }, 1);
  const { create } = await scenarios(await samplePatients(db, HOSPITAL, 50), capture);
  const audit = await measureAudit(
    writers,
    db,
    create.direct,
    { ms: options.roundMs, rounds: options.rounds },
    options.auditEntries,
    { load: overseer, organization: HOSPITAL },
    progress,
  );
  writers.close();
  overseer.close();

  progress("charts");
  const chartReader = await Load.open(port, headers, 1);
  const charts = await measureCharts(chartReader, db, DOCTOR_ID, HOSPITAL, options.counted * 2);
  chartReader.close();

  progress("appointments");
  const booker = await Load.open(port, headers, options.concurrency);
  const appointments = await measureAppointments(booker, db, meter, {
    sizes: options.appointments,
    searches: options.counted,
    rounds: { ms: options.roundMs, rounds: options.rounds },
    doctor: DOCTOR_ID,
    patients: (await samplePatients(db, HOSPITAL, SAMPLE)).map(({ id }) => id),
  }, progress);
  booker.close();
  progress("reminders");
  const reminders = await measureReminders(db, options.reminders);

  progress("login and flood");
  const loginLoad = await Load.open(port, key, 1);
  const login = await measureLogin(loginLoad, signIn, options.logins);
  loginLoad.close();
  const { read } = await scenarios(await samplePatients(db, HOSPITAL, 50), capture);
  const reader = await Load.open(port, headers, 1);
  const flooders = await Load.open(port, key, options.flood);
  const flood = await measureFlood(reader, flooders, read.function, signIn.function, options.roundMs * 2);
  reader.close();
  flooders.close();
  const report: Report = {
    concurrency: options.concurrency,
    rows,
    audit,
    charts,
    appointments,
    reminders,
    login,
    flood,
    targets: targets({ rows, audit, charts, appointments, reminders, login, flood }),
  };
  return options.json ? JSON.stringify(report, null, 2) : asText(report);
}

const ONLY_SQL_PATIENTS = 10_000;

/** The one-backend part alone. */
async function runSql(options: Options, stack: StackState, db: pg.Client): Promise<string> {
  await prepareStatements(db);
  await liftLimits(db);
  const { key, port, signIn } = doorOf(stack);
  const { rows: [there] } = await db.query<{ patients: number }>(
    "select count(*)::int as patients from public.patient_identifiers where system = 'mrn' and value ~ '^B\\d+$'",
  );
  await generatePatients(db, there?.patients ?? 0, ONLY_SQL_PATIENTS, progress);
  await storeAppointments(db, progress);
  const token = await accessToken(port, key, signIn.direct());
  const sample = await samplePatients(db, HOSPITAL, SAMPLE);
  const { read, list, create } = await scenarios(sample, createCapture(stack, token));
  const book = await bookings(db, sample.map(({ id }) => id));
  const load = await Load.open(port, { ...key, authorization: `Bearer ${token}` }, 1);
  const calls = { read: read.direct, list: list.direct, create: create.direct, book: book.direct };
  progress("one backend");
  const rows = await measureSql(stack.adminDbUrl, db, load, token, calls, options);
  load.close();
  return options.json ? JSON.stringify(rows, null, 2) : sqlAsText(rows);
}

async function accessToken(port: number, headers: Record<string, string>, signIn: Call): Promise<string> {
  const load = await Load.open(port, headers, 1);
  const { answer } = await load.once(signIn);
  load.close();
  return z.object({ access_token: z.string() }).parse(JSON.parse(answer.body.toString())).access_token;
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
  await db.query(
    "update private.rate_limit_policies set capacity = 1000000000, refill_per_second = 1000000, at_once = 100",
  );
  await db.query("update private.attempt_policies set capacity = 1000000000");
}

/** The bench registers in a minute whom a network registers in years: comparing them all would be measured with everything else. */
async function pauseComparisons(db: pg.Client): Promise<void> {
  await db.query(
    `set role postgres;
    select cron.alter_job(jobid, active => false) from cron.job where jobname = 'check-duplicates';
    reset role`,
  );
}

await main();
