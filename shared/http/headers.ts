import type { Env } from "../core/env.ts";

const ALLOWED_REQUEST_HEADERS =
  "authorization, apikey, x-client-info, content-type, if-match, idempotency-key, x-request-id, x-region";
const EXPOSED_HEADERS =
  "ETag, Location, X-Request-Id, Idempotency-Replayed, RateLimit, RateLimit-Policy, Retry-After, Server-Timing";
/** Longest time, in seconds, for which Chrome remembers a preflight. */
const PREFLIGHT_MAX_AGE = "7200";

/** Set on every answer. Answers are about patients: no cache keeps them, no page frames them or runs something in them. */
const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
  ["Referrer-Policy", "no-referrer"],
  ["Strict-Transport-Security", "max-age=31536000; includeSubDomains"],
  ["X-Content-Type-Options", "nosniff"],
];

/** Adds the security headers. A route may say itself how its answer is cached. */
export function setSecurityHeaders(headers: Headers): void {
  for (const [name, value] of SECURITY_HEADERS) headers.set(name, value);
  if (!headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
}

/** Lets a browser of an allowed origin read the answer, errors included. */
export function setCorsHeaders(headers: Headers, origin: string | null, allowed: Env["corsOrigins"]): void {
  if (allowed === "*") {
    headers.set("Access-Control-Allow-Origin", "*");
  } else {
    headers.append("Vary", "Origin");
    if (origin === null || !allowed.includes(origin)) return;
    headers.set("Access-Control-Allow-Origin", origin);
  }
  headers.set("Access-Control-Expose-Headers", EXPOSED_HEADERS);
}

/** The answer to a browser's question before the real request. */
export function preflight(requestedMethod: string | null): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "Access-Control-Allow-Methods": requestedMethod === null ? "GET, POST" : "GET, POST, PUT, PATCH, DELETE",
      "Access-Control-Allow-Headers": ALLOWED_REQUEST_HEADERS,
      "Access-Control-Max-Age": PREFLIGHT_MAX_AGE,
    },
  });
}

/** The caller's request id when it is one (hono's own rule for it), else a new one. */
export function requestIdFrom(header: string | null): string {
  return header !== null && /^[\w\-=]{1,255}$/.test(header) ? header : crypto.randomUUID();
}
