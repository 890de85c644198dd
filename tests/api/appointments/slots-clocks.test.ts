import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { book, clearAppointments, DEMO } from "../../support/appointments.ts";
import { CHANGES, ORDINARY_NIGHT } from "../../support/clock-changes.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { bookedSeries, dayAfter } from "../../support/series.ts";
import { call, listAt, signIn, textAt } from "../../support/stack.ts";

const MORNING = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"];

let doctor: string;
let service_id: string;
let zone: unknown;
let rules: string[];

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  zone = await sqlValue("select time_zone from public.organizations where id = $1", [DEMO.hospital]);
  const service = await sqlValue(
    `insert into public.services (id, organization_id, name, duration_minutes, slot_minutes)
     values (gen_random_uuid(), $1, 'Night visit', 30, 30) returning id`,
    [DEMO.hospital],
  );
  service_id = String(service);
  await sql().query(
    "insert into public.service_resources (organization_id, service_id, practitioner_id) values ($3, $1, $2)",
    [
      service_id,
      DEMO.doctor,
      DEMO.hospital,
    ],
  );
  const { rows } = await sql().query<{ id: string }>(
    `insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time)
     values ($1, $2, 7, '01:00', '05:00'), ($1, $2, 7, '09:00', '12:00') returning id`,
    [DEMO.hospital, DEMO.doctor],
  );
  rules = rows.map(({ id }) => id);
});

afterAll(async () => {
  await clearAppointments();
  await sql().query("update public.organizations set time_zone = $2 where id = $1", [DEMO.hospital, zone]);
  await sql().query("delete from public.availability_rules where id = any ($1)", [rules]);
  await sql().query("update public.services set active = false where id = $1", [service_id]);
});

describe.each(CHANGES)("in %s on %s", (name, day, night) => {
  beforeAll(async () => {
    await clearAppointments();
    await sql().query("update public.organizations set time_zone = $2 where id = $1", [DEMO.hospital, name]);
  });

  test("the hours keep their wall time before, on and after the day", async () => {
    expect(shown(await starts(dayAfter(day, -7)), name)).toEqual([...ORDINARY_NIGHT, ...MORNING]);
    expect(shown(await starts(day), name)).toEqual([...night, ...MORNING]);
    expect(shown(await starts(dayAfter(day, 7)), name)).toEqual([...ORDINARY_NIGHT, ...MORNING]);
  });

  test("each half hour of the night has one slot, which can be booked once", async () => {
    const found = (await starts(day)).slice(0, night.length);
    const [first = ""] = found;
    expect(found).toEqual(night.map((_, index) => new Date(Date.parse(first) + index * 1_800_000).toISOString()));
    for (const starts_at of found) {
      const booking = () => newPatientId().then((patient_id) => book(visit(starts_at, patient_id), doctor));
      expect((await booking()).status).toBe(201);
      expect((await booking()).status).toBe(409);
    }
    expect(shown(await starts(day), name)).toEqual(MORNING);
  });

  test("a weekly series keeps its wall time", async () => {
    const [patient_id, start_day] = [await newPatientId(), dayAfter(day, -7)];
    const weekly = {
      service_id,
      practitioner_id: DEMO.doctor,
      patient_id,
      unit: "week",
      start_day,
      start_time: "10:00",
    };
    await bookedSeries({ ...weekly, count: 3 }, doctor);
    const { body } = await call(`/appointments?patient_id=${patient_id}`, { token: doctor });
    const booked = listAt(body, "/data").map((one) => textAt(one, "/starts_at"));
    expect(shown(booked, name)).toEqual(["10:00", "10:00", "10:00"]);
  });
});

const visit = (starts_at: string, patient_id: string) => ({
  service_id,
  practitioner_id: DEMO.doctor,
  patient_id,
  starts_at,
});

/** The instants at which slots of a day start. */
async function starts(day: string): Promise<string[]> {
  const path = `/appointments/slots?service_id=${service_id}&from=${day}&to=${day}&limit=100`;
  const { body } = await call(path, { token: doctor });
  return listAt(body, "/data").map((one) => new Date(textAt(one, "/starts_at")).toISOString());
}

/** What the clocks of a zone show at these instants, by the time zone data of JavaScript and not by that of Postgres. */
function shown(instants: string[], timeZone: string): string[] {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return instants.map((instant) => clock.format(new Date(instant)));
}
