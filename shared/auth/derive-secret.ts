import { base64url } from "jose";
import type { AppContext } from "../core/context.ts";

/** HMAC-SHA-256 makes so many bytes, and nobody guesses them. */
const BYTES = 32;

/** A token that is told once, of 256 bits: nobody guesses one. `purpose` keeps the tokens of different routes apart. */
export const oneTimeToken = async (c: AppContext, purpose: string): Promise<string> =>
  base64url.encode(await oneTimeBytes(c, purpose));

/**
 * Bytes for a secret that is told once. With an `Idempotency-Key` they are derived from purpose, caller and key, so that a repeated request asks for the same
 * thing although the database only keeps the hash: HMAC-SHA-256 under the project's secret key, as hard to guess as random ones.
 */
async function oneTimeBytes(c: AppContext, purpose: string): Promise<Uint8Array> {
  const { caller, env } = c.var;
  const idempotencyKey = c.req.raw.headers.get("idempotency-key");
  if (idempotencyKey === null) return crypto.getRandomValues(new Uint8Array(BYTES));
  const secret = env.secretKeys.default;
  if (secret === undefined) throw new Error("SUPABASE_SECRET_KEYS has no key named default");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(secret), hmac, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(`${purpose} ${caller.id} ${idempotencyKey}`)));
}

/** A secret that this request made; nothing when the request is a repetition, to which it is not told again. */
export const toldOnce = <T>(c: AppContext, secret: T): T | undefined => c.var.record.replayed ? undefined : secret;

const bytes = (text: string) => new TextEncoder().encode(text);
