import type pg from "pg";
import { actAs } from "../../support/database.ts";
import { type Bench, DOCTOR_ID, HOSPITAL, progress } from "../bench.ts";
import { ASKED, IN_ROOMS, SERVICE, storeAppointments } from "../data/appointments.ts";
import type { Measured, Way } from "../load.ts";
import { below, type Outcome, type Target } from "../part.ts";
import { quantile } from "../stats.ts";
import { count, ms } from "../table.ts";

/**
 * A search of a month for fifty practitioners, no two with the same hours, with so many appointments stored;
 * milliseconds in the database.
 */
type SlotSearch = { of: string; appointments: number; slots: number; p50: number; p95: number };
type Result = { searches: SlotSearch[]; booking: Record<Way, Measured> };

const MOST_SLOTS_MS = 60;
const MOST_GROWTH = 1.5;

/** Slots at each number of stored appointments, then bookings by staff with the largest. */
export async function appointments({ options, largest }: Bench): Promise<Outcome> {
  const { db, meter, calls } = largest;
  const searches: SlotSearch[] = [];
  for (const size of options.appointments) {
    await storeAppointments(db, size, progress);
    const search = async (of: string, service: string) => {
      searches.push({ of, appointments: size, ...await searchSlots(db, DOCTOR_ID, service, options.counted) });
    };
    await search("slots", SERVICE);
    await db.query(EXCEPTIONS, [HOSPITAL, ASKED]);
    await search("slots in rooms with buffers and exceptions", IN_ROOMS);
    await db.query("delete from public.availability_exceptions where reason = 'Bench'");
  }
  const load = await largest.open(options.concurrency);
  const booking = await load.alternate(calls.book, { ms: options.roundMs, rounds: options.rounds }, meter);
  load.close();
  const result = { searches, booking };
  return { result, text: asText(result), targets: targets(searches) };
}

/**
 * A holiday; for everybody an afternoon off, for every fifth a week of leave, for every tenth a Saturday in addition.
 */
const EXCEPTIONS = `
  with people as (
    select n, ('be000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, current_date + 7 + n % 28 as day
    from generate_series(1, $2::int) as n
  ),
  exceptions (practitioner_id, kind, from_day, to_day, start_time, end_time) as (
    select null::uuid, 'closed', current_date + 14, current_date + 14, null::time, null::time
    union all select id, 'closed', day, day, '13:00', '17:00' from people
    union all select id, 'closed', day, day + 6, null, null from people where n % 5 = 0
    union all select id, 'open', s.saturday, s.saturday, '09:00', '12:00'
    from people cross join lateral (select date_trunc('week', day)::date + 5 as saturday) as s where n % 10 = 0
  )
  insert into public.availability_exceptions (
    organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason)
  select $1::uuid, practitioner_id, kind::public.availability_kind, from_day, to_day, start_time, end_time, 'Bench'
  from exceptions`;

async function searchSlots(db: pg.Client, doctor: string, service: string, count: number) {
  const times: number[] = [];
  let slots = 0;
  for (let turn = -3; turn < count; turn++) {
    await db.query("begin");
    await actAs(db, { role: "authenticated", userId: doctor });
    const startedAt = performance.now();
    const { rowCount } = await db.query(
      "select * from public.search_slots($1, current_date + 7, current_date + 37, p_limit => 101)",
      [service],
    );
    if (turn >= 0) times.push(performance.now() - startedAt);
    slots = rowCount ?? 0;
    await db.query("rollback");
  }
  times.sort((a, b) => a - b);
  return { slots, p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

function targets(all: readonly SlotSearch[]): Target[] {
  return [...new Set(all.map(({ of }) => of))].flatMap((what) => {
    const searches = all.filter(({ of }) => of === what);
    const [fewest, most] = [searches[0], searches.at(-1)];
    if (fewest === undefined || most === undefined) return [];
    const name = `${what}, a month for 50 practitioners`;
    const time = below(`${name}, ${count(most.appointments)} appointments stored, p50`, most.p50, MOST_SLOTS_MS, " ms");
    const growth = below(`${name}: growth from ${count(fewest.appointments)}`, most.p50 / fewest.p50, MOST_GROWTH, "x");
    return most === fewest ? [time] : [time, growth];
  });
}

function asText({ searches, booking }: Result): string {
  const searched = searches.map(({ of, appointments: stored, slots, p50, p95 }) =>
    `A month of ${of}, for 50 practitioners, ${count(stored)} appointments stored, the first ${slots}: p50 ${
      ms(p50)
    } ms, ` +
    `p95 ${ms(p95)} ms`
  );
  const booked = Object.entries(booking).map(([way, { throughput, p50, p99, requests }]) =>
    `Bookings with all of them stored, ${way}: ${Math.round(throughput)} per second, p50 ${ms(p50)} ms, p99 ${
      ms(p99)
    } ms, ` +
    `${requests} made`
  );
  return [...searched, ...booked].join("\n");
}
