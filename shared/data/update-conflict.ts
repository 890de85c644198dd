import { unwrap } from "./data.ts";
import type { DataError } from "./errors.ts";
import { problem, type ProblemError } from "../core/problem.ts";

type Look =
  | { data: { version: number } | null; error: null; status: number }
  | { data: null; error: DataError; status: number };

/** Lets a change or a removal meet its row only in the version that the client expects, if it expects one. */
export const ofVersion = <Query extends { eq(column: "version", value: number): Query }>(
  query: Query,
  expected: number | undefined,
): Query => expected === undefined ? query : query.eq("version", expected);

/**
 * Why a change that names a row and its version met no row: it is not there for the caller (404), it has moved on (412), or the caller sees it and may
 * not change it (403). `look` asks for the version of the row once more.
 */
export async function missed(look: PromiseLike<Look>, expected: number | undefined): Promise<ProblemError> {
  const current = unwrap(await look);
  if (current === null) return problem("not_found");
  if (expected === undefined || current.version === expected) return problem("forbidden");
  return problem("stale_version", { members: { current_version: current.version } });
}
