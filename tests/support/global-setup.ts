import { delimiter } from "node:path";
import type { TestProject } from "vitest/node";
import { makeTemplate, startLocalStack } from "./local-stack.ts";
import { STACK_VARIABLE, STACKS_VARIABLE } from "./stack-info.ts";

/** Where the tests' own stacks look for free ports first: away from the one of `npm start`, and from each other. */
const FIRST_PORT = 54421;
const APART = 1000;

/**
 * Starts a stack for each worker of the project, as far as there are files to run, and stops them after the tests. When
 * HUB_STACK_JSON names the stack.json of a running stack, that one is used and left alone: it saves the start.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env[STACK_VARIABLE] !== undefined) return undefined;
  const files = project.vitest.state.getPaths().filter((path) => project.matchesTestGlob(path)).length;
  const count = Math.min(Number(project.config.maxWorkers), Math.max(1, files));
  const template = await makeTemplate();
  const starting = Array.from({ length: count }, (_, at) => startLocalStack(FIRST_PORT + at * APART, { template }));
  const outcomes = await Promise.allSettled(starting);
  const stacks = outcomes.flatMap((outcome) => outcome.status === "fulfilled" ? [outcome.value] : []);
  const stop = async () => {
    await Promise.all(stacks.map((stack) => stack.stop()));
  };
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") continue;
    await stop();
    throw outcome.reason;
  }
  process.env[STACKS_VARIABLE] = stacks.map(({ stateFile }) => stateFile).join(delimiter);
  return async function teardown() {
    delete process.env[STACKS_VARIABLE];
    await stop();
  };
}
