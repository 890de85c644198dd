import { atMost, holding, type Target } from "./part.ts";

/** What a call may cost, and what it costs where that is more: `reached` then decides whether the bench fails. */
export type Budget = { budget: number; reached?: number };
type Budgets = { warm: Budget; first?: Budget; postgres: Budget; functions: Budget; gateway: Budget };

/**
 * What each call may cost, in milliseconds of processor time: of one warm connection alone, of its first call, and per
 * request in each process with 16 at once. 10,000 patients. Where a budget is not reached, the reason stands beside it.
 */
export const BUDGETS: Record<string, Budgets> = {
  read: {
    // A half is what PostgREST sets for every request and the check of who asks, which no call is without.
    warm: { budget: 0.4, reached: 0.52 },
    postgres: { budget: 0.8, reached: 0.9 },
    functions: { budget: 0.7 },
    gateway: { budget: 0.5 },
  },
  list: {
    warm: { budget: 2 },
    postgres: { budget: 3 },
    // Fifty patients are 40 kB, which are parsed, checked and written again.
    functions: { budget: 1, reached: 1.3 },
    gateway: { budget: 0.7 },
  },
  create: {
    // Rows in ten tables with their checks and indexes, and their seal: 44 statements inside of the call.
    warm: { budget: 2.5, reached: 2.8 },
    first: { budget: 25 },
    postgres: { budget: 3.5, reached: 4.1 },
    functions: { budget: 0.8 },
    gateway: { budget: 0.6 },
  },
  book: {
    // One row under 16 indexes of which three exclude others, with its reminder, live updates, audit and seal.
    warm: { budget: 2.5, reached: 3.1 },
    // A connection compiles each function on the path once, and this path is the longest.
    first: { budget: 25, reached: 34 },
    postgres: { budget: 3.5, reached: 4.6 },
    functions: { budget: 0.7 },
    gateway: { budget: 0.6 },
  },
};

/** From the smallest to the largest register, processor time of Postgres. */
export const MOST_GROWTH = 1.25;

/**
 * What the yardstick cost where the budgets were set: one plain insert and one read by key together, in milliseconds.
 * Where it costs twice as much, each budget is twice as large; where it costs half as much, half as large. The
 * yardstick runs between the same rounds, so a slow or busy machine misses nothing, and a call that becomes dearer
 * beside the yardstick is seen on every machine. `warm`, which scales one connection, has no SQL of the project in it;
 * `postgrest`, which scales functions and gateway, none of its TypeScript. `postgres` has the check of every request in
 * it, which the budgets of one connection hold. On a very busy machine short transactions become dearer than long ones,
 * so there the budgets are generous.
 */
export const YARDSTICK = { warm: 0.5, postgres: 1.3, postgrest: 1.1 };

/**
 * Holds a cost to its budget, `times` the one written down. Where it is missed, the bench fails when the cost exceeds
 * what is reached, or the budget, more than `noise` times.
 */
export function withinBudget(
  name: string,
  got: number,
  { budget, reached = budget }: Budget,
  times: number,
  noise: number,
): Target {
  return {
    ...holding(atMost(name, got, budget * times, " ms")),
    held: atMost(name, got, reached * times * noise, " ms"),
  };
}
