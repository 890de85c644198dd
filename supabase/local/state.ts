import process from "node:process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";

/** What a stack says about itself in <DATA_DIR>/stack.json, and `status --json` prints. */
const StackState = z.object({
  /** False while it starts: wait for true before the first call. */
  ready: z.boolean(),
  pid: z.number(),
  url: z.string(),
  publishableKey: z.string(),
  secretKey: z.string(),
  cronKey: z.string(),
  /** As the role postgres, which is no superuser. */
  dbUrl: z.string(),
  /** As the superuser supabase_admin. */
  adminDbUrl: z.string(),
  jwtSecret: z.string(),
  mailboxUrl: z.string(),
  accounts: z.array(z.object({ email: z.string(), password: z.string(), is: z.string() })),
  dataDir: z.string(),
  ports: z.record(z.string(), z.number()),
  pids: z.record(z.string(), z.number()),
  startedAt: z.string(),
});
export type StackState = z.infer<typeof StackState>;

/** The file of a stack, running or left behind; null when there is none or it cannot be read. */
export function readState(path: string): StackState | null {
  if (!existsSync(path)) return null;
  try {
    return StackState.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return null;
  }
}

/** Written beside and renamed, so that a reader never sees half a file. */
export function writeState(path: string, state: StackState): void {
  writeFileSync(`${path}.new`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeState(path: string): void {
  rmSync(path, { force: true });
}

/** The state of the stack that runs on this data directory, or null. */
export function runningStack(path: string): StackState | null {
  const state = readState(path);
  return state !== null && isAlive(state.pid) && commandOf(state.pid).includes("main.ts") ? state : null;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The command line of a process, "" when it is gone: a number alone may belong to someone else by now. */
export function commandOf(pid: number): string {
  if (process.platform === "linux") {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  }
  const output = new Deno.Command("ps", { args: ["-o", "command=", "-p", String(pid)] }).outputSync();
  return new TextDecoder().decode(output.stdout);
}
