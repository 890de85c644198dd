import { DatabaseError, type PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actAs, sql } from "../support/database.ts";
import { allLines } from "../rls/topics/index.ts";
import { firstMismatch, type Line } from "../rls/matrix.ts";
import { outcomeOfRule, type Rule } from "../rls/rule.ts";
import { rules } from "../rls/topics/index.ts";
import { arrange, lookUp } from "../rls/world.ts";

type Policy = { name: string; relation: string; command: string; open: boolean };
type Trigger = { name: string; relation: string };

const { rows: policies } = await sql().query<Policy>(`
  select policyname as name, format('%I.%I', schemaname, tablename) as relation, cmd as command, coalesce(qual = 'true', false) as open
  from pg_policies where schemaname in ('public', 'private', 'audit', 'realtime') order by 2, 1`);
const { rows: triggers } = await sql().query<Trigger>(`
  select t.tgname as name, format('%I.%I', n.nspname, c.relname) as relation
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace join pg_proc p on p.oid = t.tgfoid
  where not t.tgisinternal and p.pronamespace = 'private'::regnamespace order by 2, 1`);

let client: PoolClient;

beforeAll(async () => {
  client = await sql().connect();
  // Rules run the job, and nothing is committed here: what other files have left to it would be compared again each time.
  await client.query("delete from private.duplicate_checks");
  await client.query("begin");
  await arrange(client);
  await lookUp(client);
  // A table whose entries are still to be sealed cannot be altered.
  await client.query("set constraints all immediate; set constraints all deferred");
});

afterAll(async () => {
  await client.query("rollback");
  client.release();
});

/** The first rule that does not hold; those that name the table are the likeliest, and asked first. */
async function brokenRule(relation: string): Promise<string | undefined> {
  const table = relation.slice(relation.indexOf(".") + 1);
  const naming = ({ before, given, statement }: Rule) => [before, given, statement].join(" ").includes(table);
  for (const rule of [...rules.filter(naming), ...rules.filter((one) => !naming(one))]) {
    // A rule whose scene cannot be set any more has noticed too.
    const outcome = await outcomeOfRule(client, rule).catch((error: unknown) => {
      if (error instanceof DatabaseError) return error.code ?? "unknown";
      throw error;
    });
    if (outcome !== rule.expected) return `${rule.rule}: ${outcome}`;
  }
}

const views: Record<string, string> = {
  "audit.entries": "public.audit_entries",
  "audit.anchors": "public.audit_anchors",
  "private.patients": "public.patients",
};

/** The lines of a table; those on its view are on the table too. */
const linesOn = (relation: string): Line[] =>
  allLines.filter((line) => line.relation === relation || line.relation === views[relation]);

/** What notices first a change of the schema, which is taken back afterwards: the matrix of the table, the rules, then all the rest. */
async function noticed(change: string, relation: string): Promise<string | undefined> {
  await client.query("savepoint mutation");
  try {
    await actAs(client, null);
    await client.query(change);
    return await firstMismatch(client, linesOn(relation)) ?? await brokenRule(relation) ??
      await firstMismatch(client, allLines);
  } finally {
    await client.query("rollback to savepoint mutation; release savepoint mutation");
  }
}

const everything: Record<string, string> = {
  SELECT: "using (true)",
  INSERT: "with check (true)",
  UPDATE: "using (true) with check (true)",
  DELETE: "using (true)",
};

test("nothing is noticed where nothing was changed", { timeout: 600_000 }, async () => {
  expect(policies.length).toBeGreaterThan(15);
  expect(triggers.length).toBeGreaterThan(30);
  expect(await noticed("select", "public.patients")).toBeUndefined();
});

describe.each(policies)("policy $name on $relation", ({ name, relation, command, open }) => {
  test("is missed when it is gone", async () => {
    expect(await noticed(`drop policy "${name}" on ${relation}`, relation)).toBeDefined();
  });

  test.skipIf(open)("is missed when it lets everything through", async () => {
    expect(await noticed(`alter policy "${name}" on ${relation} ${everything[command]}`, relation)).toBeDefined();
  });
});

test.each(triggers)("trigger $name on $relation is missed when it is off", async ({ name, relation }) => {
  expect(await noticed(`alter table ${relation} disable trigger ${name}`, relation)).toBeDefined();
});
