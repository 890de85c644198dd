import { randomUUID } from "node:crypto";
import { z } from "zod";
import { sql, sqlValue } from "./database.ts";
import { pauseJob, waitUntil } from "./jobs.ts";
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

/** Every call of pg_net is answered. */
const ANSWERED = `
  select coalesce((select max(id) from net._http_response), 0)
    >= (select case when is_called then last_value else 0 end from net.http_request_queue_id_seq)`;

/** Keeps the scheduler from sending mail while a test does it, and waits for what it has begun; answers how to let it go on. */
export async function pauseMail(): Promise<() => Promise<void>> {
  const resume = await pauseJob("drive-jobs");
  await waitUntil(ANSWERED);
  return resume;
}
