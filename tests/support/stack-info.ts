import { readFileSync } from "node:fs";
import { parseState, type StackState } from "../../supabase/local/stack-state.ts";

/** The environment variable that names the stack.json of the stack to test. */
export const STACK_VARIABLE = "HUB_STACK_JSON";

/** The one that names those of all stacks that the tests have started; each worker claims one of them. */
export const STACKS_VARIABLE = "HUB_STACKS_JSON";

let known: StackState | undefined;

/** The stack.json of the stack that the tests run against. */
export function stackFile(): string {
  const file = process.env[STACK_VARIABLE];
  if (file === undefined) throw new Error(`${STACK_VARIABLE} names no stack: run these tests through npm test.`);
  return file;
}

/** The stack that the tests run against. */
export function stackInfo(): StackState {
  known ??= parseState(readFileSync(stackFile(), "utf8"));
  return known;
}
