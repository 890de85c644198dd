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
