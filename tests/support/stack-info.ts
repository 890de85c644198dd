import { readFileSync } from "node:fs";
import { parseState, type StackState } from "../../supabase/local/stack-state.ts";

/** The environment variable that names the stack.json of the stack to test. */
export const STACK_VARIABLE = "HUB_STACK_JSON";

let known: StackState | undefined;

/** The stack that the tests run against. */
export function stackInfo(): StackState {
  const file = process.env[STACK_VARIABLE];
  if (file === undefined) throw new Error(`${STACK_VARIABLE} names no stack: run these tests through npm test.`);
  known ??= parseState(readFileSync(file, "utf8"));
  return known;
}
