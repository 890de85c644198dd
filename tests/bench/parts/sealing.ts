import { type Bench, type Database, progress } from "../bench.ts";
import type { CpuTimes } from "../cpu.ts";
import type { Load } from "../load.ts";
import { atLeast, type Outcome } from "../part.ts";
import { allOf, Backend } from "../sql/backend.ts";
import { runs } from "../sql/measure.ts";
import { createWriter } from "../sql/postgrest.ts";
import { count, ms, table } from "../table.ts";

/**
 * What sealing costs a creation, by so many entries in the log: creations per second through the data API, milliseconds
 * of Postgres for each, and of one warm connection alone.
 */
type Result = { entries: number; sealed: Cost; unsealed: Cost; ratio: number };
type Cost = { perSecond: number; postgres: number; alone: number };

const LOWEST_RATIO = 0.8;
const ALONE = 100;

/** With those entries in the log that were checked; in full also with few. */
export async function sealing({ options, smallest, largest }: Bench): Promise<Outcome> {
  const results: Result[] = [];
  for (const database of new Set(options.bothAtOnce ? [smallest, largest] : [largest])) {
    progress(`${count(database.patients)} patients`);
    const load = await database.open(options.concurrency);
    results.push(await measure(database, load, options.sealingMs));
    load.close();
  }
  return { result: results, text: asText(results), targets: results.map(target) };
}

/**
 * Sealed, not sealed, and sealed again, so that the log which grows meanwhile does both the same. Switching the trigger
 * throws the plans of all connections away, so after each switch they first warm up.
 */
async function measure({ db, stack, token, calls, meter }: Database, load: Load, time: number): Promise<Result> {
  const { rows: [log] } = await db.query<{ entries: number }>("select count(*)::int as entries from audit.entries");
  const write = createWriter(db, token);
  const phase = async (sealed: boolean): Promise<Cost> => {
    await db.query(`alter table audit.entries ${sealed ? "enable" : "disable"} trigger entries_are_sealed`);
    await load.round(calls.create.direct, time / 2);
    const before = meter.read();
    const { latencies, elapsed } = await load.round(calls.create.direct, time);
    const cpu: CpuTimes = meter.since(before);
    const backend = await Backend.open(stack.adminDbUrl);
    const next = () => write(calls.create.direct());
    await runs(backend, next, ALONE / 2);
    const alone = allOf(await runs(backend, next, ALONE)) / 1000;
    await backend.close();
    return {
      perSecond: latencies.length / elapsed * 1000,
      postgres: (cpu.postgres ?? NaN) / latencies.length / 1000,
      alone,
    };
  };
  const [first, unsealed, last] = [await phase(true), await phase(false), await phase(true)];
  const sealed = {
    perSecond: (first.perSecond + last.perSecond) / 2,
    postgres: (first.postgres + last.postgres) / 2,
    alone: (first.alone + last.alone) / 2,
  };
  return { entries: log?.entries ?? NaN, sealed, unsealed, ratio: sealed.perSecond / unsealed.perSecond };
}

function asText(results: readonly Result[]): string {
  const lines = results.map(({ entries, sealed, unsealed, ratio }) => [
    `${count(entries)} entries`,
    ...[sealed, unsealed].flatMap((cost) => [cost.perSecond.toFixed(0), ms(cost.postgres), ms(cost.alone)]),
    ratio.toFixed(2),
  ]);
  const head = ["", "sealed: per second", "Postgres", "alone", "not sealed: per second", "Postgres", "alone", "ratio"];
  return `What sealing costs a creation, processor ms of all connections and of one alone\n\n${
    table([head, ...lines])
  }`;
}

const target = ({ entries, ratio }: Result) =>
  atLeast(`creations sealed over not sealed, ${count(entries)} entries in the log`, ratio, LOWEST_RATIO);
