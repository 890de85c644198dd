import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  book,
  clearAppointments,
  dayAhead,
  DEMO,
  instantOf,
  newVisitors,
  type Visitor,
} from "../support/appointments.ts";
import { resetLimits, sql, sqlValue } from "../support/database.ts";
import { reduced } from "../support/reduced.ts";
import { type Answer, at, gateway, listAt, stackInfo } from "../support/stack.ts";

const PEOPLE = 200;
const ROUNDS = reduced(50, 4);
/** The constraint that the negative control takes away and puts back. */
const CONSTRAINT = "appointments_practitioner_is_free";

let visitors: Visitor[];
let slots: string[];
const tally = new Map<string, number>();

beforeAll(async () => {
  visitors = await newVisitors(PEOPLE);
  const days = Array.from({ length: 10 }, (_, week) => dayAhead(week + 4, 2));
  const times = ["08:00", "09:00", "10:00", "11:00", "14:00"];
  slots = await Promise.all(days.flatMap((day) => times.map((time) => instantOf(day, time))));
});
beforeEach(async () => {
  await resetLimits();
  await clearAppointments();
});
afterAll(() => {
  for (const [what, count] of tally) console.info(`${what}: ${count}`);
});

const wanted = (starts_at: string) => ({
  service_id: DEMO.consultation,
  practitioner_id: DEMO.doctor,
  starts_at,
});

/** How often each status was answered. */
function statuses(way: string, answers: Answer[], expected: Record<string, number>): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const { status } of answers) {
    const kind = status >= 400 && "refused" in expected ? "refused" : String(status);
    counted[kind] = (counted[kind] ?? 0) + 1;
    tally.set(`${way}, answered ${status}`, (tally.get(`${way}, answered ${status}`) ?? 0) + 1);
  }
  return counted;
}

const bookings = () => sqlValue("select count(*)::int from public.appointments where status = 'booked'");

/** All at once, each as another person. */
const everybody = (send: (visitor: Visitor) => Promise<Answer>) => Promise.all(visitors.map(send));

/**
 * The ways to the table, and what they answer. Plain inserts wait for each other until Postgres ends some as deadlocked; the functions insert
 * with `on conflict`, which waits for the first one alone.
 */
const ways: [string, (visitor: Visitor, starts_at: string) => Promise<Answer>, Record<string, number>][] = [
  ["through the function", (visitor, starts_at) => book(wanted(starts_at), visitor.token), { 201: 1, 409: PEOPLE - 1 }],
  [
    "through PostgREST",
    ({ token }, starts_at) => gateway("/rest/v1/rpc/book_appointment", { token, body: { p_input: wanted(starts_at) } }),
    { 200: 1, 409: PEOPLE - 1 },
  ],
  ["into the table with the secret key", ({ patientId }, starts_at) => {
    const ends_at = new Date(Date.parse(starts_at) + 1_800_000).toISOString();
    const { secretKey } = stackInfo();
    return gateway("/rest/v1/appointments", {
      headers: { apikey: secretKey, authorization: `Bearer ${secretKey}` },
      body: {
        ...wanted(starts_at),
        ends_at,
        organization_id: DEMO.hospital,
        patient_id: patientId,
        status: "booked",
        booked_by: "staff",
      },
    });
  }, { 201: 1, refused: PEOPLE - 1 }],
];

describe.each(ways)("%s", (way, send, expected) => {
  test(
    `of ${PEOPLE} who book one slot at once one gets it, in each of ${ROUNDS} rounds`,
    { timeout: 1_800_000 },
    async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await resetLimits();
        await clearAppointments();
        const slot = slots[round % slots.length] ?? "";
        const answers = await everybody((visitor) => send(visitor, slot));
        expect(statuses(way, answers, expected), `round ${round + 1}`).toEqual(expected);
        expect(await bookings()).toBe(1);
      }
    },
  );
});

test("who comes too late is offered other times that are free", async () => {
  const answers = await everybody((visitor) => book(wanted(slots[0] ?? ""), visitor.token));
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(PEOPLE - 1);
  for (const { body } of refused) {
    expect(at(body, "/code")).toBe("slot_taken");
    expect(listAt(body, "/alternatives")).toHaveLength(3);
  }
});

describe.each(ways)("the negative control, %s", (_, send) => {
  test("without the constraint more than one gets it", async () => {
    const definition = await sqlValue("select pg_get_constraintdef(oid) from pg_constraint where conname = $1", [
      CONSTRAINT,
    ]);
    await sql().query(`alter table public.appointments drop constraint ${CONSTRAINT}`);
    try {
      await everybody((visitor) => send(visitor, slots[0] ?? ""));
      expect(await bookings()).toBeGreaterThan(1);
    } finally {
      await clearAppointments();
      await sql().query(`alter table public.appointments add constraint ${CONSTRAINT} ${String(definition)}`);
    }
  });
});
