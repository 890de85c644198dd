import pg from "pg";

const CONNECTIONS = 8;
const PATIENCE_MS = 5_000;

/** Connections for the questions that channels ask. None of them outlives its question. */
export function openPool(dbUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: dbUrl,
    max: CONNECTIONS,
    connectionTimeoutMillis: PATIENCE_MS,
    statement_timeout: PATIENCE_MS,
    application_name: "realtime_connect",
  });
  // An idle connection that breaks is no error: the next question opens another.
  pool.on("error", () => undefined);
  return pool;
}

/** Runs work on a connection in a transaction that leaves nothing behind. */
export async function rolledBack<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    return await work(client);
  } finally {
    await client.query("rollback").catch(() => {
      broken = true;
    });
    client.release(broken);
  }
}

/** The SQLSTATE of an error of Postgres, undefined for any other, such as a lost connection. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** Reasons of a refused join that speak of the database, by what went wrong. */
export function databaseReason(error: unknown): string {
  const code = sqlState(error);
  if (code === "57014") return "QueryCanceled: canceling statement due to statement timeout";
  if (code === "23514") return "MissingPartition: Realtime was unable to find the expected messages partition";
  if (code === "53300") {
    return "DatabaseLackOfConnections: Database can't accept more connections, Realtime won't connect";
  }
  return NO_DATABASE;
}

export const NO_DATABASE_MESSAGE = "Realtime was unable to connect to the project database";
export const NO_DATABASE = `UnableToConnectToProject: ${NO_DATABASE_MESSAGE}`;

/** Whether an error means that the database could not be asked, rather than that a policy failed. */
export function isOutage(error: unknown): boolean {
  const code = sqlState(error);
  return code === undefined || /^(57|53|08)/.test(code) || code === "23514";
}
