import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clearAppointments } from "../support/appointments.ts";
import { sqlValue } from "../support/database.ts";
import { makeDueReminders } from "../support/due-reminders.ts";
import { QUEUE_ALL } from "../support/due-reminders-sql.ts";
import { alone, connection, overlapping } from "../support/overlap.ts";
import { reduced } from "../support/reduced.ts";
import { pauseJob } from "../support/jobs.ts";

const COUNT = reduced(100_000, 2_000);
const FEWER = reduced(5_000, 500);
const KILLS = reduced(5, 2);

let job: string;
const resume: (() => Promise<void>)[] = [];

beforeAll(async () => {
  job = String(await sqlValue("select command from cron.job where jobname = 'appointment-reminders'"));
  for (const name of ["appointment-reminders", "drive-jobs", "age-appointments"]) resume.push(await pauseJob(name));
  await clearAppointments();
});
afterAll(async () => {
  for (const go of resume) await go();
});

const all = (count: number) => ({ queued: count, told: count, notifications: count, messages: count, mails: count });

async function seconds(work: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work;
  return (performance.now() - started) / 1000;
}

test(`${COUNT} due reminders are queued by one run of the job, and told, each once`, async () => {
  const due = await makeDueReminders(COUNT);
  try {
    const queueing = await seconds(alone(QUEUE_ALL));
    expect(await due.counts()).toEqual({ ...all(0), queued: COUNT });
    const telling = await seconds(Promise.all([alone(job), alone(job)]));
    expect(await due.counts()).toEqual(all(COUNT));
    await alone(job);
    expect(await due.counts()).toEqual(all(COUNT));
    console.log(
      `${COUNT} due reminders: queued in ${queueing.toFixed(1)} s by one run, told in ${
        telling.toFixed(1)
      } s by two at once`,
    );
  } finally {
    await due.remove();
  }
}, 1_200_000);

describe(`${FEWER} due reminders`, () => {
  let due: Awaited<ReturnType<typeof makeDueReminders>>;
  beforeAll(async () => {
    due = await makeDueReminders(FEWER);
  });
  afterAll(() => due.remove());

  test("are told once each by four runs at the same time", async () => {
    await Promise.all(Array.from({ length: 4 }, () => alone(job)));
    expect(await due.counts()).toEqual(all(FEWER));
  });

  test("are queued once each by two runs of which one begins while the other has not ended", async () => {
    await due.again();
    await overlapping("select private.queue_reminders(100000)");
    expect((await due.counts()).queued).toBe(FEWER);
  });

  test("the negative control: without the lock and the key they are queued twice", async () => {
    await due.again();
    await alone(`
      do $do$ begin
        execute replace(replace(pg_get_functiondef('private.queue_reminders'::regproc), 'for update skip locked', ''),
          'private.queue_reminders', 'private.queue_unguarded');
      end $do$;
      alter table private.reminder_queue drop constraint reminder_queue_once;
      drop index private.reminder_queue_one_waits`);
    try {
      await overlapping("select private.queue_unguarded(100000)");
      expect((await due.counts()).queued).toBe(2 * FEWER);
    } finally {
      await due.again();
      await alone(`
        drop function private.queue_unguarded;
        alter table private.reminder_queue add constraint reminder_queue_once primary key (appointment_id, starts_at, due_at);
        create unique index reminder_queue_one_waits on private.reminder_queue (appointment_id) where sent_at is null`);
    }
  });

  test(`are told once each, though the job is killed ${KILLS} times on the way`, async () => {
    await due.again();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const goal = (FEWER * kill) / (KILLS + 2);
      const client = await connection();
      const { rows: [backend] } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
      const run = client.query(job).then(() => "ended", () => "killed");
      while ((await due.counts()).told < goal) await delay(20);
      await sqlValue("select pg_terminate_backend($1)", [backend?.pid]);
      expect(await run).toBe("killed");
    }
    const { told } = await due.counts();
    expect(told).toBeLessThan(FEWER);
    await alone(job);
    expect(await due.counts()).toEqual(all(FEWER));
  });
});
