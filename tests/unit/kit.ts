import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { vi } from "vitest";
import { type Env, parseEnv } from "../../shared/core/env.ts";

export const URL_OF_PROJECT = "http://project.test";
export const SECRET = "a-secret-of-the-tests-with-more-than-32-characters";
export const USER = "11111111-1111-4111-8111-111111111111";

/** An environment of the tests' own; nothing in it points anywhere. */
export const testEnv = (more: Partial<Record<string, string>> = {}): Env =>
  parseEnv({
    SUPABASE_URL: URL_OF_PROJECT,
    SUPABASE_PUBLISHABLE_KEYS: '{"default":"sb_publishable_test"}',
    SUPABASE_SECRET_KEYS: '{"default":"sb_secret_test","cron":"sb_secret_cron"}',
    JWT_SECRET: SECRET,
    LOG_LEVEL: "silent",
    ...more,
  });

type TokenOptions = {
  claims?: Record<string, unknown>;
  issuer?: string;
  audience?: string;
  expires?: string | number;
  secret?: string;
};

/** An access token as local Auth makes it, with single parts changed. */
export const token = ({ claims, issuer, audience, expires, secret }: TokenOptions = {}): Promise<string> =>
  new SignJWT({ sub: USER, role: "authenticated", ...claims })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(issuer ?? `${URL_OF_PROJECT}/auth/v1`)
    .setAudience(audience ?? "authenticated")
    .setIssuedAt()
    .setExpirationTime(expires ?? "1h")
    .sign(new TextEncoder().encode(secret ?? SECRET));

/** A key pair of the kind that hosted projects sign with, and its public key set. */
export async function keyPair(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...await exportJWK(publicKey), kid, alg: "ES256", use: "sig" };
  return { privateKey, jwks: JSON.stringify({ keys: [jwk] }), jwk };
}

/** The headers of a signed-in caller. */
export const signedIn = async (more: Record<string, string> = {}) => ({
  authorization: `Bearer ${await token()}`,
  "content-type": "application/json",
  ...more,
});

type Call = { url: URL; method: string; headers: Headers; body: unknown };

/** Replaces `fetch` by a data API that answers what `answer` says; leases are granted on the side. Returns the calls it got. */
export function fakeDataApi(answer: (call: Call) => Response | Promise<Response>) {
  const calls: Call[] = [];
  const leases: Call[] = [];
  vi.stubGlobal("fetch", async (input: string | URL, init?: RequestInit) => {
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    const call = { url: new URL(input), method: init?.method ?? "GET", headers: new Headers(init?.headers), body };
    if (call.url.pathname.endsWith("/rpc/lease_rate_limit")) {
      leases.push(call);
      return Response.json([{ granted: 10, remaining: 1190, capacity: 1200, retry_after_seconds: 0 }]);
    }
    calls.push(call);
    return await answer(call);
  });
  return { calls, leases };
}
