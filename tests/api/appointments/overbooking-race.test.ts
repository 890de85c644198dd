import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { book, clearAppointments, dayAhead, DEMO, instantOf } from "../../support/appointments.ts";
import { actAs, sql, sqlValue } from "../../support/database.ts";
import { connection } from "../../support/overlap.ts";
import { newPatientId } from "../../support/patients.ts";
import { call, signIn, textAt } from "../../support/stack.ts";

const DAY = dayAhead(6, 3);
const [ROOM] = DEMO.rooms;

let doctor: string;
let ten: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  ten = await instantOf(DAY, "10:00");
  await sql().query(
    "insert into public.service_resources (id, organization_id, service_id, practitioner_id) values ($1, $2, $3, $4)",
    ["50000000-0000-4000-8000-0000000000fe", DEMO.hospital, DEMO.surgery, DEMO.nurse],
  );
});
beforeEach(clearAppointments);
afterAll(async () => {
  await clearAppointments();
  await sql().query("delete from public.service_resources where id = '50000000-0000-4000-8000-0000000000fe'");
});

type Wanted = { practitioner_id: string; room_id?: string; overbooking_reason?: string };

const visit = async (wanted: Wanted, service_id: string = DEMO.surgery) => ({
  service_id,
  patient_id: await newPatientId(),
  starts_at: ten,
  ...wanted,
});

/** Books on a connection, as the demo doctor; the code of the refusal, or `booked`. */
async function bookOn(client: pg.Client, wanted: unknown): Promise<string> {
  await client.query("begin");
  await actAs(client, { role: "authenticated", userId: DEMO.doctorUser });
  return await client.query("select public.book_appointment($1)", [JSON.stringify(wanted)]).then(
    () => "booked",
    (error: unknown) => String(Object(error).hint || Object(error).code),
  );
}

/** Books on two connections, of which the second comes as far as it can before the first ends; what became of each. */
async function bookBoth(first: Wanted, second: Wanted): Promise<[string, string]> {
  const [one, other] = [await connection(), await connection()];
  try {
    const [early, late] = [await visit(first), await visit(second)];
    const { rows: [backend] } = await other.query<{ pid: number }>("select pg_backend_pid() as pid");
    const made = await bookOn(one, early);
    let ended = false;
    const following = bookOn(other, late).finally(() => ended = true);
    const waits = () =>
      sqlValue("select wait_event_type = 'Lock' from pg_stat_activity where pid = $1", [backend?.pid]);
    while (!ended && await waits() !== true) await delay(20);
    await one.query("commit");
    const then = await following;
    await other.query(then === "booked" ? "commit" : "rollback");
    return [made, then];
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

const lanes = () =>
  sqlValue(
    `select array_agg(practitioner_id::text || ' ' || overbooking || ' ' || coalesce(room_id::text, '-') || ' ' || room_overbooking
       order by overbooking + room_overbooking, practitioner_id)
     from public.appointments where overbooking_reason is not null`,
  );

const busyDoctor = async () =>
  expect(await book(await visit({ practitioner_id: DEMO.doctor }, DEMO.consultation), doctor)).toMatchObject({
    status: 201,
  });
const busyRoom = async () =>
  expect(await book(await visit({ practitioner_id: DEMO.nurse, room_id: ROOM }), doctor)).toMatchObject({
    status: 201,
  });

const overDoctor: Wanted = { practitioner_id: DEMO.doctor, room_id: ROOM, overbooking_reason: "Acute pain" };

/** Puts another definition of a constraint in the place of the one that there is, while work runs. */
async function constrainedBy(name: string, lane: string, work: () => Promise<void>): Promise<void> {
  const definition = String(
    await sqlValue("select pg_get_constraintdef(oid) from pg_constraint where conname = $1", [name]),
  );
  const replace = (by: string) =>
    sql().query(`alter table public.appointments drop constraint ${name}, add constraint ${name} ${by}`);
  const other = definition.replace(/(room_)?overbooking WITH =/, `${lane} WITH =`);
  expect(other).not.toBe(definition);
  await replace(other);
  try {
    await work();
  } finally {
    await clearAppointments();
    await replace(definition);
  }
}

describe("who overbooks a practitioner", () => {
  test("does not overbook the room, which is free, for somebody who wants it at the same time", async () => {
    await busyDoctor();
    expect(await bookBoth(overDoctor, { practitioner_id: DEMO.nurse, room_id: ROOM })).toEqual([
      "booked",
      "slot_taken",
    ]);
    expect(await lanes()).toEqual([`${DEMO.doctor} 1 ${ROOM} 0`]);
  });

  test("comes second to an ordinary appointment in the room, and overbooks it too: that is seen by then", async () => {
    await busyDoctor();
    expect(await bookBoth({ practitioner_id: DEMO.nurse, room_id: ROOM }, overDoctor)).toEqual(["booked", "booked"]);
    expect(await lanes()).toEqual([`${DEMO.doctor} 1 ${ROOM} 1`]);
  });

  test("the negative control: with one lane for both, the room is booked twice and overbooked by nobody", async () => {
    await constrainedBy("appointments_room_is_free", "overbooking", async () => {
      await busyDoctor();
      expect(await bookBoth(overDoctor, { practitioner_id: DEMO.nurse, room_id: ROOM })).toEqual(["booked", "booked"]);
    });
  });
});

describe("who overbooks a room", () => {
  const other: Wanted = { practitioner_id: DEMO.doctor };

  test("does not overbook the practitioner, who is free, for somebody who wants them at the same time", async () => {
    await busyRoom();
    expect(await bookBoth(overDoctor, { ...other, room_id: DEMO.rooms[1] })).toEqual(["booked", "slot_taken"]);
    expect(await lanes()).toEqual([`${DEMO.doctor} 0 ${ROOM} 1`]);
  });

  test("the negative control: with one lane for both, the practitioner is booked twice", async () => {
    await constrainedBy("appointments_practitioner_is_free", "room_overbooking", async () => {
      await busyRoom();
      expect(await bookBoth(overDoctor, { ...other, room_id: DEMO.rooms[1] })).toEqual(["booked", "booked"]);
    });
  });
});

test("two who overbook the same at the same time both do, in lanes of their own", async () => {
  await busyDoctor();
  expect(await bookBoth(overDoctor, overDoctor)).toEqual(["booked", "booked"]);
  expect(await lanes()).toEqual([`${DEMO.doctor} 1 ${ROOM} 0`, `${DEMO.doctor} 2 ${ROOM} 1`]);
});

test("outside of the hours an overbooking keeps the ordinary lane, and moved into one that is taken it does not", async () => {
  const night = await instantOf(DAY, "22:00");
  const made = await book({ ...await visit(overDoctor), starts_at: night }, doctor);
  expect(made).toMatchObject({ status: 201, body: { overbooking: true } });
  expect(await lanes()).toEqual([`${DEMO.doctor} 0 ${ROOM} 0`]);
  await busyDoctor();
  await busyRoom();
  const body = { starts_at: ten, room_id: ROOM, overbooking_reason: "Acute pain" };
  const moved = await call(`/appointments/${textAt(made.body, "/id")}/reschedule`, { token: doctor, body });
  expect(moved).toMatchObject({ status: 200, body: { overbooking: true } });
  expect(await lanes()).toEqual([`${DEMO.doctor} 1 ${ROOM} 1`]);
});
