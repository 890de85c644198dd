import type { ClientBase } from "pg";
import { rolledBack } from "./database.ts";
import { DEMO } from "./appointments.ts";

/** Paula of the seeds, who is in the care of the demo hospital. */
export const PAULA = "30000000-0000-4000-8000-000000000005";
export const PAVEL = "30000000-0000-4000-8000-000000000006";
const HOUR = 3_600_000;

/** What somebody was told, and whether it waits as a mail. */
export type Told = { body: string; in_app: boolean; mail_at: Date | null };

/** An empty calendar within one transaction that is never committed, and everything that can happen in it. Jobs run at whatever time a test likes. */
export class Calendar {
  readonly #client: ClientBase;
  /** The whole hour four days ahead at which appointments begin unless said otherwise. */
  readonly start = new Date(Math.ceil(Date.now() / HOUR) * HOUR + 96 * HOUR);

  constructor(client: ClientBase) {
    this.#client = client;
  }

  /** The instant so many hours before the usual start, or before another one. */
  before(hours: number, start = this.start): Date {
    return new Date(start.getTime() - hours * HOUR);
  }

  async run(text: string, values: unknown[] = []): Promise<void> {
    await this.#client.query(text, values);
  }

  async value(text: string, values: unknown[] = []): Promise<unknown> {
    const { rows } = await this.#client.query<unknown[]>({ text, values, rowMode: "array" });
    return rows[0]?.[0];
  }

  /** Makes an appointment of a person; null stands for a patient without a login. */
  async book(start = this.start, person: string | null = PAULA, status = "booked"): Promise<string> {
    const id = await this.value(
      `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, booked_by)
       select '${DEMO.hospital}', p.id, '${DEMO.consultation}', '${DEMO.doctor}', $3, $1, $1::timestamptz + interval '30 minutes', 'staff'
       from public.patients p where p.deleted_at is null and p.user_id is not distinct from $2 limit 1 returning id`,
      [start, person, status],
    );
    return String(id);
  }

  async move(id: string, start: Date): Promise<void> {
    await this.run(
      "update public.appointments set starts_at = $2, ends_at = $2::timestamptz + interval '30 minutes', sequence = sequence + 1 where id = $1",
      [id, start],
    );
  }

  async cancel(id: string): Promise<void> {
    await this.run(
      "update public.appointments set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'Ill' where id = $1",
      [id],
    );
  }

  async wish(set: string, person = PAULA): Promise<void> {
    await this.run(`update public.notification_preferences set ${set} where user_id = $1`, [person]);
  }

  /** Runs the job at a time. */
  async remind(at: Date): Promise<void> {
    await this.queue(at);
    await this.run("select private.send_reminders(1000, $1)", [at]);
  }

  /** Runs the first half of the job at a time. */
  async queue(at: Date): Promise<void> {
    await this.run("select private.queue_reminders(1000, $1)", [at]);
  }

  /** The reminders that a person was given, the first one first. */
  async told(person = PAULA): Promise<Told[]> {
    const { rows } = await this.#client.query<Told>(
      `select n.body, n.in_app, o.not_before as mail_at
       from public.notifications n
       left join private.outbox o on o.payload = jsonb_build_object('notification_id', n.id)
       left join private.reminder_queue q on q.notification_id = n.id
       where n.recipient_id = $1 and n.kind = 'appointment_reminder' order by q.sent_at, n.body`,
      [person],
    );
    return rows;
  }

  /** The texts of the reminders that would be mailed to a person if mail left at a time; what is not sent then waits or is dropped. */
  async mailedAt(at: Date, person = PAULA): Promise<string[]> {
    const { rows } = await this.#client.query<{ body: string }>(
      `select c.mail ->> 'body' as body from private.claim_mail(100, 60, $1) c join private.outbox o on o.id = c.id
       where o.recipient_id = $2 and c.mail ->> 'subject' = 'Reminder of an appointment'`,
      [at, person],
    );
    return rows.map(({ body }) => body);
  }
}

/** Shows something in a calendar of its own, of which nothing stays. */
export const inCalendar = (work: (calendar: Calendar) => Promise<void>): Promise<void> =>
  rolledBack(async (client) => {
    await client.query(`set local session_replication_role = replica;
      delete from public.appointments; delete from private.reminder_plans; delete from private.reminder_queue; delete from private.outbox;
      delete from public.notifications where kind = 'appointment_reminder';
      set local session_replication_role = origin;
      update public.notification_preferences set quiet_from = null, quiet_until = null, choices = '{}', reminder_minutes = '{1440,120}';
      update public.profiles set time_zone = 'UTC' where id in ('${PAULA}', '${PAVEL}')`);
    await work(new Calendar(client));
  });
