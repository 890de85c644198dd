import process from "node:process";
import { parseArgs } from "node:util";

export type Options = {
  /** Sizes of the patient register, ascending. */
  patients: number[];
  /** Numbers of stored appointments, ascending, whole thousands from 50,000 on. */
  appointments: number[];
  /** Connections that are busy at once. */
  concurrency: number;
  /** Length of one round of one side, in milliseconds, and rounds per side. */
  roundMs: number;
  rounds: number;
  /** The same for each kind of search. */
  kindMs: number;
  kindRounds: number;
  /** Requests per side whose SQL statements are counted. */
  counted: number;
  /** Rounds of transactions of each kind on one backend, transactions per round, and backends whose first call is measured. */
  sqlRounds: number;
  sqlPerRound: number;
  firstCalls: number;
  /** Sign-ins per side, and sign-ins at once in the flood. */
  logins: number;
  flood: number;
  /** Entries of the audit log that is checked. */
  auditEntries: number;
  /** Reminders that are due at once. */
  reminders: number;
  json: boolean;
  /** Only the one-backend part: what the SQL of the hot calls costs. */
  sqlOnly: boolean;
  /** The data directory of a running stack to measure, instead of a stack on fresh data. It keeps what the bench adds. */
  stack: string | undefined;
  /** With the dearest functions of each call. */
  functions: boolean;
};

const full = {
  appointments: [100_000, 1_000_000],
  auditEntries: 1_000_000,
  reminders: 100_000,
  roundMs: 2000,
  rounds: 5,
  kindMs: 1000,
  kindRounds: 3,
  counted: 100,
  logins: 60,
  sqlRounds: 12,
  sqlPerRound: 20,
  firstCalls: 5,
};
const reduced = {
  appointments: [50_000, 100_000],
  auditEntries: 50_000,
  reminders: 5_000,
  roundMs: 400,
  rounds: 2,
  kindMs: 200,
  kindRounds: 2,
  counted: 20,
  logins: 10,
  sqlRounds: 6,
  sqlPerRound: 10,
  firstCalls: 3,
};

/**
 * Reads BENCH_PATIENTS ("10000,200000"), REDUCED (small and short, for CI) and `--json`, `--only sql`, `--functions`, `--stack <data directory>`. Throws for
 * what it does not understand.
 */
export function readOptions(args: string[]): Options {
  const { values: { json, only, functions, stack } } = parseArgs({
    args,
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string" },
      functions: { type: "boolean", default: false },
      stack: { type: "string" },
    },
  });
  if (only !== undefined && only !== "sql") throw new Error(`bench knows no part ${only}: there is --only sql.`);
  const isReduced = !["", "0"].includes(process.env.REDUCED ?? "");
  const sizes = process.env.BENCH_PATIENTS || (isReduced ? "2000,8000" : "10000,200000");
  const patients = sizes.split(",").map(Number).sort((a, b) => a - b);
  if (patients.some((size) => !Number.isInteger(size) || size < 500)) {
    throw new Error(`BENCH_PATIENTS=${sizes} is not a list of whole numbers from 500 on, such as 10000,200000.`);
  }
  return {
    patients,
    concurrency: 16,
    flood: 32,
    json,
    sqlOnly: only === "sql",
    functions,
    stack,
    ...(isReduced ? reduced : full),
  };
}
