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
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

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

describe("booking", () => {
  test("a patient books a slot, and it is gone for everybody", async () => {
    expect(await freeStarts(DEMO.consultation, DAY)).toContain(ten);
    const headers = { "idempotency-key": crypto.randomUUID() };
    const booked = await book(slotOf(ten), visitor.token, headers);
    expect(booked).toMatchObject({
      status: 201,
      body: {
        status: "booked",
        booked_by: "patient",
        patient_id: visitor.patientId,
        patient: null,
        sequence: 0,
        version: 1,
      },
    });
    const id = textAt(booked.body, "/id");
    expect(booked.headers.get("location")).toBe(`/functions/v1/appointments/${id}`);
    const again = await book(slotOf(ten), visitor.token, headers);
    expect(again.body).toEqual(booked.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const left = await freeStarts(DEMO.consultation, DAY);
    expect(left).not.toContain(ten);
    expect(left).not.toContain(await instantOf(DAY, "10:30"));
    expect(left).toContain(await instantOf(DAY, "11:00"));
    const seen = await call(`/appointments/${id}`, { token: nurse });
    expect(seen).toMatchObject({ status: 200, body: { patient: { family_name: "Visitor" } } });
    expect(await call(`/appointments/${id}`, { token: await signIn("patient@demo.health") })).toMatchObject({
      status: 404,
    });
    expect(await call(`/appointments/${id}`, { token: await signIn("doctor@north.health") })).toMatchObject({
      status: 404,
    });
  });

  test("a taken time is 409 with three others", async () => {
    await booked(visitor, ten);
    const [other] = await newVisitors(1);
    const refused = await book(slotOf(ten), other?.token ?? "");
    expect(refused).toMatchObject({ status: 409, body: { code: "slot_taken" } });
    const alternatives = listAt(refused.body, "/alternatives").map((one) => textAt(one, "/starts_at"));
    expect(alternatives).toHaveLength(3);
    for (const starts_at of alternatives) {
      expect((await freeStarts(DEMO.consultation, starts_at.slice(0, 10))).includes(new Date(starts_at).toISOString()))
        .toBe(true);
    }
    expect((await book(slotOf(alternatives[0] ?? ""), other?.token ?? "")).status).toBe(201);
  });

  test("a patient is not in two places", async () => {
    await booked(visitor, ten);
    const twice = await book(
      { service_id: DEMO.bloodSample, practitioner_id: DEMO.nurse, starts_at: ten },
      visitor.token,
    );
    expect(twice).toMatchObject({ status: 409, body: { code: "patient_busy" } });
  });

  test("patients keep no more open appointments than the service allows, at once either", async () => {
    const starts = (await freeStarts(DEMO.consultation, DAY)).filter((_, index) => index % 2 === 0).slice(0, 5);
    const answers = await Promise.all(starts.map((starts_at) => book(slotOf(starts_at), visitor.token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409]);
  });

  test("who books is in the care of the hospital from then on", async () => {
    expect((await call(`/patients/${visitor.patientId}`, { token: doctor })).status).toBe(404);
    await booked(visitor, ten);
    expect(
      await sqlValue("select $2::uuid = any (hospital_ids) from private.patients where id = $1", [
        visitor.patientId,
        DEMO.hospital,
      ]),
    ).toBe(true);
  });

  test("a service that wants it has bookings of patients confirmed by staff", async () => {
    const body = { service_id: DEMO.specialist, practitioner_id: DEMO.doctor, starts_at: ten };
    const asked = await book(body, visitor.token);
    expect(asked).toMatchObject({ status: 201, body: { status: "requested" } });
    const id = textAt(asked.body, "/id");
    expect(await step(id, "confirm", visitor.token)).toMatchObject({ status: 403 });
    expect(await step(id, "confirm")).toMatchObject({ status: 200, body: { status: "booked", version: 2 } });
    expect(await step(id, "confirm")).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
    const patient_id = await newPatientId();
    const half = await instantOf(DAY, "13:00");
    expect(await book({ ...body, starts_at: half, patient_id }, doctor)).toMatchObject({ body: { status: "booked" } });
  });

  test("patients book what their services allow, for themselves", async () => {
    const surgery = { service_id: DEMO.surgery, practitioner_id: DEMO.doctor, starts_at: ten };
    expect(await book(surgery, visitor.token)).toMatchObject({ status: 404 });
    const blood = { service_id: DEMO.bloodSample, practitioner_id: DEMO.nurse, starts_at: ten };
    expect(await book(blood, visitor.token)).toMatchObject({ status: 404 });
    expect(await book(blood, await signIn("patient@demo.health"))).toMatchObject({ status: 201 });
    const patient_id = await newPatientId();
    expect(await book(slotOf(ten, { patient_id }), visitor.token)).toMatchObject({ status: 403 });
    for (const email of ["pharmacist@demo.health", "admin@demo.health"]) {
      expect(await book(slotOf(ten), await signIn(email)), email).toMatchObject({ status: 403 });
    }
  });

  test("a room is chosen that is free, and refused when none is", async () => {
    const starts_at = await instantOf(DAY, "08:00");
    const surgery = async (practitioner_id: string) =>
      await book({ service_id: DEMO.surgery, practitioner_id, starts_at, patient_id: await newPatientId() }, doctor);
    const first = await surgery(DEMO.doctor);
    expect(first).toMatchObject({ status: 201, body: { room_id: DEMO.rooms[0], room_name: "Room 1" } });
    const id = textAt(first.body, "/id");
    const calendar = await call(`/appointments/rooms/${DEMO.rooms[0]}/calendar?count=exact`, { token: nurse });
    expect(calendar).toMatchObject({ status: 200, body: { data: [{ id }], page: { total: 1 } } });
    const later = await instantOf(DAY, "13:00");
    const moved = await step(id, "reschedule", doctor, { starts_at: later, room_id: DEMO.rooms[1] });
    expect(moved).toMatchObject({ status: 200, body: { room_name: "Room 2", sequence: 1 } });
  });
});

describe("bad input", () => {
  test.each([
    ["the past", { starts_at: "2020-01-06T09:00:00Z" }, 422, "/starts_at"],
    ["another hospital's practitioner", { practitioner_id: DEMO.northDoctor }, 422, "/practitioner_id"],
  ])("%s is refused with its reason", async (_, wrong, status, pointer) => {
    const patient_id = await newPatientId();
    const refused = await book({ ...slotOf(ten), patient_id, ...wrong }, doctor);
    expect(refused).toMatchObject({ status, body: { code: "invalid_input", errors: [{ pointer }] } });
  });

  test("a time outside of the hours, on no slot or on a holiday is refused", async () => {
    for (const time of ["06:00", "12:15", "10:07", "19:00"]) {
      expect(await book(slotOf(await instantOf(DAY, time)), visitor.token), time).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: "/starts_at" }] },
      });
    }
    const sunday = await instantOf(dayAhead(3, 7), "10:00");
    expect((await book(slotOf(sunday), visitor.token)).status).toBe(422);
    await sql().query(
      `insert into public.availability_exceptions (id, organization_id, kind, from_day, to_day) values (gen_random_uuid(), $1, 'closed', $2, $2)`,
      [DEMO.hospital, DAY],
    );
    try {
      expect((await book(slotOf(ten), visitor.token)).status).toBe(422);
      expect(await freeStarts(DEMO.consultation, DAY)).toEqual([]);
    } finally {
      await sql().query("delete from public.availability_exceptions where from_day = $1", [DAY]);
    }
  });

  test.each([
    ["from=2026-01-01&to=2027-02-05", "#/query/to"],
    ["from=2026-03-05&to=2026-03-01", "#/query/to"],
  ])("a search with %s is refused", async (query, pointer) => {
    const answer = await call(`/appointments/slots?service_id=${DEMO.consultation}&${query}`, { token: doctor });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  test("the data API refuses a search of 400 days and an unknown zone too", async () => {
    const search = (more: string) =>
      sql().query(`select * from public.search_slots('${DEMO.consultation}', '2026-01-01', ${more})`);
    await expect(search("'2027-02-05'")).rejects.toMatchObject({ code: "PT422" });
    await expect(search("'2026-01-05', p_time_zone => 'Mars/Olympus'")).rejects.toMatchObject({ code: "PT422" });
  });
});

test("appointments are listed by time, page by page, and counted", async () => {
  const people = await newVisitors(4);
  const starts = (await freeStarts(DEMO.consultation, DAY)).filter((_, index) => index % 2 === 0);
  const ids: string[] = [];
  for (const [index, person] of people.entries()) ids.push(await booked(person, starts[index] ?? ten));
  const seen: string[] = [];
  for (let cursor = "";;) {
    const path = `/appointments/practitioners/${DEMO.doctor}/calendar?limit=1&count=exact${
      cursor && `&cursor=${cursor}`
    }`;
    const { body } = await call(path, { token: nurse });
    expect(at(body, "/page/total")).toBe(4);
    seen.push(...listAt(body, "/data").map((one) => textAt(one, "/id")));
    const next = at(body, "/page/next_cursor");
    if (typeof next !== "string") break;
    cursor = next;
  }
  expect(seen).toEqual(ids);
  const from = encodeURIComponent(starts[2] ?? "");
  expect(listAt((await call(`/appointments?from=${from}&status=booked`, { token: nurse })).body, "/data")).toHaveLength(
    2,
  );
});
