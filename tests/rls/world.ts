import type { ClientBase } from "pg";
import { topics } from "./topics/index.ts";

const parts = topics.flatMap(({ rows }) => rows ?? []);

/** Open sessions of everybody; the session of a person has the person's id. */
const sessions = `
  set local session_replication_role = replica;
  insert into auth.sessions (id, user_id) select id, id from public.profiles;
  set local session_replication_role = origin;
`;

/** Makes the lookups alone, where the rows are there already: readable by everybody, gone with the transaction. */
export async function lookUp(client: ClientBase): Promise<void> {
  await client.query(parts.map(({ lookups = "" }) => lookups).join("\n"));
}

/** Adds to the seeds what the matrix needs; as the superuser, in a transaction that the caller ends. */
export async function arrange(client: ClientBase): Promise<void> {
  await client.query([...parts.map(({ arrangement }) => arrangement), sessions].join("\n"));
}

/** Takes the arrangement back where it was committed, past every trigger. */
export async function clear(client: ClientBase): Promise<void> {
  const removals = [...parts].reverse().map(({ removal }) => removal);
  await client.query(
    [
      "set local session_replication_role = replica;",
      "delete from auth.sessions where id = user_id;",
      ...removals,
      "set local session_replication_role = origin;",
    ].join("\n"),
  );
}
