import { problem, type ProblemError } from "./problem.ts";

/**
 * Why an update that names a row and its version met no row: it is not there for the caller (404), it has moved on (412), or the caller sees it and may
 * not change it (403). `current` is what a second look found.
 */
export function missed(current: { version: number } | null, expected: number | undefined): ProblemError {
  if (current === null) return problem("not_found");
  if (expected === undefined || current.version === expected) return problem("forbidden");
  return problem("stale_version", { members: { current_version: current.version } });
}
