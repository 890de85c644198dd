import { startLocalStack } from "./local-stack.ts";
import { STACK_VARIABLE } from "./stack-info.ts";

/** Where the tests' own stack looks for free ports first: away from the one of `npm start`. */
const FIRST_PORT = 54421;

/**
 * Starts the stack that the API and RLS tests share and stops it after them. When HUB_STACK_JSON names the stack.json of a running stack, that one is used and
 * left alone, which saves the start while one works on the tests.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env[STACK_VARIABLE] !== undefined) return undefined;
  const stack = await startLocalStack(FIRST_PORT);
  process.env[STACK_VARIABLE] = stack.stateFile;
  return async function teardown() {
    delete process.env[STACK_VARIABLE];
    await stack.stop();
  };
}
