import type { PoolClient } from "pg";
import { z } from "zod";
import { newVisitors } from "./appointments.ts";
import { sql } from "./database.ts";
import { ANALYZE, DUE_REMINDERS, peopleFor } from "./due-reminders-sql.ts";

const counts = z.object({
  queued: z.number(),
  told: z.number(),
  notifications: z.number(),
  messages: z.number(),
  mails: z.number(),
});

/** Does something past all triggers and foreign keys. */
async function pastTriggers(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    await work(client);
    await client.query("commit");
  } finally {
    client.release();
  }
}

/** So many appointments of which a reminder is due, at most a hundred of one person. They are made past triggers, which would take minutes. */
export async function makeDueReminders(count: number) {
  const visitors = await newVisitors(peopleFor(count));
  const people = visitors.map(({ userId }) => userId);
  let appointments: string[] = [];
  await pastTriggers(async (client) => {
    const { rows } = await client.query<{ id: string }>(DUE_REMINDERS, [people, count]);
    appointments = rows.map(({ id }) => id);
  });
  await sql().query(ANALYZE);

  const forget = () =>
    pastTriggers(async (client) => {
      await client.query("delete from private.reminder_queue where appointment_id = any ($1)", [appointments]);
      await client.query("delete from private.outbox where recipient_id = any ($1)", [people]);
      await client.query("delete from public.notifications where recipient_id = any ($1)", [people]);
      await client.query("delete from realtime.messages where topic = any ($1)", [people.map((id) => `user:${id}`)]);
    });

  return {
    /** How many rows there are of everything that a reminder comes to. */
    async counts(): Promise<z.infer<typeof counts>> {
      const { rows: [row] } = await sql().query(
        `select
           (select count(*)::int from private.reminder_queue where appointment_id = any ($3)) as queued,
           (select count(*)::int from private.reminder_queue where appointment_id = any ($3) and sent_at is not null) as told,
           (select count(*)::int from public.notifications where recipient_id = any ($1) and kind = 'appointment_reminder') as notifications,
           (select count(*)::int from realtime.messages where topic = any ($2) and event = 'notification.created') as messages,
           (select count(*)::int from private.outbox where recipient_id = any ($1) and template = 'notification') as mails`,
        [people, people.map((id) => `user:${id}`), appointments],
      );
      return counts.parse(row);
    },
    /** Makes everything due again, as if nothing had been told. */
    async again(): Promise<void> {
      await forget();
      await sql().query(
        "update private.reminder_plans set next_at = now() - interval '1 minute' where appointment_id = any ($1)",
        [appointments],
      );
    },
    async remove(): Promise<void> {
      await forget();
      await pastTriggers(async (client) => {
        await client.query("delete from private.reminder_plans where appointment_id = any ($1)", [appointments]);
        await client.query("delete from public.appointments where id = any ($1)", [appointments]);
      });
    },
  };
}
