import { readFileSync } from "node:fs";
import type pg from "pg";
import type { Pair } from "../load.ts";

const HOSPITAL = "10000000-0000-4000-8000-000000000001";
export const SERVICE = "be000000-0000-4000-8000-ffffffffffff";
export const IN_ROOMS = "be000000-0000-4000-8000-fffffffffffe";
export const PER_PRACTITIONER = 1000;
/** Of those who have appointments, so many give the service. */
export const ASKED = 50;
const EXCLUSIONS = ["practitioner", "room", "patient"].map((what) => `appointments_${what}_is_free`);
/** Behind the last generated appointment. */
const FIRST_FREE_DAY = 70;
const STARTS_A_DAY = 14;
const DAY_MS = 86_400_000;

/** Stores so many appointments, a thousand for each practitioner, less those that are there. */
export async function storeAppointments(db: pg.Client, size: number, progress: (text: string) => void): Promise<void> {
  const { rows: [there] } = await db.query<{ practitioners: number }>(
    "select count(*)::int as practitioners from public.practitioners where id::text like 'be000000-0000-4000-8000-%'",
  );
  const from = there?.practitioners ?? 0;
  if (from === 0) {
    await db.query(OFFERED, [SERVICE, IN_ROOMS, HOSPITAL]);
    await db.query(ROOMS, [HOSPITAL, IN_ROOMS]);
  }
  if (from * PER_PRACTITIONER < size) await generate(db, from, size / PER_PRACTITIONER, progress);
}

const OFFERED = `
  insert into public.services (
    id, organization_id, name, duration_minutes, slot_minutes, buffer_before_minutes, buffer_after_minutes)
  values ($1, $3, 'Bench', 30, 30, 0, 0), ($2, $3, 'Bench, in rooms', 30, 30, 5, 10)`;

/**
 * One for each of the practitioners who are asked for, and ten in which nobody is; the service takes place in ten of
 * either kind.
 */
const ROOMS = `
  with rooms as (
    insert into public.rooms (id, organization_id, name)
    select ('be000000-0000-4000-8001-' || lpad(n::text, 12, '0'))::uuid, $1, 'Bench ' || n
    from generate_series(1, 60) as n
    returning id
  )
  insert into public.service_resources (organization_id, service_id, room_id)
  select $1, $2, id from rooms order by id offset 40`;

/** The constraints are taken away and built anew over all rows, which checks them and is faster than row by row. */
async function generate(db: pg.Client, from: number, to: number, progress: (text: string) => void): Promise<void> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    "select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint where conname = any ($1)",
    [EXCLUSIONS],
  );
  await db.query("begin; set local session_replication_role = replica");
  for (const { name } of rows) await db.query(`alter table public.appointments drop constraint ${name}`);
  const insert = readFileSync(new URL("appointments.sql", import.meta.url), "utf8");
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
  await db.query("set local session_replication_role = origin");
  for (const { name, definition } of rows) {
    await db.query(`alter table public.appointments add constraint ${name} ${definition}`);
  }
  await db.query("commit");
  await db.query("vacuum (analyze) public.appointments");
  progress(`constraints of appointments, ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/**
 * Each call books another slot: all practitioners at one time, then the next time, with another patient each; on with
 * the first free time.
 */
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
