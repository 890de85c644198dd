import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { startCron } from "./cron.ts";
import { messageOf } from "./errors.ts";
import { startNet } from "./net.ts";
import { withClient } from "./sql.ts";

const HOUR_MS = 3_600_000;

/** What works inside the stack itself, without a process of its own: the scheduler, the sender of requests, Realtime's housekeeping. */
export async function startRunners(dbUrl: string, logs: string): Promise<() => Promise<void>> {
  const log = (text: string) => {
    try {
      appendFileSync(join(logs, "runners.log"), `${new Date().toISOString()} ${text}\n`);
    } catch {
      // A full disk is told by the parts.
    }
  };
  const maintain = () =>
    withClient(dbUrl, (client) => client.query("select _realtime.maintain_messages()")).then(
      () => undefined,
      (error) => log(`realtime: ${messageOf(error)}`),
    );
  await maintain();
  const timer = setInterval(maintain, HOUR_MS);
  const workers = [startCron({ dbUrl, log }), startNet({ dbUrl, log })];
  return async () => {
    clearInterval(timer);
    await Promise.all(workers.map((worker) => worker.stop()));
  };
}
