import type pg from "pg";
import { ANALYZE, DUE_REMINDERS, peopleFor, QUEUE_ALL } from "../../support/due-reminders-sql.ts";
import type { Bench } from "../bench.ts";
import { below, type Outcome } from "../part.ts";
import { count } from "../table.ts";

const MOST_SECONDS = 10;

/** How many reminders were due, how many were queued by one run of the job, and how long that took. */
type Result = { due: number; queued: number; seconds: number };

export async function reminders({ options, largest }: Bench): Promise<Outcome> {
  const result = await measure(largest.db, options.reminders);
  const { due, queued, seconds } = result;
  return {
    result,
    text: `Reminders: ${count(queued)} of ${count(due)} due queued in ${seconds.toFixed(1)} s by one run of the job`,
    targets: [below(`${count(queued)} due reminders queued by one run of the job`, seconds, MOST_SECONDS, " s")],
  };
}

/**
 * Makes so many reminders due and queues them by one run, while the scheduler leaves them alone. What was queued is
 * forgotten untold.
 */
async function measure(db: pg.Client, due: number): Promise<Result> {
  const active = "update cron.job set active = $1 where jobname = 'appointment-reminders'";
  await db.query(active, [false]);
  try {
    const { rows: people } = await db.query<{ id: string }>(PEOPLE, [peopleFor(due)]);
    await db.query("begin; set local session_replication_role = replica");
    const { rows } = await db.query<{ id: string }>(DUE_REMINDERS, [people.map(({ id }) => id), due]);
    const appointments = rows.map(({ id }) => id);
    await db.query("commit");
    await db.query(ANALYZE);
    const started = performance.now();
    await db.query(QUEUE_ALL);
    const seconds = (performance.now() - started) / 1000;
    const { rows: [row] } = await db.query<{ queued: number }>(
      "select count(*)::int as queued from private.reminder_queue where appointment_id = any ($1)",
      [appointments],
    );
    await db.query("begin; set local session_replication_role = replica");
    await db.query("delete from private.reminder_queue where appointment_id = any ($1)", [appointments]);
    await db.query("delete from private.reminder_plans where appointment_id = any ($1)", [appointments]);
    await db.query("delete from public.appointments where id = any ($1)", [appointments]);
    await db.query("commit");
    return { due, queued: row?.queued ?? 0, seconds };
  } finally {
    await db.query(active, [true]);
  }
}

/** People with a login, and what Auth's triggers make of it: a profile, preferences, a patient. */
const PEOPLE = `
  insert into auth.users (
    instance_id, id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
  select '00000000-0000-0000-0000-000000000000', u.id, 'authenticated', 'authenticated', u.id || '@bench.example',
    now(),
    '{"given_name": "Bea", "family_name": "Bench"}', now(), now()
  from (select gen_random_uuid() as id from generate_series(1, $1)) as u
  returning id`;
