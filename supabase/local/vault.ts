import type pg from "pg";

/** Stores secrets in Vault by name, or changes them where they are there already: the gateway's port may have moved. */
export async function storeSecrets(client: pg.Client, secrets: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(secrets)) {
    await client.query(
      `select case when id is null then vault.create_secret($2, $1)::text else vault.update_secret(id, $2)::text end
       from (values (1)) as one left join vault.secrets on name = $1`,
      [name, value],
    );
  }
}
