import type pg from "pg";
import type { Call } from "../client.ts";
import type { Load } from "../load.ts";
import type { Backend } from "./backend.ts";
import type { Sent } from "./postgrest.ts";

/**
 * Throws unless `backend` runs the very statements that PostgREST sends for the same calls, by the ids that Postgres
 * gives to statements.
 */
export async function checkStatements(
  db: pg.Client,
  load: Load,
  backend: Backend,
  next: () => Call,
  write: (call: Call) => Promise<Sent>,
): Promise<void> {
  const ids = async (work: () => Promise<unknown>): Promise<Map<string, string>> => {
    await db.query("select extensions.pg_stat_statements_reset()");
    await work();
    const { rows } = await db.query<{ id: string; query: string }>(STATEMENTS);
    return new Map(rows.map(({ id, query }) => [id, query]));
  };
  const call = next();
  const sent = await ids(() => load.once(call));
  const written = await ids(async () => backend.run(await write(alike(call, next))));
  for (const [id, query] of written) {
    if (!sent.has(id)) {
      throw new Error(`PostgREST does not send\n${query}\nbut\n${[...sent.values()].join("\n")}`);
    }
  }
}

/** Another call with the same arguments: two bookings of one time would not do. */
function alike(call: Call, next: () => Call): Call {
  const args = ({ body }: Call) => String(Object.keys(Object(body)));
  for (;;) {
    const other = next();
    if (args(other) === args(call)) return other;
  }
}

/**
 * Without what sets a connection up and what reads the schema, and without begin and commit: prepared, those are counted
 * only once.
 */
const STATEMENTS = `
  select s.queryid::text as id, s.query
  from extensions.pg_stat_statements s join pg_roles r on r.oid = s.userid
  where s.toplevel and r.rolname in ('authenticator', 'authenticated')
    and s.query ~ '^(select set_config|select "private"|WITH pgrst_source)'`;
