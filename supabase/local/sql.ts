import pg from "pg";

/** Opens a connection for the time of `work`. Statements may be many in one text. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // Without a listener an error between queries, say a killed Postgres, would end this process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether the server accepts a connection. */
export async function answers(url: string): Promise<boolean> {
  try {
    return await withClient(url, async (client) => (await client.query("select 1")).rowCount === 1);
  } catch {
    return false;
  }
}
