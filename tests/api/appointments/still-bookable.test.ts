import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, booked, dayAhead, DEMO, instantOf, type Visitor } from "../../support/appointments.ts";
import { startCare } from "../../support/care.ts";
import { sql } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { type Answer, call, listAt, signIn, textAt } from "../../support/stack.ts";
import { cancel, decide, join, joined, openOffer, threeOnEmptySchedule, withoutJob } from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let doctor: string;
let ten: string;
let holder: Visitor;
let person: Visitor;

withoutJob();
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  ten = await instantOf(DAY, "10:00");
});
beforeEach(async () => {
  [holder, person] = await threeOnEmptySchedule();
});

const time = () => ({ practitioner_id: DEMO.doctor, starts_at: ten });
const slot = (service_id: string = DEMO.consultation) => ({ service_id, ...time() });
const hold = async (token: string, more = {}, service?: string) =>
  textAt((await call("/appointments/holds", { token, body: { ...slot(service), ...more } })).body, "/id");

/** The ways to a booking that was kept for somebody: what each answers when it is taken. */
const ways: Record<string, () => Promise<() => Promise<Answer>>> = {
  "a hold of the patient's": async () => {
    const hold_id = await hold(person.token);
    return () => book({ hold_id }, person.token);
  },
  "a hold of the staff's": async () => {
    const hold_id = await hold(doctor, { patient_id: await newPatientId() });
    return () => book({ hold_id }, doctor);
  },
  "an offer that the patient accepts": async () => {
    const id = await booked(holder, ten);
    const entry = await joined(person);
    await cancel(id, holder.token);
    const offer = await openOffer(entry, person);
    return () => decide(offer, "accept", person.token);
  },
  "an offer that staff accept": async () => {
    await startCare(person);
    const entry = await joined(person);
    const made = await call(`/appointments/waitlist/${entry}/offers`, { token: doctor, body: time() });
    return () => decide(textAt(made.body, "/id"), "accept", doctor);
  },
};

/** What becomes of the schedule meanwhile, how it is undone, and how many other times are named then. */
const changes: [what: string, change: string, undo: string, alternatives: number][] = [
  [
    "the day is closed",
    `insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day)
     values ('${DEMO.hospital}', '${DEMO.doctor}', 'closed', '${DAY}', '${DAY}')`,
    `delete from public.availability_exceptions where from_day = '${DAY}'`,
    3,
  ],
  [
    "the practitioner is there no more",
    `update public.practitioners set active = false where id = '${DEMO.doctor}'`,
    `update public.practitioners set active = true where id = '${DEMO.doctor}'`,
    0,
  ],
  [
    "the practitioner gives the service no more",
    `delete from public.service_resources where service_id = '${DEMO.consultation}' and practitioner_id = '${DEMO.doctor}'`,
    `insert into public.service_resources (organization_id, service_id, practitioner_id)
     values ('${DEMO.hospital}', '${DEMO.consultation}', '${DEMO.doctor}')`,
    0,
  ],
  [
    "the service is given no more",
    `update public.services set active = false where id = '${DEMO.consultation}'`,
    `update public.services set active = true where id = '${DEMO.consultation}'`,
    0,
  ],
];

describe.each(Object.entries(ways))("%s", (_, keep) => {
  test.each(changes)("is not booked when %s, and is when that is taken back", async (_, change, undo, alternatives) => {
    const take = await keep();
    await sql().query(change);
    try {
      const refused = await take();
      expect(refused).toMatchObject({ status: 409, body: { code: "slot_taken" } });
      expect(listAt(refused.body, "/alternatives")).toHaveLength(alternatives);
    } finally {
      await sql().query(undo);
    }
    expect((await take()).status).toBeLessThan(300);
  });
});

describe("a hold", () => {
  const changed = async (statement: string, values: unknown[]) => {
    const client = await sql().connect();
    try {
      await client.query("begin; set local session_replication_role = replica");
      await client.query(statement, values);
      await client.query("commit");
    } finally {
      client.release();
    }
  };

  test("is not booked once its time has come", async () => {
    const hold_id = await hold(doctor, { patient_id: await newPatientId(), hold_minutes: 30 });
    await changed(
      "update public.appointments set starts_at = now() - interval '1 second', ends_at = now() + interval '29 minutes' where id = $1",
      [hold_id],
    );
    // Such a time is in no hours, so those hold for all of the week.
    await sql().query(
      `insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time)
       values ($1, $2, 'open', current_date - 2, current_date + 2, '00:00', '24:00')`,
      [DEMO.hospital, DEMO.doctor],
    );
    try {
      expect(await book({ hold_id }, doctor)).toMatchObject({ status: 409, body: { code: "slot_taken" } });
    } finally {
      await sql().query("delete from public.availability_exceptions where from_day = current_date - 2");
    }
  });

  test("is not booked into a room that is closed", async () => {
    const more = { patient_id: await newPatientId(), room_id: DEMO.rooms[0] };
    const hold_id = await hold(doctor, more, DEMO.surgery);
    await sql().query("update public.rooms set active = false where id = $1", [DEMO.rooms[0]]);
    try {
      expect(await book({ hold_id }, doctor)).toMatchObject({ status: 409, body: { code: "slot_taken" } });
    } finally {
      await sql().query("update public.rooms set active = true where id = $1", [DEMO.rooms[0]]);
    }
  });

  test("between two slots is staff's to book, as such a time is", async () => {
    const more = { patient_id: await newPatientId(), starts_at: await instantOf(DAY, "10:07") };
    expect((await book({ hold_id: await hold(doctor, more) }, doctor)).status).toBe(201);
  });
});

describe("a service that is for staff alone from now on", () => {
  const forStaff = async (work: () => Promise<void>) => {
    const open = (to: string) =>
      sql().query("update public.services set bookable_by = $2 where id = $1", [DEMO.consultation, to]);
    await open("staff");
    try {
      await work();
    } finally {
      await open("patients");
    }
  };

  test.each(["a hold of the patient's", "an offer that the patient accepts"])("ends %s", async (way) => {
    const take = await ways[way]?.();
    await forStaff(async () => {
      expect(await take?.()).toMatchObject({ status: 403, body: { code: "forbidden" } });
    });
  });

  test("is offered to those whom the hospital put on the list, and to no others in its care", async () => {
    const id = await booked(holder, ten);
    await startCare(person);
    const own = await joined(person);
    const patient_id = await newPatientId();
    const entry = textAt((await join(doctor, { patient_id })).body, "/id");
    await forStaff(async () => {
      await call(`/appointments/${id}/cancel`, { token: doctor, body: { reason: "Closed" } });
      const statuses = [own, entry].map(async (one) =>
        (await call(`/appointments/waitlist/${one}`, { token: doctor })).body
      );
      expect(await Promise.all(statuses)).toMatchObject([{ status: "waiting" }, { status: "offered" }]);
    });
  });

  test("is booked by a patient to whom staff have held or offered a time", async () => {
    const later = await instantOf(DAY, "14:00");
    await startCare(person);
    const entry = await joined(person);
    await call(`/appointments/waitlist/${entry}/offers`, { token: doctor, body: time() });
    const hold_id = await hold(doctor, { patient_id: person.patientId, starts_at: later });
    const offer = await openOffer(entry, person);
    await forStaff(async () => {
      expect((await book({ hold_id }, person.token)).status).toBe(201);
      expect((await decide(offer, "accept", person.token)).status).toBe(200);
    });
  });
});
