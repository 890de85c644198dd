import pg from "pg";
import { stackInfo } from "./stack-info.ts";

let pool: pg.Pool | undefined;

/** Connections as the superuser, to arrange and to look: made on first use, closed when idle. */
export function sql(): pg.Pool {
  pool ??= new pg.Pool({
    connectionString: stackInfo().adminDbUrl,
    max: 4,
    idleTimeoutMillis: 1000,
    allowExitOnIdle: true,
  });
  return pool;
}

/** The one value of a query that answers one. */
export async function sqlValue(text: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await sql().query<unknown[]>({ text, values, rowMode: "array" });
  return rows[0]?.[0];
}

/** Runs work on one connection in a transaction that is never committed. */
export async function rolledBack<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await sql().connect();
  try {
    await client.query("begin");
    return await work(client);
  } finally {
    await client.query("rollback").then(
      () => client.release(),
      (error: unknown) => client.release(error instanceof Error ? error : true),
    );
  }
}

/** Whose rights a statement has: an API role and, with `authenticated`, the person. */
export type Actor = { role: "anon" | "authenticated" | "service_role"; userId?: string };

/**
 * The SQL that makes the rest of a transaction run as an actor, as the data API does it; null goes back to the superuser. `headers` stand for those of a
 * request, in lower case.
 */
export function actingAs(actor: Actor | null, headers: Record<string, string> = {}): string {
  if (actor === null) return "reset role; select set_config('request.jwt.claims', '', true);";
  const { role, userId } = actor;
  const claims = JSON.stringify({ role, ...(userId !== undefined && { sub: userId, session_id: userId }) });
  const [claimed, sent] = [claims, JSON.stringify(headers)].map((value) => pg.escapeLiteral(value));
  return `reset role; select set_config('request.jwt.claims', ${claimed}, true),
    set_config('request.headers', ${sent}, true), set_config('role', '${role}', true);`;
}

/** Makes the rest of the transaction run as an actor: `actingAs`, done. */
export async function actAs(
  client: pg.ClientBase,
  actor: Actor | null,
  headers: Record<string, string> = {},
): Promise<void> {
  await client.query(actingAs(actor, headers));
}

/** Forgets counted attempts (sign-in, registration, …) and spent requests, so that a test can make as many as it needs. */
export async function resetLimits(): Promise<void> {
  await sql().query(
    "delete from private.attempts; delete from private.known_clients; delete from private.counted_sign_ins",
  );
  await sql().query("delete from private.rate_limits");
}

/** Lets so many requests of one caller run at the same time in the data API; without a number as many as always. For tests of races past the functions. */
export async function placesAtOnce(count = 2): Promise<void> {
  await sql().query("update private.rate_limit_policies set at_once = $1 where bucket = 'rest'", [count]);
}
