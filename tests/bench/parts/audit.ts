import type pg from "pg";
import { accessToken, type Bench, gatewayOf, HOSPITAL, progress } from "../bench.ts";
import type { Call } from "../client.ts";
import { Load } from "../load.ts";
import { below, type Outcome } from "../part.ts";
import { count, ms } from "../table.ts";

/** How many entries were checked or searched, in how many milliseconds. */
type Check = { entries: number; ms: number };
/**
 * Checks of the whole log, in the database and through the function, and of its newest day; and a search for denied
 * attempts.
 */
type Result = { whole: Check; called: Check; day: Check; search: Check };

const OFFICER = "privacy@demo.health";
const PER_TRANSACTION = 1000;
/** The newest day of a log has a fiftieth of its entries. */
const DAYS = 50;
const BASE = "/functions/v1/admin/audit";
const CHECK: Call = { method: "POST", target: `${BASE}/verify`, body: {} };
const SEARCH: Call = { method: "GET", target: `${BASE}?action=deny` };
const SEARCHES = 15;
const MOST_SECONDS = { whole: 60, called: 60, day: 5 };
const MOST_SEARCH_MS = 100;

/** Fills the audit log, checks it and searches it as its overseer. */
export async function audit({ options, largest: { stack, db } }: Bench): Promise<Outcome> {
  const token = await accessToken(stack, OFFICER);
  const load = await Load.open(gatewayOf(stack), { apikey: stack.publishableKey, authorization: `Bearer ${token}` }, 1);
  const { whole, called, day, search } = await measure(load, db, options.auditEntries);
  load.close();
  const seconds = (what: Check) => what.ms / 1000;
  const check = (what: keyof typeof MOST_SECONDS, { entries, ms }: Check, which: string) =>
    below(`check of ${count(entries)} audit entries, ${which}`, ms / 1000, MOST_SECONDS[what], " s");
  const searched = `search for denied attempts among ${count(search.entries)} audit entries, p50`;
  return {
    result: { whole, called, day, search },
    text:
      `Check of the audit log: ${count(whole.entries)} entries in ${ms(seconds(whole))} s, ${ms(seconds(called))} s ` +
      `through the function, the newest ${count(day.entries)} in ${ms(seconds(day))} s; ` +
      `a search for denied attempts p50 ${ms(search.ms)} ms`,
    targets: [
      check("whole", whole, "all"),
      check("called", called, "all through the function"),
      check("day", day, "the newest day"),
      below(searched, search.ms, MOST_SEARCH_MS, " ms"),
    ],
  };
}

/** Fills the log up to so many entries, a thousand in each transaction, with anchors before its newest day. */
async function measure(load: Load, db: pg.Client, entries: number): Promise<Result> {
  const { rows: [log] } = await db.query<{ count: number }>("select count(*)::int as count from audit.entries");
  const day = entries / DAYS;
  await write(db, entries - day - (log?.count ?? 0));
  await db.query("select private.anchor_audit()");
  const { rows: [anchored] } = await db.query<{ at: string }>("select max(made_at)::text as at from audit.anchors");
  await write(db, day);
  await db.query("analyze audit.entries; analyze audit.links");
  const whole = await check(db, null);
  return {
    whole,
    called: { entries: whole.entries, ms: await timeOf(load, CHECK) },
    day: await check(db, anchored?.at ?? null),
    search: { entries: whole.entries, ms: await medianOf(load, SEARCH) },
  };
}

/**
 * How long a call took; infinitely when it was refused, so that a machine that is too slow misses the target and ends
 * nothing.
 */
const timeOf = (load: Load, call: Call): Promise<number> => load.once(call).then(({ ms }) => ms, () => Infinity);

async function medianOf(load: Load, call: Call): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < SEARCHES; turn++) times.push(await timeOf(load, call));
  return times.sort((a, b) => a - b)[Math.floor(SEARCHES / 2)] ?? Infinity;
}

async function write(db: pg.Client, entries: number): Promise<void> {
  for (let made = 0; made < entries; made += PER_TRANSACTION) {
    await db.query(
      `insert into audit.entries (actor_role, organization_id, table_name, row_id, action, changed_fields)
       select 'bench', $2, 'patients', gen_random_uuid(), 'update', '{phone}' from generate_series(1, $1)`,
      [Math.min(PER_TRANSACTION, entries - made), HOSPITAL],
    );
    if ((made + PER_TRANSACTION) % 100_000 === 0) progress(`wrote ${made + PER_TRANSACTION} of ${entries} entries`);
  }
}

async function check(db: pg.Client, since: string | null): Promise<Check> {
  const startedAt = performance.now();
  const { rows: [found] } = await db.query<{ checked: number; broken: unknown }>(
    `select (answer ->> 'checked')::int as checked, answer -> 'broken' as broken
     from private.verify_audit($1, '[]') as answer`,
    [since],
  );
  const ms = performance.now() - startedAt;
  if (found === undefined || found.broken !== null) {
    throw new Error(`The audit log is broken: ${JSON.stringify(found)}`);
  }
  return { entries: found.checked, ms };
}
