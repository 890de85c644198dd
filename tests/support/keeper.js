/**
 * Runs a command for as long as its own input is held open, then ends it and deletes a folder: the tests start their stack through this, so that neither
 * outlives them, even when they are killed. Arguments: the folder, the command and its arguments.
 */
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const STOP_TIMEOUT_MS = 40_000;

const [folder, command, ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit"] });

// A Ctrl-C reaches all processes of the terminal at once; the stack ends by itself then, and this has still to clean up.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
process.stdin.on("end", end).on("error", end).resume();

child.on("exit", (code) => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(code ?? 1);
});

function end() {
  child.kill("SIGTERM");
  setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS).unref();
}
