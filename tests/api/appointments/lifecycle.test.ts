import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  book,
  booked,
  clearAppointments,
  dayAhead,
  DEMO,
  freeStarts,
  instantOf,
  newVisitors,
  slotOf,
  type Visitor,
} from "../../support/appointments.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { at, call, signIn, textAt } from "../../support/stack.ts";

const DAY = dayAhead(3);
let doctor: string;
let nurse: string;
let visitor: Visitor;
let ten: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  nurse = await signIn("nurse@demo.health");
  ten = await instantOf(DAY, "10:00");
});
beforeEach(async () => {
  await clearAppointments();
  const [one] = await newVisitors(1);
  if (one === undefined) throw new Error("Nobody was made");
  visitor = one;
});

const step = (id: string, verb: string, token = doctor, body?: unknown, headers = {}) =>
  call(`/appointments/${id}/${verb}`, { token, method: "POST", headers, ...(body !== undefined && { body }) });

describe("holds", () => {
  test("keep a slot, expire by themselves, and become bookings", async () => {
    const held = await call("/appointments/holds", { token: visitor.token, body: slotOf(ten) });
    expect(held).toMatchObject({ status: 201, body: { status: "held" } });
    expect(await freeStarts(DEMO.consultation, DAY)).not.toContain(ten);
    const [other] = await newVisitors(1);
    expect(await book(slotOf(ten), other?.token ?? "")).toMatchObject({ status: 409, body: { code: "slot_taken" } });
    const id = textAt(held.body, "/id");
    expect((await book({ hold_id: id }, other?.token ?? "")).status).toBe(404);
    expect((await call("/appointments", { token: visitor.token })).body).toMatchObject({ data: [] });
    expect(await book({ hold_id: id }, visitor.token)).toMatchObject({ status: 201, body: { id, status: "booked" } });
    expect(await book({ hold_id: id }, visitor.token)).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
  });

  test("that have ended stand in nobody's way, before any job comes", async () => {
    const held = await call("/appointments/holds", { token: visitor.token, body: slotOf(ten) });
    const id = textAt(held.body, "/id");
    await sql().query("update public.appointments set hold_expires_at = now() - interval '1 second' where id = $1", [
      id,
    ]);
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
    expect(await book({ hold_id: id }, visitor.token)).toMatchObject({ status: 409, body: { code: "slot_taken" } });
    const [other] = await newVisitors(1);
    expect((await book(slotOf(ten), other?.token ?? "")).status).toBe(201);
  });

  test("are released by their holder", async () => {
    const held = await call("/appointments/holds", { token: visitor.token, body: slotOf(ten, { hold_minutes: 5 }) });
    const id = textAt(held.body, "/id");
    const release = (token: string) => call(`/appointments/holds/${id}`, { token, method: "DELETE" });
    expect((await release(await signIn("patient@demo.health"))).status).toBe(404);
    expect((await release(visitor.token)).status).toBe(204);
    expect((await release(visitor.token)).status).toBe(404);
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
  });
});

describe("what becomes of an appointment", () => {
  test("it is checked in, started and completed, in this order alone", async () => {
    const id = await booked(visitor, ten);
    for (const early of ["start", "complete", "no-show"]) {
      expect(await step(id, early), early).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    }
    expect(await step(id, "check-in", visitor.token)).toMatchObject({ status: 403 });
    expect(await step(id, "check-in", doctor, undefined, { "if-match": 'W/"9"' })).toMatchObject({ status: 412 });
    expect(await step(id, "check-in")).toMatchObject({ status: 200, body: { status: "checked_in" } });
    expect(await step(id, "no-show"), "before its time").toMatchObject({
      status: 409,
      body: { code: "illegal_transition", allowed: ["in_progress", "cancelled"] },
    });
    expect(await step(id, "reschedule", doctor, { starts_at: ten })).toMatchObject({ status: 409 });
    expect(await step(id, "start")).toMatchObject({ status: 200, body: { status: "in_progress" } });
    expect(await step(id, "complete")).toMatchObject({ status: 200, body: { status: "completed" } });
    const over = await step(id, "cancel", doctor, { reason: "Ill" });
    expect(over).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: [] } });
    const { body } = await call(`/appointments/${id}`, { token: doctor });
    for (const stamp of ["checked_in_at", "started_at", "completed_at"]) expect(at(body, `/${stamp}`)).not.toBeNull();
  });

  test("it is moved: the same row with a higher sequence, and the old time is free", async () => {
    const id = await booked(visitor, ten);
    const eleven = await instantOf(DAY, "11:00");
    const moved = await step(id, "reschedule", visitor.token, { starts_at: eleven });
    expect(moved).toMatchObject({ status: 200, body: { id, sequence: 1, version: 2, status: "booked" } });
    expect(new Date(textAt(moved.body, "/starts_at")).toISOString()).toBe(eleven);
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
    const [other] = await newVisitors(1);
    if (other === undefined) throw new Error("Nobody was made");
    const theirs = await booked(other, ten);
    const taken = await step(theirs, "reschedule", other.token, { starts_at: eleven });
    expect(taken).toMatchObject({ status: 409, body: { code: "slot_taken", alternatives: expect.any(Array) } });
    expect(await step(theirs, "reschedule", visitor.token, { starts_at: eleven })).toMatchObject({ status: 404 });
    expect(await step(theirs, "reschedule", other.token, { overbooking_reason: "x" })).toMatchObject({ status: 422 });
  });

  test("it is cancelled with a reason, by the patient until the cut-off", async () => {
    const id = await booked(visitor, ten);
    expect(await step(id, "cancel", visitor.token, {})).toMatchObject({ status: 422 });
    const cancelled = await step(id, "cancel", visitor.token, { reason: "I am ill" });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { status: "cancelled", cancelled_by: "patient", cancellation_reason: "I am ill", sequence: 1 },
    });
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
    const second = await booked(visitor, ten);
    await sql().query("update public.services set cutoff_minutes = 43200 where id = $1", [DEMO.consultation]);
    try {
      for (const [verb, body] of [["cancel", { reason: "Late" }], ["reschedule", { starts_at: ten }]] as const) {
        expect(await step(second, verb, visitor.token, body)).toMatchObject({
          status: 409,
          body: { code: "too_late" },
        });
      }
      expect((await step(second, "cancel", doctor, { reason: "The doctor is ill" })).status).toBe(200);
    } finally {
      await sql().query("update public.services set cutoff_minutes = 1440 where id = $1", [DEMO.consultation]);
    }
  });

  test("it is overbooked on purpose, with the permission and a reason, which are kept", async () => {
    await booked(visitor, ten);
    const patient_id = await newPatientId();
    const squeezed = slotOf(ten, { patient_id, overbooking_reason: "Acute pain" });
    expect((await book(slotOf(ten, { patient_id }), doctor)).status).toBe(409);
    expect(await book(squeezed, nurse)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    const made = await book(squeezed, doctor);
    expect(made).toMatchObject({ status: 201, body: { overbooking: true, overbooking_reason: "Acute pain" } });
    const overbooked =
      "select actor_id from audit.entries where row_id = $1 and 'overbooking_reason' = any (changed_fields)";
    expect(await sqlValue(overbooked, [textAt(made.body, "/id")])).toBe("30000000-0000-4000-8000-000000000002");
    const [other] = await newVisitors(1);
    expect(await book({ ...squeezed, patient_id: undefined }, other?.token ?? "")).toMatchObject({ status: 403 });
    const atNight = slotOf(await instantOf(DAY, "22:00"), {
      patient_id: await newPatientId(),
      overbooking_reason: "Emergency",
    });
    expect((await book(atNight, doctor)).status).toBe(201);
  });
});
