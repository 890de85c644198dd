import type { ClientBase } from "pg";
import { describe, expect, test } from "vitest";
import { rolledBack } from "../../support/database.ts";

type Broken = { entry_id: number; problem: string } | null;

/** Statements that may be tried one after the other: the last one's first value. */
async function value(client: ClientBase, text: string): Promise<unknown> {
  const { rows } = await client.query<unknown[]>({ text, rowMode: "array" });
  return rows[0]?.[0];
}

/** Sealed entries of `months` of long ago, three in each; they come into the default partition, as nothing is made behind the present. */
const longAgo = (from: string, months = 2) => `
  insert into audit.entries (occurred_at, actor_role, table_name, row_id, action, changed_fields)
  select timestamptz '${from}' + make_interval(months => m, days => d), 'x', 'patients', gen_random_uuid(), 'update', '{phone}'
  from generate_series(0, ${months - 1}) as m, generate_series(1, 3) as d;
  set constraints all immediate`;

/** As the owner of the tables, as cron runs the jobs: not as a superuser. */
async function runJobs(client: ClientBase, now = "now()"): Promise<void> {
  await client.query("set local role postgres");
  await client.query(`select private.make_audit_partitions(); select private.retire_audit(${now})`);
  await client.query("set constraints all immediate");
  await client.query("reset role");
}

async function broken(client: ClientBase): Promise<Broken> {
  const { rows } = await client.query<{ broken: Broken }>(
    "select private.verify_audit(null, '[]') -> 'broken' as broken",
  );
  return rows[0]?.broken ?? null;
}

const REPLICA = "set local session_replication_role = replica";
const count = (client: ClientBase) =>
  value(client, "select count(*)::int from audit.entries where occurred_at < '2020-01-01'");

describe("the months of the audit log", () => {
  test("are made ahead; what the default partition had to take is moved into its month, still sealed", async () => {
    await rolledBack(async (client) => {
      await client.query(longAgo("2019-03-01"));
      expect(await value(client, "select count(*)::int from audit.entries_default")).toBe(6);
      await client.query("set local role postgres; select private.make_audit_partitions('2027-01-31 23:00:00Z')");
      await client.query("reset role");
      const { rows } = await client.query<{ name: string }>(
        "select relid::text as name from pg_partition_tree('audit.entries') where isleaf order by 1",
      );
      expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(
        ["2019_03", "2019_04", "2027_01", "2027_02", "2027_03"].map((month) => `audit.entries_${month}`),
      ));
      expect(await value(client, "select count(*)::int from audit.entries_default")).toBe(0);
      expect(await value(client, "select count(*)::int from audit.entries_2019_04")).toBe(3);
      expect(await broken(client)).toBeNull();
      expect(
        await value(
          client,
          "select bool_and(relrowsecurity) from pg_class where oid = 'audit.entries_2019_04'::regclass",
        ),
      ).toBe(true);
    });
  });

  test("are retired after six years, with a record, and the chain holds across them", async () => {
    await rolledBack(async (client) => {
      await client.query(longAgo("2018-03-01"));
      await client.query(longAgo("2021-06-01", 1));
      await runJobs(client);
      expect(await count(client)).toBe(0);
      expect(await value(client, "select count(*)::int from audit.entries where occurred_at < '2021-07-01'")).toBe(3);
      const { rows } = await client.query<{ month: string; entries: string; sealed: string; by: string }>(
        `select to_char(month, 'YYYY-MM') as month, entries, (select sum((r ->> 'entries')::int) from jsonb_array_elements(ranges) as r) as sealed
         from audit.retirements order by month`,
      );
      expect(rows).toEqual(["2018-03", "2018-04"].map((month) => ({ month, entries: "3", sealed: "3" })));
      expect(await value(client, "select count(*)::int from audit.links where occurred_at = now()")).toBe(2);
      expect(await broken(client)).toBeNull();
      await runJobs(client);
      expect(await value(client, "select count(*)::int from audit.retirements")).toBe(2);
    });
  });

  test("are kept longer where the settings say so, and never shorter than six years", async () => {
    await rolledBack(async (client) => {
      await client.query(longAgo("2018-03-01"));
      await client.query("update audit.settings set retention = interval '10 years'");
      await runJobs(client);
      expect(await count(client)).toBe(6);
      await expect(client.query("update audit.settings set retention = interval '5 years'"))
        .rejects.toMatchObject({ code: "23514" });
    });
  });

  test("are not retired when they are not as they were sealed: the evidence stays", async () => {
    for (
      const tampering of [
        "update audit.entries set request_id = 'x' where id = (select min(id) from audit.entries where occurred_at < '2020-01-01')",
        "delete from audit.entries where id = (select min(id) from audit.entries where occurred_at < '2020-01-01')",
        `insert into audit.entries (occurred_at, actor_role, table_name, row_id, action, changed_fields)
         values ('2018-03-05', 'x', 'patients', gen_random_uuid(), 'update', '{}')`,
      ]
    ) {
      await rolledBack(async (client) => {
        await client.query(longAgo("2018-03-01", 1));
        await client.query(`${REPLICA}; ${tampering}; set local session_replication_role = origin`);
        await expect(runJobs(client)).rejects.toMatchObject({ code: "PT409" });
      });
    }
  });
});

/** Ids of what the tampering below is about. */
const OLD_ENTRY = "select min(entry_id)::int from audit.links where occurred_at < '2020-01-01'";
const RETIREMENT = "select min(id)::int from audit.retirements";
const madeUp = (month: string) =>
  `insert into audit.retirements (month, entries, ranges, retention) values (${month}, 0, '[]', interval '6 years')`;

/** What a superuser may do to make a removed entry look retired, and what is found of it. */
test.each<[does: string, tampering: string, named: string, problem: string]>([
  ["removes the record", `${REPLICA}; delete from audit.retirements`, OLD_ENTRY, "the entry was removed"],
  [
    "changes the record",
    `${REPLICA}; update audit.retirements set entries = 2 where month = '2018-03-01'`,
    RETIREMENT,
    "the record of a retired month was changed",
  ],
  [
    "adds a record past the chain",
    `${REPLICA}; ${madeUp("'2018-01-01'")}`,
    "select max(id)::int from audit.retirements",
    "the record of a retired month was inserted past the chain",
  ],
  [
    "retires a month before its time",
    `${madeUp("'2023-01-01'")}; set constraints all immediate`,
    "select max(id)::int from audit.retirements",
    "a month was retired before its time",
  ],
  [
    "removes one entry and calls its month retired",
    `${madeUp("'2019-01-01'")}; set constraints all immediate; ${REPLICA};
     delete from audit.entries where id = (select min(id) from audit.entries where occurred_at between '2019-01-01' and '2019-02-01')`,
    "select min(id)::int from audit.entries where occurred_at between '2019-01-01' and '2019-02-01'",
    "the month of the entry was called retired, but was not",
  ],
  [
    "removes one entry and moves its link into a retired month",
    `${REPLICA}; delete from audit.entries where id = (select min(id) from audit.entries where occurred_at between '2019-01-01' and '2019-02-01');
     update audit.links set occurred_at = '2018-03-05'
     where entry_id = (select min(entry_id) from audit.links where occurred_at between '2019-01-01' and '2019-02-01')`,
    `select min(l.entry_id)::int from audit.links l where l.occurred_at = '2018-03-05'`,
    "the seal of the entry, or of the one before it, was changed",
  ],
  [
    "puts an entry back into a retired month",
    `${REPLICA}; insert into audit.entries (occurred_at, actor_role, table_name, row_id, action, changed_fields)
      values ('2018-03-05', 'x', 'patients', gen_random_uuid(), 'update', '{}')`,
    "select max(id)::int from audit.entries",
    "the entry was inserted past the chain",
  ],
])("a superuser who %s is found", async (_, tampering, named, problem) => {
  await rolledBack(async (client) => {
    await client.query(longAgo("2018-03-01"));
    await runJobs(client);
    await client.query(longAgo("2019-01-01", 1));
    expect(await broken(client)).toBeNull();
    await client.query(tampering);
    expect(await broken(client)).toMatchObject({ entry_id: await value(client, named), problem });
  });
});

test("a superuser who removes a retired month's links is found, and named is the next entry", async () => {
  await rolledBack(async (client) => {
    await client.query(longAgo("2018-03-01"));
    await runJobs(client);
    await client.query(`${REPLICA}; delete from audit.links where occurred_at < '2018-04-01'`);
    expect(await broken(client)).toMatchObject({ problem: "sealed entries before this one were removed" });
  });
});
