import { readFileSync } from "node:fs";
import type pg from "pg";
import { actAs } from "../support/database.ts";
import type { CpuMeter } from "./cpu.ts";
import type { Load, Measured, Pair, Rounds, Way } from "./load.ts";
import { quantile } from "./stats.ts";

/** A search of a month for fifty practitioners, no two with the same hours, with so many appointments stored; milliseconds in the database. */
export type SlotSearch = { of: string; appointments: number; slots: number; p50: number; p95: number };
export type AppointmentResult = { searches: SlotSearch[]; booking: Record<Way, Measured> };

type Settings = { sizes: number[]; searches: number; rounds: Rounds; doctor: string; patients: string[] };

const HOSPITAL = "10000000-0000-4000-8000-000000000001";
const SERVICE = "be000000-0000-4000-8000-ffffffffffff";
const IN_ROOMS = "be000000-0000-4000-8000-fffffffffffe";
const PER_PRACTITIONER = 1000;
/** Of those who have appointments, so many give the service. */
const ASKED = 50;
const EXCLUSIONS = ["practitioner", "room", "patient"].map((what) => `appointments_${what}_is_free`);
/** Behind the last generated appointment. */
const FIRST_FREE_DAY = 70;
const STARTS_A_DAY = 14;
const DAY_MS = 86_400_000;

/** Slots at each number of stored appointments, then bookings by staff with the largest. */
export async function measureAppointments(
  load: Load,
  db: pg.Client,
  meter: CpuMeter,
  settings: Settings,
  progress: (text: string) => void,
): Promise<AppointmentResult> {
  const searches: SlotSearch[] = [];
  await offerServices(db);
  let practitioners = 0;
  for (const size of settings.sizes) {
    await generate(db, practitioners, size / PER_PRACTITIONER, progress);
    practitioners = size / PER_PRACTITIONER;
    const search = async (of: string, service: string) => {
      searches.push({ of, appointments: size, ...await searchSlots(db, settings.doctor, service, settings.searches) });
    };
    await search("slots", SERVICE);
    await db.query(EXCEPTIONS, [HOSPITAL, ASKED]);
    await search("slots in rooms with buffers and exceptions", IN_ROOMS);
    await db.query("delete from public.availability_exceptions where reason = 'Bench'");
  }
  const booking = await load.alternate(await bookings(db, settings.patients), settings.rounds, meter);
  return { searches, booking };
}

/** Stored appointments for those who look for their cost alone: fifty practitioners with a thousand each, unless they are there. */
export async function storeAppointments(db: pg.Client, progress: (text: string) => void): Promise<void> {
  const { rowCount } = await db.query("select from public.services where id = $1", [SERVICE]);
  if (rowCount !== 0) return;
  await offerServices(db);
  await generate(db, 0, ASKED, progress);
}

async function offerServices(db: pg.Client): Promise<void> {
  await db.query(OFFERED, [SERVICE, IN_ROOMS, HOSPITAL]);
  await db.query(ROOMS, [HOSPITAL, IN_ROOMS]);
}

const OFFERED = `
  insert into public.services (id, organization_id, name, duration_minutes, slot_minutes, buffer_before_minutes, buffer_after_minutes)
  values ($1, $3, 'Bench', 30, 30, 0, 0), ($2, $3, 'Bench, in rooms', 30, 30, 5, 10)`;

/** One for each of the practitioners who are asked for, and ten in which nobody is; the service takes place in ten of either kind. */
const ROOMS = `
  with rooms as (
    insert into public.rooms (id, organization_id, name)
    select ('be000000-0000-4000-8001-' || lpad(n::text, 12, '0'))::uuid, $1, 'Bench ' || n from generate_series(1, 60) as n returning id
  )
  insert into public.service_resources (organization_id, service_id, room_id) select $1, $2, id from rooms order by id offset 40`;

/** A holiday; for everybody an afternoon off, for every fifth a week of leave, for every tenth a Saturday in addition. */
const EXCEPTIONS = `
  with people as (
    select n, ('be000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid as id, current_date + 7 + n % 28 as day from generate_series(1, $2::int) as n
  )
  insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason)
  select $1::uuid, null, 'closed'::public.availability_kind, current_date + 14, current_date + 14, null::time, null::time, 'Bench'
  union all select $1, id, 'closed', day, day, '13:00', '17:00', 'Bench' from people
  union all select $1, id, 'closed', day, day + 6, null, null, 'Bench' from people where n % 5 = 0
  union all select $1, id, 'open', date_trunc('week', day)::date + 5, date_trunc('week', day)::date + 5, '09:00', '12:00', 'Bench' from people where n % 10 = 0`;

/** The constraints are taken away and built anew over all rows, which checks them and is faster than row by row. */
async function generate(db: pg.Client, from: number, to: number, progress: (text: string) => void): Promise<void> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    "select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conname = any ($1)",
    [EXCLUSIONS],
  );
  for (const { name } of rows) await db.query(`alter table public.appointments drop constraint ${name}`);
  await db.query("set session_replication_role = replica");
  const insert = readFileSync(new URL("generate-appointments.sql", import.meta.url), "utf8");
  const startedAt = Date.now();
  for (let first = from + 1; first <= to; first += 50) {
    const last = Math.min(first + 49, to);
    await db.query(insert, [first, last]);
    progress(
      `generated ${last * PER_PRACTITIONER} of ${to * PER_PRACTITIONER} appointments, ${
        Math.round((Date.now() - startedAt) / 1000)
      } s`,
    );
  }
  await db.query("reset session_replication_role");
  for (const { name, definition } of rows) {
    await db.query(`alter table public.appointments add constraint ${name} ${definition}`);
  }
  await db.query("vacuum (analyze) public.appointments");
  progress(`constraints of appointments, ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

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

/** Each call books another slot: all practitioners at one time, then the next time, with another patient each; on with the first free time. */
export async function bookings(db: pg.Client, patients: readonly string[]): Promise<Pair> {
  const { rows: [taken] } = await db.query<{ turns: number }>(
    "select count(distinct starts_at)::int as turns from public.appointments where service_id = $1 and starts_at >= $2",
    [SERVICE, new Date(startOf(0)).toISOString()],
  );
  let made = (taken?.turns ?? 0) * ASKED;
  const next = () => {
    const turn = Math.floor(made / ASKED);
    const practitioner = made % ASKED + 1;
    const body = {
      service_id: SERVICE,
      practitioner_id: `be000000-0000-4000-8000-${String(practitioner).padStart(12, "0")}`,
      starts_at: new Date(startOf(turn)).toISOString(),
      patient_id: patients[made % patients.length],
    };
    made += 1;
    return body;
  };
  return {
    function: () => ({ method: "POST", target: "/functions/v1/appointments", body: next() }),
    direct: () => ({ method: "POST", target: "/rest/v1/rpc/book_appointment", body: { p_input: next() } }),
  };
}

/** The start with this number: half hours from 08:00 UTC on, on working days. */
function startOf(turn: number): number {
  const workday = Math.floor(turn / STARTS_A_DAY);
  const monday = Math.floor(Date.now() / DAY_MS) + FIRST_FREE_DAY;
  const shift = (8 - new Date(monday * DAY_MS).getUTCDay()) % 7;
  const day = monday + shift + Math.floor(workday / 5) * 7 + workday % 5;
  return day * DAY_MS + 8 * 3_600_000 + turn % STARTS_A_DAY * 1_800_000;
}
