import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { sql, sqlValue } from "./database.ts";
import { stackInfo } from "./stack-info.ts";

/** A connection of its own as the superuser. */
export async function connection(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: stackInfo().adminDbUrl });
  // Without a listener a backend that is ended would end the tests with it; the query under way reports it as well.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Runs a statement on a connection of its own. */
export async function alone(statement: string): Promise<void> {
  const client = await connection();
  await client.query(statement).finally(() => client.end());
}

/** Runs a statement in two transactions, of which the second begins it while the first is still open. */
export async function overlapping(statement: string): Promise<void> {
  const [first, second] = [await connection(), await connection()];
  try {
    await first.query(`begin; ${statement}`);
    const following = second.query(`begin; ${statement}`);
    await delay(200);
    await first.query("commit");
    await following;
    await second.query("commit");
  } finally {
    await Promise.all([first.end(), second.end()]);
  }
}

/** Replaces a function by itself without a safeguard while work runs. */
export async function without(name: string, safeguard: RegExp, work: () => Promise<void>): Promise<void> {
  const definition = String(await sqlValue("select pg_get_functiondef($1::regprocedure)", [name]));
  if (!safeguard.test(definition)) throw new Error(`${name} has no such safeguard`);
  await sql().query(definition.replace(safeguard, ""));
  try {
    await work();
  } finally {
    await sql().query(definition);
  }
}
