import process from "node:process";
import { parseArgs } from "node:util";

/** The parts of the bench, in their order. */
export const PART_NAMES = [
  "requests",
  "sql",
  "audit",
  "sealing",
  "charts",
  "appointments",
  "reminders",
  "medications",
  "login",
] as const;
export type PartName = (typeof PART_NAMES)[number];

export type Options = {
  parts: readonly PartName[];
  /** Sizes of the patient register: the smallest, and the largest where growth is measured. */
  patients: number[];
  /** Numbers of stored appointments, ascending, whole thousands from 50,000 on. */
  appointments: number[];
  /** Connections that are busy at once. */
  concurrency: number;
  /** Whether many requests at once are measured with the largest register too; one connection is in any case. */
  bothAtOnce: boolean;
  /** How many times its budget a cost may be, since processor time is not the same twice. */
  noise: number;
  /** Length of one round of one kind of request, in milliseconds, and rounds of each. */
  roundMs: number;
  rounds: number;
  /** The same for each kind of search. */
  kindMs: number;
  kindRounds: number;
  /** Requests per side whose SQL statements are counted. */
  counted: number;
  /** Transactions of each kind on one connection, in rounds of so many; connections whose first call is measured. */
  sqlRounds: number;
  sqlPerRound: number;
  firstCalls: number;
  /** How long creations are measured with and without sealing. */
  sealingMs: number;
  /** Sign-ins per side, and sign-ins at once. */
  logins: number;
  flood: number;
  /** Entries of the audit log that is checked. */
  auditEntries: number;
  /** Reminders that are due at once. */
  reminders: number;
  /** Generated rules of interactions. */
  rules: number;
  /** Products in the catalogue of medicines. */
  products: number;
  json: boolean;
  /**
   * The data directory of a running stack to measure, instead of stacks on fresh data. It keeps what the bench adds.
   */
  stack: string | undefined;
  /** With the dearest functions of each call. */
  functions: boolean;
};

/** So many patients take turns in the stored appointments. */
const FEWEST = 2000;

const full = {
  bothAtOnce: true,
  noise: 1.15,
  appointments: [100_000, 1_000_000],
  auditEntries: 1_000_000,
  reminders: 100_000,
  rules: 100_000,
  products: 100_000,
  roundMs: 2000,
  rounds: 5,
  kindMs: 1000,
  kindRounds: 3,
  counted: 100,
  logins: 60,
  sqlRounds: 12,
  sqlPerRound: 20,
  firstCalls: 5,
  sealingMs: 8000,
};
const reduced = {
  bothAtOnce: false,
  noise: 1.3,
  appointments: [50_000, 100_000],
  auditEntries: 50_000,
  reminders: 5_000,
  rules: 10_000,
  products: 10_000,
  roundMs: 500,
  rounds: 3,
  kindMs: 0,
  kindRounds: 0,
  counted: 20,
  logins: 10,
  sqlRounds: 6,
  sqlPerRound: 10,
  firstCalls: 3,
  sealingMs: 1500,
};

/**
 * Reads BENCH_PATIENTS ("10000,200000"), REDUCED (small and short, for CI), and `--json`, `--only <parts>`,
 * `--functions`, `--stack <data directory>`. Throws for what it does not understand.
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
  const isReduced = !["", "0"].includes(process.env.REDUCED ?? "");
  const sizes = process.env.BENCH_PATIENTS || (isReduced ? "2000,8000" : only === undefined ? "10000,200000" : "10000");
  const patients = sizes.split(",").map(Number).sort((a, b) => a - b);
  if (patients.length > 2 || patients.some((size) => !Number.isInteger(size) || size < FEWEST)) {
    throw new Error(`BENCH_PATIENTS=${sizes} is not one or two whole numbers from ${FEWEST} on, such as 10000,200000.`);
  }
  if (stack !== undefined) patients.splice(1);
  return {
    parts: partsOf(only),
    patients,
    concurrency: 16,
    flood: 32,
    json,
    functions,
    stack,
    ...(isReduced ? reduced : full),
  };
}

function partsOf(only: string | undefined): readonly PartName[] {
  const asked = only?.split(",") ?? PART_NAMES;
  const unknown = asked.find((name) => !PART_NAMES.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`bench has no part ${unknown}: its parts are ${PART_NAMES.join(", ")}.`);
  return PART_NAMES.filter((name) => asked.includes(name));
}
