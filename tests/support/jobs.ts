import { setTimeout as delay } from "node:timers/promises";
import { sqlValue } from "./database.ts";

const PATIENCE_MS = 60_000;

/** Waits until a query answers true, for a minute at most. */
export async function waitUntil(query: string, values: unknown[] = []): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (await sqlValue(query, values) !== true && Date.now() < deadline) await delay(50);
}

const RESTS = `
  select not exists (
    select from cron.job_run_details d join cron.job j using (jobid)
    where j.jobname = $1 and d.status in ('starting', 'running'))`;

/**
 * Keeps the scheduler from running a job while tests do its work, and waits for a run that has begun. Answers how to let
 * the job go on.
 */
export async function pauseJob(name: string): Promise<() => Promise<void>> {
  const active = (value: boolean) =>
    sqlValue("update cron.job set active = $1 where jobname = $2 returning jobid", [value, name]);
  await active(false);
  await waitUntil(RESTS, [name]);
  return async () => void await active(true);
}
