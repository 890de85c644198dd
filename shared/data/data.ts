import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { AppContext } from "../core/context.ts";
import type { Env } from "../core/env.ts";
import type { Database } from "./database.types.ts";
import { type DataError, translate } from "./errors.ts";
import { problem } from "../core/problem.ts";
import { DATA_TIMEOUT, send } from "./transport.ts";

const clients = new WeakMap<Env, SupabaseClient<Database>>();

/** The supabase-js client of this isolate, with the publishable key. It has nobody's session, and nobody can sign in on it. */
function sharedClient(env: Env): SupabaseClient<Database> {
  const known = clients.get(env);
  if (known !== undefined) return known;
  const client = createClient<Database>(env.url, env.publishableKey, { accessToken: () => Promise.resolve(null) });
  clients.set(env, client);
  return client;
}

const handleOf = (env: Env) => sharedClient(env).schema("public");

/** The data API as supabase-js offers it: `.from()`, `.rpc()`, typed by the database. */
export type DataClient = ReturnType<typeof handleOf>;

/** Which key makes a POST one that the database stores and replays. */
const IDEMPOTENCY_HEADER = "Idempotency-Key";

/**
 * The data API as the caller: every statement runs under the caller's own token and row-level security. It never retries: a client that waits gets a
 * 503 and decides itself. `timeout`, in milliseconds, is for calls of functions whose own statement timeout is longer than that of the role.
 */
export function data(c: AppContext, { timeout = DATA_TIMEOUT }: { timeout?: number } = {}): DataClient {
  return client(c, { authorization: `Bearer ${c.get("caller").token}` }, timeout);
}

/** The data API as the person of a token that this request has just got, on a public route. */
export function dataAs(c: AppContext, token: string): DataClient {
  return client(c, { authorization: `Bearer ${token}` }, DATA_TIMEOUT);
}

/** The data API as somebody who has not signed in: for public routes, and for the few functions of the database that are open to everybody. */
export function publicData(c: AppContext): DataClient {
  return client(c, {}, DATA_TIMEOUT);
}

/**
 * A handle of the shared client that speaks for one caller. Token, request id and idempotency key go onto its calls alone, so that nothing of a request
 * is ever on the client that others share. A call costs 0.01 ms of processor time on Deno beside the network; with `setHeader()` on each call of the
 * shared client it is twice that, because each header copies all headers.
 */
function client(c: AppContext, authorization: Record<string, string>, timeout: number): DataClient {
  const env = c.get("env");
  const record = c.get("record");
  const idempotencyKey = c.req.raw.headers.get(IDEMPOTENCY_HEADER);
  const headers: Record<string, string> = {
    ...authorization,
    apikey: env.publishableKey,
    "x-request-id": record.id,
    ...(idempotencyKey !== null && { "idempotency-key": idempotencyKey }),
  };

  const handle = handleOf(env);
  handle.url = env.dataUrl;
  handle.retry = false;
  handle.fetch = async (address, init) => {
    const startedAt = performance.now();
    record.dataCalls += 1;
    const response = await send(String(address), init, headers, timeout);
    record.dataMs += performance.now() - startedAt;
    if (response.headers.get("idempotency-replayed") === "true") record.replayed = true;
    return response;
  };
  return handle;
}

/** What a call of the data API comes to. */
export type DataAnswer<T> = { data: T; error: null; status: number } | { data: null; error: DataError; status: number };

/** The data of an answer, or the refusal as our own error: `const row = unwrap(await data(c).rpc("create_patient", { p_input }))`. */
export function unwrap<T>(answer: DataAnswer<T>): T {
  if (answer.error !== null) throw translate(answer.error, answer.status);
  return answer.data;
}

/** Like `unwrap` for `.maybeSingle()`: nothing there, or nothing that the caller may see, is 404. */
export function found<T>(answer: DataAnswer<T>): NonNullable<T> {
  const row = unwrap(answer);
  if (row === null || row === undefined) throw problem("not_found");
  return row;
}
