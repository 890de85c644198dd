import { count, table } from "../table.ts";
import { allOf } from "./backend.ts";
import type { SqlRow } from "./measure.ts";

/** Budgets in microseconds: a transaction of a warm backend, and the first call in a new one. */
const MOST_WARM: Record<string, number> = { read: 400, list: 2000, create: 2500, book: 2500 };
const MOST_FIRST: Record<string, number> = { create: 25_000, book: 25_000 };

const HEAD = ["", "frame", "call", "commit", "all", "budget", "planning", "statements", "first call", "budget"];

export function sqlAsText(rows: readonly SqlRow[]): string {
  const lines = rows.map(({ scenario, warm, first, planning, statements }) => [
    scenario,
    ...[warm.frame, warm.call, warm.commit, allOf(warm)].map(us),
    us(MOST_WARM[scenario]),
    us(planning),
    statements.toFixed(1),
    us(first),
    us(MOST_FIRST[scenario]),
  ]);
  const parts = [
    "Processor time of one warm backend, microseconds per transaction; statements are those inside of the call",
    table([HEAD, ...lines]),
  ];
  for (const { scenario, warm, functions } of rows.filter(({ functions }) => functions.length > 0)) {
    const dearest = functions.map(({ name, calls, share }) => [
      name,
      us(share * allOf(warm)),
      `${(share * 100).toFixed(0)} %`,
      `${calls.toFixed(1)} calls`,
    ]);
    parts.push(`${scenario}: functions by their share of the time, without what they call`, table(dearest));
  }
  return `${parts.join("\n\n")}\n`;
}

const us = (value: number | undefined): string => value === undefined ? "" : count(Math.round(value));
