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
  /** Which organization the request was about: that of its input, or that of the row it answers (`noteOrganization`). */
  organizationId: string | undefined;
  rateLimit: { remaining: number; capacity: number; reset: number } | undefined;
};

/** What middleware leaves for handlers. `caller` is absent on public routes. */
export type AppVariables = { env: Env; record: RequestRecord; caller: Caller };

/** The environment type of every Hono app in this project. */
export type AppEnv = { Variables: AppVariables };

/** The context that handlers and helpers get. */
export type AppContext = Context<AppEnv>;

/** Notes for the log line which organization an input or an answered row is about, if it says so. */
export function noteOrganization(c: AppContext, value: unknown): void {
  if (typeof value !== "object" || value === null || !("organization_id" in value)) return;
  const { organization_id } = value;
  if (typeof organization_id === "string") c.var.record.organizationId = organization_id;
}
