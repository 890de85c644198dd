import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, clearAppointments, dayAhead, DEMO, instantOf, newVisitors } from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import {
  bookedSeries,
  bookSeries,
  consultations,
  dayAfter,
  occurrencesOf,
  openAlways,
  weeks,
} from "../../support/series.ts";
import { at, call, listAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

const DAY = dayAhead(8);
const NEXT_YEAR = new Date().getUTCFullYear() + 1;

let doctor: string;
let patient_id: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});
beforeEach(async () => {
  await clearAppointments();
  patient_id = await newPatientId();
});

const localOf = async (id: string) => (await occurrencesOf(id)).map(({ local }) => local);
const countOfSeries = () => sqlValue("select count(*)::int from public.appointment_series");

/** The last Sunday of a month, when the clocks change in Berlin. */
function lastSunday(month: number): string {
  const day = new Date(Date.UTC(NEXT_YEAR, month, 0));
  day.setUTCDate(day.getUTCDate() - day.getUTCDay());
  return day.toISOString().slice(0, 10);
}

describe("a series is booked", () => {
  test("as appointments of their own, once for a key", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = consultations(patient_id, DAY, { every_n: 2 });
    const made = await bookSeries(body, doctor, headers);
    expect(made).toMatchObject({
      status: 201,
      body: {
        patient_id,
        unit: "week",
        every_n: 2,
        start_day: DAY,
        last_day: dayAfter(DAY, 42),
        start_time: "10:00",
        duration_minutes: 30,
        occurrences: 4,
        open: 4,
        status: "active",
        left_out: [],
        version: 1,
      },
    });
    const id = textAt(made.body, "/id");
    expect(made.headers.get("location")).toBe(`/functions/v1/appointments/series/${id}`);
    expect(await localOf(patient_id)).toEqual(weeks(DAY, 4, 2).map((day) => `${day} 10:00`));
    const again = await bookSeries(body, doctor, headers);
    expect(again.body).toEqual(made.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(await bookSeries({ ...body, count: 3 }, doctor, headers)).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    expect(await countOfSeries()).toBe(1);
    const read = await call(`/appointments/series/${id}`, { token: doctor });
    expect(read.headers.get("etag")).toBe('W/"1"');
    expect({ ...Object(read.body), left_out: [] }).toEqual(made.body);
  });

  test("until a day, which is the last one possible", async () => {
    const { count: _, ...rest } = consultations(patient_id, DAY);
    expect(await bookSeries({ ...rest, until: dayAfter(DAY, 14) }, doctor)).toMatchObject({ body: { occurrences: 3 } });
    const other = await newPatientId();
    const shorter = { ...rest, patient_id: other, start_time: "14:00", until: dayAfter(DAY, 13) };
    expect(await bookSeries(shorter, doctor)).toMatchObject({ body: { occurrences: 2 } });
  });

  test("in a room that is free on each date, or always in one", async () => {
    const surgery = (who: string, more = {}) => ({ ...consultations(who, DAY), service_id: DEMO.surgery, ...more });
    const { body } = await book({
      service_id: DEMO.surgery,
      practitioner_id: DEMO.doctor,
      starts_at: await instantOf(dayAfter(DAY, 7), "13:30"),
      patient_id: await newPatientId(),
    }, doctor);
    await sql().query("update public.appointments set practitioner_id = $1 where id = $2", [
      DEMO.nurse,
      textAt(body, "/id"),
    ]);
    await bookedSeries(surgery(patient_id, { start_time: "14:00", count: 3 }), doctor);
    expect((await occurrencesOf(patient_id)).map(({ room_id }) => room_id)).toEqual([
      DEMO.rooms[0],
      DEMO.rooms[1],
      DEMO.rooms[0],
    ]);
    const fixed = surgery(await newPatientId(), { start_time: "08:30", count: 2, room_id: DEMO.rooms[1] });
    expect(await bookSeries(fixed, doctor)).toMatchObject({ status: 201, body: { room_name: "Room 2" } });
  });
});

describe("its wall time stays", () => {
  test("for a year, over both changes of the clocks", async () => {
    await bookedSeries(consultations(patient_id, DAY, { count: 52 }), doctor);
    expect(await localOf(patient_id)).toEqual(weeks(DAY, 52).map((day) => `${day} 10:00`));
    expect(
      await sqlValue("select count(distinct starts_at::time)::int from public.appointments where patient_id = $1", [
        patient_id,
      ]),
    ).toBe(2);
  });

  test.each([["spring", 3, "03:00"], ["autumn", 10, "02:30"]])(
    "in the night of the change in %s too, as far as there is such a time",
    async (_, month, shown) => {
      const close = await openAlways(DEMO.doctor);
      try {
        const change = lastSunday(month);
        const start_day = dayAfter(change, -1);
        await bookedSeries(
          consultations(patient_id, start_day, { unit: "day", start_time: "02:30", count: 3 }),
          doctor,
        );
        expect(await localOf(patient_id)).toEqual([
          `${start_day} 02:30`,
          `${change} ${shown}`,
          `${dayAfter(change, 1)} 02:30`,
        ]);
      } finally {
        await close();
      }
    },
  );

  test("on the last day of a month that is too short, and of no other", async () => {
    const close = await openAlways(DEMO.doctor);
    try {
      const monthly = consultations(patient_id, `${NEXT_YEAR}-08-31`, { unit: "month" });
      expect(await bookSeries(monthly, doctor)).toMatchObject({
        body: { month_day: 31, last_day: `${NEXT_YEAR}-11-30` },
      });
      expect(await localOf(patient_id)).toEqual(
        ["08-31", "09-30", "10-31", "11-30"].map((day) => `${NEXT_YEAR}-${day} 10:00`),
      );
    } finally {
      await close();
    }
  });

  test.each([
    ["2028-01-31", 1, ["2028-01-31", "2028-02-29", "2028-03-31"]],
    ["2028-02-29", 12, ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]],
    ["2027-01-30", 1, ["2027-01-30", "2027-02-28", "2027-03-30"]],
    ["2027-12-29", 1, ["2027-12-29", "2028-01-29", "2028-02-29"]],
  ])("from %s every %i months, leap days included", async (start_day, every_n, days) => {
    const series = { unit: "month", every_n, start_day, month_day: Number(start_day.slice(8)) };
    for (const [index, day] of days.entries()) {
      expect(
        await sqlValue(
          "select private.series_day(jsonb_populate_record(null::public.appointment_series, $1), $2)::text",
          [
            JSON.stringify(series),
            index,
          ],
        ),
      ).toBe(day);
    }
  });
});

describe("dates that cannot be", () => {
  const taken = async () => {
    const [second = "", third = "", fourth = ""] = weeks(DAY, 4).slice(1);
    const [visitor] = await newVisitors(1);
    const slot = { service_id: DEMO.consultation, practitioner_id: DEMO.doctor };
    await book({ ...slot, starts_at: await instantOf(second, "10:00") }, visitor?.token ?? "");
    const blood = { service_id: DEMO.bloodSample, practitioner_id: DEMO.nurse, patient_id };
    await book({ ...blood, starts_at: await instantOf(third, "10:15") }, doctor);
    await sql().query(
      `insert into public.availability_exceptions (organization_id, kind, from_day, to_day) values ($1, 'closed', $2, $2)`,
      [DEMO.hospital, fourth],
    );
    return { second, third, fourth };
  };
  const reopen = (day: string) => sql().query("delete from public.availability_exceptions where from_day = $1", [day]);

  test("are all named with reason and alternatives, and nothing is booked", async () => {
    const { second, third, fourth } = await taken();
    try {
      const refused = await bookSeries(consultations(patient_id, DAY, { count: 5 }), doctor);
      expect(refused).toMatchObject({
        status: 409,
        body: {
          code: "dates_taken",
          conflicts: [
            { day: second, starts_at: expect.any(String), reason: "slot_taken" },
            { day: third, reason: "patient_busy" },
            { day: fourth, reason: "outside_hours" },
          ],
        },
      });
      for (const conflict of listAt(refused.body, "/conflicts")) {
        expect(listAt(conflict, "/alternatives")).toHaveLength(3);
      }
      expect(await localOf(patient_id)).toEqual([]);
      expect(await countOfSeries()).toBe(0);
      const starts_at = textAt(refused.body, "/conflicts/0/alternatives/0/starts_at");
      const slot = { service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at, patient_id };
      expect((await book(slot, doctor)).status).toBe(201);
    } finally {
      await reopen(fourth);
    }
  });

  test("are left out where this is asked for, and answered again for the same key", async () => {
    const { second, third, fourth } = await taken();
    try {
      const body = consultations(patient_id, DAY, { count: 5, skip_conflicts: true });
      const headers = { "idempotency-key": crypto.randomUUID() };
      const made = await bookSeries(body, doctor, headers);
      expect(made).toMatchObject({ status: 201, body: { occurrences: 5, open: 2 } });
      expect(listAt(made.body, "/left_out").map((one) => at(one, "/day"))).toEqual([second, third, fourth]);
      expect((await occurrencesOf(patient_id)).map(({ local, series_index }) => [local, series_index])).toEqual([
        [`${DAY} 10:00`, 0],
        [`${dayAfter(DAY, 28)} 10:00`, 4],
      ]);
      expect((await bookSeries(body, doctor, headers)).body).toEqual(made.body);
    } finally {
      await reopen(fourth);
    }
  });

  test("are refused where they are all there is", async () => {
    await bookedSeries(consultations(await newPatientId(), DAY), doctor);
    const refused = await bookSeries(consultations(patient_id, DAY, { skip_conflicts: true }), doctor);
    expect(refused).toMatchObject({ status: 409, body: { code: "dates_taken" } });
    expect(listAt(refused.body, "/conflicts")).toHaveLength(4);
    expect(await countOfSeries()).toBe(1);
  });
});

describe("bad input", () => {
  test.each([
    ["no day of the calendar", { start_day: "2027-02-30" }, "/start_day"],
    ["a start in the past", { start_day: "2020-01-06" }, "/start_day"],
    ["a start in three years", { start_day: dayAfter(DAY, 1000) }, "/start_day"],
    ["no time of the day", { start_time: "24:00" }, "/start_time"],
    ["no dates", { count: 0 }, "/count"],
    ["53 dates", { count: 53 }, "/count"],
    ["more than two years", { every_n: 26, count: 6 }, "/count"],
    ["neither number nor end", { count: undefined }, "/count"],
    ["number and end", { until: dayAfter(DAY, 7) }, "/count"],
    ["an end before the start", { count: undefined, until: dayAfter(DAY, -1) }, "/until"],
    ["an end after two years", { count: undefined, until: dayAfter(DAY, 800) }, "/until"],
    ["every 0 weeks", { every_n: 0 }, "/every_n"],
    ["every year", { unit: "year" }, "/unit"],
    ["another hospital's practitioner", { practitioner_id: DEMO.northDoctor }, "/practitioner_id"],
    ["an unknown room", { room_id: crypto.randomUUID() }, "/room_id"],
    ["an unknown patient", { patient_id: crypto.randomUUID() }, "/patient_id"],
    ["nine hours", { duration_minutes: 540 }, "/duration_minutes"],
  ])("%s is refused with its place", async (_, wrong, pointer) => {
    const refused = await bookSeries(consultations(patient_id, DAY, wrong), doctor);
    expect(refused).toMatchObject({ status: 422, body: { code: "invalid_input", errors: [{ pointer }] } });
  });

  test.each([
    ["no unit", { unit: null }, "/unit"],
    ["number and end", { until: "2027-01-01" }, "/until"],
    ["every 0 weeks", { every_n: 0 }, "/every_n"],
    ["53 dates", { count: 53 }, "/count"],
    ["a negative number", { count: -1 }, "/count"],
    ["nine hours", { duration_minutes: 540 }, "/duration_minutes"],
    ["an unknown field", { repeat: 1 }, "/repeat"],
  ])("the data API refuses %s too", async (_, wrong, pointer) => {
    const { error } = await supabaseAs("doctor@demo.health").rpc("book_series", {
      p_input: { ...consultations(patient_id, DAY), ...wrong },
    });
    expect(error).toMatchObject({
      code: "PT422",
      hint: "invalid_input",
      details: JSON.stringify({ pointer }).replace(":", ": "),
    });
  });
});

describe("who", () => {
  test("patients see their series and do not make or change any", async () => {
    const [visitor] = await newVisitors(1);
    const token = visitor?.token ?? "";
    const mine = visitor?.patientId ?? "";
    await sql().query("insert into public.care_relationships (patient_id, organization_id) values ($1, $2)", [
      mine,
      DEMO.hospital,
    ]);
    expect(await bookSeries(consultations(mine, DAY), token)).toMatchObject({ status: 403 });
    const id = await bookedSeries(consultations(mine, DAY), doctor);
    const path = `/appointments/series/${id}`;
    expect(await call(path, { token })).toMatchObject({
      status: 200,
      body: { id, practitioner_name: "Dr. David Okafor" },
    });
    for (const email of ["patient@demo.health", "doctor@north.health", "pharmacist@demo.health"]) {
      expect((await call(path, { token: await signIn(email) })).status, email).toBe(404);
    }
    expect(listAt((await call(`${path}/occurrences`, { token })).body, "/data")).toHaveLength(4);
    expect(await call(`${path}/cancel`, { token, body: { scope: "all", reason: "Ill" } })).toMatchObject({
      status: 403,
    });
    const [first] = await occurrencesOf(mine);
    const moved = await call(`/appointments/${first?.id}/reschedule`, {
      token,
      body: { starts_at: await instantOf(DAY, "11:00") },
    });
    expect(moved).toMatchObject({ status: 200, body: { series_id: id, series_detached: true } });
  });

  test("lists are paged and counted", async () => {
    const made = [];
    for (const start_time of ["08:00", "10:00", "14:00"]) {
      made.push(await bookedSeries(consultations(patient_id, DAY, { start_time }), doctor));
    }
    await bookedSeries(consultations(await newPatientId(), DAY, { start_time: "15:00" }), doctor);
    const seen: unknown[] = [];
    for (let cursor = "";;) {
      const path = `/appointments/series?patient_id=${patient_id}&status=active&limit=2&count=exact${cursor}`;
      const { body } = await call(path, { token: doctor });
      expect(at(body, "/page/total")).toBe(3);
      seen.push(...listAt(body, "/data").map((one) => at(one, "/id")));
      const next = at(body, "/page/next_cursor");
      if (typeof next !== "string") break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toEqual(made);
    const page = await call(`/appointments/series/${made[0]}/occurrences?limit=3&count=exact`, { token: doctor });
    expect(page.body).toMatchObject({ page: { has_more: true, total: 4 } });
  });
});
