import type { Database } from "../bench.ts";
import type { Call } from "../client.ts";
import { median } from "../stats.ts";
import { YARDSTICK_KINDS, yardstickStatements } from "../yardstick.ts";
import { allOf, Backend, type Split } from "./backend.ts";
import { checkStatements } from "./check.ts";
import { createWriter, type Sent } from "./postgrest.ts";
import { countWork, type Work } from "./work.ts";

export const SCENARIOS = ["read", "list", "search", "create", "book"] as const;
export type SqlScenario = (typeof SCENARIOS)[number];

/**
 * One kind of call. `warm` and `first` are processor time of one connection in microseconds: per transaction, and for
 * the first in a new one; `growth` is what `warm` is with the largest register over that with the smallest.
 */
export type SqlRow = { scenario: SqlScenario; warm: Split; first: number; growth?: number } & Work;
/** `yardstick` is that of one plain insert and one read together. */
export type SqlResult = { yardstick: number; rows: SqlRow[] };

export type SqlSettings = { sqlRounds: number; sqlPerRound: number; firstCalls: number; functions: boolean };

const WARMING = 30;

/** Makes the transaction that comes next. */
type Next = () => Promise<Sent>;
/** A kind of call on a connection, and the rounds that it has run. */
type Track = { backend: Backend; next: Next; rounds: Split[] };

/**
 * All kinds by turns, round by round, and with both registers, so that a disturbance meets all. Then first calls, then
 * counts.
 */
export async function measureSql(
  smallest: Database,
  largest: Database,
  { sqlRounds, sqlPerRound, firstCalls, functions }: SqlSettings,
): Promise<SqlResult> {
  const small = await openSide(smallest);
  const large = largest === smallest ? undefined : await openSide(largest);
  const yardstick = yardstickTracks(small);
  const tracks = [...Object.values(yardstick), ...Object.values(small.tracks), ...Object.values(large?.tracks ?? {})];
  for (const { backend, next } of tracks) await runs(backend, next, WARMING);
  for (let round = 0; round < sqlRounds; round++) {
    for (const { backend, next, rounds } of tracks) rounds.push(await runs(backend, next, sqlPerRound));
  }
  await small.backend.close();
  await large?.backend.close();

  const url = smallest.stack.adminDbUrl;
  const first: Record<string, number[]> = {};
  for (let turn = 0; turn < firstCalls; turn++) {
    for (const scenario of SCENARIOS) (first[scenario] ??= []).push(await firstCall(url, small.tracks[scenario].next));
  }
  const rows: SqlRow[] = [];
  for (const scenario of SCENARIOS) {
    const { next, rounds } = small.tracks[scenario];
    const warm = lowerQuartile(rounds);
    const grown = large === undefined ? undefined : lowerQuartile(large.tracks[scenario].rounds);
    rows.push({
      scenario,
      warm,
      first: median(first[scenario] ?? []),
      ...(grown !== undefined && { growth: allOf(grown) / allOf(warm) }),
      ...await countWork(url, smallest.db, next, functions),
    });
  }
  const measured = YARDSTICK_KINDS.map((kind) => allOf(lowerQuartile(yardstick[kind].rounds)));
  return { yardstick: measured.reduce((sum, one) => sum + one, 0), rows };
}

async function openSide({ stack, db, token, calls, open }: Database) {
  const backend = await Backend.open(stack.adminDbUrl);
  const write = createWriter(db, token);
  const track = (call: () => Call): Track => ({ backend, next: () => write(call()), rounds: [] });
  const { read, list, search, create, book } = calls;
  const load = await open(1);
  for (const { direct } of [read, list, create, book]) await checkStatements(db, load, backend, direct, write);
  load.close();
  const tracks: Record<SqlScenario, Track> = {
    read: track(read.direct),
    list: track(list.direct),
    search: track(search.direct),
    create: track(create.direct),
    book: track(book.direct),
  };
  return { backend, tracks };
}

/** The yardstick in the frame of the calls, without the check of every request, which is the project's. */
function yardstickTracks({ backend, tracks }: Awaited<ReturnType<typeof openSide>>) {
  const statements = yardstickStatements();
  const track = (frame: Next, kind: keyof typeof statements): Track => ({
    backend,
    next: async () => ({ ...await frame(), preRequest: undefined, call: statements[kind]() }),
    rounds: [],
  });
  return { insert: track(tracks.create.next, "insert"), read: track(tracks.read.next, "read") };
}

/** The mean of some transactions. */
export async function runs(backend: Backend, next: Next, count: number): Promise<Split> {
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
