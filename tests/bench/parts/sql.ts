import type { Bench } from "../bench.ts";
import { BUDGETS, MOST_GROWTH, withinBudget, YARDSTICK } from "../budgets.ts";
import { below, holding, type Outcome, type Target } from "../part.ts";
import { allOf } from "../sql/backend.ts";
import { measureSql, type SqlResult } from "../sql/measure.ts";
import { count, ms, table } from "../table.ts";

/** What the SQL of the hot calls costs one connection that is alone. */
export async function sql({ options, smallest, largest }: Bench): Promise<Outcome> {
  const result = await measureSql(smallest, largest, options);
  return { result, text: asText(result, smallest.patients, largest.patients), targets: targets(result, options.noise) };
}

const timesOf = ({ yardstick }: SqlResult): number => yardstick / 1000 / YARDSTICK.warm;

function targets(result: SqlResult, noise: number): Target[] {
  const times = timesOf(result);
  return result.rows.flatMap(({ scenario, warm, first, growth }) => {
    const budget = BUDGETS[scenario];
    if (budget === undefined) return [];
    const found = [withinBudget(`${scenario}: one warm connection`, allOf(warm) / 1000, budget.warm, times, noise)];
    if (budget.first !== undefined) {
      found.push(withinBudget(`${scenario}: first call of a connection`, first / 1000, budget.first, times, noise));
    }
    if (growth !== undefined) {
      found.push(holding(below(`${scenario}: growth, one connection`, growth, MOST_GROWTH, "x")));
    }
    return found;
  });
}

const HEAD = [
  "",
  "frame",
  "call",
  "commit",
  "all",
  "budget",
  "planning",
  "statements",
  "first call",
  "budget",
  "growth",
];

function asText(result: SqlResult, fewest: number, most: number): string {
  const times = timesOf(result);
  const budget = (value: number | undefined) => value === undefined ? "" : us(value * 1000 * times);
  const lines = result.rows.map(({ scenario, warm, first, planning, statements, growth }) => [
    scenario,
    ...[warm.frame, warm.call, warm.commit, allOf(warm)].map(us),
    budget(BUDGETS[scenario]?.warm.budget),
    us(planning),
    statements.toFixed(1),
    us(first),
    budget(BUDGETS[scenario]?.first?.budget),
    growth === undefined ? "" : `${growth.toFixed(2)} x`,
  ]);
  const parts = [
    `Processor microseconds of one warm connection per transaction, ${
      count(fewest)
    } patients; statements are those inside ` +
    `of the call${fewest === most ? "" : `; growth to ${count(most)} patients`}.\nYardstick ${ms(result.yardstick)}, ` +
    `${times.toFixed(2)} of that of the budgets, which are shown times that`,
    table([HEAD, ...lines]),
  ];
  for (const { scenario, warm, functions } of result.rows.filter(({ functions }) => functions.length > 0)) {
    const dearest = functions.map(({ name, calls, share }) => [
      name,
      us(share * allOf(warm)),
      `${(share * 100).toFixed(0)} %`,
      `${calls.toFixed(1)} calls`,
    ]);
    parts.push(`${scenario}: functions by their share of the time, without what they call`, table(dearest));
  }
  return parts.join("\n\n");
}

const us = (value: number): string => count(Math.round(value));
