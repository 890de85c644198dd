import type pg from "pg";
import type { Call } from "./client.ts";
import type { Load, Rounds } from "./load.ts";

/** Creations per second with and without the sealing of audit entries, and how long a check of the whole log takes, in milliseconds. */
export type AuditResult = { sealed: number; unsealed: number; ratio: number; verified: number; verifyMs: number };

/** The same creations in short rounds in turn, with the trigger that seals on and off. The first round of each warms up. */
export async function measureAudit(
  load: Load,
  db: pg.Client,
  create: () => Call,
  { ms, rounds }: Rounds,
): Promise<AuditResult> {
  const { rows } = await db.query<{ verified: number; ms: number }>(VERIFY);
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
  return { sealed, unsealed, ratio: sealed / unsealed, verified: rows[0]?.verified ?? 0, verifyMs: rows[0]?.ms ?? NaN };
}

const WAYS = ["sealed", "unsealed"] as const;

/** Before the trigger was ever off: afterwards the log has entries without a seal. */
const VERIFY = `
  with begun as materialized (select clock_timestamp() as at),
    checked as materialized (select private.verify_audit(null, '[]') as answer from begun)
  select (checked.answer ->> 'checked')::int as verified, extract(epoch from clock_timestamp() - begun.at)::float8 * 1000 as ms
  from begun, checked`;
