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
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

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
