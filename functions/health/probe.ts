import { z } from "zod";
import { type Env, runtimeVersion } from "../../shared/core/env.ts";
import { type DataError, translate, TRANSPORT_TIMEOUT, TRANSPORT_UNAVAILABLE } from "../../shared/data/errors.ts";
import type { ProblemError } from "../../shared/core/problem.ts";
import { send } from "../../shared/data/transport.ts";
import { API_VERSION } from "../../shared/core/version.ts";
import { databaseReport, type Report } from "./schemas.ts";

/** Whoever asks, by what the request brought: a secret key, or a person's token. */
export type Asker = { secretKey: string } | { token: string };

/** Jobs run every minute; a scheduler that has been silent for this long, in seconds, has stopped. */
const LONGEST_CRON_LAG = 300;

/** Due mail goes out every minute; when it has been waiting for this long, in seconds, nobody sends it. */
const LONGEST_MAIL_WAIT = 900;

type Probe<T> = { latency: number; data: T | undefined; error: DataError | undefined; status: number };

const refusal = z.object({ code: z.string().nullish(), message: z.string().nullish(), hint: z.string().nullish() });
const authAnswer = z.object({ version: z.string().optional() });

/** Looks at every part. A refusal to the asker is the second result; then there is nothing to tell. */
export async function examine(env: Env, asker: Asker): Promise<{ report: Report } | { refused: ProblemError }> {
  const [data, auth] = await Promise.all([
    probe(
      `${"token" in asker ? env.dataUrl : `${env.url}/rest/v1`}/rpc/health_report`,
      databaseReport,
      credentials(env, asker),
      "POST",
    ),
    probe(`${env.url}/auth/v1/health`, authAnswer, { apikey: env.publishableKey }),
  ]);
  const refused = data.error && translate(data.error, data.status);
  // With the database away nobody can tell whether a person is an admin: only the secret key, which needs no database, gets details.
  if (refused && (refused.status < 500 || "token" in asker)) return { refused };
  return { report: summary(data, auth) };
}

function credentials(env: Env, asker: Asker): Record<string, string> {
  if ("secretKey" in asker) return { apikey: asker.secretKey };
  return { apikey: env.publishableKey, authorization: `Bearer ${asker.token}` };
}

async function probe<T>(
  address: string,
  schema: z.ZodType<T>,
  headers: Record<string, string>,
  method = "GET",
): Promise<Probe<T>> {
  const startedAt = performance.now();
  const response = await send(address, { method }, headers);
  const latency = Math.round((performance.now() - startedAt) * 10) / 10;
  const body: unknown = await response.json().catch(() => undefined);
  const { status } = response;
  const data = schema.safeParse(body).data;
  if (response.ok && data !== undefined) return { latency, data, error: undefined, status };
  const said = refusal.safeParse(body).data ?? {};
  return { latency, data: undefined, error: response.ok ? { code: TRANSPORT_UNAVAILABLE } : said, status };
}

function summary(data: Probe<z.infer<typeof databaseReport>>, auth: Probe<z.infer<typeof authAnswer>>): Report {
  const unreachable = data.error?.code === TRANSPORT_UNAVAILABLE || data.error?.code === TRANSPORT_TIMEOUT;
  const known = data.data;
  const lag = known?.cron.lag_seconds;
  const parts: Report["parts"] = {
    data_api: { status: unreachable ? "down" : "ok", latency_ms: data.latency },
    database: { status: known !== undefined ? "ok" : unreachable ? "unknown" : "down", ...known?.database },
    auth: { status: auth.data === undefined ? "down" : "ok", latency_ms: auth.latency, version: auth.data?.version },
    // Before the first minute of a fresh database there is no run to measure from.
    cron: { status: typeof lag !== "number" ? "unknown" : lag > LONGEST_CRON_LAG ? "down" : "ok", ...known?.cron },
    outbox: { status: mailState(known?.outbox.oldest_due_seconds), ...known?.outbox },
    medicine_check: { status: checkState(known?.medicine_check), ...known?.medicine_check },
    migrations: { status: known === undefined ? "unknown" : "ok", ...known?.migrations },
  };
  const down = Object.values(parts).some((part) => part.status === "down");
  return {
    status: down ? "down" : "ok",
    checked_at: new Date().toISOString(),
    parts,
    versions: { api: API_VERSION, runtime: runtimeVersion() },
  };
}

/** A check that finds nothing where it has to looks like one without findings. */
const checkState = (check: z.infer<typeof databaseReport>["medicine_check"] | undefined) =>
  check === undefined ? "unknown" : check.failed.length > 0 || check.tried === 0 ? "down" : "ok";

const mailState = (wait: number | undefined) =>
  wait === undefined ? "unknown" : wait > LONGEST_MAIL_WAIT ? "down" : "ok";
