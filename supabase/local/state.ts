import process from "node:process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { parseState, type StackState } from "./stack-state.ts";

/** The file of a stack, running or left behind; null when there is none or it cannot be read. */
export function readState(path: string): StackState | null {
  if (!existsSync(path)) return null;
  try {
    return parseState(readFileSync(path, "utf8"));
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
