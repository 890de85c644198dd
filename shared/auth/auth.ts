import { createLocalJWKSet, createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from "jose";
import type { JWTPayload, JWTVerifyOptions } from "jose";
import { z } from "zod";
import type { Caller } from "../core/context.ts";
import type { Env } from "../core/env.ts";
import { LruMap } from "../core/lru.ts";
import { INVALID_TOKEN, problem, type ProblemError } from "../core/problem.ts";
import { unavailable } from "../data/errors.ts";

/** Checks an access token; throws 401 when it is not one of ours, 503 when the keys cannot be fetched. */
export type Verifier = (token: string) => Promise<Caller>;

const ASYMMETRIC = ["ES256", "RS256"];
/** Clocks of two machines may differ this much, in seconds. */
const CLOCK_TOLERANCE = 5;
const CACHED_TOKENS = 2000;
/** Access tokens of Supabase Auth have 1–2 kB; anything far longer is not one and is not worth parsing. */
const LONGEST_TOKEN = 8192;

const claims = z.object({
  sub: z.guid(),
  role: z.literal("authenticated"),
  exp: z.number(),
  session_id: z.string().optional(),
});

type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

/**
 * Makes the verifier for a project: signature against its key set (or the HS256 secret of local and legacy projects), with
 * algorithm, issuer and audience pinned, a person as the subject and the role `authenticated`, which anon, service and API keys lack.
 *
 * Verified tokens are remembered until they end. That is safe because the verdict depends on nothing but the token, the keys and the
 * clock; whether the session has ended, or the person is suspended, is decided by the database on every request.
 */
export function createVerifier(env: Env): Verifier {
  const known = new LruMap<string, Caller>(CACHED_TOKENS);
  const asymmetric = keySetVerify(env);
  const secret = env.jwtSecret === undefined ? undefined : new TextEncoder().encode(env.jwtSecret);
  const pinned: JWTVerifyOptions = {
    issuer: `${env.url}/auth/v1`,
    audience: "authenticated",
    clockTolerance: CLOCK_TOLERANCE,
    requiredClaims: ["sub", "exp"],
  };

  async function verify(token: string): Promise<JWTPayload> {
    const { alg } = decodeProtectedHeader(token);
    // The header only chooses between two fixed lists of algorithms, each bound to its own kind of key:
    // an HS256 token is never checked against a public key.
    if (alg === "HS256" && secret !== undefined) {
      return (await jwtVerify(token, secret, { ...pinned, algorithms: ["HS256"] })).payload;
    }
    return await asymmetric(token, { ...pinned, algorithms: ASYMMETRIC });
  }

  return async function verifyToken(token) {
    const remembered = known.get(token);
    if (remembered !== undefined) {
      if (remembered.expiresAt + CLOCK_TOLERANCE > Date.now() / 1000) return remembered;
      known.delete(token);
      throw unauthenticated("The access token has expired.");
    }
    const payload = claims.safeParse(await verify(token).catch(refuse));
    if (!payload.success) throw unauthenticated("The access token is not one of a signed-in person.");
    const { sub, exp, session_id } = payload.data;
    const caller: Caller = { id: sub, token, sessionId: session_id, expiresAt: exp };
    known.set(token, caller);
    return caller;
  };
}

const verifiers = new WeakMap<Env, Verifier>();

/** The verifier of an environment, made once. */
export function verifierOf(env: Env): Verifier {
  const known = verifiers.get(env);
  if (known !== undefined) return known;
  const made = createVerifier(env);
  verifiers.set(env, made);
  return made;
}

function keySetVerify(env: Env): Verify {
  const remote = createRemoteJWKSet(new URL(`${env.url}/auth/v1/.well-known/jwks.json`), { timeoutDuration: 3000 });
  const fetched: Verify = async (token, options) => (await jwtVerify(token, remote, options)).payload;
  if (env.jwks === undefined || env.jwks.keys.length === 0) return fetched;
  const local = createLocalJWKSet(env.jwks);
  return async function verifyWithKeySet(token, options) {
    try {
      return (await jwtVerify(token, local, options)).payload;
    } catch (error) {
      // A key that was rotated in after this deploy is only in the published set; that set has a cool-down of its own.
      if (error instanceof errors.JWKSNoMatchingKey) return await fetched(token, options);
      throw error;
    }
  };
}

/** The bearer token of an `Authorization` header; 401 when there is none or it cannot be an access token. */
export function bearerToken(header: string | undefined | null): string {
  if (!header) {
    throw problem("unauthenticated", {
      detail: "Send an access token: Authorization: Bearer <token>.",
      headers: { "WWW-Authenticate": "Bearer" },
    });
  }
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (token === undefined || token.length > LONGEST_TOKEN) {
    throw unauthenticated("The Authorization header is not a bearer token.");
  }
  if (token.startsWith("sb_")) throw unauthenticated("An API key is not an access token.");
  return token;
}

function refuse(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw unauthenticated("The access token has expired.");
  const noKeys = error instanceof errors.JWKSTimeout ||
    !(error instanceof errors.JOSEError) && error instanceof Error &&
      /fetch|network|connect/i.test(error.message);
  if (noKeys) throw unavailable(error);
  throw unauthenticated("The access token is not valid.");
}

const unauthenticated = (detail: string): ProblemError =>
  problem("unauthenticated", { detail, headers: INVALID_TOKEN });
