import type pg from "pg";
import type { Call } from "../client.ts";
import type { Load } from "../load.ts";
import { median } from "../stats.ts";
import { allOf, Backend, type Split } from "./backend.ts";
import { checkStatements } from "./check.ts";
import { createWriter, type Sent } from "./postgrest.ts";
import { countWork, type Work } from "./work.ts";

/** One kind of call. `warm` and `first` are processor time of one backend in microseconds: per transaction, and for the first in a new backend. */
export type SqlRow = { scenario: string; warm: Split; first: number } & Work;

export type SqlSettings = { sqlRounds: number; sqlPerRound: number; firstCalls: number; functions: boolean };

const WARMING = 30;

type Next = () => Promise<Sent>;

/** All kinds by turns on one backend, round by round, so that a disturbance meets all; then first calls, then counts. */
export async function measureSql(
  adminUrl: string,
  db: pg.Client,
  load: Load,
  token: string,
  calls: Record<string, () => Call>,
  { sqlRounds, sqlPerRound, firstCalls, functions }: SqlSettings,
): Promise<SqlRow[]> {
  const write = await createWriter(db, token);
  const scenarios = Object.entries(calls).map(([scenario, call]) => ({ scenario, next: () => write(call()) }));
  const backend = await Backend.open(adminUrl);
  for (const call of Object.values(calls)) await checkStatements(db, load, backend, call, write);

  for (const { next } of scenarios) await runs(backend, next, WARMING);
  const warm = new Map<string, Split[]>(scenarios.map(({ scenario }) => [scenario, []]));
  for (let round = 0; round < sqlRounds; round++) {
    for (const { scenario, next } of scenarios) warm.get(scenario)?.push(await runs(backend, next, sqlPerRound));
  }
  await backend.close();

  const first = new Map<string, number[]>(scenarios.map(({ scenario }) => [scenario, []]));
  for (let turn = 0; turn < firstCalls; turn++) {
    for (const { scenario, next } of scenarios) first.get(scenario)?.push(await firstCall(adminUrl, next));
  }

  const rows: SqlRow[] = [];
  for (const { scenario, next } of scenarios) {
    const work = await countWork(adminUrl, db, next, functions);
    const split = lowerQuartile(warm.get(scenario) ?? []);
    rows.push({ scenario, warm: split, first: median(first.get(scenario) ?? []), ...work });
  }
  return rows;
}

/** The mean of some transactions. What each sends is written before, so that the backend does not wait for it. */
async function runs(backend: Backend, next: Next, count: number): Promise<Split> {
  const sum = { frame: 0, call: 0, commit: 0 };
  for (let turn = 0; turn < count; turn++) {
    const { frame, call, commit } = await backend.run(await next());
    sum.frame += frame;
    sum.call += call;
    sum.commit += commit;
  }
  return { frame: sum.frame / count, call: sum.call / count, commit: sum.commit / count };
}

async function firstCall(adminUrl: string, next: Next): Promise<number> {
  const backend = await Backend.open(adminUrl);
  try {
    return allOf(await backend.run(await next()));
  } finally {
    await backend.close();
  }
}

/** The round that a quarter of all rounds were cheaper than: noise makes a round dearer, never cheaper. */
function lowerQuartile(rounds: readonly Split[]): Split {
  const sorted = rounds.toSorted((a, b) => allOf(a) - allOf(b));
  const found = sorted[Math.floor(sorted.length / 4)];
  if (found === undefined) throw new Error("Nothing was measured.");
  return found;
}
