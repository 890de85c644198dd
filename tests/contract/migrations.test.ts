import { describe, expect, test } from "vitest";
import { filesBelow, read } from "./project.ts";

const files = filesBelow("supabase/migrations", ".sql");
const all = files.map(read).join("\n");

/** Tables that a migration makes in `public`. */
const tables = [...all.matchAll(/\ncreate table (?:if not exists )?public\.(\w+)/g)].map(([, name = ""]) => ({ name }));
/** What says what a table is for: a comment of the database, which Studio and the data API show. */
const commented = new Set([...all.matchAll(/comment on table (\w+\.\w+) is/g)].map(([, name = ""]) => name));
const tablesOf = (text: string) =>
  [...text.matchAll(/create (?:unlogged )?table (\w+\.\w+) \(/g)].map(([, name = ""]) => name);
/** Tables of clinical records; private.make_record_table gives each of them the same protection. */
const records = [...all.matchAll(/call private\.make_record_table\('\w+', '(\w+)'/g)].map(([, name = ""]) => name);
/** What a trigger alone writes, once, and whose origin is under audit itself. */
const DERIVED = ["record_versions"];
const functions = [
  ...all.matchAll(
    /create (?:or replace )?function ((?:public|private|audit)\.\w+)([\s\S]*?)(?:^(return [^;]*;)|\bas \$\w*\$([\s\S]*?)\$\w*\$)/gm,
  ),
].map(([, name = "", head = "", inlined, body = ""]) => ({ name, head, body, inlined: inlined !== undefined }));
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

describe.each(files)("%s", (file) => {
  const text = read(file);
  test("has lines of at most 120 characters", () => {
    expect(text.split("\n").filter((line) => [...line].length > 120)).toEqual([]);
  });
  test("has at most 300 lines", () => {
    expect(text.split("\n").length - 1).toBeLessThanOrEqual(300);
  });
  test("says what its tables and functions of the API are for", () => {
    expect(tablesOf(text).filter((name) => !commented.has(name))).toEqual([]);
    const called = [...text.matchAll(/create function (public\.\w+)/g)].map(([, name = ""]) => name);
    expect(called.filter((name) => !all.includes(`comment on function ${name} is`))).toEqual([]);
  });
});

describe.each(tables.filter(({ name }) => !records.includes(name)))("table public.$name", ({ name }) => {
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

test.each(functions.filter(({ inlined }) => !inlined))("function $name has an empty search path", ({ head }) => {
  expect(head).toContain("set search_path = ''");
});

/** What most requests run. Triggers are named, for no function mentions them. */
const HOT = [
  "private.check_request",
  "public.get_patient",
  "public.list_patients",
  "public.create_patient",
  "public.book_appointment",
  "private.audit_change",
  "private.seal_entry",
  "private.settle_chain_head",
  "private.index_patient_words",
  "private.number_patient",
  "private.check_care_relationship",
  "private.ask_for_duplicate_check",
  "private.touch_row",
];
/** SQL functions that hot ones name, but call in rare cases alone. */
const SELDOM = [
  "private.merged_into",
  "private.refuse_stranger",
];

/** All functions that some name, those that these name, and so on. */
function reachedFrom(names: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const next = [...names];
  for (let name = next.pop(); name !== undefined; name = next.pop()) {
    if (reached.has(name) || SELDOM.includes(name)) continue;
    reached.add(name);
    for (const { body } of functions.filter((one) => one.name === name)) {
      next.push(
        ...functions.map((one) => one.name).filter((other) => new RegExp(`${other.replace(".", "\\.")}\\b`).test(body)),
      );
      for (const [, operation = ""] of body.matchAll(/private\.once\('(\w+)'/g)) next.push(`private.${operation}`);
    }
  }
  return reached;
}

test("functions that most requests run keep their plans: none is in SQL, which is planned anew at every use", () => {
  const hot = reachedFrom(HOT);
  expect(hot.size).toBeGreaterThan(30);
  const inSql = functions.filter(({ name, head, inlined }) => hot.has(name) && !inlined && /language sql\b/.test(head));
  expect(inSql.map(({ name }) => name)).toEqual([]);
});

/** A setting would keep it from being inlined, which is what its body in standard SQL is for; its names are bound already. */
test.each(functions.filter(({ inlined }) => inlined))("function $name can be inlined", ({ head }) => {
  expect(head).toMatch(/\blanguage sql\b/);
  expect(head).not.toMatch(/\bset \w+ =|\bsecurity definer\b/);
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
