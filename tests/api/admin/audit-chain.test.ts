import type { ClientBase } from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { DATA_TIMEOUT } from "../../../shared/data/transport.ts";
import { placesAtOnce, rolledBack, sql, sqlValue } from "../../support/database.ts";
import { newPatient } from "../../support/patients.ts";
import { at, call, listAt, numberAt, signIn, textAt } from "../../support/stack.ts";

let admin: string;
let doctor: string;

beforeAll(async () => {
  admin = await signIn("admin@demo.health");
  doctor = await signIn("doctor@demo.health");
  await Promise.all(Array.from({ length: 12 }, () => newPatient()));
});

const verify = (body: Record<string, unknown> = {}, token = admin) => call("/admin/audit/verify", { token, body });

type Broken = { entry_id: string | null; problem: string } | null;

/** What a check finds after a superuser has worked past all triggers; nothing of it stays. */
async function foundAfter(tampering: (client: ClientBase) => Promise<string>): Promise<[string, Broken]> {
  return await rolledBack(async (client) => {
    await client.query("set local session_replication_role = replica");
    const id = await tampering(client);
    const { rows } = await client.query<{ broken: Broken }>(
      "select private.verify_audit(null, '[]') -> 'broken' as broken",
    );
    return [id, rows[0]?.broken ?? null];
  });
}

/** The id that a statement returns. */
async function idOf(client: ClientBase, statement: string): Promise<string> {
  const { rows } = await client.query<{ id: string }>(statement);
  return String(rows[0]?.id);
}

/** A sealed entry somewhere in the middle, chosen anew each time. */
const ANY = `(select l.entry_id from audit.links l join audit.chain_heads h on h.chain = l.chain
  where l.position between 2 and h.position - 1 order by random() limit 1)`;

describe("the audit chain", () => {
  test("holds every entry once, in the transaction that made it", async () => {
    expect(await sqlValue("select count(*)::int from audit.entries where id not in (select entry_id from audit.links)"))
      .toBe(0);
    expect(await sqlValue("select count(*) - count(distinct entry_id) from audit.links")).toBe("0");
    const answer = await verify();
    expect(answer).toMatchObject({ status: 200, body: { broken: null } });
    expect(numberAt(answer.body, "/checked")).toBeGreaterThan(100);
  });

  test("leaves nothing of a change that was rolled back", async () => {
    const count = () => sqlValue("select (select count(*) from audit.entries) + (select count(*) from audit.links)");
    const before = await count();
    await rolledBack((client) => client.query("update public.organizations set city = 'Nowhere'"));
    expect(await count()).toBe(before);
  });

  test("names an entry that was changed", async () => {
    const [id, broken] = await foundAfter((client) =>
      idOf(client, `update audit.entries set actor_id = gen_random_uuid() where id = ${ANY} returning id`)
    );
    expect(broken).toMatchObject({ entry_id: Number(id), problem: expect.stringContaining("changed") });
  });

  test("names an entry that was removed", async () => {
    const [id, broken] = await foundAfter((client) =>
      idOf(client, `delete from audit.entries where id = ${ANY} returning id`)
    );
    expect(broken).toMatchObject({ entry_id: Number(id), problem: "the entry was removed" });
  });

  test("names an entry that was inserted", async () => {
    const [id, broken] = await foundAfter((client) =>
      idOf(
        client,
        `insert into audit.entries (actor_role, table_name, row_id, action, changed_fields)
         values ('x', 'patients', gen_random_uuid(), 'update', '{phone}') returning id`,
      )
    );
    expect(broken).toMatchObject({ entry_id: Number(id), problem: "the entry was inserted past the chain" });
  });

  test("notices that the end of a chain was removed, to hide a changed entry or with the whole chain", async () => {
    const chain = await sqlValue("select chain from audit.links group by chain order by count(*) desc, chain limit 1");
    const broken = { chain, problem: "the end of the chain was removed" };
    const [, hidden] = await foundAfter(async (client) => {
      await client.query("delete from audit.chain_heads where chain = $1", [chain]);
      return await idOf(
        client,
        `update audit.entries set before = '{}' where id = (select entry_id from audit.links where chain = ${chain} limit 1)
         returning id`,
      );
    });
    expect(hidden).toMatchObject({ chain, problem: "the entry was changed" });
    const [, gone] = await foundAfter(async (client) => {
      await client.query("delete from audit.entries where id in (select entry_id from audit.links where chain = $1)", [
        chain,
      ]);
      await client.query("delete from audit.links where chain = $1", [chain]);
      return await idOf(client, `delete from audit.chain_heads where chain = ${chain} returning chain as id`);
    });
    expect(gone).toMatchObject(broken);
  });

  test("names an entry that was sealed into a chain of its own", async () => {
    const [id, broken] = await foundAfter(async (client) => {
      const forged = await idOf(
        client,
        `insert into audit.entries (actor_role, table_name, row_id, action, changed_fields)
         values ('x', 'patients', gen_random_uuid(), 'update', '{phone}') returning id`,
      );
      await client.query(
        `insert into audit.links select 17, 1, id, occurred_at, private.entry_digest(e), sha256('x')
         from audit.entries e where id = $1`,
        [forged],
      );
      return forged;
    });
    expect(broken).toMatchObject({ entry_id: Number(id), problem: "the entry was sealed into a chain that is none" });
  });

  test("shows the gap of an entry that was removed with its seal, in the middle and at the end", async () => {
    const [, middle] = await foundAfter(async (client) => {
      const id = await idOf(client, `delete from audit.links where entry_id = ${ANY} returning entry_id as id`);
      return await idOf(client, `delete from audit.entries where id = ${id} returning id`);
    });
    expect(middle).toMatchObject({ problem: "sealed entries before this one were removed" });
    const [, end] = await foundAfter(async (client) => {
      const id = await idOf(
        client,
        `delete from audit.links l using audit.chain_heads h
         where h.chain = l.chain and h.position = l.position and h.chain = (select chain from audit.links where entry_id = ${ANY})
         returning l.entry_id as id`,
      );
      return await idOf(client, `delete from audit.entries where id = ${id} returning id`);
    });
    expect(end).toMatchObject({ problem: "sealed entries after this one were removed" });
  });

  test("that was rewritten to its head does not pass through an anchor that was kept elsewhere", async () => {
    await sql().query("select private.anchor_audit()");
    const listed = listAt((await call("/admin/audit/anchors?limit=16", { token: admin })).body, "/data");
    const anchors = listed.map((one) => ({
      chain: at(one, "/chain"),
      position: at(one, "/position"),
      hash: at(one, "/hash"),
    }));
    expect(anchors).toHaveLength(16);
    expect(await verify({ anchors })).toMatchObject({ status: 200, body: { broken: null } });

    const outcome = await rolledBack(async (client) => {
      await client.query("set local session_replication_role = replica");
      await client.query("delete from audit.anchors");
      const { rows: [last] } = await client.query<{ chain: number; position: string }>(
        "select chain, position from audit.chain_heads order by position desc limit 1",
      );
      await client.query(
        "delete from audit.entries where id in (select entry_id from audit.links where chain = $1 and position = $2)",
        [
          last?.chain,
          last?.position,
        ],
      );
      await client.query("delete from audit.links where chain = $1 and position = $2", [last?.chain, last?.position]);
      await client.query(
        `update audit.chain_heads h set position = l.position, hash = l.hash from audit.links l
         where h.chain = $1 and l.chain = h.chain and l.position = $2::bigint - 1`,
        [last?.chain, last?.position],
      );
      const check = async (given: unknown) => {
        const { rows } = await client.query<{ broken: Broken }>(
          "select private.verify_audit(null, $1) -> 'broken' as broken",
          [
            JSON.stringify(given),
          ],
        );
        return rows[0]?.broken?.problem;
      };
      return { alone: await check([]), compared: await check(anchors) };
    });
    expect(outcome).toEqual({ alone: undefined, compared: "the chain does not pass through an anchor" });
  });

  test("is checked from the newest anchors on for the daily part", async () => {
    await sql().query("select private.anchor_audit()");
    const since = new Date(Date.now() + 1000).toISOString();
    const id = textAt((await newPatient()).body, "/id");
    const answer = await verify({ since });
    expect(answer).toMatchObject({ status: 200, body: { broken: null } });
    const entries = await sqlValue("select count(*)::int from audit.entries where patient_id = $1", [id]);
    expect(at(answer.body, "/checked")).toBe(entries);
  });

  test("is checked for longer than other calls may take", async () => {
    await sql().query(`
      alter function private.verify_audit rename to verify_audit_in_time;
      create function private.verify_audit(p_since timestamptz, p_anchors jsonb) returns jsonb language sql stable
      as $$ select private.verify_audit_in_time(p_since, p_anchors) from pg_sleep(${DATA_TIMEOUT / 1000 + 1}) $$;
      grant execute on function private.verify_audit to authenticated`);
    try {
      expect(await verify()).toMatchObject({ status: 200, body: { broken: null } });
    } finally {
      await sql().query(`
        drop function private.verify_audit;
        alter function private.verify_audit_in_time rename to verify_audit`);
    }
  });

  test("is verified by admins and privacy officers, and its anchors are theirs", async () => {
    expect(await verify({}, doctor)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await call("/admin/audit/anchors", { token: doctor })).toMatchObject({ status: 403 });
    const officer = await signIn("privacy@demo.health");
    expect(await verify({}, officer)).toMatchObject({ status: 200, body: { broken: null } });
    expect(numberAt((await call("/admin/audit/anchors?count=exact", { token: officer })).body, "/page/total"))
      .toBeGreaterThan(0);
    expect(await verify({ anchors: [{ chain: 17, position: -1, hash: "no" }] })).toMatchObject({
      status: 422,
      body: {
        errors: expect.arrayContaining([
          expect.objectContaining({ pointer: "/anchors/0/chain" }),
          expect.objectContaining({ pointer: "/anchors/0/hash" }),
        ]),
      },
    });
  });
});

test("fifty changes at once fill several chains, and none waits for another's row", async () => {
  const chains = () => sqlValue("select count(*)::int from audit.chain_heads where position > 0");
  await placesAtOnce(50);
  const made = await Promise.all(Array.from({ length: 50 }, () => newPatient())).finally(() => placesAtOnce());
  expect(made.every(({ status }) => status === 201)).toBe(true);
  expect(await chains()).toBeGreaterThan(1);
  expect(await verify()).toMatchObject({ status: 200, body: { broken: null } });
});
