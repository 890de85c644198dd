import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dayAhead, DEMO, newVisitors, type Visitor } from "../support/appointments.ts";
import { resetLimits } from "../support/database.ts";
import { quantile } from "../bench/stats.ts";
import { reduced } from "../support/reduced.ts";
import { gateway, signIn } from "../support/stack.ts";

const AT_ONCE = 16;
const READS = reduced(200, 60);
const VOLLEYS = reduced(40, 15);
/** A colleague's read should take so many times as long as at rest at most. Reported, never asserted: a busy machine is no defect. */
const MOST_TIMES = 3;

type Request = { path: string; body?: unknown };

const days = { p_from: dayAhead(1), p_to: dayAhead(5) };
const search = (p_name: string): Request => ({ path: "/rpc/search_patients", body: { p_name, p_limit: 100 } });
/** The dearest that one person may ask for, by who may. */
const byStaff: Request[] = [
  search("m b"),
  search("ma ka la be do"),
  search("madaka kadama ladama bedoko dobeka"),
  search("ma".repeat(100)),
  search("a".repeat(400_000)),
  { path: "/rpc/list_patients", body: { p_limit: 100, p_count: true } },
  { path: "/patients?select=id,family_name,patient_contacts(*),patient_identifiers(*)&limit=1000" },
  { path: "/patients?family_name=imatch.(a|e|i|o|u|[b-z])*(ma|ka)%2B(x|y)*$" },
  { path: "/rpc/search_slots", body: { p_service_id: DEMO.consultation, ...days, p_limit: 100 } },
  { path: "/rpc/list_appointments", body: { p_limit: 100, p_count: true } },
];
const byPatients: Request[] = [
  { path: "/rpc/search_slots", body: { p_service_id: DEMO.consultation, ...days, p_limit: 100 } },
  { path: "/rpc/search_patients", body: { p_name: "a".repeat(400_000) } },
  { path: "/rpc/list_appointments", body: { p_limit: 100, p_count: true } },
  { path: "/patients?family_name=match.(.*)*x" },
];

let visitors: Visitor[];
let doctor: string;
let nurse: string;
beforeAll(async () => {
  visitors = await newVisitors(4);
  [doctor, nurse] = await Promise.all([signIn("doctor@demo.health"), signIn("nurse@demo.health")]);
});
beforeEach(resetLimits);
const figures: string[] = [];
afterAll(() => console.info(figures.join("\n")));

const send = ({ path, body }: Request, token: string) => gateway(`/rest/v1${path}`, { token, body });

/** How long a colleague waits who reads until `done`, the middle of all reads in milliseconds. */
async function readTime(done: () => boolean): Promise<number> {
  const times: number[] = [];
  while (times.length === 0 || !done()) {
    const startedAt = performance.now();
    const { status } = await send({ path: "/rpc/me", body: {} }, nurse);
    expect(status).toBe(200);
    times.push(performance.now() - startedAt);
  }
  return quantile(times.sort((one, other) => one - other), 0.5);
}

const times = (count: number) => {
  let left = count;
  return () => left-- <= 0;
};

/** Volleys of sixteen at once, each when the one before is over; a colleague reads meanwhile. The middle of the volleys. */
async function readBeside(volley: (turn: number) => Promise<{ status: number }>[], answers: Record<string, number>) {
  const waited: number[] = [];
  for (let turn = 0; turn < VOLLEYS; turn++) {
    let over = false;
    const answered = Promise.all(volley(turn)).finally(() => {
      over = true;
    });
    waited.push(await readTime(() => over));
    for (const { status } of await answered) answers[status] = (answers[status] ?? 0) + 1;
  }
  return quantile(waited.sort((one, other) => one - other), 0.5);
}

const of = (some: readonly Request[], at: number): Request => some[at % some.length] ?? search("m b");

test(
  "sixteen of the dearest requests at once break nothing; what they do to the reads of a colleague",
  async () => {
    await readTime(times(READS));
    const idle = await readTime(times(READS));
    const [one, many]: [Record<string, number>, Record<string, number>] = [{}, {}];
    const besideOne = await readBeside(
      (turn) => Array.from({ length: AT_ONCE }, (_, at) => send(of(byStaff, turn * AT_ONCE + at), doctor)),
      one,
    );
    await resetLimits();
    const besideMany = await readBeside(
      (turn) =>
        Array.from({ length: AT_ONCE }, (_, at) => {
          const visitor = visitors[at % visitors.length];
          return at < AT_ONCE / 2 || visitor === undefined
            ? send(of(byStaff, turn + at), doctor)
            : send(of(byPatients, turn + at), visitor.token);
        }),
      many,
    );
    figures.push(
      `read at rest ${idle.toFixed(1)} ms, beside 16 of one person ${besideOne.toFixed(1)} ms ${
        JSON.stringify(one)
      }, ` +
        `of five people ${besideMany.toFixed(1)} ms ${JSON.stringify(many)}; wanted for one: at most ${
          (idle * MOST_TIMES).toFixed(1)
        } ms`,
    );
    expect([one, many].flatMap((answers) => Object.keys(answers)).filter((status) => Number(status) >= 500)).toEqual(
      [],
    );
  },
  300_000,
);
