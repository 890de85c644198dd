import type { Env } from "./env.ts";
import { ProblemError } from "./problem.ts";

/**
 * What a line may say. The list is closed on purpose: there is no place for a name, a body, a path with its values or a token, so
 * that personal data cannot slip into the log by an extra argument.
 */
export type LogLine = {
  event: "request" | "failure" | "background";
  function?: string;
  request_id?: string;
  method?: string;
  /** The pattern of the route (`/patients/:id`), never the path. */
  route?: string;
  status?: number;
  /** Machine code of the problem that was answered. */
  code?: string;
  /** What the data API called the refusal behind it: an SQLSTATE or a code of PostgREST. Postgres does not log it. */
  sqlstate?: string;
  duration_ms?: number;
  auth_ms?: number;
  data_ms?: number;
  data_calls?: number;
  user_id?: string;
  organization_id?: string;
  /** Which environment variables are missing or wrong; names and reasons, no values. */
  configuration?: string;
  /** For a failure: what kind, and where in our code; the message is left out because it may quote values. */
  error?: ErrorSummary;
};

/** Name, codes and stack frames of an error, without its message. */
export type ErrorSummary = { name: string; sqlstate?: string; frames?: string[] };

/** Writes one JSON line. This is the only place that uses the console. */
export function log(level: "info" | "error", line: LogLine, threshold: Env["logLevel"]): void {
  if (threshold === "silent" || threshold === "error" && level === "info") return;
  const text = JSON.stringify({ level, time: new Date().toISOString(), ...line });
  if (level === "error") console.error(text);
  else console.log(text);
}

/** What may be logged of anything that was thrown. A problem names the data API's code, which is its cause. */
export function summarize(error: unknown): ErrorSummary {
  if (!(error instanceof Error)) return { name: typeof error };
  const frames = error.stack?.split("\n").filter((line) => /^\s+at /.test(line)).slice(0, 6).map((line) => line.trim());
  const sqlstate = sqlStateOf(error);
  return { name: error.name, ...(sqlstate !== undefined && { sqlstate }), ...(frames && { frames }) };
}

/** The code of the data API or of the database behind an error. */
export function sqlStateOf(error: Error): string | undefined {
  return codeOf(error.cause) ?? (error instanceof ProblemError ? undefined : codeOf(error));
}

function codeOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("code" in value)) return undefined;
  return typeof value.code === "string" && /^\w{1,20}$/.test(value.code) ? value.code : undefined;
}
