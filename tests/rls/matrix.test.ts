import type { PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "../support/database.ts";
import { allCells } from "./expectations/all.ts";
import { type Cell, outcomeOf } from "./matrix.ts";
import { arrange, lookUp } from "./world.ts";

let client: PoolClient;

beforeAll(async () => {
  client = await sql().connect();
  await client.query("begin");
  await arrange(client);
  await lookUp(client);
});

afterAll(async () => {
  await client.query("rollback");
  client.release();
});

test("every table and view of the API and the audit log have expectations; partitions have rules", async () => {
  const { rows } = await client.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'audit') and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition order by 1`);
  const expected = new Set(allCells.filter(({ verb }) => verb !== "call").map(({ relation }) => relation));
  expect(rows.map(({ name }) => name)).toEqual([...expected].sort());
});

test("every function of the API has expectations", async () => {
  const { rows } = await client.query<{ name: string }>(`
    select distinct format('%I.%I', n.nspname, p.proname) as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' order by 1`);
  const expected = new Set(allCells.filter(({ verb }) => verb === "call").map(({ relation }) => relation));
  expect(rows.map(({ name }) => name)).toEqual([...expected].sort());
});

describe.each([...new Set(allCells.map(({ relation }) => relation))])("%s", (about) => {
  const cells = allCells.filter(({ relation }) => relation === about)
    .map((cell): [string, Cell] => [`${cell.verb} ${cell.subject} as ${cell.actor} is ${cell.expected}`, cell]);
  test.each(cells)("%s", async (_, { actor, statement, expected }) => {
    expect(await outcomeOf(client, actor, statement)).toBe(expected);
  });
});
