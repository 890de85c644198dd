import { setTimeout as delay } from "node:timers/promises";
import type { RealtimePostgresChangesPayload } from "@supabase/supabase-js";
import { clientWith, subscribed, until } from "./client.ts";
import { database, sign, target } from "./target.ts";

export type Entry = {
  event: "*" | "INSERT" | "UPDATE" | "DELETE";
  schema: string;
  table?: string;
  filter?: string;
  select?: string[];
};
export type Row = Record<string, unknown>;
export type Heard = Pick<RealtimePostgresChangesPayload<Row>, "eventType" | "table" | "new" | "old" | "errors">;

/** A Realtime that is not ours looks once a minute whether the publication has tables at all. */
const FOREIGN_PUBLICATION_MS = 65_000;
export const FIXTURE_MS = 90_000;

const TABLES = ["notes", "whole", "open", "keyless", "closed"];

/**
 * `notes` and `whole` show a person their own rows, and all of them to a token with the claim `cf_all`; `whole` has its former rows in the stream. `open` is
 * not under row-level security, `keyless` has no primary key, nobody may read `closed`, and `unpublished` is not in the publication.
 */
export async function createTables(): Promise<void> {
  await dropTables();
  const person = `owner = (select auth.uid()) or coalesce(((select auth.jwt()) ->> 'cf_all')::boolean, false)`;
  const columns = "id bigint primary key, owner uuid, word text, number int, flag boolean, bytes bytea, hidden text";
  const shown = "id, owner, word, number, flag, bytes";
  await database().query(`
    create schema cf_changes;
    grant usage on schema cf_changes to anon, authenticated, service_role;
    create table cf_changes.notes (${columns});
    create table cf_changes.whole (${columns});
    alter table cf_changes.whole replica identity full;
    create table cf_changes.open (id bigint primary key, word text, at timestamptz, big numeric);
    create table cf_changes.keyless (word text);
    create table cf_changes.closed (id bigint primary key);
    create table cf_changes.unpublished (id bigint primary key);
    alter table cf_changes.notes enable row level security;
    alter table cf_changes.whole enable row level security;
    create policy "People read their own" on cf_changes.notes for select to authenticated using (${person});
    create policy "People read their own" on cf_changes.whole for select to authenticated using (${person});
    grant select (${shown}) on cf_changes.notes, cf_changes.whole to authenticated;
    grant select on cf_changes.notes to service_role;
    grant select on cf_changes.open, cf_changes.keyless, cf_changes.unpublished to anon, authenticated;
    alter publication supabase_realtime add table ${TABLES.map((name) => `cf_changes.${name}`).join(", ")};
  `);
  if (!target().isLocal) await delay(FOREIGN_PUBLICATION_MS);
}

export async function dropTables(): Promise<void> {
  await database().query("drop schema if exists cf_changes cascade");
}

let ids = 0;
/** A key that no row has yet. */
export const nextId = (): number => ++ids;

/** Writes a row. */
export async function insert(table: string, row: Row): Promise<void> {
  const names = Object.keys(row);
  await database().query(
    `insert into cf_changes.${table} (${names.join(", ")}) values (${names.map((_, at) => `$${at + 1}`).join(", ")})`,
    Object.values(row),
  );
}

export const update = (table: string, id: number, change: string) =>
  database().query(`update cf_changes.${table} set ${change} where id = $1`, [id]);

export const remove = (table: string, id: number) =>
  database().query(`delete from cf_changes.${table} where id = $1`, [id]);

export type Options = { token?: string | (() => string) };

/** Asks for changes: what is heard of them, and what the server says about it. */
export async function ask(entries: Entry[], { token }: Options = {}) {
  const client = clientWith(token ?? await sign());
  const channel = client.channel(`cf-changes-${crypto.randomUUID()}`);
  const heard: Heard[] = [];
  const said: { status: string; message: string; extension: string }[] = [];
  channel.on("system", {}, (message) => said.push(message));
  for (const entry of entries) {
    channel.on<Row>("postgres_changes", entry, (change) => {
      const { eventType, table, errors } = change;
      heard.push({ eventType, table, new: change.new, old: change.old, errors });
    });
  }
  await subscribed(channel);
  await until(() => said.length > 0, said);
  return { client, channel, heard, said };
}

/** Subscribes to changes, and throws when that is refused. */
export async function follow(entries: Entry[], options: Options = {}) {
  const asked = await ask(entries, options);
  if (asked.said[0]?.status !== "ok") throw new Error(JSON.stringify(asked.said));
  return asked;
}
