/**
 * Runs a command for as long as its own input is held open, then ends it and deletes a folder: the tests start their stack through this, so that neither
 * outlives them, even when they are killed. Arguments: the folder, the command and its arguments.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const STOP_TIMEOUT_MS = 20_000;

const [folder, command, ...args] = process.argv.slice(2);
// In a process group of its own, so that all of it can be ended at once if it does not end by itself.
const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"], detached: true });

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
process.stdin.on("end", end).on("error", end).resume();

child.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});

function end() {
  child.kill("SIGTERM");
  setTimeout(killAll, STOP_TIMEOUT_MS).unref();
}

function killAll() {
  if (process.platform === "win32" || child.pid === undefined) child.kill("SIGKILL");
  else process.kill(-child.pid, "SIGKILL");
}
