import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  book,
  clearAppointments,
  dayAhead,
  DEMO,
  instantOf,
  newVisitors,
  type Visitor,
} from "../../support/appointments.ts";
import { sql } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import {
  bookedSeries,
  bookSeries,
  changeSeries,
  consultations,
  dayAfter,
  occurrencesOf,
} from "../../support/series.ts";
import { type Answer, call, listAt, signIn, textAt } from "../../support/stack.ts";

const DAY = dayAhead(5, 2);
const consultation = { service_id: DEMO.consultation, practitioner_id: DEMO.doctor };

let doctor: string;
let visitor: Visitor;
let ten: string;
let eleven: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  [ten, eleven] = await Promise.all([instantOf(DAY, "10:00"), instantOf(DAY, "11:00")]);
});
beforeEach(async () => {
  await clearAppointments();
  const [one] = await newVisitors(1);
  if (one === undefined) throw new Error("Nobody was made");
  visitor = one;
});

/** A time that was offered instead of a refused one. */
type Offered = { practitioner_id: string; starts_at: string; ends_at: string };

const offeredIn = (body: unknown, pointer = "/alternatives"): Offered[] =>
  listAt(body, pointer).map((one) => ({
    practitioner_id: textAt(one, "/practitioner_id"),
    starts_at: new Date(textAt(one, "/starts_at")).toISOString(),
    ends_at: new Date(textAt(one, "/ends_at")).toISOString(),
  }));

const startsOf = (offered: Offered[]) => offered.map(({ starts_at }) => starts_at);
const minutesOf = ({ starts_at, ends_at }: Offered) => (Date.parse(ends_at) - Date.parse(starts_at)) / 60_000;

async function booked(body: unknown, token = doctor): Promise<string> {
  const answer = await book(body, token);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return textAt(answer.body, "/id");
}

/** Books each of the times as it was offered, one after the other, and answers what was booked. */
async function bookEach(offered: Offered[], body: Record<string, unknown>, token = doctor): Promise<unknown[]> {
  const made: unknown[] = [];
  for (const { practitioner_id, starts_at, ends_at } of offered) {
    const answer = await book({ ...body, practitioner_id, starts_at }, token);
    expect(answer, starts_at).toMatchObject({ status: 201 });
    expect(new Date(textAt(answer.body, "/ends_at")).toISOString()).toBe(ends_at);
    const cancelled = await call(`/appointments/${textAt(answer.body, "/id")}/cancel`, {
      token: doctor,
      body: { reason: "Only a try" },
    });
    expect(cancelled.status).toBe(200);
    made.push(answer.body);
  }
  return made;
}

/** Moves an appointment to each of the times and back again. */
async function moveToEach(offered: Offered[], id: string, back: string, more = {}): Promise<void> {
  for (const { practitioner_id, starts_at } of offered) {
    for (const to of [{ practitioner_id, starts_at, ...more }, { practitioner_id: DEMO.doctor, starts_at: back }]) {
      const moved = await call(`/appointments/${id}/reschedule`, { token: doctor, body: to });
      expect(moved, to.starts_at).toMatchObject({ status: 200 });
    }
  }
}

const refusal = (code: string, answer: Answer): Offered[] => {
  expect(answer).toMatchObject({ status: 409, body: { code } });
  const offered = offeredIn(answer.body);
  expect(offered).toHaveLength(3);
  return offered;
};

describe("each time that is offered can be booked", () => {
  test("by a patient who is elsewhere at that time", async () => {
    await booked(consultationOf(visitor.patientId, ten), visitor.token);
    const blood = { service_id: DEMO.bloodSample, practitioner_id: DEMO.nurse };
    const offered = refusal("patient_busy", await book({ ...blood, starts_at: ten }, visitor.token));
    expect(startsOf(offered)).toEqual(
      await Promise.all(["09:30", "09:45", "10:30"].map((time) => instantOf(DAY, time))),
    );
    await bookEach(offered, blood, visitor.token);
  });

  test("for as long as was asked", async () => {
    const patient_id = await newPatientId();
    await booked(consultationOf(visitor.patientId, eleven), visitor.token);
    const long = { ...consultation, patient_id, duration_minutes: 120 };
    const offered = refusal("slot_taken", await book({ ...long, starts_at: ten }, doctor));
    expect(offered.map(minutesOf)).toEqual([120, 120, 120]);
    await bookEach(offered, long);
  });

  test("in the room that was asked for", async () => {
    const patient_id = await newPatientId();
    const room_id = DEMO.rooms[0];
    await sql().query(
      `insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, room_id, status, starts_at, ends_at, booked_by)
       values ($1, $2, $3, $4, $5, 'booked', $6::timestamptz, $6::timestamptz + interval '30 minutes', 'staff')`,
      [DEMO.hospital, visitor.patientId, DEMO.bloodSample, DEMO.nurse, room_id, ten],
    );
    for (const service_id of [DEMO.consultation, DEMO.surgery]) {
      const inRoom = { ...consultation, service_id, patient_id, room_id };
      const offered = refusal("slot_taken", await book({ ...inRoom, starts_at: ten }, doctor));
      expect(startsOf(offered)).not.toContain(ten);
      for (const made of await bookEach(offered, inRoom)) expect(made).toMatchObject({ room_id });
    }
  });

  test("by a patient whose hold has ended: the same time, where it is still free", async () => {
    const held = await call("/appointments/holds", { token: visitor.token, body: { ...consultation, starts_at: ten } });
    const hold_id = textAt(held.body, "/id");
    await sql().query("update public.appointments set hold_expires_at = now() - interval '1 second' where id = $1", [
      hold_id,
    ]);
    const offered = refusal("slot_taken", await book({ hold_id }, visitor.token));
    expect(startsOf(offered)).toContain(ten);
    await bookEach(offered, consultation, visitor.token);
  });
});

describe("each time that is offered to an appointment can be had by it", () => {
  test("though it overlaps where it is now, which is not offered", async () => {
    const id = await booked(consultationOf(visitor.patientId, ten), visitor.token);
    await booked(consultationOf(await newPatientId(), eleven));
    const move = { token: doctor, body: { starts_at: eleven } };
    const offered = refusal("slot_taken", await call(`/appointments/${id}/reschedule`, move));
    expect(startsOf(offered)).toContain(await instantOf(DAY, "09:30"));
    expect(startsOf(offered)).not.toContain(ten);
    await moveToEach(offered, id, ten);
  });

  test("as long as it is to be, with the buffers that it was booked with", async () => {
    const id = await booked(consultationOf(visitor.patientId, ten), visitor.token);
    for (const starts_at of [await instantOf(DAY, "09:00"), eleven]) {
      await booked(consultationOf(await newPatientId(), starts_at));
    }
    await sql().query("update public.services set buffer_after_minutes = 0 where id = $1", [DEMO.consultation]);
    try {
      const longer = { duration_minutes: 60 };
      const move = { token: doctor, body: longer };
      const offered = refusal("slot_taken", await call(`/appointments/${id}/reschedule`, move));
      expect(offered.map(minutesOf)).toEqual([60, 60, 60]);
      await moveToEach(offered, id, await instantOf(DAY, "16:00"), longer);
    } finally {
      await sql().query("update public.services set buffer_after_minutes = 10 where id = $1", [DEMO.consultation]);
    }
  });
});

describe("each time that is offered for a date of a series can be had", () => {
  test("in its length and its room, before any of it is booked", async () => {
    const patient_id = await newPatientId();
    await booked(consultationOf(visitor.patientId, await instantOf(dayAfter(DAY, 7), "10:30")), visitor.token);
    const long = { duration_minutes: 60, room_id: DEMO.rooms[0] };
    const refused = await bookSeries(consultations(patient_id, DAY, long), doctor);
    expect(refused).toMatchObject({ status: 409, body: { conflicts: [{ reason: "slot_taken" }] } });
    const offered = offeredIn(refused.body, "/conflicts/0/alternatives");
    expect(offered.map(minutesOf)).toEqual([60, 60, 60]);
    await bookEach(offered, { ...consultation, patient_id, ...long });
  });

  test("beside the dates that were booked, the later ones too", async () => {
    const patient_id = await newPatientId();
    const days = [DAY, dayAfter(DAY, 1), dayAfter(DAY, 2)];
    const { rows } = await sql().query<{ id: string }>(
      `insert into public.availability_exceptions (organization_id, kind, from_day, to_day, start_time, end_time)
       values ($1, 'closed', $2, $2, '10:40', '17:00'), ($1, 'closed', $3, $3, null, null), ($1, 'closed', $4, $4, '08:00', '10:00') returning id`,
      [DEMO.hospital, ...days],
    );
    try {
      const daily = { unit: "day", count: 3, skip_conflicts: true };
      const made = await bookSeries(consultations(patient_id, DAY, daily), doctor);
      expect(made).toMatchObject({
        status: 201,
        body: { open: 2, left_out: [{ day: days[1], reason: "outside_hours" }] },
      });
      const offered = offeredIn(made.body, "/left_out/0/alternatives");
      expect(offered).toHaveLength(3);
      expect(startsOf(offered)).not.toContain(await instantOf(dayAfter(DAY, 2), "10:00"));
      await bookEach(offered, { ...consultation, patient_id });
    } finally {
      await sql().query("delete from public.availability_exceptions where id = any ($1)", [rows.map(({ id }) => id)]);
    }
  });

  test("by one that was to move with it, while all the others stay", async () => {
    const patient_id = await newPatientId();
    const id = await bookedSeries(consultations(patient_id, DAY, { unit: "day", count: 3 }), doctor);
    const [, second] = await occurrencesOf(patient_id);
    await booked(consultationOf(visitor.patientId, await instantOf(dayAfter(DAY, 1), "11:00")), visitor.token);
    const refused = await changeSeries(id, "reschedule", { scope: "all", start_time: "11:00" }, doctor);
    expect(refused).toMatchObject({ status: 409, body: { conflicts: [{ reason: "slot_taken" }] } });
    const offered = offeredIn(refused.body, "/conflicts/0/alternatives");
    expect(offered).toHaveLength(3);
    expect(startsOf(offered)).toContain(await instantOf(dayAfter(DAY, 1), "09:30"));
    await moveToEach(offered, second?.id ?? "", await instantOf(dayAfter(DAY, 1), "10:00"));
  });
});

function consultationOf(patient_id: string, starts_at: string) {
  return { ...consultation, patient_id, starts_at };
}
