import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, clearAppointments, dayAhead, DEMO, instantOf } from "../../support/appointments.ts";
import { sql } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import {
  bookedSeries,
  changeSeries,
  consultations,
  dayAfter,
  letBegin,
  occurrenceOf,
  occurrencesOf,
  weeks,
} from "../../support/series.ts";
import { at, call, listAt, signIn } from "../../support/stack.ts";

const DAY = dayAhead(8);
const [, SECOND = "", THIRD = "", FOURTH = ""] = weeks(DAY, 4);

let doctor: string;
let patient_id: string;
let id: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});
beforeEach(async () => {
  await clearAppointments();
  patient_id = await newPatientId();
  id = await bookedSeries(consultations(patient_id, DAY), doctor);
});

const localOf = async () => (await occurrencesOf(patient_id)).map(({ local }) => local);
const sequences = async () => (await occurrencesOf(patient_id)).map(({ sequence }) => sequence);
const move = (body: unknown, headers = {}) => changeSeries(id, "reschedule", body, doctor, headers);
const cancel = (body: unknown, headers = {}) => changeSeries(id, "cancel", body, doctor, headers);
const read = async () => (await call(`/appointments/series/${id}`, { token: doctor })).body;

const occurrence = (index: number) => occurrenceOf(patient_id, index);

describe("all appointments of a series", () => {
  test("are those still to come: what is over, cancelled or checked in stays", async () => {
    await letBegin(await occurrence(0));
    await call(`/appointments/${await occurrence(1)}/check-in`, { token: doctor, method: "POST" });
    await cancel({ scope: "one", appointment_id: await occurrence(2), reason: "Ill" });
    const moved = await move({ scope: "all", start_time: "11:00" });
    expect(moved).toMatchObject({ status: 200, body: { version: 2 } });
    expect((await localOf()).slice(1)).toEqual([`${SECOND} 10:00`, `${THIRD} 10:00`, `${FOURTH} 11:00`]);
    expect(await sequences()).toEqual([0, 0, 1, 1]);
    expect(await cancel({ scope: "all", reason: "Moved away" })).toMatchObject({
      body: { status: "cancelled", open: 2 },
    });
    expect((await occurrencesOf(patient_id)).map(({ status }) => status)).toEqual([
      "booked",
      "checked_in",
      "cancelled",
      "cancelled",
    ]);
    for (
      const refused of [await move({ scope: "all", shift_days: 1 }), await cancel({ scope: "all", reason: "Ill" })]
    ) {
      expect(refused).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: [] } });
    }
  });

  test("get another practitioner, another room and another length", async () => {
    await sql().query(
      "insert into public.service_resources (id, organization_id, service_id, practitioner_id) values ($1, $2, $3, $4)",
      ["50000000-0000-4000-8000-0000000000ff", DEMO.hospital, DEMO.consultation, DEMO.nurse],
    );
    try {
      const change = { practitioner_id: DEMO.nurse, room_id: DEMO.rooms[0], duration_minutes: 60 };
      expect(await move({ scope: "all", ...change })).toMatchObject({
        status: 200,
        body: { ...change, practitioner_name: "Nora Lindgren", room_name: "Room 1" },
      });
      for (const one of await occurrencesOf(patient_id)) {
        expect(one).toMatchObject({ practitioner_id: DEMO.nurse, room_id: DEMO.rooms[0], minutes: 60, sequence: 1 });
      }
      expect(await move({ scope: "all", room_id: null })).toMatchObject({ body: { room_id: null } });
    } finally {
      await clearAppointments();
      await sql().query("delete from public.service_resources where id = '50000000-0000-4000-8000-0000000000ff'");
    }
  });

  test.each([7, -7, 14])("take each other's former places, shifted by %i days", async (shift_days) => {
    expect(await move({ scope: "all", shift_days })).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await localOf()).toEqual(weeks(dayAfter(DAY, shift_days), 4).map((day) => `${day} 10:00`));
    expect(await sequences()).toEqual([1, 1, 1, 1]);
  });

  test("take the place of one that goes the other way", async () => {
    const away = { scope: "one", appointment_id: await occurrence(0), shift_days: 8 };
    expect((await move(away)).status).toBe(200);
    expect(await move({ scope: "all", shift_days: 1, include_detached: true })).toMatchObject({ status: 200 });
    expect(await localOf()).toEqual(weeks(dayAfter(DAY, 1), 4).map((day) => `${day} 10:00`));
  });

  test("stay where they are when two that were exchanged by hand are asked back at once", async () => {
    const [one, other] = [await occurrence(0), await occurrence(1)];
    await move({ scope: "one", appointment_id: one, shift_days: 8 });
    await move({ scope: "one", appointment_id: other, shift_days: -7 });
    expect((await move({ scope: "one", appointment_id: one, shift_days: 7 })).status).toBe(200);
    const before = await occurrencesOf(patient_id);
    expect(await move({ scope: "all", include_detached: true })).toMatchObject({
      status: 409,
      body: { code: "dates_taken", conflicts: [{ reason: "patient_busy" }] },
    });
    expect(await occurrencesOf(patient_id)).toEqual(before);
  });

  test("stay where they are when one cannot move, which alone is named", async () => {
    const before = await occurrencesOf(patient_id);
    const starts_at = await instantOf(dayAfter(DAY, 28), "10:00");
    const other = { service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at };
    await book({ ...other, patient_id: await newPatientId() }, doctor);
    const refused = await move({ scope: "all", shift_days: 7 });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "dates_taken", conflicts: [{ day: dayAfter(DAY, 28), reason: "slot_taken" }] },
    });
    expect(listAt(refused.body, "/conflicts")).toHaveLength(1);
    expect(listAt(refused.body, "/conflicts/0/alternatives")).toHaveLength(3);
    expect(await occurrencesOf(patient_id)).toEqual(before);
    expect(await read()).toMatchObject({ version: 1, start_day: DAY });
    const split = { scope: "this_and_following", appointment_id: await occurrence(2), shift_days: 7 };
    expect(await move(split)).toMatchObject({ status: 409 });
    expect(await occurrencesOf(patient_id)).toEqual(before);
    expect(await read()).toMatchObject({ version: 1, occurrences: 4 });
    const night = await move({ scope: "all", start_time: "22:00" });
    expect(listAt(night.body, "/conflicts").map((one) => at(one, "/reason"))).toEqual(Array(4).fill("outside_hours"));
    const gone = await move({ scope: "all", shift_days: -84 });
    expect(at(gone.body, "/conflicts/0/reason")).toBe("past");
  });
});
