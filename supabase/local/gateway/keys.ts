import { SignJWT } from "jose";

/** The JWT that stands for each opaque key towards Auth and the data API. */
export type KeyTokens = Map<string, KeyToken>;

interface KeyToken {
  role: "anon" | "service_role";
  authorization: string;
}

const TEN_YEARS_SECONDS = 10 * 365 * 24 * 3600;

/** Signs one token per role. They never leave the stack. */
export async function createKeyTokens(
  keys: { publishable: string[]; secret: string[] },
  jwtSecret: string,
): Promise<KeyTokens> {
  const now = Math.floor(Date.now() / 1000);
  const sign = (role: string) =>
    new SignJWT({ role, iss: "supabase", iat: now, exp: now + TEN_YEARS_SECONDS })
      .setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(new TextEncoder().encode(jwtSecret));
  const anon: KeyToken = { role: "anon", authorization: `Bearer ${await sign("anon")}` };
  const service: KeyToken = { role: "service_role", authorization: `Bearer ${await sign("service_role")}` };
  const tokens: KeyTokens = new Map();
  for (const key of keys.publishable) tokens.set(key, anon);
  for (const key of keys.secret) tokens.set(key, service);
  return tokens;
}

/** `secret` says whether the key is one of a backend. */
export type Translation = { authorization: string; secret: boolean } | { refused: string };

/**
 * What to send on as `Authorization` for a request with this key. A token of a person outranks the key; a key repeated as
 * a bearer token, which is what supabase-js does before sign-in, does not count as one.
 */
export function translateKey(
  tokens: KeyTokens,
  apikey: string | null,
  authorization: string | null,
  userAgent: string | null,
): Translation {
  if (apikey === null || apikey === "") return { refused: "No API key found in request" };
  const key = tokens.get(apikey);
  if (key === undefined) return { refused: "Invalid API key" };
  if (key.role === "service_role" && userAgent !== null && /^\s*Mozilla\/5\.0/i.test(userAgent)) {
    return { refused: "Forbidden use of secret API key in browser" };
  }
  const bearer = authorization?.replace(/^bearer\s+/i, "");
  const isKey = bearer === undefined || bearer === "" || bearer.startsWith("sb_");
  return {
    authorization: isKey ? key.authorization : authorization ?? key.authorization,
    secret: key.role === "service_role",
  };
}

/** Like `translateKey`, for Realtime: it verifies what it is given, so that a signed token may stand in the place of the key. */
export function translateRealtimeKey(
  tokens: KeyTokens,
  apikey: string | null,
  authorization: string | null,
  userAgent: string | null,
): Translation {
  if (apikey === null || apikey === "" || apikey.startsWith("sb_")) {
    return translateKey(tokens, apikey, authorization, userAgent);
  }
  const isKey = authorization === null || /^bearer\s+sb_/i.test(authorization);
  return { authorization: isKey ? `Bearer ${apikey}` : authorization, secret: false };
}

/** Addresses of Auth that a mail's link or a sign-in provider opens in a browser, without a key. */
export function needsNoKey(path: string): boolean {
  return /^\/auth\/v1\/(verify|callback|authorize|\.well-known\/.+)$/.test(path);
}
