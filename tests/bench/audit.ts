import type pg from "pg";
import type { Call } from "./client.ts";
import type { Load, Rounds } from "./load.ts";

/** Creations per second with and without the sealing of audit entries, and what the log costs those who read it. */
export type AuditResult = { sealed: number; unsealed: number; ratio: number } & Checks;
/** Checks of the whole log, in the database and through the function, and of its newest day; and a search for denied attempts. */
type Checks = { whole: Check; called: Check; day: Check; search: Check };
/** How many entries were checked or searched, in how many milliseconds. */
export type Check = { entries: number; ms: number };
/** The log as its overseer reads it: a connection of theirs, and their organization. */
export type Overseer = { load: Load; organization: string };

const PER_TRANSACTION = 1000;
/** The newest day of a log has a fiftieth of its entries. */
const DAYS = 50;

/** The same creations in short rounds in turn, with the trigger that seals on and off. The first round of each warms up. */
export async function measureAudit(
  load: Load,
  db: pg.Client,
  create: () => Call,
  { ms, rounds }: Rounds,
  entries: number,
  overseer: Overseer,
  progress: (text: string) => void,
): Promise<AuditResult> {
  // Before the trigger was ever off: afterwards the log has entries without a seal.
  const checks = await measureChecks(db, entries, overseer, progress);
  const made = { sealed: 0, unsealed: 0 };
  const elapsed = { sealed: 0, unsealed: 0 };
  for (let turn = 0; turn <= rounds; turn++) {
    for (const way of turn % 2 === 0 ? WAYS : WAYS.toReversed()) {
      await db.query(`alter table audit.entries ${way === "sealed" ? "enable" : "disable"} trigger entries_are_sealed`);
      const round = await load.round(create, turn === 0 ? Math.min(ms, 500) : ms);
      if (turn === 0) continue;
      made[way] += round.latencies.length;
      elapsed[way] += round.elapsed;
    }
  }
  const perSecond = (way: typeof WAYS[number]) => made[way] / elapsed[way] * 1000;
  const [sealed, unsealed] = [perSecond("sealed"), perSecond("unsealed")];
  return { sealed, unsealed, ratio: sealed / unsealed, ...checks };
}

const WAYS = ["sealed", "unsealed"] as const;

/** Fills the log up to so many entries, a thousand in each transaction, with anchors before its newest day. */
async function measureChecks(
  db: pg.Client,
  entries: number,
  { load, organization }: Overseer,
  progress: (text: string) => void,
): Promise<Checks> {
  const { rows: [log] } = await db.query<{ count: number }>("select count(*)::int as count from audit.entries");
  const day = entries / DAYS;
  await write(db, organization, entries - day - (log?.count ?? 0), progress);
  await db.query("select private.anchor_audit()");
  const { rows: [anchored] } = await db.query<{ at: string }>("select max(made_at)::text as at from audit.anchors");
  await write(db, organization, day, progress);
  await db.query("analyze audit.entries; analyze audit.links");
  const whole = await check(db, null);
  return {
    whole,
    called: { entries: whole.entries, ms: await timeOf(load, CHECK) },
    day: await check(db, anchored?.at ?? null),
    search: { entries: whole.entries, ms: await medianOf(load, SEARCH) },
  };
}

const BASE = "/functions/v1/admin/audit";
const CHECK: Call = { method: "POST", target: `${BASE}/verify`, body: {} };
const SEARCH: Call = { method: "GET", target: `${BASE}?action=deny` };
const SEARCHES = 15;

/** How long a call took; infinitely when it was refused, so that a machine that is too slow misses the target and ends nothing. */
const timeOf = (load: Load, call: Call): Promise<number> => load.once(call).then(({ ms }) => ms, () => Infinity);

async function medianOf(load: Load, call: Call): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < SEARCHES; turn++) times.push(await timeOf(load, call));
  return times.sort((a, b) => a - b)[Math.floor(SEARCHES / 2)] ?? Infinity;
}

async function write(
  db: pg.Client,
  organization: string,
  entries: number,
  progress: (text: string) => void,
): Promise<void> {
  for (let made = 0; made < entries; made += PER_TRANSACTION) {
    await db.query(
      `insert into audit.entries (actor_role, organization_id, table_name, row_id, action, changed_fields)
       select 'bench', $2, 'patients', gen_random_uuid(), 'update', '{phone}' from generate_series(1, $1)`,
      [Math.min(PER_TRANSACTION, entries - made), organization],
    );
    if ((made + PER_TRANSACTION) % 100_000 === 0) progress(`wrote ${made + PER_TRANSACTION} of ${entries} entries`);
  }
}

async function check(db: pg.Client, since: string | null): Promise<Check> {
  const startedAt = performance.now();
  const { rows: [found] } = await db.query<{ checked: number; broken: unknown }>(
    "select (answer ->> 'checked')::int as checked, answer -> 'broken' as broken from private.verify_audit($1, '[]') as answer",
    [since],
  );
  const ms = performance.now() - startedAt;
  if (found === undefined || found.broken !== null) {
    throw new Error(`The audit log is broken: ${JSON.stringify(found)}`);
  }
  return { entries: found.checked, ms };
}
