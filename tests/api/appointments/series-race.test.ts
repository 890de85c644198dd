import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { clearAppointments, dayAhead } from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import {
  bookedSeries,
  bookSeries,
  changeSeries,
  consultations,
  dayAfter,
  occurrencesOf,
} from "../../support/series.ts";
import { listAt, signIn } from "../../support/stack.ts";

const DAY = dayAhead(8);
const ROUNDS = 5;

let doctor: string;
let patients: [string, string];

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});
beforeEach(async () => {
  await clearAppointments();
  patients = [await newPatientId(), await newPatientId()];
});
afterAll(clearAppointments);

/** Two series of one doctor at once whose dates collide in their middle: each also has dates of its own. */
const collide = (last = 8) =>
  Promise.all(
    patients.map((patient, index) =>
      bookSeries(consultations(patient, dayAfter(DAY, index * 14), { count: last }), doctor)
    ),
  );

const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();

test("of two series that collide at once one is booked whole and the other leaves nothing", async () => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const answers = await collide();
    expect(statuses(answers)).toEqual([201, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(listAt(refused?.body, "/conflicts")).toHaveLength(6);
    const counts = await Promise.all(patients.map(async (one) => (await occurrencesOf(one)).length));
    expect(counts.sort()).toEqual([0, 8]);
    expect(await sqlValue("select count(*)::int from public.appointment_series")).toBe(1);
    await clearAppointments();
  }
});

test("the negative control: without the constraint both are booked", async () => {
  const name = "appointments_practitioner_is_free";
  const definition = await sqlValue("select pg_get_constraintdef(oid) from pg_constraint where conname = $1", [name]);
  await sql().query(`alter table public.appointments drop constraint ${name}`);
  try {
    expect(statuses(await collide())).toEqual([201, 201]);
  } finally {
    await clearAppointments();
    await sql().query(`alter table public.appointments add constraint ${name} ${definition}`);
  }
});

/** Two series that move to the same time at once, one from its last date back and one from its first on. */
async function meet(): Promise<number[]> {
  const [first, second] = patients;
  const early = await bookedSeries(consultations(first, DAY, { start_time: "08:00", count: 30 }), doctor);
  const late = await bookedSeries(consultations(second, DAY, { start_time: "15:00", count: 30 }), doctor);
  const answers = await Promise.all(
    [early, late].map((id) => changeSeries(id, "reschedule", { scope: "all", start_time: "11:00" }, doctor)),
  );
  const moved = await Promise.all(
    patients.map(async (one) => (await occurrencesOf(one)).filter(({ local }) => local.endsWith("11:00")).length),
  );
  expect(moved.every((count) => count === 0 || count === 30)).toBe(true);
  await clearAppointments();
  return statuses(answers);
}

test("of two series that move to the same time from both ends one moves and the other is told", async () => {
  for (let round = 0; round < ROUNDS; round += 1) expect(await meet()).toEqual([200, 409]);
}, 60_000);

test("the negative control: without the places taken first they wait for each other", async () => {
  const definition = await sqlValue("select pg_get_functiondef('private.lock_schedules'::regproc)");
  await sql().query(
    "create or replace function private.lock_schedules(p_ids uuid[]) returns void language sql set search_path = '' as 'select'",
  );
  const seen: number[] = [];
  try {
    for (let round = 0; round < 4 * ROUNDS && !seen.includes(503); round += 1) seen.push(...await meet());
  } finally {
    await sql().query(String(definition));
  }
  expect(seen).toContain(503);
}, 120_000);
