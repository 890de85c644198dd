import type pg from "pg";
import { Backend } from "./backend.ts";
import type { Sent } from "./postgrest.ts";

/**
 * What the database does in a transaction: statements inside of functions, policies and triggers, their planning in
 * microseconds, the dearest functions.
 */
export type Work = { statements: number; planning: number; functions: FunctionTime[] };
/**
 * Calls per transaction, and its share of the time in functions, without that of functions that it calls: time of the
 * clock, so a share and no time.
 */
export type FunctionTime = { name: string; calls: number; share: number };
type Seen = { name: string; calls: number; self: number };

const COUNTED = 20;
const SHOWN = 12;

/**
 * Counts in a backend of its own, because counting costs time; of other backends it counts nothing but what they are
 * sent.
 */
export async function countWork(
  adminUrl: string,
  db: pg.Client,
  next: () => Promise<Sent>,
  withFunctions: boolean,
): Promise<Work> {
  const backend = await Backend.open(adminUrl, {
    "pg_stat_statements.track": "all",
    "pg_stat_statements.track_planning": "on",
    "track_functions": withFunctions ? "all" : "none",
  });
  const runAll = async () => {
    for (let turn = 0; turn < COUNTED; turn++) await backend.run(await next());
    await backend.flushStatistics();
  };
  try {
    await runAll();
    const before = await functionTimes(db);
    await db.query("select extensions.pg_stat_statements_reset()");
    await runAll();
    const { rows: [counts] } = await db.query<Omit<Work, "functions">>(COUNTS, [COUNTED]);
    const after = await functionTimes(db);
    return { ...(counts ?? { statements: 0, planning: 0 }), functions: dearest(before, after) };
  } finally {
    await backend.close();
  }
}

const COUNTS = `
  select coalesce(sum(calls) filter (where not toplevel), 0)::float8 / $1 as statements,
    coalesce(sum(total_plan_time), 0)::float8 * 1000 / $1 as planning
  from extensions.pg_stat_statements`;

async function functionTimes(db: pg.Client): Promise<Map<string, Seen>> {
  const { rows } = await db.query<Seen & { id: string }>(
    `select funcid::text as id, schemaname || '.' || funcname as name, calls::int, self_time as self
     from pg_stat_user_functions`,
  );
  return new Map(rows.map(({ id, ...times }) => [id, times]));
}

function dearest(before: Map<string, Seen>, after: Map<string, Seen>): FunctionTime[] {
  const times = [...after].map(([id, { name, calls, self }]) => ({
    name,
    calls: (calls - (before.get(id)?.calls ?? 0)) / COUNTED,
    self: self - (before.get(id)?.self ?? 0),
  })).filter(({ calls }) => calls > 0);
  const all = times.reduce((sum, { self }) => sum + self, 0);
  return times.toSorted((a, b) => b.self - a.self).slice(0, SHOWN)
    .map(({ name, calls, self }) => ({ name, calls, share: self / all }));
}
