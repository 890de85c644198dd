import type { Context } from "hono";
import type { Env } from "./env.ts";

/** The person a verified access token speaks for. The token goes on to the data API unchanged. */
export type Caller = {
  id: string;
  token: string;
  /** Session of the token, when Auth put one in. */
  sessionId: string | undefined;
  /** When the token ends, in seconds since 1970. */
  expiresAt: number;
};

/** What is gathered about one request for the log line and `Server-Timing`. Times in milliseconds. */
export type RequestRecord = {
  readonly id: string;
  readonly startedAt: number;
  authMs: number;
  dataMs: number;
  dataCalls: number;
  /** An earlier request with the same Idempotency-Key did this already; the data API answered what has become of it. */
  replayed: boolean;
  /** Which organization the request was about, when the handler knows: `c.var.record.organizationId = …`. */
  organizationId: string | undefined;
  rateLimit: { remaining: number; capacity: number; reset: number } | undefined;
};

/** What middleware leaves for handlers. `caller` is absent on public routes. */
export type AppVariables = { env: Env; record: RequestRecord; caller: Caller };

/** The environment type of every Hono app in this project. */
export type AppEnv = { Variables: AppVariables };

/** The context that handlers and helpers get. */
export type AppContext = Context<AppEnv>;
