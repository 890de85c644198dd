import process from "node:process";

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
  /** Sign-ins per side, and sign-ins at once in the flood. */
  logins: number;
  flood: number;
  /** Entries of the audit log that is checked. */
  auditEntries: number;
  /** Reminders that are due at once. */
  reminders: number;
  json: boolean;
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
};

/** Reads BENCH_PATIENTS ("10000,200000"), REDUCED (small and short, for CI) and `--json`. Throws for what it does not understand. */
export function readOptions(args: readonly string[]): Options {
  const unknown = args.find((arg) => arg !== "--json");
  if (unknown !== undefined) throw new Error(`bench does not know ${unknown}: it takes --json.`);
  const isReduced = !["", "0"].includes(process.env.REDUCED ?? "");
  const sizes = process.env.BENCH_PATIENTS || (isReduced ? "2000,8000" : "10000,200000");
  const patients = sizes.split(",").map(Number).sort((a, b) => a - b);
  if (patients.some((size) => !Number.isInteger(size) || size < 500)) {
    throw new Error(`BENCH_PATIENTS=${sizes} is not a list of whole numbers from 500 on, such as 10000,200000.`);
  }
  return { patients, concurrency: 16, flood: 32, json: args.includes("--json"), ...(isReduced ? reduced : full) };
}
