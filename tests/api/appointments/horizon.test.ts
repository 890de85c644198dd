import { beforeAll, beforeEach, expect, test } from "vitest";
import { clearAppointments, DEMO, instantOf } from "../../support/appointments.ts";
import { sql } from "../../support/database.ts";
import { call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let patient: string;
let patientId: string;
beforeAll(async () => {
  [doctor, patient] = await Promise.all([signIn("doctor@demo.health"), signIn("patient@demo.health")]);
  patientId = textAt((await call("/patients/me", { token: patient })).body, "/id");
});
beforeEach(clearAppointments);

/** A Monday so many days ahead, or the next one. */
function mondayAhead(days: number): string {
  const day = new Date(Date.now() + days * 86_400_000);
  day.setUTCDate(day.getUTCDate() + (8 - day.getUTCDay()) % 7);
  return day.toISOString().slice(0, 10);
}
const at10 = (days: number) => instantOf(mondayAhead(days), "10:00");
const horizon = (days: number) =>
  sql().query("update public.services set horizon_days = $2 where id = $1", [DEMO.consultation, days]);

const book = (starts_at: string, token: string, path = "/rest/v1/rpc/book_appointment") =>
  gateway(path, {
    token,
    body: {
      p_input: {
        service_id: DEMO.consultation,
        practitioner_id: DEMO.doctor,
        patient_id: patientId,
        starts_at,
      },
    },
  });
const tooFar = {
  status: 422,
  body: { details: '{"pointer": "/starts_at"}', message: "This time lies too far ahead." },
};

test("patients book as far ahead as the service says", async () => {
  await horizon(60);
  try {
    expect(await book(await at10(64), patient)).toMatchObject(tooFar);
    expect(await book(await at10(64), patient, "/rest/v1/rpc/hold_slot")).toMatchObject(tooFar);
    expect(await book(await at10(45), patient)).toMatchObject({ status: 200 });
  } finally {
    await horizon(365);
  }
});

test("staff book further than patients, up to five years ahead, overbooking or not", async () => {
  expect(await book(await at10(400), patient)).toMatchObject(tooFar);
  expect(await book(await at10(400), doctor)).toMatchObject({ status: 200 });
  expect(await book(await at10(1830), doctor)).toMatchObject(tooFar);
  expect(await book("9998-01-05T09:00:00Z", doctor)).toMatchObject(tooFar);
});

test("slots end at the horizon of whoever searches", async () => {
  const search = async (token: string) => {
    const from = mondayAhead(400);
    const { body } = await gateway("/rest/v1/rpc/search_slots", {
      token,
      body: { p_service_id: DEMO.consultation, p_from: from, p_to: from },
    });
    return listAt(body, "").length;
  };
  expect(await search(doctor)).toBeGreaterThan(0);
  expect(await search(patient)).toBe(0);
});

test("who keeps the schedule sets the horizon, within bounds", async () => {
  const change = (horizon_days: number) =>
    call(`/appointments/services/${DEMO.consultation}`, { token: doctor, method: "PATCH", body: { horizon_days } });
  try {
    expect(await change(90)).toMatchObject({ status: 200, body: { horizon_days: 90 } });
    expect((await change(1827)).status).toBe(422);
    expect((await change(0)).status).toBe(422);
  } finally {
    await horizon(365);
  }
});

test.each(["now", "today", "tomorrow", "infinity", "-infinity", "epoch", " now ", "today 10:00", "2030-01-01 BC"])(
  "%s is no time for a booking, a waiting list or a filter of the audit log",
  async (word) => {
    const refused = (pointer: string) => ({
      status: 422,
      body: { details: `{"pointer": "${pointer}"}`, hint: "invalid_input" },
    });
    expect(await book(word, doctor)).toMatchObject(refused("/starts_at"));
    const join = { p_input: { service_id: DEMO.consultation, from_day: word } };
    expect(await gateway("/rest/v1/rpc/join_waitlist", { token: patient, body: join })).toMatchObject(
      refused("/from_day"),
    );
    const filter = { p_filters: { from: word } };
    expect(await gateway("/rest/v1/rpc/search_audit", { token: await signIn("admin@demo.health"), body: filter }))
      .toMatchObject(refused("/from"));
  },
);

test("nested times are times as well", async () => {
  const body = { p_input: { quiet_hours: { from: "now", until: "07:00" } } };
  expect(await gateway("/rest/v1/rpc/set_notification_preferences", { token: patient, body })).toMatchObject({
    status: 422,
  });
});
