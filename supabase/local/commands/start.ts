import process from "node:process";
import { readEnvironment } from "../environment.ts";
import { StackError } from "../errors.ts";
import { createProgress, type Progress } from "../progress.ts";
import { type Stack, startStack } from "../stack.ts";
import { runningStack } from "../state.ts";
import { summary } from "../summary.ts";
import { copyTemplate } from "../template.ts";
import { watchFunctions } from "../watch.ts";

/** Brings the stack up and stays until it is told to stop. Returns the exit code. */
export async function start(args: string[]): Promise<number> {
  const unknown = args.find((arg) => !["--reset", "--watch"].includes(arg));
  if (unknown !== undefined) throw new StackError(`start does not know ${unknown}: it takes --reset and --watch.`);
  const { paths, ports } = readEnvironment();
  const reset = args.includes("--reset");
  const other = runningStack(paths.stack);
  if (other !== null) {
    if (reset) throw new StackError(`A stack is running on ${paths.root}: stop it with npm stop before starting over.`);
    if (!other.ready) {
      throw new StackError(
        `A stack is just being started on ${paths.root} (process ${other.pid}): wait for it, or stop it with npm stop.`,
      );
    }
    console.log(`The stack is already running.\n\n${summary(other)}`);
    return 0;
  }

  const progress = createProgress();
  const ended = Promise.withResolvers<number>();
  const onFailure = (error: StackError) => {
    console.error(`\nThe stack goes down: ${error.message}`);
    ended.resolve(1);
  };
  let stopping = false;
  const onSignal = () => {
    if (stopping) return;
    stopping = true;
    ended.resolve(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);

  console.error("Starting the Health Ecosystem Hub");
  const template = process.env.DATA_TEMPLATE;
  if (template) await progress.step("Postgres: copy of a template", () => copyTemplate(template, paths));
  const starting = startStack({ paths, ports, progress, reset, onFailure });
  const outcome = await Promise.race([starting, ended.promise]);
  if (typeof outcome === "number") return await abandon(starting, outcome);
  console.error(`Ready after ${progress.elapsed()}\n`);
  console.log(`${summary(outcome.state)}\n\nStop it with Ctrl-C, or npm stop.`);
  const watcher = args.includes("--watch") ? watchFunctions(outcome, progress) : null;
  const code = await ended.promise;
  watcher?.close();
  await stop(outcome, progress);
  return code;
}

/** Told to stop before it was up: lets the start come to an end and takes down what there is. */
async function abandon(starting: Promise<Stack>, code: number): Promise<number> {
  const stack = await starting.catch(() => null);
  await stack?.stop();
  return code === 0 ? 130 : code;
}

async function stop(stack: Stack, progress: Progress): Promise<void> {
  console.error("\nStopping");
  await progress.step("Everything stopped", () => stack.stop());
}
