import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { startCron } from "./cron.ts";
import { startNet } from "./net.ts";

/** What works inside the stack itself, without a process of its own: the scheduler and the sender of requests. */
export function startRunners(dbUrl: string, logs: string): () => Promise<void> {
  const log = (text: string) => {
    try {
      appendFileSync(join(logs, "runners.log"), `${new Date().toISOString()} ${text}\n`);
    } catch {
      // A full disk is told by the parts.
    }
  };
  const workers = [startCron({ dbUrl, log }), startNet({ dbUrl, log })];
  return async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
}
