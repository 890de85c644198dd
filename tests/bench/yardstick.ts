import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Database } from "./bench.ts";
import type { Call } from "./client.ts";
import { Load } from "./load.ts";
import type { Statement } from "./sql/postgrest.ts";

/**
 * The yardstick is a table with two columns and a policy, which no migration knows: one plain insert and one read by
 * key. What they cost tells how fast the machine is at this moment, whatever happens to the project.
 */
export const YARDSTICK_KINDS = ["insert", "read"] as const;
export type YardstickKind = (typeof YARDSTICK_KINDS)[number];

const ROWS = 10_000;
const rowId = (n: number) => `be000000-0000-4000-8002-${String(n % ROWS + 1).padStart(12, "0")}`;
const OWNER = "30000000-0000-4000-8000-000000000002";

/** Makes the table anew, as the role that owns the project's tables. */
export async function createYardstick(db: pg.Client): Promise<void> {
  await db.query(`
    set role postgres;
    drop table if exists public.bench_yardstick;
    create table public.bench_yardstick (
      id uuid primary key default gen_random_uuid(),
      owner_id uuid not null default auth.uid(),
      note text not null
    );
    alter table public.bench_yardstick enable row level security;
    grant select, insert on public.bench_yardstick to authenticated;
    create policy "Owners see their rows" on public.bench_yardstick for select to authenticated
      using (owner_id = (select auth.uid()));
    create policy "Owners add rows" on public.bench_yardstick for insert to authenticated
      with check (owner_id = (select auth.uid()));
    insert into public.bench_yardstick (id, owner_id, note)
      select ('be000000-0000-4000-8002-' || lpad(n::text, 12, '0'))::uuid, '${OWNER}', 'Note ' || n
      from generate_series(1, ${ROWS}) as n;
    reset role`);
  await db.query("vacuum (analyze) public.bench_yardstick");
  await db.query("notify pgrst, 'reload schema'");
}

export async function dropYardstick(db: pg.Client): Promise<void> {
  await db.query("drop table if exists public.bench_yardstick");
}

/**
 * The yardstick straight at PostgREST, past the gateway; ready when PostgREST knows the table, which it learns for
 * writing alone.
 */
export async function openYardstick({ stack, token }: Database, connections: number): Promise<Load> {
  const load = await Load.open(stack.ports.postgrest ?? 0, { authorization: `Bearer ${token}` }, connections);
  for (let tries = 0;; tries++) {
    try {
      await load.once(yardstickCalls().insert());
      return load;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export function yardstickCalls(): Record<YardstickKind, () => Call> {
  let read = 0;
  return {
    insert: () => ({ method: "POST", target: "/bench_yardstick", body: { note: randomUUID() } }),
    read: () => ({ method: "GET", target: `/bench_yardstick?id=eq.${rowId(read += 7)}` }),
  };
}

/** The yardstick as statements of one connection, without anything of the project. */
export function yardstickStatements(): Record<YardstickKind, () => Statement> {
  let read = 0;
  return {
    insert: () => ({
      name: "yardstick insert",
      text: "insert into public.bench_yardstick (note) values ($1)",
      values: [randomUUID()],
    }),
    read: () => ({
      name: "yardstick read",
      text: "select * from public.bench_yardstick where id = $1",
      values: [rowId(read += 7)],
    }),
  };
}
