import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";
import type { Env } from "../core/env.ts";
import { send } from "./transport.ts";

/** The project with all rights: bypasses row-level security. */
export type SecretClient = SupabaseClient<Database>;

const clients = new WeakMap<Env, SecretClient>();

/**
 * The client of the project's secret key. Only `jobs`, `auth` and `integrations` may import this file (a contract test sees to it), and only
 * for what a person's own token cannot do. Never sign anybody in on it: the client would go on as that person.
 */
export function secretClient(env: Env): SecretClient {
  const known = clients.get(env);
  if (known !== undefined) return known;
  const key = secretKey(env);
  const client = createClient<Database>(env.url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    // With a time limit, and with codes of ours where nobody answers.
    global: { fetch: (address, init) => send(String(address), init, Object.fromEntries(new Headers(init?.headers))) },
  });
  clients.set(env, client);
  return client;
}

/** The key itself, for calls to Auth, which believes only who has it whose call they pass on. */
export function secretKey(env: Env): string {
  const key = env.secretKeys.default;
  if (key === undefined) throw new Error("SUPABASE_SECRET_KEYS has no key named default");
  return key;
}
