import type { ClientBase } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rolledBack, sql, sqlValue } from "../support/database.ts";
import { reduced } from "../support/reduced.ts";

const ENTRIES = reduced(100_000, 10_000);
const PLACES = reduced(20, 5);
const PER_TRANSACTION = 1000;

type Broken = { entry_id: number | null; problem: string } | null;

beforeAll(async () => {
  for (let made = 0; made < ENTRIES; made += PER_TRANSACTION) {
    await sql().query(
      `insert into audit.entries (actor_role, table_name, row_id, action, changed_fields)
       select 'load', 'patients', gen_random_uuid(), 'update', '{phone}' from generate_series(1, ${PER_TRANSACTION})`,
    );
  }
}, 600_000);

afterAll(async () => {
  expect(await sqlValue("select private.verify_audit(null, '[]') -> 'broken'")).toBeNull();
});

/** What a check finds after a superuser has worked past all triggers at a place chosen by chance; nothing of it stays. */
async function foundAfter(tampering: (client: ClientBase) => Promise<number>): Promise<[number, Broken]> {
  return await rolledBack(async (client) => {
    await client.query("set local session_replication_role = replica");
    const id = await tampering(client);
    const { rows } = await client.query<{ broken: Broken }>(
      "select private.verify_audit(null, '[]') -> 'broken' as broken",
    );
    return [id, rows[0]?.broken ?? null];
  });
}

const idOf = async (client: ClientBase, statement: string): Promise<number> =>
  Number((await client.query<{ id: string }>(statement)).rows[0]?.id);

/** Any sealed entry, the first and the last of a chain included. */
const ANY =
  "(select entry_id from audit.links where entry_id in (select id from audit.entries) order by random() limit 1)";

const kinds: [string, string, string][] = [
  [
    "altered",
    `update audit.entries set actor_id = gen_random_uuid() where id = ${ANY} returning id`,
    "the entry was changed",
  ],
  ["deleted", `delete from audit.entries where id = ${ANY} returning id`, "the entry was removed"],
  [
    "inserted",
    `insert into audit.entries (id, occurred_at, actor_role, table_name, row_id, action, changed_fields) overriding system value
     select -id, occurred_at, 'load', 'patients', gen_random_uuid(), 'update', '{phone}' from audit.entries where id = ${ANY} returning id`,
    "the entry was inserted past the chain",
  ],
];

test.each(kinds)(`one entry %s among ${ENTRIES}, anywhere, is found and named`, async (_, statement, problem) => {
  for (let place = 0; place < PLACES; place++) {
    const [id, broken] = await foundAfter((client) => idOf(client, statement));
    expect(broken).toMatchObject({ entry_id: id, problem });
  }
}, 600_000);

test("the negative control: where the seal goes with the entry and the chain is closed over it, the check of the entries alone finds nothing", async () => {
  await rolledBack(async (client) => {
    await client.query("set local session_replication_role = replica");
    const id = await idOf(client, `delete from audit.entries where id = ${ANY} returning id`);
    await client.query("delete from audit.links where entry_id = $1", [id]);
    const { rows } = await client.query(
      "select e.id from audit.entries e left join audit.links l on l.entry_id = e.id where l.entry_id is null",
    );
    expect(rows).toEqual([]);
    expect(
      (await client.query<{ broken: Broken }>("select private.verify_audit(null, '[]') -> 'broken' as broken")).rows[0]
        ?.broken,
    )
      .not.toBeNull();
  });
});
