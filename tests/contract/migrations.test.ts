import { describe, expect, test } from "vitest";
import { filesBelow, read } from "./project.ts";

const files = filesBelow("supabase/migrations", ".sql");
const all = files.map(read).join("\n");

/** Tables that a migration makes in `public`, with the line above. */
const tables = [...all.matchAll(/(.*)\ncreate table (?:if not exists )?public\.(\w+)/g)].map((
  [, above = "", name = ""],
) => ({ name, above }));
/** Tables of clinical records; private.make_record_table gives each of them the same protection. */
const records = [...all.matchAll(/call private\.make_record_table\('\w+', '(\w+)'/g)].map(([, name = ""]) => name);
/** What a trigger alone writes, once, and whose origin is under audit itself. */
const DERIVED = ["record_versions"];
const functions = [...all.matchAll(/create (?:or replace )?function ((?:public|private|audit)\.\w+)([\s\S]*?)\bas \$/g)]
  .map(([, name = "", head = ""]) => ({ name, head }));
const policies = [...all.matchAll(/create policy ("[^"]*"|\w+) on (\w+\.\w+)([\s\S]*?);/g)]
  .map(([, name = "", table = "", rest = ""]) => ({ name, table, rest }));

test("migrations are named by time and topic", () => {
  for (const file of files) expect(file).toMatch(/^supabase\/migrations\/\d{14}_[a-z0-9_]+\.sql$/);
  const times = files.map((file) => file.slice("supabase/migrations/".length, "supabase/migrations/".length + 14));
  expect(times).toEqual([...new Set(times)]);
});

test("migrations make tables, functions and policies", () => {
  expect(tables.length).toBeGreaterThan(7);
  expect(functions.length).toBeGreaterThan(30);
  expect(policies.length).toBeGreaterThan(15);
});

test("tables of records are protected by the procedure that makes them", () => {
  expect(records.length).toBeGreaterThan(6);
  for (
    const part of [
      "enable row level security",
      "grant select on",
      "create policy",
      "private.change_record",
      "private.audit_table",
    ]
  ) {
    expect(/create procedure private\.make_record_table[\s\S]*?\$\$;/.exec(all)?.[0]).toContain(part);
  }
});

test.each(tables.filter(({ name }) => records.includes(name)))(
  "table public.$name says what it is for",
  ({ above }) => {
    expect(above).toMatch(/^-- \S/);
  },
);

describe.each(tables.filter(({ name }) => !records.includes(name)))("table public.$name", ({ name, above }) => {
  test("says what it is for", () => expect(above).toMatch(/^-- \S/));
  test("is under row-level security", () =>
    expect(all).toContain(`alter table public.${name} enable row level security;`));
  test("states its grants", () => expect(all).toMatch(new RegExp(`grant [^;]* on public\\.${name} to `)));
  test("has policies", () => expect(policies.map(({ table }) => table)).toContain(`public.${name}`));
  if (DERIVED.includes(name)) return;
  test("is under audit", () => expect(all).toContain(`call private.audit_table('public.${name}'`));
  test("counts its versions", () => {
    expect(all).toMatch(
      new RegExp(`before update on public\\.${name}\\b[^;]*execute function private\\.touch_row\\(\\)`),
    );
  });
});

test.each(functions)("function $name has an empty search path", ({ head }) => {
  expect(head).toContain("set search_path = ''");
});

test.each(policies)("policy $name is a sentence, for one role and one action", ({ name, rest }) => {
  expect(name).toMatch(/^"[A-Z][^"]* [^"]*"$/);
  expect(rest).toMatch(/for (select|insert|update|delete)\b/);
  expect(rest).toMatch(/\bto authenticated\b/);
});

test("a table has at most one policy for an action", () => {
  const actions = policies.map(({ table, rest }) => `${table} ${/for (\w+)/.exec(rest)?.[1]}`);
  expect(actions).toEqual([...new Set(actions)]);
});
