import { readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { STACK_VARIABLE, STACKS_VARIABLE } from "./stack-info.ts";

const PATIENCE_MS = 60_000;

// Takes one of the stacks that the tests have started, for this worker alone and for all of its files. The number that
// vitest gives a worker would not do: when one group of projects follows another, two workers may have the same one.
process.env[STACK_VARIABLE] ??= await claim(process.env[STACKS_VARIABLE]?.split(delimiter) ?? []);

async function claim(stacks: string[]): Promise<string> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(50)) {
    const own = stacks.find(isOurs);
    if (own !== undefined) return own;
  }
  throw new Error(`Every stack of the tests belongs to another worker: ${stacks.join(", ")}`);
}

/** A worker takes a stack by making the next file beside it, which only one can, once the worker before has ended. */
function isOurs(stack: string): boolean {
  for (let turn = 1;; turn += 1) {
    const path = `${stack}.worker-${turn}`;
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return true;
    } catch {
      if (isAlive(Number(readFileSync(path, "utf8")))) return false;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
