import type pg from "pg";
import { expect, test } from "vitest";
import { rolledBack } from "../support/database.ts";
import { hugeInputsTaken } from "./huge-inputs.ts";

// 4 and 20 MB: tests/load/huge-inputs.test.ts.
test("every function of the API that takes text, lists or JSON refuses 400 KB at once", async () => {
  expect(await hugeInputsTaken(400_000)).toEqual([]);
}, 120_000);

type Column = { place: string; name: string; type: string };

const WRITABLE = `
  select c.oid::regclass::text as place, a.attname as name, format_type(a.atttypid, null) as type
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and c.relkind in ('r', 'p')
    and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))
  order by 1, a.attnum`;

/** Whether the conditions of a table refuse a value in a column, whatever is in the others; triggers rest. */
async function refuses(client: pg.ClientBase, { place, name }: Column, value: string): Promise<boolean> {
  const { rows: checks } = await client.query<{ condition: string }>(
    `select pg_get_expr(k.conbin, k.conrelid) as condition from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attname = $2
     where k.conrelid = $1::regclass and k.contype = 'c' and a.attnum = any (k.conkey)`,
    [place, name],
  );
  for (const { condition } of checks) {
    const row = `jsonb_populate_record(null::${place}, jsonb_build_object('${name}', ${value}))`;
    const { rows: [one] } = await client.query<{ fits: boolean | null }>(
      `select (${condition}) as fits from (select (${row}).*) as t`,
    );
    if (one?.fits === false) return true;
  }
  return false;
}

test("every text, list and JSON that people may write to a table has a length", async () => {
  await rolledBack(async (client) => {
    const { rows } = await client.query<Column>(WRITABLE);
    const unbound: string[] = [];
    const values: Record<string, string> = {
      text: "repeat('a', 400000)",
      jsonb: "jsonb_build_object('a', repeat('a', 400000))",
      "text[]": "(select jsonb_agg('a'::text) from generate_series(1, 100000))",
      "drug_route[]": "(select jsonb_agg('oral'::text) from generate_series(1, 100000))",
      "integer[]": "(select jsonb_agg(60) from generate_series(1, 100000))",
    };
    for (const column of rows) {
      const value = values[column.type];
      if (value === undefined) {
        if (/\[\]$|^(json|character|xml|bytea)|text$/.test(column.type)) unbound.push(`${column.place}.${column.name}`);
        continue;
      }
      if (!await refuses(client, column, value)) unbound.push(`${column.place}.${column.name}`);
    }
    expect(unbound).toEqual([]);
  });
});

test("every time that people may write to a table is finite", async () => {
  await rolledBack(async (client) => {
    const { rows } = await client.query<Column>(WRITABLE);
    const times = rows.filter(({ type }) => /^(date|timestamp)/.test(type));
    expect(times.length).toBeGreaterThan(10);
    for (const column of times) {
      for (const word of ["'infinity'", "'-infinity'"]) {
        expect(await refuses(client, column, word), `${column.place}.${column.name} ${word}`).toBe(true);
      }
    }
  });
});
