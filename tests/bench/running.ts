import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseState } from "../../supabase/local/stack-state.ts";

/** The stack that runs on a data directory, which the bench leaves running. */
export function runningAt(dataDir: string) {
  const info = parseState(readFileSync(join(dataDir, "stack.json"), "utf8"));
  return { info, stop: () => Promise.resolve() };
}
