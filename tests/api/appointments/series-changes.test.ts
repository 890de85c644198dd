import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clearAppointments, dayAhead, DEMO, instantOf } from "../../support/appointments.ts";
import { newPatientId } from "../../support/patients.ts";
import {
  bookedSeries,
  changeSeries,
  consultations,
  dayAfter,
  letBegin,
  occurrenceOf,
  occurrencesOf,
  openAlways,
  weeks,
} from "../../support/series.ts";
import { at, call, listAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

const DAY = dayAhead(8);
const [FIRST = "", SECOND = "", THIRD = "", FOURTH = ""] = weeks(DAY, 4);

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
const read = async (series = id) => (await call(`/appointments/series/${series}`, { token: doctor })).body;

const occurrence = (index: number) => occurrenceOf(patient_id, index);

describe("one appointment", () => {
  test("is moved by itself, and stays when the series moves, unless it is asked back", async () => {
    const second = await occurrence(1);
    const alone = await move({ scope: "one", appointment_id: second, start_time: "11:00" });
    expect(alone).toMatchObject({ status: 200, body: { id, start_time: "10:00", version: 1 } });
    expect(await localOf()).toEqual([`${FIRST} 10:00`, `${SECOND} 11:00`, `${THIRD} 10:00`, `${FOURTH} 10:00`]);
    expect(await call(`/appointments/${second}`, { token: doctor })).toMatchObject({
      body: { series_id: id, series_detached: true, sequence: 1 },
    });
    await move({ scope: "all", start_time: "14:00" });
    expect(await localOf()).toEqual([`${FIRST} 14:00`, `${SECOND} 11:00`, `${THIRD} 14:00`, `${FOURTH} 14:00`]);
    await move({ scope: "all", include_detached: true });
    expect(await localOf()).toEqual(weeks(DAY, 4).map((day) => `${day} 14:00`));
    expect((await occurrencesOf(patient_id)).some(({ series_detached }) => series_detached)).toBe(false);
  });

  test("that was moved by its own route stays as well", async () => {
    const body = { starts_at: await instantOf(dayAfter(THIRD, 1), "15:00") };
    await call(`/appointments/${await occurrence(2)}/reschedule`, { token: doctor, body });
    await move({ scope: "all", shift_days: 2 });
    expect(await localOf()).toEqual([
      `${dayAfter(FIRST, 2)} 10:00`,
      `${dayAfter(SECOND, 2)} 10:00`,
      `${dayAfter(THIRD, 1)} 15:00`,
      `${dayAfter(FOURTH, 2)} 10:00`,
    ]);
  });

  test("is cancelled by itself", async () => {
    const reason = "On holiday";
    expect(await cancel({ scope: "one", appointment_id: await occurrence(1), reason })).toMatchObject({
      status: 200,
      body: { status: "active", occurrences: 4, open: 3 },
    });
    const { body } = await call(`/appointments/series/${id}/occurrences`, { token: doctor });
    expect(listAt(body, "/data").map((one) => at(one, "/status"))).toEqual(["booked", "cancelled", "booked", "booked"]);
    expect(at(body, "/data/1")).toMatchObject({ cancellation_reason: reason, cancelled_by: "staff", sequence: 1 });
  });
});

describe("this and what follows", () => {
  test("becomes a series of its own that continues the former", async () => {
    const appointment_id = await occurrence(2);
    const moved = await move({ scope: "this_and_following", appointment_id, shift_days: 1, start_time: "11:00" });
    expect(moved).toMatchObject({
      status: 200,
      body: { continues: id, start_day: dayAfter(THIRD, 1), start_time: "11:00", occurrences: 2, open: 2, version: 1 },
    });
    const split = textAt(moved.body, "/id");
    expect(await read()).toMatchObject({ occurrences: 2, last_day: SECOND, start_time: "10:00", version: 2, open: 2 });
    expect(
      (await occurrencesOf(patient_id)).map(({ series_id, series_index, local, sequence }) => [
        series_id,
        series_index,
        local,
        sequence,
      ]),
    ).toEqual([
      [id, 0, `${FIRST} 10:00`, 0],
      [id, 1, `${SECOND} 10:00`, 0],
      [split, 0, `${dayAfter(THIRD, 1)} 11:00`, 1],
      [split, 1, `${dayAfter(FOURTH, 1)} 11:00`, 1],
    ]);
    expect(appointment_id).toBe((await occurrencesOf(patient_id))[2]?.id);
    await changeSeries(split, "reschedule", { scope: "all", start_time: "15:00" }, doctor);
    expect((await localOf()).slice(1)).toEqual([
      `${SECOND} 10:00`,
      `${dayAfter(THIRD, 1)} 15:00`,
      `${dayAfter(FOURTH, 1)} 15:00`,
    ]);
  });

  test("takes along what was moved by itself, where it is", async () => {
    await move({ scope: "one", appointment_id: await occurrence(3), start_time: "11:30" });
    const moved = await move({
      scope: "this_and_following",
      appointment_id: await occurrence(2),
      practitioner_id: DEMO.doctor,
      duration_minutes: 45,
    });
    expect(moved).toMatchObject({ body: { occurrences: 2, open: 2, duration_minutes: 45 } });
    const [, , third, fourth] = await occurrencesOf(patient_id);
    expect(third).toMatchObject({ local: `${THIRD} 10:00`, minutes: 45, series_id: textAt(moved.body, "/id") });
    expect(fourth).toMatchObject({
      local: `${FOURTH} 11:30`,
      minutes: 30,
      series_id: third?.series_id,
      series_index: 1,
    });
  });

  test("from the first one on is the whole series", async () => {
    const moved = await move({ scope: "this_and_following", appointment_id: await occurrence(0), start_time: "08:00" });
    expect(moved).toMatchObject({ body: { id, version: 2, start_time: "08:00", occurrences: 4, continues: null } });
    expect(await localOf()).toEqual(weeks(DAY, 4).map((day) => `${day} 08:00`));
  });

  test("is cancelled, and the series ends before", async () => {
    await move({ scope: "one", appointment_id: await occurrence(3), start_time: "11:00" });
    const appointment_id = await occurrence(1);
    expect(await cancel({ scope: "this_and_following", appointment_id, reason: "Recovered" })).toMatchObject({
      status: 200,
      body: { status: "active", occurrences: 1, last_day: FIRST, open: 1 },
    });
    expect((await occurrencesOf(patient_id)).map(({ status }) => status)).toEqual([
      "booked",
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
    expect(await move({ scope: "this_and_following", appointment_id, start_time: "11:00" })).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
  });

  test("keeps the day of the month behind a short month", async () => {
    const close = await openAlways(DEMO.doctor);
    try {
      const year = new Date().getUTCFullYear() + 1;
      patient_id = await newPatientId();
      id = await bookedSeries(consultations(patient_id, `${year}-08-31`, { unit: "month" }), doctor);
      const moved = await move({
        scope: "this_and_following",
        appointment_id: await occurrence(1),
        start_time: "15:00",
      });
      expect(moved).toMatchObject({ body: { start_day: `${year}-09-30`, month_day: 31 } });
      expect(await localOf()).toEqual(
        ["08-31 10:00", "09-30 15:00", "10-31 15:00", "11-30 15:00"].map((time) => `${year}-${time}`),
      );
      await changeSeries(textAt(moved.body, "/id"), "reschedule", { scope: "all", month_day: 15 }, doctor);
      expect((await localOf())[2]).toBe(`${year}-10-15 15:00`);
      expect(await move({ scope: "all", shift_days: 1 })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/shift_days" }] },
      });
    } finally {
      await close();
    }
  });
});

describe("a change", () => {
  test("honours If-Match and Idempotency-Key", async () => {
    const body = { scope: "all", start_time: "11:00" };
    expect(await move(body, { "if-match": 'W/"2"' })).toMatchObject({ status: 412 });
    const headers = { "idempotency-key": crypto.randomUUID(), "if-match": 'W/"1"' };
    const moved = await move(body, headers);
    expect(moved.headers.get("etag")).toBe('W/"2"');
    expect((await move(body, headers)).body).toEqual(moved.body);
    expect(await sequences()).toEqual([1, 1, 1, 1]);
    expect(await move({ ...body, start_time: "14:00" }, { "if-match": 'W/"1"' })).toMatchObject({ status: 412 });
    const end = { scope: "all", reason: "Recovered" };
    expect(await cancel(end, { "if-match": 'W/"1"' })).toMatchObject({ status: 412 });
    const once = { "idempotency-key": crypto.randomUUID() };
    expect((await cancel(end, once)).body).toEqual((await cancel(end, once)).body);
  });

  test.each([
    ["no scope", { start_time: "11:00" }, "/scope"],
    ["an unknown scope", { scope: "some", start_time: "11:00" }, "/scope"],
    ["all and one", { scope: "all", appointment_id: crypto.randomUUID(), start_time: "11:00" }, "/appointment_id"],
    ["following nothing", { scope: "this_and_following", start_time: "11:00" }, "/appointment_id"],
    [
      "an appointment elsewhere",
      { scope: "one", appointment_id: crypto.randomUUID(), shift_days: 1 },
      "/appointment_id",
    ],
    ["nothing to change", { scope: "all" }, ""],
    ["a shift of two years", { scope: "all", shift_days: 700 }, "/shift_days"],
    ["a day of the month for weeks", { scope: "all", month_day: 3 }, "/month_day"],
    ["another hospital's practitioner", { scope: "all", practitioner_id: DEMO.northDoctor }, "/practitioner_id"],
    ["an unknown room", { scope: "all", room_id: crypto.randomUUID() }, "/room_id"],
    ["no length", { scope: "all", duration_minutes: 0 }, "/duration_minutes"],
  ])("of %s is refused with its place, by the data API too", async (_, body, pointer) => {
    expect(await move(body)).toMatchObject({ status: 422, body: { code: "invalid_input", errors: [{ pointer }] } });
    const { scope = "", appointment_id, ...changes }: {
      scope?: string;
      appointment_id?: string;
      [field: string]: string | number | undefined;
    } = body;
    const { error } = await supabaseAs("doctor@demo.health").rpc("move_series", {
      p_id: id,
      p_scope: scope,
      p_changes: changes,
      p_appointment_id: appointment_id,
    });
    expect(error).toMatchObject({ code: "PT422", details: JSON.stringify({ pointer }).replace(":", ": ") });
  });

  test("of an appointment that is over is refused", async () => {
    const appointment_id = await occurrence(0);
    await letBegin(appointment_id);
    for (const scope of ["one", "this_and_following"]) {
      for (
        const refused of [
          await move({ scope, appointment_id, start_time: "11:00" }),
          await cancel({ scope, appointment_id, reason: "Ill" }),
        ]
      ) expect(refused).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    }
    expect(await cancel({ scope: "all" })).toMatchObject({ status: 422, body: { errors: [{ pointer: "/reason" }] } });
  });
});
