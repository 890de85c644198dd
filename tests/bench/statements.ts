import type { Client } from "pg";

/** What some requests made the database do, per request. */
export type Statements = {
  /** Calls of the data API, each one transaction; leases of the rate limit are beside the request and counted apart. */
  dataCalls: number;
  leases: number;
  /** Statements that the data API sent, its settings included; `begin` and `commit` come on top. */
  sent: number;
  /** Statements inside of functions, policies and triggers. */
  inner: number;
};

/** Readies pg_stat_statements, which the local stack loads. */
export async function prepareStatements(db: Client): Promise<void> {
  await db.query("create extension if not exists pg_stat_statements with schema extensions");
}

/**
 * Counts what `work`, which makes `requests` requests, does in the database. Counting inside of functions costs time,
 * so it is on for this alone.
 */
export async function countStatements(db: Client, requests: number, work: () => Promise<void>): Promise<Statements> {
  await track(db, "all");
  await db.query("select extensions.pg_stat_statements_reset()");
  await work();
  const { rows } = await db.query<{ calls: number; leases: number; sent: number; inner: number }>(COUNTS);
  await track(db, "top");
  const counts = rows[0] ?? { calls: 0, leases: 0, sent: 0, inner: 0 };
  return {
    dataCalls: (counts.calls - counts.leases) / requests,
    leases: counts.leases / requests,
    sent: counts.sent / requests,
    inner: counts.inner / requests,
  };
}

/** `check_request` runs once per call of the data API, before everything else. */
const COUNTS = `
  select
    coalesce(sum(s.calls) filter (where s.toplevel and s.query ~* 'private"?\\."?check_request'), 0)::int as calls,
    coalesce(sum(s.calls) filter (where s.toplevel and s.query ~ 'public"?\\."?lease_rate_limit'), 0)::int as leases,
    coalesce(sum(s.calls) filter (where s.toplevel and s.query !~* '^(begin|commit)'), 0)::int as sent,
    coalesce(sum(s.calls) filter (where not s.toplevel), 0)::int as inner
  from extensions.pg_stat_statements s
  where not s.toplevel or s.userid in (
    select oid from pg_roles where rolname in ('authenticator', 'authenticated', 'anon', 'service_role'))`;

async function track(db: Client, what: "top" | "all"): Promise<void> {
  await db.query(`alter system set pg_stat_statements.track = '${what}'`);
  await db.query("select pg_reload_conf()");
}
