import process from "node:process";
import { endLeftovers } from "../data-dir.ts";
import { readEnvironment } from "../environment.ts";
import { StackError } from "../errors.ts";
import { commandOf, isAlive, readState, runningStack } from "../state.ts";
import { delay } from "../supervisor.ts";

const PATIENCE_MS = 30_000;

/** Stops the stack of this data directory and waits until it is down. */
export async function stop(): Promise<number> {
  const { paths } = readEnvironment();
  const stack = runningStack(paths.stack);
  if (stack === null) {
    const leftovers = readState(paths.stack) !== null;
    await endLeftovers(paths);
    console.log(
      leftovers
        ? "The stack had been killed; what it left running is stopped now."
        : `No stack is running on ${paths.root}.`,
    );
    return 0;
  }
  process.kill(stack.pid, "SIGTERM");
  const deadline = Date.now() + PATIENCE_MS;
  while (isAlive(stack.pid) && commandOf(stack.pid) !== "" && Date.now() < deadline) await delay(50);
  if (isAlive(stack.pid) && commandOf(stack.pid) !== "") {
    throw new StackError(
      `The stack (process ${stack.pid}) did not stop within ${PATIENCE_MS / 1000} s: kill it, then run npm stop again.`,
    );
  }
  console.log("Stopped.");
  return 0;
}
