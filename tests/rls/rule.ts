import type { PoolClient } from "pg";
import { actingAs } from "../support/database.ts";
import { type Outcome, outcomeOf } from "./matrix.ts";
import { type ActorName, actors } from "./actors.ts";

/**
 * One rule of the database and a statement that shows it: what comes of the statement after `before` and then `given` were done. All run as the superuser
 * unless `by` says who does what is given and `as` who tries the statement, so that what holds for the superuser holds for everybody.
 */
export type Rule = {
  rule: string;
  before?: string;
  given?: string;
  by?: ActorName;
  as?: ActorName;
  statement: string;
  expected: Outcome;
};

/** A change of a table's row counts its version and is in the audit log. The id is an SQL expression, and so is the value. */
export const changesCount = (table: string, id: string, column: string, value: string): Rule[] => [
  {
    rule: `a change of ${table} counts the version and keeps when the row was made`,
    before:
      `create temporary table rls_changed on commit drop as select id, version from public.${table} where id = ${id}`,
    given: `update public.${table} set ${column} = ${value}, version = 99, created_at = '2000-01-01' where id = ${id}`,
    statement:
      `select 1 from public.${table} t join rls_changed c on c.id = t.id where t.version = c.version + 1 and t.created_at > '2001-01-01'`,
    expected: "yes",
  },
  {
    rule: `a change of ${table} is in the audit log`,
    before:
      `create temporary table rls_changed on commit drop as select id, (select max(id) from audit.entries) as entry from public.${table} where id = ${id}`,
    given: `update public.${table} set ${column} = ${value} where id = ${id}`,
    statement: `select 1 from audit.entries e join rls_changed c on c.id = e.row_id
      where e.id > c.entry and e.table_name = '${table}' and e.action = 'update' and '${column}' = any (e.changed_fields)`,
    expected: "yes",
  },
];

/** What comes of the rule's statement. The arrangement and the lookups have to be there; nothing of it stays. */
export async function outcomeOfRule(client: PoolClient, { before, given, by, as, statement }: Rule): Promise<Outcome> {
  const scene = [
    `savepoint rule; ${actingAs(null)}`,
    before,
    by === undefined ? undefined : actingAs(actors[by]),
    given,
  ];
  try {
    await client.query(scene.filter((part) => part !== undefined).join("; "));
    return await outcomeOf(client, as ?? null, statement);
  } finally {
    await client.query("rollback to savepoint rule; release savepoint rule");
  }
}
