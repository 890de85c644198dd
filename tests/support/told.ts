import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { sql, sqlValue } from "./database.ts";
import { gateway, stackInfo } from "./stack.ts";

/** What a test may choose about a notification; the rest is made up. */
type Told = { kind?: string; title?: string; body?: string; link?: string | null; key?: string };

/** Tells a person something as the database does, and answers the id of the notification; null when they were told before. */
export const tell = (personId: string, { kind = "appointment_reminder", ...told }: Told = {}): Promise<string | null> =>
  sqlValue("select private.notify_person($1, $2, $3, $4, $5, $6)", [
    personId,
    kind,
    told.title ?? "Told by a test",
    told.body ?? "Something has happened.",
    told.link ?? null,
    told.key ?? randomUUID(),
  ]).then((id) => z.string().nullable().parse(id));

const event = z.object({
  id: z.string(),
  status: z.string(),
  attempts: z.number(),
  last_error: z.string().nullable(),
  wait: z.number(),
});
/** A mail of the outbox; `wait` is how many seconds are left until it is due. */
export type OutboxEvent = z.infer<typeof event>;

/** The mails of the outbox that go to a person, the oldest first. */
export async function outboxOf(personId: string): Promise<OutboxEvent[]> {
  const { rows } = await sql().query(
    `select id, status, attempts, last_error, extract(epoch from not_before - now())::float as wait
     from private.outbox where recipient_id = $1 order by created_at, id`,
    [personId],
  );
  return z.array(event).parse(rows);
}

/** Calls the function that sends mail, as the scheduler does. */
export const sendMail = () =>
  gateway("/functions/v1/jobs/mail", { method: "POST", headers: { apikey: stackInfo().cronKey } });

/** Nobody runs a job of the scheduler, and every call of pg_net is answered. */
const IDLE = `
  select not exists (
      select from cron.job_run_details d join cron.job j using (jobid)
      where j.jobname = $1 and d.status in ('starting', 'running'))
    and coalesce((select max(id) from net._http_response), 0)
      >= (select case when is_called then last_value else 0 end from net.http_request_queue_id_seq)`;

/**
 * Keeps the scheduler from running a job, that of sending mail by default, while a test does it, and waits for what it has
 * begun. Answers how to let it go on.
 */
export async function pauseScheduler(job = "drive-jobs"): Promise<() => Promise<void>> {
  const active = (value: boolean) =>
    sqlValue("update cron.job set active = $1 where jobname = $2 returning jobid", [value, job]);
  await active(false);
  const deadline = Date.now() + 60_000;
  while (await sqlValue(IDLE, [job]) !== true && Date.now() < deadline) await delay(50);
  return async () => void await active(true);
}
