import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, dayAhead, DEMO, instantOf, type Visitor } from "../../support/appointments.ts";
import { startCare } from "../../support/care.ts";
import { sqlValue } from "../../support/database.ts";
import { at, call, signIn, textAt } from "../../support/stack.ts";
import {
  cancel,
  decide,
  entryOf,
  joined,
  openOffer,
  threeOnEmptySchedule,
  withoutJob,
} from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let doctor: string;
let ten: string;
let two: string;
let holder: Visitor;
let person: Visitor;

withoutJob();
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  [ten, two] = [await instantOf(DAY, "10:00"), await instantOf(DAY, "14:00")];
});
beforeEach(async () => {
  [holder, person] = await threeOnEmptySchedule();
});

const specialist = { service_id: DEMO.specialist };
const slot = (starts_at: string) => ({ ...specialist, practitioner_id: DEMO.doctor, starts_at });
const requested = async (who: Visitor, starts_at: string) =>
  textAt((await book(slot(starts_at), who.token)).body, "/id");
const step = (id: string, verb: string, token = doctor, body?: unknown) =>
  call(`/appointments/${id}/${verb}`, { token, method: "POST", ...(body !== undefined && { body }) });
const appointment = async (id: string) => (await call(`/appointments/${id}`, { token: doctor })).body;
const startOf = (value: unknown) => new Date(textAt(value, "/starts_at")).toISOString();
const planned = (id: string) =>
  sqlValue("select starts_at from private.reminder_plans where appointment_id = $1", [id]);

async function confirmed(who: Visitor, starts_at: string): Promise<string> {
  const id = await requested(who, starts_at);
  expect((await step(id, "confirm")).status).toBe(200);
  return id;
}

describe("a service that has bookings of patients confirmed", () => {
  test("has their moves confirmed too: reminded of is what is confirmed, and the practitioner is told", async () => {
    const id = await confirmed(person, ten);
    expect(await planned(id)).toEqual(new Date(ten));
    const moved = await step(id, "reschedule", person.token, { starts_at: two });
    expect(moved).toMatchObject({ status: 200, body: { status: "requested", sequence: 1 } });
    expect(await planned(id)).toBeUndefined();
    const told = await sqlValue(
      "select title || ': ' || body from public.notifications where kind = 'schedule_changed' and link = $1 order by created_at desc limit 1",
      [`/appointments/${id}`],
    );
    expect(told).toMatch(/^An appointment was moved: It was on .* and is now on .* It waits to be confirmed\.$/);
    expect(await step(id, "check-in")).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    expect(await step(id, "confirm")).toMatchObject({ status: 200, body: { status: "booked" } });
    expect(await planned(id)).toEqual(new Date(two));
  });

  test("keeps a booking that is moved to where it is, or by staff", async () => {
    const id = await confirmed(person, ten);
    expect((await step(id, "reschedule", person.token, { starts_at: ten })).body).toMatchObject({ status: "booked" });
    expect((await step(id, "reschedule", doctor, { starts_at: two })).body).toMatchObject({ status: "booked" });
  });

  test("does not make a request a booking by the waiting list: neither by what it offers nor by its own hold", async () => {
    const entry = await joined(person, specialist);
    const held = await call("/appointments/holds", { token: person.token, body: slot(ten) });
    await call(`/appointments/holds/${textAt(held.body, "/id")}`, { token: person.token, method: "DELETE" });
    expect(at(await entryOf(entry, person.token), "/status")).toBe("waiting");
    await cancel(await requested(holder, ten), holder.token);
    const accepted = await decide(await openOffer(entry, person), "accept", person.token);
    const made = await appointment(textAt(accepted.body, "/appointment_id"));
    expect(made).toMatchObject({ status: "requested", booked_by: "patient" });
  });

  test.each([["a request", requested], ["a booking", confirmed]])(
    "leaves %s that an offer moves to be confirmed",
    async (_, make) => {
      const later = await make(person, two);
      const entry = await joined(person, { ...specialist, replaces_appointment_id: later });
      await cancel(await requested(holder, ten), holder.token);
      expect((await decide(await openOffer(entry, person), "accept", person.token)).status).toBe(200);
      const moved = await appointment(later);
      expect(moved).toMatchObject({ status: "requested", sequence: 1 });
      expect(startOf(moved)).toBe(ten);
    },
  );

  test.each([["their own", false], ["a new one", true]])(
    "has what staff accept for a patient booked: %s",
    async (_, fresh) => {
      const later = fresh ? undefined : await requested(person, two);
      if (fresh) await startCare(person);
      const entry = await joined(person, { ...specialist, ...(later && { replaces_appointment_id: later }) });
      await cancel(await requested(holder, ten), holder.token);
      const accepted = await decide(await openOffer(entry, person), "accept", doctor);
      expect(await appointment(textAt(accepted.body, "/appointment_id"))).toMatchObject({ status: "booked" });
    },
  );

  test.each([["their own", false], ["a new one", true]])(
    "has what staff offered by hand booked: %s",
    async (_, fresh) => {
      const later = fresh ? undefined : await requested(person, two);
      const entry = await joined(person, { ...specialist, ...(later && { replaces_appointment_id: later }) });
      const body = { practitioner_id: DEMO.doctor, starts_at: ten };
      const offered = await call(`/appointments/waitlist/${entry}/offers`, { token: doctor, body });
      const accepted = await decide(textAt(offered.body, "/id"), "accept", person.token);
      expect(await appointment(textAt(accepted.body, "/appointment_id"))).toMatchObject({ status: "booked" });
    },
  );
});
