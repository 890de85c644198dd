import { expect, test } from "vitest";
import { sql } from "../support/database.ts";
import { topics } from "./topics/index.ts";

/** Privileges that go with `grant all` on a table; MAINTAIN exists from Postgres 17 on and is left out. */
const ALL = "delete insert references select trigger truncate update";

/** The grants of all topics, on whole tables and on columns: columns of one privilege may stand in several lines. */
const granted = topics.flatMap(({ grants = "" }) => grants.trim().split("\n"))
  .map((line) => line.trim().split(/\s{2,}/)).filter(([table]) => table !== "");
const onTables = granted.filter(({ length }) => length === 3);
const onColumns = granted.filter(({ length }) => length === 4);

const named = (table = "") => table.includes(".") ? table : `public.${table}`;

/** Lines as the database tells them. */
function linesOf(some: string[][]): string[] {
  const lines = new Map<string, string[]>();
  for (const [table, ...rest] of some) {
    const words = rest.pop() ?? "";
    const key = [named(table), ...rest].join(" | ");
    lines.set(key, [...lines.get(key) ?? [], ...(words === "all" ? ALL : words).split(" ")]);
  }
  return [...lines].map(([key, words]) => `${key} | ${words.sort().join(" ")}`).sort();
}

/** What even a caller without a token runs into: the check before each request, what constraints and refusals need, and calendar feeds. */
const ANONYMOUS_HELPERS = [
  "private.check_request",
  "private.normalise",
  "private.read_calendar_feed",
  "private.refuse",
  "private.request_header",
  "private.require_length",
  "public.read_calendar_feed",
];

const OUR_SCHEMAS = "n.nspname in ('public', 'private', 'audit')";
const API_ROLES = "coalesce(g.rolname, 'public') in ('public', 'anon', 'authenticated', 'service_role')";

test("the roles of the API have the privileges on tables that they need, and no other", async () => {
  const { rows } = await sql().query<{ line: string }>(`
    select format('%s.%s | %s | %s', n.nspname, c.relname, coalesce(g.rolname, 'public'),
      string_agg(lower(a.privilege_type), ' ' order by lower(a.privilege_type))) as line
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) as a
    left join pg_roles g on g.oid = a.grantee
    where ${OUR_SCHEMAS} and ${API_ROLES} and a.privilege_type <> 'MAINTAIN'
    group by n.nspname, c.relname, g.rolname`);
  expect(rows.map(({ line }) => line).sort()).toEqual(linesOf(onTables));
});

test("the roles of the API have the privileges on columns that they need, and no other", async () => {
  const { rows } = await sql().query<{ line: string }>(`
    select format('%s.%s | %s | %s | %s', n.nspname, c.relname, coalesce(g.rolname, 'public'), lower(a.privilege_type),
      string_agg(t.attname, ' ' order by t.attname)) as line
    from pg_attribute t
    join pg_class c on c.oid = t.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(t.attacl) as a
    left join pg_roles g on g.oid = a.grantee
    where ${OUR_SCHEMAS} and ${API_ROLES} and not t.attisdropped
    group by n.nspname, c.relname, g.rolname, a.privilege_type`);
  expect(rows.map(({ line }) => line).sort()).toEqual(linesOf(onColumns));
});

test("functions are granted one by one, never to everybody", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select distinct format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
    where ${OUR_SCHEMAS} and a.grantee = 0`);
  expect(rows).toEqual([]);
});

test("a caller without a token may read a calendar feed by its own token, and else execute only harmless helpers", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select distinct format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where ${OUR_SCHEMAS} and has_function_privilege('anon', p.oid, 'execute') order by 1`);
  expect(rows.map(({ name }) => name)).toEqual(ANONYMOUS_HELPERS);
});

test("who may select from a table of the API may select all of its columns: clients ask for * and for what they wrote", async () => {
  const { rows } = await sql().query<{ name: string }>(
    `
    select distinct format('%I.%I for %s', n.nspname, c.relname, r.rolname) as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join pg_roles r
    where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'f') and r.rolname in ('anon', 'authenticated', 'service_role')
      and has_any_column_privilege(r.oid, c.oid, 'select') and not has_table_privilege(r.oid, c.oid, 'select')`,
  );
  expect(rows).toEqual([]);
});

test("nobody of the API reads the values in the audit log, what opens an invitation, a feed or a chart, or whose login a practitioner has", async () => {
  const { rows } = await sql().query<{ role: string; columns: string[] }>(`
    select r.rolname as role, array_agg(format('%s.%s', c.attrelid::regclass, c.attname)) as columns
    from pg_roles r cross join pg_attribute c
    where r.rolname in ('anon', 'authenticated', 'service_role') and has_column_privilege(r.oid, c.attrelid, c.attnum, 'select')
      and (c.attrelid = 'audit.entries'::regclass and c.attname in ('before', 'after')
        or c.attrelid = any ('{private.invitation_tokens, private.calendar_feed_tokens, private.link_code_hashes, private.practitioner_keys}'::regclass[])
        or c.attrelid = 'private.patients'::regclass and c.attname in ('hospital_ids', 'related_changes') and r.rolname <> 'service_role')
    group by 1`);
  expect(rows).toEqual([]);
});

test("tables under row-level security, views with the rights of the caller", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where (n.nspname in ('public', 'audit') or c.oid = 'private.patients'::regclass) and (
      c.relkind in ('r', 'p') and not c.relrowsecurity
      or c.relkind = 'v' and not coalesce(c.reloptions @> array['security_invoker=true'], false)
      or c.relkind in ('m', 'f'))`);
  expect(rows).toEqual([]);
});

test("no table is published: its rows would go out whole to whoever follows it", async () => {
  const { rows } = await sql().query<{ name: string }>(`
    select format('%I.%I', schemaname, tablename) as name from pg_publication_tables
    where not (pubname = 'supabase_realtime_messages_publication' and schemaname = 'realtime')`);
  expect(rows).toEqual([]);
});
