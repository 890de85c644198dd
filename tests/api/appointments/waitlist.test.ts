import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, booked, dayAhead, DEMO, instantOf, type Visitor } from "../../support/appointments.ts";
import { newPatientId } from "../../support/patients.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";
import {
  cancel,
  decide,
  entryOf,
  join,
  joined,
  openOffer,
  runJob,
  threeOnEmptySchedule,
  withoutJob,
} from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let doctor: string;
let ten: string;
let eleven: string;
let holder: Visitor;
let first: Visitor;
let second: Visitor;

withoutJob();
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  ten = await instantOf(DAY, "10:00");
  eleven = await instantOf(DAY, "11:00");
});
beforeEach(async () => {
  [holder, first, second] = await threeOnEmptySchedule();
});

const statusOf = async (entry: string, person: Visitor) => at(await entryOf(entry, person.token), "/status");
const appointment = async (id: string) => (await call(`/appointments/${id}`, { token: doctor })).body;

describe("joining", () => {
  test("is once for a patient and a service, and shows the place alone", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = { service_id: DEMO.consultation, weekdays: [1, 2], from_time: "08:00", to_time: "12:00" };
    const entry = await call("/appointments/waitlist", { token: first.token, body, headers });
    expect(entry).toMatchObject({
      status: 201,
      body: { status: "waiting", place: 1, patient: null, patient_id: first.patientId, priority: 0, offer: null },
    });
    const id = textAt(entry.body, "/id");
    expect(entry.headers.get("location")).toBe(`/functions/v1/appointments/waitlist/${id}`);
    const again = await call("/appointments/waitlist", { token: first.token, body, headers });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.body).toEqual(entry.body);
    expect(await join(first.token)).toMatchObject({ status: 409, body: { code: "already_exists" } });
    expect((await join(second.token)).body).toMatchObject({ place: 2 });
    expect((await call(`/appointments/waitlist/${id}`, { token: second.token })).status).toBe(404);
    expect((await call("/appointments/waitlist?count=exact", { token: second.token })).body).toMatchObject({
      page: { total: 1 },
    });
  });

  test("is for services that one may book, and by staff for patients in care, with priority and its reason", async () => {
    expect((await join(first.token, { service_id: DEMO.surgery })).status).toBe(404);
    expect(await join(await signIn("pharmacist@demo.health"))).toMatchObject({ status: 403 });
    for (const more of [{ patient_id: second.patientId }, { priority: 2, priority_reason: "Please" }]) {
      expect(await join(first.token, more)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    }
    await joined(first);
    const patient_id = await newPatientId();
    const urgent = { patient_id, priority: 2, priority_reason: "Referred as urgent" };
    expect(await join(doctor, urgent)).toMatchObject({ status: 201, body: { place: 1, joined_by: "staff" } });
    const { body } = await call(`/appointments/waitlist?service_id=${DEMO.consultation}`, { token: doctor });
    expect(listAt(body, "/data").map((one) => at(one, "/patient_id"))).toEqual([patient_id, first.patientId]);
    const page = await call(`/appointments/waitlist?limit=1&count=exact`, { token: doctor });
    const cursor = textAt(page.body, "/page/next_cursor");
    const rest = await call(`/appointments/waitlist?limit=1&count=exact&cursor=${cursor}`, { token: doctor });
    expect(rest.body).toMatchObject({ data: [{ patient_id: first.patientId }], page: { total: 2, has_more: false } });
  });

  test.each([
    ["another hospital's practitioner", { practitioner_id: DEMO.northDoctor }, "/practitioner_id"],
    ["days out of order", { from_day: "2030-02-02", to_day: "2030-02-01" }, "/to_day"],
    ["days that are over", { to_day: "2020-02-01" }, "/to_day"],
    ["times out of order", { from_time: "12:00", to_time: "08:00" }, "/to_time"],
    ["no weekday", { weekdays: [8] }, "/weekdays/0"],
    ["no time", { from_time: "25:00" }, "/from_time"],
    ["an appointment of nobody", { replaces_appointment_id: crypto.randomUUID() }, "/replaces_appointment_id"],
    ["an unknown field", { surprise: 1 }, "/surprise"],
  ])("with %s is refused", async (_, more, pointer) => {
    expect(await join(first.token, more)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  test("as staff with a patient of nobody or half a priority is refused", async () => {
    expect(await join(doctor, { patient_id: first.patientId })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/patient_id" }] },
    });
    expect(await join(doctor, { patient_id: await newPatientId(), priority: 1 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/priority_reason" }] },
    });
  });
});

describe("staff", () => {
  const offer = (entry: string, body: unknown, token = doctor) =>
    call(`/appointments/waitlist/${entry}/offers`, { token, body });

  test("offer a time by hand, and accept it for the patient", async () => {
    await joined(first);
    const patient_id = await newPatientId();
    const entry = textAt((await join(doctor, { patient_id })).body, "/id");
    const time = { practitioner_id: DEMO.doctor, starts_at: ten };
    expect(await offer(entry, time, first.token)).toMatchObject({ status: 404 });
    const made = await offer(entry, time);
    expect(made).toMatchObject({ status: 201, body: { status: "open", offered_by: "staff", patient_id } });
    const id = textAt(made.body, "/id");
    expect(made.headers.get("location")).toBe(`/functions/v1/appointments/waitlist/offers/${id}`);
    expect(await offer(entry, { ...time, starts_at: eleven })).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
    expect((await call(`/appointments/waitlist/offers/${id}`, { token: doctor })).body).toMatchObject({ id });
    expect((await call(`/appointments/waitlist/offers/${id}`, { token: first.token })).status).toBe(404);
    const listed = await call(`/appointments/waitlist/offers?entry_id=${entry}&status=open&count=exact`, {
      token: doctor,
    });
    expect(listed.body).toMatchObject({ data: [{ id }], page: { total: 1 } });
    const accepted = await decide(id, "accept", doctor);
    expect(await appointment(textAt(accepted.body, "/appointment_id"))).toMatchObject({ booked_by: "staff" });
  });

  test("offer no time that is taken, over, closed, or that was declined", async () => {
    const entry = await joined(first);
    await booked(holder, ten);
    const at10 = { practitioner_id: DEMO.doctor, starts_at: ten };
    expect(await offer(entry, at10)).toMatchObject({
      status: 409,
      body: { code: "slot_taken", alternatives: expect.any(Array) },
    });
    for (
      const [wrong, pointer] of [
        [{ starts_at: "2020-01-06T09:00:00Z" }, "/starts_at"],
        [{ starts_at: await instantOf(DAY, "22:00") }, "/starts_at"],
        [{ practitioner_id: DEMO.northDoctor }, "/practitioner_id"],
        [{ room_id: crypto.randomUUID() }, "/room_id"],
      ] as const
    ) {
      expect(await offer(entry, { ...at10, ...wrong })).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
    expect((await offer(entry, at10, first.token)).status).toBe(403);
    const at11 = { ...at10, starts_at: eleven };
    expect((await offer(entry, at11)).status).toBe(201);
    await decide(await openOffer(entry, first), "decline", first.token);
    expect(await offer(entry, at11)).toMatchObject({ status: 409, body: { code: "already_exists" } });
  });
});

describe("what else ends an offer or an entry", () => {
  test("leaving, which declines the offer and passes it on", async () => {
    const id = await booked(holder, ten);
    const [one, two] = [await joined(first), await joined(second)];
    await cancel(id, holder.token);
    const leave = (token: string, headers = {}) =>
      call(`/appointments/waitlist/${one}/leave`, { token, method: "POST", headers });
    expect((await leave(second.token)).status).toBe(404);
    expect((await leave(first.token, { "if-match": 'W/"9"' })).status).toBe(412);
    expect(await leave(first.token)).toMatchObject({ status: 200, body: { status: "left", offer: null } });
    expect(await leave(first.token)).toMatchObject({ status: 409, body: { code: "illegal_transition", allowed: [] } });
    await openOffer(two, second);
    expect((await join(first.token)).status).toBe(201);
  });

  test("the hold of an offer is not booked past it, and releasing it declines the offer", async () => {
    const id = await booked(holder, ten);
    const [one, two] = [await joined(first), await joined(second)];
    await cancel(id, holder.token);
    const hold = textAt(await entryOf(one, first.token), "/offer/appointment_id");
    expect(await book({ hold_id: hold }, first.token)).toMatchObject({ status: 409, body: { code: "conflict" } });
    const offer = await openOffer(one, first);
    expect((await call(`/appointments/holds/${hold}`, { token: first.token, method: "DELETE" })).status).toBe(204);
    expect((await call(`/appointments/waitlist/offers/${offer}`, { token: first.token })).body).toMatchObject({
      status: "declined",
    });
    await openOffer(two, second);
  });

  test("a suitable appointment that the patient books another way", async () => {
    const id = await booked(holder, ten);
    const [one, two] = [await joined(first, { to_time: "12:00" }), await joined(second, { to_time: "11:00" })];
    await booked(first, eleven);
    await booked(second, await instantOf(DAY, "14:00"));
    await cancel(id, holder.token);
    expect(await statusOf(one, first)).toBe("waiting");
    expect(await statusOf(two, second)).toBe("offered");
    await runJob();
    expect(await statusOf(one, first)).toBe("booked");
  });

  test("the end of the days that suit, or the coming of the appointment to replace", async () => {
    const later = await booked(first, eleven);
    const [one, two] = [
      await joined(first, { replaces_appointment_id: later }),
      await joined(second, { to_day: DAY }),
    ];
    await runJob(60);
    expect([await statusOf(one, first), await statusOf(two, second)]).toEqual(["waiting", "waiting"]);
    await runJob(60 * 24 * 45);
    expect([await statusOf(one, first), await statusOf(two, second)]).toEqual(["expired", "expired"]);
  });

  test("a patient with as many appointments as the service allows is passed over, and refused", async () => {
    const id = await booked(holder, ten);
    const one = await joined(first, { to_day: DAY });
    const later = dayAhead(5);
    for (const time of ["09:00", "10:00"]) await booked(first, await instantOf(later, time));
    await cancel(id, holder.token);
    expect(await statusOf(one, first)).toBe("waiting");
    const offered = await call(`/appointments/waitlist/${one}/offers`, {
      token: doctor,
      body: { practitioner_id: DEMO.doctor, starts_at: ten },
    });
    const offer = textAt(offered.body, "/id");
    expect(await decide(offer, "accept", first.token)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect((await decide(offer, "accept", doctor)).status).toBe(200);
  });

  test("the limit of the service keeps nobody from what the hospital has put them on the list for", async () => {
    const id = await booked(holder, ten);
    const later = dayAhead(5);
    for (const time of ["09:00", "10:00"]) await booked(first, await instantOf(later, time));
    const one = textAt((await join(doctor, { patient_id: first.patientId, to_day: DAY })).body, "/id");
    await cancel(id, holder.token);
    const accepted = await decide(await openOffer(one, first), "accept", first.token);
    expect(accepted).toMatchObject({ status: 200, body: { status: "accepted", offered_by: "system" } });
  });
});
