import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clearAppointments, DEMO, newVisitors } from "../support/appointments.ts";
import { sql, sqlValue } from "../support/database.ts";
import { alone, overlapping } from "../support/overlap.ts";
import { reduced } from "../support/reduced.ts";
import { pauseJob } from "../support/jobs.ts";

const COUNT = reduced(2_000, 200);
const FIRST = "00000000-0000-0000-0000-000000000000";
const resume: (() => Promise<void>)[] = [];
let job: string;

beforeAll(async () => {
  job = String(await sqlValue("select command from cron.job where jobname = 'age-appointments'"));
  for (const name of ["appointment-reminders", "age-appointments"]) resume.push(await pauseJob(name));
});
afterAll(async () => {
  await clearAppointments();
  for (const go of resume) await go();
});

/** Appointments of yesterday: a third each of bookings, requests and holds. They can only be made past the triggers. */
beforeEach(async () => {
  await clearAppointments();
  const [visitor] = await newVisitors(1);
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    await client.query(
      `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, practitioner_key, status, starts_at, ends_at,
         hold_expires_at, booked_by)
       select '${DEMO.hospital}', $1, '${DEMO.consultation}', d.id, d.person_key, s.status,
         now() - n * interval '10 minutes' - interval '1 day', now() - n * interval '10 minutes' - interval '1430 minutes',
         case when s.status = 'held' then now() - interval '1 hour' end, 'staff'
       from public.practitioners d cross join generate_series(1, $2) as n
       cross join lateral (select (array['booked', 'requested', 'held']::public.appointment_status[])[n % 3 + 1] as status) as s
       where d.id = '${DEMO.doctor}'`,
      [visitor?.patientId, COUNT],
    );
    await client.query("commit");
  } finally {
    client.release();
  }
});

/** The states there are, and how often each row was changed. */
const outcome = () =>
  sqlValue(
    `select string_agg(line, ', ' order by line) from (
       select concat_ws(' ', status, 'version', version, 'sequence', sequence) as line from public.appointments group by status, version, sequence) as l`,
  );
const ONCE = "cancelled version 2 sequence 1, no_show version 2 sequence 0";

test(`${COUNT} appointments are aged once each by four runs at the same time`, async () => {
  await Promise.all(Array.from({ length: 4 }, () => alone(job)));
  expect(await outcome()).toBe(ONCE);
  expect(await sqlValue("select count(*)::int from public.appointments")).toBe(COUNT - Math.floor((COUNT + 1) / 3));
  await alone(job);
  expect(await outcome()).toBe(ONCE);
});

test("two runs of which one begins while the other has not ended age nothing twice", async () => {
  await overlapping(`select private.age_appointments('${FIRST}', 100000)`);
  expect(await outcome()).toBe(ONCE);
});

test("the negative control: without the lock they would be aged twice", async () => {
  await alone(`
    do $do$ begin
      execute replace(replace(pg_get_functiondef('private.lock_due_appointments'::regproc), 'for update skip locked', ''), 'private.lock_due_appointments', 'private.take_unlocked');
      execute replace(replace(pg_get_functiondef('private.age_appointments'::regproc), 'private.lock_due_appointments', 'private.take_unlocked'),
        'private.age_appointments', 'private.age_unlocked');
    end $do$`);
  try {
    await overlapping(`select private.age_unlocked('${FIRST}', 100000)`);
    expect(await outcome()).toContain("version 3");
  } finally {
    await alone("drop function private.age_unlocked; drop function private.take_unlocked");
  }
});
