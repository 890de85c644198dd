import { Hono } from "hono";
import { bearerToken, type Verifier, verifierOf } from "../auth/auth.ts";
import { checkAddress, checkBody } from "./body.ts";
import type { AppContext, AppEnv, RequestRecord } from "../core/context.ts";
import { type Env, runtimeEnv } from "../core/env.ts";
import { preflight, requestIdFrom, setCorsHeaders, setSecurityHeaders } from "./headers.ts";
import { checkIdempotencyKey } from "./idempotency.ts";
import { takeLease } from "../auth/rate-limit-lease.ts";
import { log } from "../core/log.ts";
import { addProblems, type ProblemKind } from "../core/problem.ts";
import { onError, onNotFound } from "./on-error.ts";
import { finish } from "./response-headers.ts";
import { matchedRoute, needsNoToken, type PublicRoute, registerPublicRoutes } from "./public-routes.ts";
import { RateLimiter } from "../auth/rate-limit.ts";
import { refuseUnknownQuery } from "./unknown-query.ts";

type AppOptions = {
  /** The refusals of domains that the function may pass on: `problems` of `functions/problems.ts`. */
  problems: readonly ProblemKind[];
  /** Routes that need no token, as `POST /register`, relative to the function. Every other route needs one. */
  public?: readonly PublicRoute[];
  /** The environment to use in place of the process' own; for tests. */
  env?: Env;
};

/** `frame` and `gate` below, which every request passes. */
const OWN_HANDLERS = 2;

type Shared = { env: Env; verify: Verifier; limiter: RateLimiter };

/**
 * Makes the Hono app of the function `name`, with everything around the routes: request id, CORS, security headers, authentication, rate limit,
 * body checks, problem+json for every error, `Server-Timing` and one log line. Chain the routes on what it returns:
 *
 *     const app = createApp("patients", { problems }).get("/:id", …).patch("/:id", …);
 *
 * A route needs a verified access token unless it is listed in `public`, so that a forgotten entry closes a route and never opens one.
 */
export function createApp<Name extends string>(name: Name, options: AppOptions) {
  addProblems(options.problems);
  let shared: Shared | undefined;
  const prepare = (): Shared => {
    const env = options.env ?? readEnv(name);
    return { env, verify: verifierOf(env), limiter: new RateLimiter() };
  };

  const root = new Hono<AppEnv>();
  root.onError(onError);
  root.notFound(onNotFound(root));

  root.use("*", async function frame(c, next) {
    c.set("record", newRecord(c.req.raw.headers.get("x-request-id")));
    shared ??= prepare();
    c.set("env", shared.env);
    if (c.req.raw.method === "OPTIONS") {
      c.res = preflight(c.req.raw.headers.get("access-control-request-method"));
    } else {
      await next();
    }
    const { headers } = c.res;
    setCorsHeaders(headers, c.req.raw.headers.get("origin"), shared.env.corsOrigins);
    setSecurityHeaders(headers);
    finish(c, name, matchedRoute(c));
  });

  root.use("*", async function gate(c, next) {
    if (shared !== undefined && !needsNoToken(c, app, OWN_HANDLERS)) await admit(c, shared);
    checkAddress(c);
    refuseUnknownQuery(c);
    checkIdempotencyKey(c);
    await checkBody(c);
    await next();
  });

  const app = root.basePath(`/${name}`);
  registerPublicRoutes(app, name, options.public ?? []);
  return app;
}

function readEnv(name: string): Env {
  try {
    return runtimeEnv();
  } catch (error) {
    log(
      "error",
      { event: "failure", function: name, configuration: error instanceof Error ? error.message : "" },
      "error",
    );
    throw error;
  }
}

async function admit(c: AppContext, { env, verify, limiter }: Shared): Promise<void> {
  const record = c.get("record");
  const startedAt = performance.now();
  const caller = await verify(bearerToken(c.req.raw.headers.get("authorization")));
  record.authMs = performance.now() - startedAt;
  c.set("caller", caller);
  record.rateLimit = await limiter.spend(caller.id, (tokens) => takeLease(env, caller, tokens));
}

function newRecord(requestId: string | null): RequestRecord {
  return {
    id: requestIdFrom(requestId),
    startedAt: performance.now(),
    authMs: 0,
    dataMs: 0,
    dataCalls: 0,
    replayed: false,
    organizationId: undefined,
    rateLimit: undefined,
  };
}
