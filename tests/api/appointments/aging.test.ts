import { expect, test } from "vitest";
import { Calendar, inCalendar, PAULA, PAVEL } from "../../support/reminders.ts";

const FIRST = "00000000-0000-0000-0000-000000000000";
const DAY = 24;

/** Runs the job at a time, in portions of one. */
async function age(calendar: Calendar, at: Date): Promise<void> {
  for (let last: unknown = FIRST; last !== null;) {
    last = await calendar.value("select private.age_appointments($1, 1, $2)", [last, at]);
  }
}

const statusOf = (calendar: Calendar, id: string) =>
  calendar.value("select status from public.appointments where id = $1", [id]);
const newsOf = (calendar: Calendar, id: string) =>
  calendar.value(
    `select coalesce(string_agg(recipient_id || ' ' || title, ', ' order by kind), '') from public.notifications where link = '/appointments/' || $1`,
    [id],
  );

/** Makes a hold that ends at the given time. */
async function hold(calendar: Calendar, until: Date): Promise<string> {
  const id = await calendar.value(
    `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, status, starts_at, ends_at, hold_expires_at, booked_by)
     select organization_id, patient_id, service_id, practitioner_id, 'held', starts_at + interval '2 hours', ends_at + interval '2 hours', $2, 'patient'
     from public.appointments where id = $1 returning id`,
    [await calendar.book(), until],
  );
  return String(id);
}

test("a hold that has ended is removed, silently; one that has not stays", () =>
  inCalendar(async (calendar) => {
    const id = await hold(calendar, calendar.before(DAY));
    await calendar.run("delete from realtime.messages");
    await age(calendar, calendar.before(DAY + 0.1));
    expect(await statusOf(calendar, id)).toBe("held");
    await age(calendar, calendar.before(DAY));
    expect(await statusOf(calendar, id)).toBeUndefined();
    expect(await calendar.value("select count(*)::int from realtime.messages")).toBe(0);
  }));

test("a request that nobody confirmed is cancelled when its time comes, once, and both are told", () =>
  inCalendar(async (calendar) => {
    const id = await calendar.book(calendar.start, PAULA, "requested");
    await age(calendar, calendar.before(0.1));
    expect(await statusOf(calendar, id)).toBe("requested");
    await age(calendar, calendar.start);
    await age(calendar, calendar.start);
    await age(calendar, calendar.before(-DAY));
    expect(
      await calendar.value(
        "select concat_ws(' ', status, cancelled_by, cancellation_reason, sequence, version) from public.appointments where id = $1",
        [id],
      ),
    ).toBe("cancelled system Not confirmed in time 1 2");
    expect(await newsOf(calendar, id)).toMatch(/Your appointment was cancelled.*An appointment was cancelled/);
  }));

test("who has not come half an hour after the end is a no-show, once; who has come is not", () =>
  inCalendar(async (calendar) => {
    const missed = await calendar.book();
    const met = await calendar.book(calendar.before(1), PAVEL);
    await calendar.run("update public.appointments set status = 'checked_in' where id = $1", [met]);
    await age(calendar, calendar.before(-0.9));
    expect(await statusOf(calendar, missed)).toBe("booked");
    await age(calendar, calendar.before(-1));
    await age(calendar, calendar.before(-DAY));
    expect([await statusOf(calendar, missed), await statusOf(calendar, met)]).toEqual(["no_show", "checked_in"]);
    expect(await calendar.value("select version from public.appointments where id = $1", [missed])).toBe(2);
    expect(
      await calendar.value(
        `select count(*)::int from realtime.messages where payload ->> 'id' = $1 and payload ->> 'status' = 'no_show' and event = 'appointment.updated'`,
        [missed],
      ),
    ).toBe(3);
  }));

test("work that lay undone for weeks is caught up with, in portions", () =>
  inCalendar(async (calendar) => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await calendar.book(calendar.before(-n), n % 2 === 0 ? PAULA : PAVEL));
    await age(calendar, calendar.before(-1000));
    for (const id of ids) expect(await statusOf(calendar, id)).toBe("no_show");
  }));

test("one that fails holds up no other, and is left for the next run", () =>
  inCalendar(async (calendar) => {
    const ids = [
      await calendar.book(),
      await calendar.book(calendar.before(-1)),
      await calendar.book(calendar.before(-2)),
    ];
    const [stuck = "", ...others] = ids.toSorted();
    await calendar.run(`
      create function pg_temp.fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
      create trigger fail before update on public.appointments for each row when (old.id = '${stuck}') execute function pg_temp.fail()`);
    await age(calendar, calendar.before(-DAY));
    expect(await statusOf(calendar, stuck)).toBe("booked");
    for (const id of others) expect(await statusOf(calendar, id)).toBe("no_show");
    await calendar.run("drop trigger fail on public.appointments");
    await age(calendar, calendar.before(-DAY));
    expect(await statusOf(calendar, stuck)).toBe("no_show");
  }));
