import type pg from "pg";
import { z } from "zod";
import { delay } from "./supervisor.ts";
import type { TapResult } from "./tap.ts";

/** The reminder comes with the next tick, its mail with the one after it at the latest; the rest is for starting and finishing. */
const TWO_TICKS_MS = 135_000;
const PATIENT = "30000000-0000-4000-8000-000000000005";

/** Makes, for a demo patient, an appointment whose reminder is due in a second, and a hold that ends by then. */
export async function arrangeAppointments(client: pg.Client): Promise<void> {
  await client.query(
    "update public.notification_preferences set reminder_minutes = '{15}', quiet_from = null, quiet_until = null where user_id = $1",
    [PATIENT],
  );
  await client.query(
    `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, hold_expires_at, booked_by)
     select d.organization_id, p.id, r.service_id, d.id, v.status::public.appointment_status, now() + v.ahead, now() + v.ahead + interval '20 minutes', v.ends, 'patient'
     from (select practitioner_id, min(service_id::text)::uuid as service_id from public.service_resources where practitioner_id is not null
       group by 1 order by 1 limit 1) r
     join public.practitioners d on d.id = r.practitioner_id
     join private.patients p on p.user_id = $1
     cross join (values ('booked', interval '15 minutes 1 second', null), ('held', interval '5 hours', now() + interval '1 second')) as v (status, ahead, ends)`,
    [PATIENT],
  );
}

/** Waits until the jobs have done their work: the reminder is a notification, a broadcast and a captured mail, each once, and the hold is gone. */
export async function awaitReminder(client: pg.Client, mailboxUrl: string): Promise<TapResult> {
  const { rows: [person] } = await client.query<{ email: string }>("select email from public.profiles where id = $1", [
    PATIENT,
  ]);
  const deadline = Date.now() + TWO_TICKS_MS;
  for (;;) {
    const { rows: [row] } = await client.query<Record<string, number>>(
      `with told as (select id from public.notifications where recipient_id = $1 and kind = 'appointment_reminder')
       select (select count(*)::int from told) as notifications,
         (select count(*)::int from realtime.messages m join told t on m.payload ->> 'id' = t.id::text
           where m.topic = 'user:' || $1 and m.event = 'notification.created') as broadcasts,
         (select 1 - count(*)::int from public.appointments where status = 'held') as "holds removed"`,
      [PATIENT],
    );
    const counts = Object.entries({ ...row, "captured mails": await remindersTo(person?.email ?? "", mailboxUrl) });
    const wrong = counts.filter(([, count]) => count !== 1);
    if (wrong.length === 0 || Date.now() > deadline) {
      return {
        passed: counts.length - wrong.length,
        skipped: 0,
        failures: wrong.map(([what, count]) => `a reminder that was due came to ${count} ${what}`),
      };
    }
    await delay(500);
  }
}

const Mails = z.object({ data: z.array(z.object({ subject: z.string() })) });

async function remindersTo(address: string, mailboxUrl: string): Promise<number> {
  const answer = await fetch(`${mailboxUrl}/messages?to=${encodeURIComponent(address)}`);
  return Mails.parse(await answer.json()).data.filter(({ subject }) => subject === "Reminder of an appointment").length;
}
