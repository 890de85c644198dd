import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, clearAppointments, dayAhead, DEMO, instantOf, newVisitors } from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { bookedSeries, bookSeries, consultations, dayAfter, occurrencesOf, weeks } from "../../support/series.ts";
import { at, listAt, signIn, supabaseAs, textAt } from "../../support/stack.ts";

const DAY = dayAhead(8);

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
