import type pg from "pg";
import type { Wanted } from "./changes-request.ts";
import { isOutage, rolledBack } from "./database.ts";
import type { Change, Column, Values } from "./pgoutput.ts";
import type { Claims } from "./token.ts";

export const PUBLICATION = "supabase_realtime";
const LONGEST_CHANGE_BYTES = 1_048_576;
const BYTEA = 17;

/** What is wanted, under the id by which the subscription is found again. */
export interface Subscription {
  key: string;
  wanted: Wanted;
}

/** A change as it goes out, in JSON whose numbers keep every digit, and the subscriptions it goes to. */
export interface Judged {
  data: string;
  keys: string[];
}

const SUBSCRIBE = `
  insert into realtime.subscription (subscription_id, entity, filters, claims, action_filter, selected_columns)
  select $1, format('%I.%I', p.schemaname, p.tablename)::regclass,
    array(select f from jsonb_populate_recordset(null::realtime.user_defined_filter, $2) as f), $3, $4, $5
  from pg_publication_tables p
  where p.pubname = '${PUBLICATION}' and $6::text in ('*', p.schemaname) and $7::text in ('*', p.tablename)`;

/**
 * Writes the subscriptions of a channel with its claims in place of its former ones, all of them or none. What is wrong with them, or null. Throws when the
 * database cannot be asked.
 */
export async function writeSubscriptions(
  pool: pg.Pool,
  subscriptions: Subscription[],
  claims: Claims,
): Promise<string | null> {
  return await rolledBack(pool, async (client) => {
    await client.query("begin");
    await client.query(UNSUBSCRIBE, [subscriptions.map(({ key }) => key)]);
    for (const { key, wanted } of subscriptions) {
      const { event, schema, table, filters, select } = wanted;
      const values = [key, JSON.stringify(filters), JSON.stringify(claims), event, select, schema, table];
      try {
        const { rowCount } = await client.query(SUBSCRIBE, values);
        if (rowCount === 0) {
          return `${UNABLE}. Please check Realtime is enabled for the given connect parameters: ${described(wanted)}`;
        }
      } catch (error) {
        if (isOutage(error) || !(error instanceof Error)) throw error;
        return `${UNABLE}. An exception happened so please check your connect parameters: ${
          described(wanted)
        }. Exception: ${error.message}`;
      }
    }
    await client.query("commit");
    return null;
  });
}

const UNABLE = "Unable to subscribe to changes with given parameters";

function described({ event, schema, table, filters, select }: Wanted): string {
  const conditions = filters.map(({ column_name, op, value, negate }) =>
    `{"${column_name}", "${op}", "${value}", ${negate}}`
  );
  const columns = select === null ? "nil" : JSON.stringify(select);
  return `[event: ${event}, schema: ${schema}, table: ${table}, filters: [${
    conditions.join(", ")
  }], select: ${columns}]`;
}

const UNSUBSCRIBE = "delete from realtime.subscription where subscription_id = any ($1)";

export async function deleteSubscriptions(pool: pg.Pool, keys: string[]): Promise<void> {
  await pool.query(UNSUBSCRIBE, [keys]);
}

/** Deletes subscriptions whose key ends like this, but for those given. */
export async function deleteOthers(pool: pg.Pool, ending: string, keys: string[]): Promise<void> {
  await pool.query(
    "delete from realtime.subscription where right(subscription_id::text, length($1)) = $1 and subscription_id <> all ($2)",
    [ending, keys],
  );
}

/** Changes when the publication gains or loses a table. */
export async function publishedTables(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ tables: string }>(
    `select array_agg(format('%I.%I', schemaname, tablename)::regclass::oid order by 1)::text as tables
     from pg_publication_tables where pubname = '${PUBLICATION}'`,
  );
  return rows[0]?.tables ?? "";
}

/** Asks who may hear of a change. */
export async function judge(pool: pg.Pool, change: Change): Promise<Judged[]> {
  const { relation, transaction } = change;
  const { rows } = await pool.query<Judged>(
    "select data::text, keys from _realtime.judge_change($1, $2, $3, $4)",
    [JSON.stringify(walOf(change)), relation.oid, transaction.xid, LONGEST_CHANGE_BYTES],
  );
  return rows;
}

/** The change as wal2json (format version 2) writes it. */
function walOf({ action, relation, values, former, transaction }: Change) {
  const { schema, name, columns } = relation;
  const identity = columns.filter(({ isKey }) => isKey);
  return {
    action,
    schema,
    table: name,
    timestamp: transaction.at.toISOString(),
    ...(action !== "D" && { columns: columnsOf(columns, values) }),
    ...(action !== "I" && { identity: columnsOf(identity, former ?? values) }),
  };
}

const columnsOf = (columns: Column[], values: Values) =>
  columns.flatMap(({ name, type }) => {
    const value = values.get(name);
    if (value === undefined) return [];
    return [{ name, typeoid: type, value: type === BYTEA ? value?.replace(/^\\x/, "") ?? null : value }];
  });
