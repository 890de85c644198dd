import { z } from "zod";
import type { DataAnswer } from "./data.ts";
import { found } from "./data.ts";
import { keyOf, page } from "./paging.ts";

/** What every list by RPC answers: one row more than was asked for where there are more, and how many match. */
const list = z.looseObject({
  // Copied member by member, fifty rows would cost as much as half of their real check, which follows.
  rows: z.array(z.custom<Record<string, unknown>>((row) => typeof row === "object" && row !== null)),
  total: z.int().nullish(),
});

/**
 * One page of a list that an RPC answers as jsonb `{rows, total}`; 404 where it answers null. The RPC gets `p_limit: limit + 1`. `schema` is the schema of the
 * page, `key` names the columns of the cursor: rows may have them beside their own. What else the RPC answers is for the page too.
 *
 *     listed(await data(c).rpc("list_patients", …), patientPage, query, ["sort_name", "id"])
 */
export function listed<Page extends z.ZodType, Key extends string>(
  answer: DataAnswer<unknown>,
  schema: Page,
  { limit }: { limit: number; cursor?: Record<Key, unknown> | undefined },
  key: readonly NoInfer<Key>[],
): z.output<Page> {
  const { rows, total, ...more } = list.parse(found(answer));
  return schema.parse({ ...more, ...page({ rows, limit, total, key: (row) => keyOf(row, key) }) });
}
