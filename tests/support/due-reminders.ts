import { newVisitors, DEMO } from "./appointments.ts";
import { sql, sqlValue } from "./database.ts";
import { z } from "zod";

/** How many appointments one person has at most. */
const EACH = 100;
const counts = z.object({ queued: z.number(), told: z.number(), notifications: z.number(), messages: z.number(), mails: z.number() });

/** So many people with an appointment each, or a hundred, of which a reminder is due; made past triggers, which would take minutes. */
export async function makeDueReminders(count: number) {
  const visitors = await newVisitors(Math.ceil(count / EACH));
  const people = visitors.map(({ userId }) => userId);
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    await client.query(
      `with made as (
         insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, practitioner_user_id, status, starts_at, ends_at, booked_by)
         select '${DEMO.hospital}', p.id, '${DEMO.consultation}', '${DEMO.doctor}', gen_random_uuid(), 'booked',
           now() + interval '1 hour' + k * interval '5 minutes', now() + interval '65 minutes' + k * interval '5 minutes', 'staff'
         from public.patients p cross join generate_series(0, ${EACH - 1}) as k
         where p.user_id = any ($1) order by k limit $2
         returning id, starts_at
       )
       insert into private.reminder_plans (appointment_id, starts_at, next_at) select id, starts_at, now() - random() * interval '1 minute' from made`,
      [people, count],
    );
    await client.query("commit");
    await client.query("analyze public.appointments; analyze private.reminder_plans; analyze public.patients; analyze public.profiles");
  } finally {
    client.release();
  }

  return {
    /** How many rows there are of what reminders come to, for these people. */
    async counts() {
      const { rows: [row] } = await sql().query(
        `select
           (select count(*)::int from private.reminder_queue) as queued,
           (select count(*)::int from private.reminder_queue where told_at is not null) as told,
           (select count(*)::int from public.notifications where recipient_id = any ($1) and kind = 'appointment_reminder') as notifications,
           (select count(*)::int from realtime.messages where topic = any ($2) and event = 'notification.created') as messages,
           (select count(*)::int from private.outbox where recipient_id = any ($1) and template = 'notification') as mails`,
        [people, people.map((id) => `user:${id}`)],
      );
      return counts.parse(row);
    },
    /** Makes everything due again, as if nothing had been told. */
    async again(): Promise<void> {
      await clear(people);
      await sql().query("update private.reminder_plans set next_at = now() - interval '1 minute'; delete from private.reminder_queue");
    },
    async remove(): Promise<void> {
      await clear(people);
      await sql().query("truncate private.reminder_plans, private.reminder_queue");
      await sqlValue("set session_replication_role = replica; delete from public.appointments where booked_by = 'staff'; reset session_replication_role");
    },
  };
}

/** Forgets what people were told, past the audit log. */
async function clear(people: string[]): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    await client.query("delete from private.outbox where recipient_id = any ($1)", [people]);
    await client.query("delete from public.notifications where recipient_id = any ($1)", [people]);
    await client.query("delete from realtime.messages where topic = any ($1)", [people.map((id) => `user:${id}`)]);
    await client.query("commit");
  } finally {
    client.release();
  }
}
