import { encodeBase64Url } from "deno-std/encoding/base64url.js";
import { encodeHex } from "deno-std/encoding/hex.js";
import type { AppContext } from "../../shared/context.ts";

/** An invitation's token has 256 bits: nobody guesses one. */
const TOKEN_BYTES = 32;

/**
 * A token for an invitation. With an `Idempotency-Key` it is derived from caller and key, so that a repeated request tells the same token although the
 * database only keeps its hash: HMAC-SHA-256 under the project's secret key, which makes it as hard to guess as a random one.
 */
export async function invitationToken(c: AppContext): Promise<string> {
  const { caller, env } = c.var;
  const idempotencyKey = c.req.raw.headers.get("idempotency-key");
  if (idempotencyKey === null) return encodeBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
  const secret = env.secretKeys.default;
  if (secret === undefined) throw new Error("SUPABASE_SECRET_KEYS has no key named default");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", bytes(secret), hmac, false, ["sign"]);
  return encodeBase64Url(await crypto.subtle.sign("HMAC", key, bytes(`invitation ${caller.id} ${idempotencyKey}`)));
}

/** What the database keeps of a token. */
export const hashOf = async (token: string): Promise<string> =>
  encodeHex(await crypto.subtle.digest("SHA-256", bytes(token)));

const bytes = (text: string) => new TextEncoder().encode(text);
