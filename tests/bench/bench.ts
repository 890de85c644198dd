import pg from "pg";
import { z } from "zod";
import type { StackState } from "../../supabase/local/stack-state.ts";
import { createCapture } from "./capture.ts";
import type { Call } from "./client.ts";
import { type CpuMeter, cpuMeter } from "./cpu.ts";
import { storeAppointments } from "./data/appointments.ts";
import { generatePatients, type Sample, samplePatients } from "./data/patients.ts";
import { Load, type Pair } from "./load.ts";
import type { Options } from "./options.ts";
import { type Capture, type Scenario, scenarios } from "./scenarios.ts";
import { prepareStatements } from "./statements.ts";

export const HOSPITAL = "10000000-0000-4000-8000-000000000001";
export const DOCTOR_ID = "30000000-0000-4000-8000-000000000002";
const DOCTOR = "doctor@demo.health";
/** Patients that are asked for in turn: more than what would stay in a processor's caches. */
const SAMPLE = 400;
const STORED_APPOINTMENTS = 50_000;

export const progress = (text: string) => console.error(`  ${text}`);

/** A stack with so many patients, readied for the bench. */
export type Database = {
  patients: number;
  stack: StackState;
  db: pg.Client;
  meter: CpuMeter;
  token: string;
  sample: Sample[];
  capture: Capture;
  calls: Record<Scenario, Pair>;
  /** Connections of the doctor to the gateway. */
  open(connections: number): Promise<Load>;
  close(): Promise<void>;
};

/** What the parts measure: the smallest and the largest register, which are one where only one size was asked for. */
export type Bench = { options: Options; smallest: Database; largest: Database };

/**
 * Fills a stack up to so many patients and fifty practitioners with their appointments, unless they are there, and
 * signs the doctor in.
 */
export async function openDatabase(stack: StackState, patients: number): Promise<Database> {
  const db = new pg.Client({ connectionString: stack.adminDbUrl });
  // Without a listener a connection that breaks off would end this process without the reason.
  db.on("error", (error) => progress(error.message));
  await db.connect();
  await prepareStatements(db);
  await liftLimits(db);
  await pauseComparisons(db);
  await generatePatients(db, patients, progress);
  await storeAppointments(db, STORED_APPOINTMENTS, progress);
  const token = await accessToken(stack, DOCTOR);
  const sample = await samplePatients(db, HOSPITAL, SAMPLE);
  const capture = captureFor(stack, token);
  const headers = { apikey: stack.publishableKey, authorization: `Bearer ${token}` };
  return {
    patients,
    stack,
    db,
    meter: cpuMeter({ gateway: stack.pid, ...stack.pids }),
    token,
    sample,
    capture,
    calls: await scenarios(db, sample, capture),
    open: (connections) => Load.open(gatewayOf(stack), headers, connections),
    close: () => db.end(),
  };
}

let capturing: Capture | undefined;

/** The functions run in this process with the first stack's settings: what they ask for is the same on all. */
const captureFor = (stack: StackState, token: string): Capture => capturing ??= createCapture(stack, token);

export function gatewayOf({ ports }: StackState): number {
  if (ports.gateway === undefined) throw new Error("The stack has no gateway.");
  return ports.gateway;
}

/** Signs somebody of the demo in, past the function. */
export async function accessToken(stack: StackState, email: string): Promise<string> {
  const load = await openStranger(stack, 1);
  const { answer } = await load.once(signIn(stack, email).direct());
  load.close();
  return z.object({ access_token: z.string() }).parse(JSON.parse(answer.body.toString())).access_token;
}

/** Connections of somebody who has not signed in. */
export const openStranger = (stack: StackState, connections: number): Promise<Load> =>
  Load.open(gatewayOf(stack), { apikey: stack.publishableKey }, connections);

/** Signing in through the function and straight at Auth. */
export function signIn(stack: StackState, email = DOCTOR): Pair {
  const account = stack.accounts.find((one) => one.email === email);
  if (account === undefined) throw new Error(`The stack has no account ${email}.`);
  const post = (target: string) => (): Call => ({
    method: "POST",
    target,
    body: { email, password: account.password },
  });
  return { function: post("/functions/v1/auth/login"), direct: post("/auth/v1/token?grant_type=password") };
}

/** The bench asks more than a person may. */
async function liftLimits(db: pg.Client): Promise<void> {
  await db.query(
    "update private.rate_limit_policies set capacity = 1000000000, refill_per_second = 1000000, at_once = 100",
  );
  await db.query("update private.attempt_policies set capacity = 1000000000");
}

/**
 * The bench registers in a minute whom a network registers in years: comparing them all would be measured with
 * everything else.
 */
async function pauseComparisons(db: pg.Client): Promise<void> {
  await db.query(
    `set role postgres;
    select cron.alter_job(jobid, active => false) from cron.job where jobname = 'check-duplicates';
    reset role`,
  );
}
