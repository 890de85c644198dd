import { describe, expect, test } from "vitest";
import { inCalendar, PAULA, PAVEL } from "../../support/reminders.ts";

const MINUTE = 1 / 60;

describe("a reminder comes", () => {
  test("a day and two hours before, each once however often the job runs, and none once it has begun", () =>
    inCalendar(async (calendar) => {
      await calendar.book();
      const moments: [number, number][] = [[24.1, 0], [24, 1], [24, 1], [23, 1], [2.1, 1], [2, 2], [1, 2], [0, 2], [
        -1,
        2,
      ]];
      for (const [hours, count] of moments) {
        await calendar.remind(calendar.before(hours));
        expect(await calendar.told(), `${hours} hours before`).toHaveLength(count);
      }
    }));

  test("with the time on the clock of the hospital and its name, and nothing of what it is for", () =>
    inCalendar(async (calendar) => {
      const id = await calendar.book();
      await calendar.remind(calendar.before(24));
      const words = await calendar.value(
        `select to_char(a.starts_at at time zone 'Europe/Berlin', 'YYYY-MM-DD "at" HH24:MI') from public.appointments a where id = $1`,
        [id],
      );
      expect(await calendar.told()).toMatchObject([
        {
          body: `Your appointment is on ${words} at Demo General Hospital.`,
          in_app: true,
          mail_at: calendar.before(24),
        },
      ]);
      expect(await calendar.value("select link from public.notifications where kind = 'appointment_reminder'")).toBe(
        `/appointments/${id}`,
      );
    }));

  test("late, when the job is late, and several that were missed as one", () =>
    inCalendar(async (calendar) => {
      await calendar.book();
      await calendar.remind(calendar.before(10 * MINUTE));
      await calendar.remind(calendar.before(5 * MINUTE));
      expect(await calendar.told()).toHaveLength(1);
    }));

  test("once for what waited in the queue until the next one was due", () =>
    inCalendar(async (calendar) => {
      await calendar.book();
      await calendar.queue(calendar.before(24));
      await calendar.queue(calendar.before(2));
      await calendar.remind(calendar.before(1));
      expect(await calendar.told()).toHaveLength(1);
    }));

  test("not at all when the job comes after the start, whether it was queued or not", () =>
    inCalendar(async (calendar) => {
      await calendar.book();
      await calendar.book(calendar.before(-5), PAVEL);
      await calendar.queue(calendar.before(24, calendar.before(-5)));
      await calendar.remind(calendar.before(-5));
      expect(await calendar.told()).toEqual([]);
      expect(await calendar.told(PAVEL)).toEqual([]);
    }));

  test("not for a moment that had passed when it was booked", () =>
    inCalendar(async (calendar) => {
      const start = new Date(Date.now() + 3 * 3_600_000);
      await calendar.book(start);
      await calendar.remind(calendar.before(2.5, start));
      expect(await calendar.told()).toEqual([]);
      await calendar.remind(calendar.before(2, start));
      expect(await calendar.told()).toHaveLength(1);
    }));

  test("not for a request, until it is confirmed", () =>
    inCalendar(async (calendar) => {
      const id = await calendar.book(calendar.start, PAULA, "requested");
      await calendar.remind(calendar.before(24));
      expect(await calendar.told()).toEqual([]);
      await calendar.run("update public.appointments set status = 'booked' where id = $1", [id]);
      await calendar.remind(calendar.before(2));
      expect(await calendar.told()).toHaveLength(1);
    }));
});

describe("an appointment that changes", () => {
  test("and was moved is reminded of at its new time alone", () =>
    inCalendar(async (calendar) => {
      const id = await calendar.book();
      await calendar.remind(calendar.before(24));
      const next = calendar.before(-48);
      await calendar.move(id, next);
      await calendar.remind(calendar.before(2));
      expect(await calendar.told()).toHaveLength(1);
      for (const hours of [24, 2]) await calendar.remind(calendar.before(hours, next));
      const bodies = (await calendar.told()).map(({ body }) => body);
      expect(bodies).toHaveLength(3);
      expect(bodies[1]).toBe(bodies[2]);
      expect(bodies[1]).not.toBe(bodies[0]);
    }));

  test("while its reminder waits in the queue is not told of at the old time", () =>
    inCalendar(async (calendar) => {
      const moved = await calendar.book();
      await calendar.queue(calendar.before(24));
      await calendar.move(moved, calendar.before(-48));
      await calendar.remind(calendar.before(23));
      expect(await calendar.told()).toEqual([]);
    }));

  test("is not mailed of at the old time, when the mail waits for the end of quiet hours or a provider", () =>
    inCalendar(async (calendar) => {
      const moved = await calendar.book();
      const cancelled = await calendar.book(calendar.before(-1), PAVEL);
      const kept = await calendar.book(calendar.before(-2), PAVEL);
      for (const hours of [24, 23, 22]) await calendar.remind(calendar.before(hours));
      await calendar.move(moved, calendar.before(-48));
      await calendar.cancel(cancelled);
      expect(await calendar.mailedAt(calendar.before(20))).toEqual([]);
      await calendar.run("update private.outbox set status = 'pending', locked_until = null where status = 'sending'");
      expect(await calendar.mailedAt(calendar.before(20), PAVEL)).toEqual([(await calendar.told(PAVEL)).at(-1)?.body]);
      expect(kept).not.toBe(cancelled);
    }));

  test("and was cancelled is reminded of no more", () =>
    inCalendar(async (calendar) => {
      await calendar.cancel(await calendar.book());
      for (const hours of [24, 2, 1]) await calendar.remind(calendar.before(hours));
      expect(await calendar.told()).toEqual([]);
    }));

  test("and comes back to its time is not reminded of twice", () =>
    inCalendar(async (calendar) => {
      const id = await calendar.book();
      await calendar.remind(calendar.before(24));
      await calendar.move(id, calendar.before(-48));
      await calendar.move(id, calendar.start);
      for (const hours of [24, 23, 3]) await calendar.remind(calendar.before(hours));
      expect(await calendar.told()).toHaveLength(1);
      await calendar.remind(calendar.before(2));
      expect(await calendar.told()).toHaveLength(2);
    }));

  test("goes with its patient: the login that is linked later is told, and the one that it was merged into", () =>
    inCalendar(async (calendar) => {
      const lone = await calendar.value(
        "insert into public.patients (given_name, family_name) values ('Lone', 'Larsen') returning id",
      );
      const [linked, merged] = [
        await calendar.book(calendar.start, null),
        await calendar.book(calendar.before(-2), null),
      ];
      await calendar.run("update public.appointments set patient_id = $1 where id = any ($2)", [lone, [
        linked,
        merged,
      ]]);
      await calendar.remind(calendar.before(24));
      expect(await calendar.value("select count(*)::int from private.reminder_queue")).toBe(0);
      await calendar.run(
        "update public.appointments set patient_id = (select id from public.patients where user_id = $1) where id = $2",
        [
          PAVEL,
          merged,
        ],
      );
      await calendar.run("update public.patients set user_id = null where user_id = $1", [PAULA]);
      await calendar.run("update public.patients set user_id = $1 where id = $2", [PAULA, lone]);
      await calendar.remind(calendar.before(2));
      expect(await calendar.told()).toHaveLength(1);
      expect(await calendar.told(PAVEL)).toHaveLength(1);
    }));
});

describe("a person", () => {
  test("is reminded at the times they chose, from now on, and never when they chose none", () =>
    inCalendar(async (calendar) => {
      await calendar.book();
      await calendar.book(calendar.before(-1), PAVEL);
      await calendar.remind(calendar.before(24));
      await calendar.wish("reminder_minutes = '{10080,60}'");
      await calendar.wish("reminder_minutes = '{}'", PAVEL);
      for (const hours of [3, 2, 1.5]) await calendar.remind(calendar.before(hours));
      expect(await calendar.told()).toHaveLength(1);
      await calendar.remind(calendar.before(1));
      expect(await calendar.told()).toHaveLength(2);
      expect(await calendar.told(PAVEL)).toEqual([]);
    }));

  test("who chooses anew while a reminder is overdue still gets it", () =>
    inCalendar(async (calendar) => {
      const id = await calendar.book();
      await calendar.run(
        "update private.reminder_plans set next_at = now() - interval '1 minute' where appointment_id = $1",
        [id],
      );
      await calendar.wish("reminder_minutes = '{60}'");
      await calendar.remind(new Date());
      expect(await calendar.told()).toHaveLength(1);
    }));

  test("is told by the channels they chose", () =>
    inCalendar(async (calendar) => {
      await calendar.wish(`choices = '{"appointment_reminder": {"in_app": true, "mail": false}}'`);
      await calendar.wish(`choices = '{"appointment_reminder": {"in_app": false, "mail": true}}'`, PAVEL);
      await calendar.book();
      await calendar.book(calendar.before(1), PAVEL);
      await calendar.remind(calendar.before(24));
      expect(await calendar.told()).toMatchObject([{ in_app: true, mail_at: null }]);
      expect(await calendar.told(PAVEL)).toMatchObject([{ in_app: false, mail_at: calendar.before(24) }]);
    }));

  test("is not mailed in quiet hours of their zone but after them, and not at all when it has begun by then", () =>
    inCalendar(async (calendar) => {
      const local = (hours: number) =>
        `(($1::timestamptz - interval '${hours} hours') at time zone 'Asia/Kathmandu')::time`;
      await calendar.run("update public.profiles set time_zone = 'Asia/Kathmandu' where id = $1", [PAULA]);
      await calendar.run(
        `update public.notification_preferences set quiet_from = ${local(3)}, quiet_until = ${
          local(1)
        } where user_id = $2`,
        [calendar.start, PAULA],
      );
      await calendar.book();
      await calendar.book(calendar.before(1.5));
      await calendar.remind(calendar.before(2));
      expect(await calendar.told()).toMatchObject([
        { in_app: true, mail_at: null },
        { in_app: true, mail_at: calendar.before(1) },
      ]);
      expect(await calendar.mailedAt(calendar.before(1.1))).toEqual([]);
      expect(await calendar.mailedAt(calendar.before(1))).toHaveLength(1);
    }));

  test("gets no mail that the provider kept waiting until the appointment has begun", () =>
    inCalendar(async (calendar) => {
      await calendar.book();
      await calendar.remind(calendar.before(2));
      expect(await calendar.mailedAt(calendar.start)).toEqual([]);
      expect(
        await calendar.value("select string_agg(status::text, ' ') from private.outbox where not_after is not null"),
      ).toBe(
        "dropped",
      );
    }));
});

test("a reminder that fails holds up no other, and is told once when it no longer fails", () =>
  inCalendar(async (calendar) => {
    await calendar.book();
    await calendar.book(calendar.before(1), PAVEL);
    await calendar.run(`
      create function pg_temp.fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
      create trigger fail before insert on public.notifications for each row when (new.recipient_id = '${PAVEL}') execute function pg_temp.fail()`);
    await calendar.remind(calendar.before(24));
    expect(await calendar.told()).toHaveLength(1);
    expect(await calendar.told(PAVEL)).toEqual([]);
    await calendar.run("drop trigger fail on public.notifications");
    await calendar.remind(calendar.before(24));
    expect(await calendar.told(PAVEL)).toEqual([]);
    for (const minutes of [2, 3]) await calendar.remind(calendar.before(24 - minutes * MINUTE));
    expect(await calendar.told(PAVEL)).toHaveLength(1);
    expect(await calendar.told()).toHaveLength(1);
  }));

test("what is over is forgotten", () =>
  inCalendar(async (calendar) => {
    await calendar.book();
    await calendar.remind(calendar.before(2));
    const left =
      "select (select count(*) from private.reminder_plans)::int + (select count(*) from private.reminder_queue)::int";
    await calendar.run("select private.purge_reminders($1)", [calendar.before(-23)]);
    expect(await calendar.value(left)).toBe(2);
    await calendar.run("select private.purge_reminders($1)", [calendar.before(-25)]);
    expect(await calendar.value(left)).toBe(0);
  }));
