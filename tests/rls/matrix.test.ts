import { describe, expect, test } from "vitest";
import { allLines } from "./topics/index.ts";
import { type Line, openedBy, outcomesOf } from "./matrix.ts";
import { useWorld } from "./use-world.ts";

const world = useWorld();

const relationsOf = (lines: Line[]) => [...new Set(lines.map(({ relation }) => relation))];

test("every table and view of the API and the audit log have expectations; partitions have rules", async () => {
  const { rows } = await world.client.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'audit') and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition order by 1`);
  expect(rows.map(({ name }) => name)).toEqual(relationsOf(allLines.filter(({ verb }) => verb !== "call")).sort());
});

test("every function of the API has expectations", async () => {
  const { rows } = await world.client.query<{ name: string }>(`
    select distinct format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' order by 1`);
  expect(rows.map(({ name }) => name)).toEqual(
    relationsOf(allLines.filter(({ verb, relation }) => verb === "call" && relation.startsWith("public."))).sort(),
  );
});

test("what is closed to callers is so by privileges", async () => {
  expect(await openedBy(world.client, allLines)).toEqual([]);
});

const tried = allLines.filter(({ expected }) => Object.keys(expected).length > 0);

describe.each(relationsOf(tried))("%s", (about) => {
  const lines = tried.filter(({ relation }) => relation === about);
  test.each(lines.map((line): [string, Line] => [`${line.verb} ${line.subject}`, line]))("%s", async (_, line) => {
    expect(await outcomesOf(world.client, line)).toEqual(line.expected);
  });
});
