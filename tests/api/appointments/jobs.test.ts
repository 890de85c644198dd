import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@supabase/supabase-js";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { clearAppointments, DEMO } from "../../support/appointments.ts";
import { sqlValue } from "../../support/database.ts";
import { newPerson, type Person } from "../../support/people.ts";
import { at, call, listAt, outboxMailsTo, stackInfo } from "../../support/stack.ts";
import { outboxOf } from "../../support/told.ts";

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end();
  await clearAppointments();
});

/** Books for a person past every rule of opening hours, as many seconds from now as asked for. */
const bookIn = (seconds: number, person: Person, status = "booked"): Promise<string> =>
  sqlValue(
    `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, hold_expires_at, booked_by)
     select '${DEMO.hospital}', p.id, '${DEMO.consultation}', '${DEMO.doctor}', $3::text::public.appointment_status, now() + $1 * interval '1 second',
       now() + $1 * interval '1 second' + interval '30 minutes', case when $3::text = 'held' then now() + interval '1 second' end, 'patient'
     from public.patients p where p.user_id = $2 returning id`,
    [seconds, person.id, status],
  ).then(String);

/** Lets a job run every second instead of every minute. */
async function hurry(job: string): Promise<void> {
  const alter = (schedule: string) =>
    sqlValue("update cron.job set schedule = $2 where jobname = $1 returning jobid", [job, schedule]);
  await alter("1 second");
  ended.push(() => alter("* * * * *"));
}

/** Hears a topic with supabase-js as a person. */
async function hear(topic: string, { token }: Person) {
  const { url, publishableKey } = stackInfo();
  const client = createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    accessToken: () => Promise.resolve(token),
  });
  ended.push(async () => {
    await client.removeAllChannels();
    client.realtime.disconnect();
  });
  await client.realtime.setAuth();
  const heard: { event: string; payload: unknown }[] = [];
  const channel = client.channel(topic, { config: { private: true, broadcast: { replication_ready: true } } });
  channel.on("broadcast", { event: "*" }, ({ event, payload }) => heard.push({ event, payload }));
  const ready = new Promise((resolve) => channel.on("system", {}, resolve));
  channel.subscribe();
  await ready;
  return heard;
}

async function until(holds: () => Promise<boolean> | boolean, seen: () => unknown = () => ""): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`It did not come about. Seen: ${JSON.stringify(seen())}`);
    await delay(50);
  }
}

test("a reminder that falls due arrives as notification, as broadcast and as mail, once", async () => {
  const person = await newPerson();
  const put = { quiet_hours: null, kinds: {}, reminder_minutes: [15] };
  expect((await call("/notifications/preferences", { token: person.token, method: "PUT", body: put })).status).toBe(
    200,
  );
  const heard = await hear(`user:${person.id}`, person);
  const id = await bookIn(5 * 3600, person);
  await hurry("appointment-reminders");
  await hurry("drive-jobs");
  await sqlValue(
    "update public.appointments set starts_at = now() + interval '15 minutes 1 second', ends_at = now() + interval '45 minutes' where id = $1 returning 1",
    [id],
  );
  const reminders = async () =>
    (await outboxMailsTo(person.email)).filter(({ subject }) => subject === "Reminder of an appointment");
  await until(async () => (await reminders()).length > 0, () => heard);
  await delay(2500);
  const { body } = await call("/notifications?kind=appointment_reminder", { token: person.token });
  expect(listAt(body, "/data")).toHaveLength(1);
  expect(at(body, "/data/0")).toMatchObject({
    kind: "appointment_reminder",
    link: `/appointments/${id}`,
    organization_id: DEMO.hospital,
  });
  const [mail, ...more] = await reminders();
  expect(more).toEqual([]);
  expect(mail?.text).toContain("at Demo General Hospital");
  expect(mail?.text).not.toContain("onsultation");
  expect(heard.filter(({ payload }) => at(payload, "/id") === at(body, "/data/0/id"))).toMatchObject([
    { event: "notification.created", payload: { type: "notification", status: "unread" } },
  ]);
  expect(heard.filter(({ event }) => event.startsWith("appointment."))).toMatchObject([
    {
      event: "appointment.created",
      payload: { id, type: "appointment", status: "booked", organization_id: DEMO.hospital },
    },
    { event: "appointment.updated", payload: { id, type: "appointment", status: "booked" } },
  ]);
  expect((await outboxOf(person.id)).map(({ status }) => status)).not.toContain("dead");
});

test("holds end by themselves, and slots and bookings do not wait for that", async () => {
  const [first, second] = [await newPerson(), await newPerson()];
  const id = await bookIn(24 * 3600, first, "held");
  const blockedFor = (person: Person) =>
    call("/appointments", {
      token: person.token,
      body: { hold_id: id },
    });
  expect(await blockedFor(second)).toMatchObject({ status: 404 });
  await delay(1100);
  expect(await blockedFor(first)).toMatchObject({ status: 409, body: { code: "slot_taken" } });
  await hurry("age-appointments");
  await until(async () => await sqlValue("select count(*)::int from public.appointments where id = $1", [id]) === 0);
});

test("a write that is rolled back is heard by nobody", async () => {
  const person = await newPerson();
  const heard = await hear(`user:${person.id}`, person);
  const client = new pg.Client({ connectionString: stackInfo().adminDbUrl });
  await client.connect();
  ended.push(() => client.end());
  await client.query("begin");
  await client.query(
    `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, booked_by)
     select '${DEMO.hospital}', p.id, '${DEMO.consultation}', '${DEMO.doctor}', 'booked', now() + interval '1 day', now() + interval '1 day 1 hour', 'staff'
     from public.patients p where p.user_id = $1`,
    [person.id],
  );
  await client.query("rollback");
  const id = await bookIn(24 * 3600, person);
  await until(() => heard.length > 0);
  expect(heard.filter(({ event }) => event.startsWith("appointment.")).map(({ payload }) => at(payload, "/id")))
    .toEqual([id]);
  const { body } = await call("/notifications", { token: person.token });
  expect(listAt(body, "/data")).toHaveLength(1);
});
