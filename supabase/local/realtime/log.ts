import { summarize } from "../../../shared/log.ts";

/** One JSON line. Topics, payloads and messages of errors stay out: they may speak of people. */
export function log(event: string, detail?: unknown): void {
  const line = { time: new Date().toISOString(), event };
  if (detail instanceof Error) console.error(JSON.stringify({ ...line, error: summarize(detail) }));
  else console.log(JSON.stringify({ ...line, ...(detail !== undefined && { detail }) }));
}
