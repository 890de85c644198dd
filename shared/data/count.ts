import { unwrap } from "./data.ts";
import type { DataError } from "./errors.ts";

/** What `.select(columns, options)` takes. */
export type CountOptions = { count?: "exact"; head?: boolean };

type Query = { count?: "exact" | undefined; cursor?: unknown };

type Counted<T> =
  | { data: T; count: number | null; error: null; status: number }
  | { data: null; count: null; error: DataError; status: number };

/** Counts along with the rows of the first page. Behind a cursor the data API would count only what is left. */
export const countOptions = ({ count, cursor }: Query): CountOptions =>
  count !== undefined && cursor === undefined ? { count } : {};

/**
 * The rows of a list, with their total where the query asks for it. On later pages that takes a call of its own, at the same time: of `matching`, which
 * is the list's query without cursor and limit.
 */
export async function withTotal<T>(
  rows: PromiseLike<Counted<T[]>>,
  { count, cursor }: Query,
  matching: (options: CountOptions) => PromiseLike<Counted<unknown>>,
) {
  const apart = count !== undefined && cursor !== undefined;
  const [listed, counted] = await Promise.all([rows, apart ? matching({ count, head: true }) : undefined]);
  if (counted !== undefined) unwrap(counted);
  return { rows: unwrap(listed), total: counted?.count ?? listed.count };
}
