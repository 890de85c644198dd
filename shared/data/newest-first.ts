import { afterKey } from "./keyset.ts";

/** What the builder of a list's query can do, as far as this file needs it. */
interface Sortable<Query> {
  order(column: "created_at" | "id", options?: { ascending: boolean }): Query;
  limit(count: number): Query;
  or(filters: string): Query;
}

type Page = { limit: number; cursor?: { created_at: string; id: string } | undefined };

/** One page of a list that is sorted by `created_at`, newest first, with a row more to see whether there are more. */
export function newestFirst<Query extends Sortable<Query>>(rows: Query, { limit, cursor }: Page): Query {
  const sorted = rows.order("created_at", { ascending: false }).order("id").limit(limit + 1);
  if (cursor === undefined) return sorted;
  return sorted.or(afterKey([
    { column: "created_at", value: cursor.created_at, descending: true },
    { column: "id", value: cursor.id },
  ]));
}
