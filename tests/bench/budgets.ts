import { atMost, holding, type Target } from "./part.ts";

/**
 * What each call may cost, in milliseconds of processor time: of one warm connection alone, of its first call, and per
 * request in each process with 16 at once. 10,000 patients.
 */
type Budget = { warm: number; first?: number; postgres: number; functions: number; gateway: number };

export const BUDGETS: Record<string, Budget> = {
  read: { warm: 0.4, postgres: 0.8, functions: 0.7, gateway: 0.5 },
  list: { warm: 2, postgres: 3, functions: 1, gateway: 0.7 },
  create: { warm: 2.5, first: 25, postgres: 3.5, functions: 0.8, gateway: 0.6 },
  book: { warm: 2.5, first: 25, postgres: 3.5, functions: 0.7, gateway: 0.6 },
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

/** Holds a cost to its budget, `times` the one written down; `noise` is how many times that passes too. */
export function withinBudget(name: string, got: number, budget: number, times: number, noise: number): Target {
  const target = holding(atMost(name, got, budget * times, " ms"));
  return { ...target, met: got <= budget * times * noise };
}
