import type { RouterRoute } from "hono/types";
import type { AppContext } from "../core/context.ts";
import { log, sqlStateOf, summarize } from "../core/log.ts";
import { ProblemError } from "../core/problem.ts";
import { rateLimitHeaders } from "../auth/rate-limit.ts";

/** Puts on the answer what is known at the end of a request and writes its log line. Times are in milliseconds. */
export function finish(c: AppContext, name: string, route: RouterRoute | undefined): void {
  const record = c.get("record");
  const caller = c.get("caller");
  const { headers, status } = c.res;
  const total = performance.now() - record.startedAt;
  headers.set("X-Request-Id", record.id);
  headers.set("Server-Timing", timing(record.authMs, record.dataMs, total));
  if (record.replayed) headers.set("Idempotency-Replayed", "true");
  if (record.rateLimit !== undefined) {
    for (const [key, value] of Object.entries(rateLimitHeaders(record.rateLimit))) headers.set(key, value);
  }

  const line = {
    function: name,
    request_id: record.id,
    method: c.req.raw.method,
    route: route?.path ?? "",
    status,
    ...(c.error !== undefined && refusal(c.error)),
    duration_ms: round(total),
    data_ms: round(record.dataMs),
    data_calls: record.dataCalls,
    ...(caller !== undefined && { user_id: caller.id }),
    ...(record.organizationId !== undefined && { organization_id: record.organizationId }),
  };
  if (status >= 500) {
    log(
      "error",
      { event: "failure", ...line, ...(c.error !== undefined && { error: summarize(c.error) }) },
      c.get("env").logLevel,
    );
  } else log("info", { event: "request", ...line }, c.get("env").logLevel);
}

function refusal(error: Error) {
  const sqlstate = sqlStateOf(error);
  return { code: error instanceof ProblemError ? error.code : "internal_error", ...(sqlstate && { sqlstate }) };
}

const timing = (auth: number, db: number, total: number) =>
  `auth;dur=${round(auth)}, db;dur=${round(db)}, total;dur=${round(total)}`;

const round = (milliseconds: number) => Math.round(milliseconds * 10) / 10;
