import { readEnvironment } from "../environment.ts";
import { StackError } from "../errors.ts";
import { runningStack } from "../state.ts";
import { summary } from "../summary.ts";

/** Prints what a running stack is and where; with --json for programs. */
export function status(args: string[]): number {
  const { paths } = readEnvironment();
  const state = runningStack(paths.stack);
  if (state === null) throw new StackError(`No stack is running on ${paths.root}: start one with npm start.`);
  if (!state.ready) throw new StackError(`The stack on ${paths.root} is still starting: ask again in a moment.`);
  console.log(args.includes("--json") ? JSON.stringify(state, null, 2) : summary(state));
  return 0;
}
