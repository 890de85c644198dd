import { join } from "node:path";
import { projectRoot } from "./paths.ts";
import type { Progress } from "./progress.ts";
import type { Stack } from "./stack.ts";
import { messageOf } from "./errors.ts";

/** Editors save in several steps: one restart for all of them. */
const SETTLE_MS = 150;

/** Restarts the functions when their code changes. */
export function watchFunctions(stack: Stack, progress: Progress): Deno.FsWatcher {
  const watcher = Deno.watchFs([join(projectRoot, "functions"), join(projectRoot, "shared")]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let work = Promise.resolve();
  (async () => {
    for await (const event of watcher) {
      if (event.kind === "access") continue;
      clearTimeout(timer);
      timer = setTimeout(() => {
        work = work.then(() => progress.step("Functions: changed, restarted", () => stack.restartFunctions()))
          .catch((error) => progress.note(messageOf(error)));
      }, SETTLE_MS);
    }
  })();
  progress.note("watching functions/ and shared/");
  return watcher;
}
