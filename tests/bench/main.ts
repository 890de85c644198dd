import process from "node:process";
import type { StackState } from "../../supabase/local/stack-state.ts";
import { makeTemplate, startLocalStack } from "../support/local-stack.ts";
import { openDatabase, progress } from "./bench.ts";
import { type Options, type PartName, readOptions } from "./options.ts";
import type { Part } from "./part.ts";
import { appointments } from "./parts/appointments.ts";
import { audit } from "./parts/audit.ts";
import { charts } from "./parts/charts.ts";
import { login } from "./parts/login.ts";
import { medications } from "./parts/medications.ts";
import { reminders } from "./parts/reminders.ts";
import { requests } from "./parts/requests.ts";
import { sealing } from "./parts/sealing.ts";
import { sql } from "./parts/sql.ts";
import { asText, faults, type Report } from "./report.ts";
import { runningAt } from "./running.ts";
import { createYardstick, dropYardstick } from "./yardstick.ts";

/** Below the ports that systems give to outgoing connections, of which the bench makes many. */
const FIRST_PORTS = [25_000, 24_000];

/** Sealing comes after the check of the log, which would find the entries without a seal. */
const PARTS: Record<PartName, Part> = {
  requests,
  sql,
  audit,
  sealing,
  charts,
  appointments,
  reminders,
  medications,
  login,
};

/** Answers the exit code. */
async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  const stacks = await startStacks(options);
  try {
    const report = await measure(options, stacks.map(({ info }) => info));
    console.log(options.json ? JSON.stringify(report, null, 2) : asText(report));
    const found = faults(report);
    for (const fault of found) console.error(`Not as promised: ${fault}.`);
    return found.length === 0 ? 0 : 1;
  } finally {
    await Promise.all(stacks.map((stack) => stack.stop()));
  }
}

/** One for each size of the register, so that both can be asked by turns. */
async function startStacks({ stack, patients }: Options) {
  if (stack !== undefined) return [runningAt(stack)];
  const template = await makeTemplate();
  return Promise.all(patients.map((_, at) => startLocalStack(FIRST_PORTS[at] ?? 0, { template })));
}

async function measure(options: Options, stacks: readonly StackState[]): Promise<Report> {
  const databases = await Promise.all(
    stacks.map((stack, at) => openDatabase(stack, options.patients[at] ?? 0)),
  );
  const [smallest, largest = smallest] = databases;
  if (smallest === undefined || largest === undefined) throw new Error("There is no stack.");
  await createYardstick(smallest.db);
  const report: Report = {};
  for (const name of options.parts) {
    progress(name);
    report[name] = await PARTS[name]({ options, smallest, largest });
  }
  await dropYardstick(smallest.db);
  await Promise.all(databases.map((database) => database.close()));
  return report;
}

process.exitCode = await main();
