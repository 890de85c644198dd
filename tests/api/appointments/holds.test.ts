import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  book,
  clearAppointments,
  dayAhead,
  DEMO,
  freeStarts,
  newVisitors,
  type Visitor,
} from "../../support/appointments.ts";
import { actAs } from "../../support/database.ts";
import { connection, without } from "../../support/overlap.ts";
import { call, textAt } from "../../support/stack.ts";

let starts: string[];
let visitor: Visitor;

beforeAll(async () => {
  await clearAppointments();
  starts = (await freeStarts(DEMO.consultation, dayAhead(3))).filter((_, index) => index % 2 === 0);
});
beforeEach(async () => {
  await clearAppointments();
  const [one] = await newVisitors(1);
  if (one === undefined) throw new Error("Nobody was made");
  visitor = one;
});
afterAll(clearAppointments);

const slot = (index: number) => ({
  service_id: DEMO.consultation,
  practitioner_id: DEMO.doctor,
  starts_at: starts[index],
});
async function threeHolds(): Promise<string[]> {
  const ids: string[] = [];
  for (const index of [0, 1, 2]) {
    const held = await call("/appointments/holds", { token: visitor.token, body: slot(index) });
    ids.push(textAt(held.body, "/id"));
  }
  return ids;
}

describe("the limit of the service", () => {
  test("holds for what was held before it was reached", async () => {
    const [one, two, three] = await threeHolds();
    expect((await book({ hold_id: one }, visitor.token)).status).toBe(201);
    expect((await book(slot(3), visitor.token)).status).toBe(201);
    for (const hold_id of [two, three]) {
      expect(await book({ hold_id }, visitor.token)).toMatchObject({ status: 409, body: { code: "conflict" } });
    }
    expect(await book({ hold_id: one }, visitor.token)).toMatchObject({
      status: 409,
      body: { code: "illegal_transition" },
    });
  });

  test("holds for three holds that are booked at once", async () => {
    const answers = await Promise.all((await threeHolds()).map((hold_id) => book({ hold_id }, visitor.token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409]);
  });

  /** Books on a connection of its own, and keeps the transaction open for a while. */
  async function bookSlowly(hold: string): Promise<boolean> {
    const client = await connection();
    try {
      await client.query("begin");
      await actAs(client, { role: "authenticated", userId: visitor.userId });
      await client.query("select public.book_appointment($1)", [JSON.stringify({ hold_id: hold })]);
      await client.query("select pg_sleep(0.3)");
      await client.query("commit");
      return true;
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === "PT409") return false;
      throw error;
    } finally {
      await client.end();
    }
  }
  const bookedSlowly = async () => (await Promise.all((await threeHolds()).map(bookSlowly))).filter(Boolean).length;

  test("holds for transactions that overlap", async () => {
    expect(await bookedSlowly()).toBe(2);
  });

  test("the negative control: without its lock three are booked", async () => {
    await without("private.lock_patient_bookings(uuid)", /pg_advisory_xact_lock/, async () => {
      expect(await bookedSlowly()).toBe(3);
    });
  });
});
