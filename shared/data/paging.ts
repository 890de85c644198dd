import { base64url } from "jose";
import { z } from "zod";

const DEFAULT_LIMIT = 25;
const LARGEST_LIMIT = 100;

/**
 * The query parameters of a list, to spread into its schema: `z.strictObject({ ...pageQuery(key), name: … })`. `key` describes the sort key and the id of
 * a row, an object such as `z.strictObject({ family_name: z.string(), id: uuid })`; the handler gets the parsed key of the last row seen as `cursor`.
 */
export function pageQuery<Key extends z.ZodType>(key: Key) {
  return {
    limit: z.coerce.number("must be a whole number").int("must be a whole number").min(1).max(LARGEST_LIMIT).default(
      DEFAULT_LIMIT,
    )
      .meta({ description: "How many rows to answer at most." }),
    cursor: cursor(key).optional().meta({ description: "`page.next_cursor` of the page before." }),
    count: z.literal("exact").optional().meta({ description: "`exact` adds `page.total`." }),
  };
}

/** The same for a search whose criteria name a person: they come in the body of a POST, because addresses are logged on the way. */
export function pageBody<Key extends z.ZodType>(key: Key) {
  return {
    limit: z.int().min(1).max(LARGEST_LIMIT).default(DEFAULT_LIMIT)
      .meta({ description: "How many rows to answer at most." }),
    cursor: cursor(key).optional().meta({ description: "`page.next_cursor` of the page before." }),
  };
}

function cursor<Key extends z.ZodType>(key: Key) {
  return z.string().max(2000).transform((text, context): z.output<Key> => {
    const read = key.safeParse(decode(text));
    if (read.success) return read.data;
    context.addIssue({ code: "custom", message: "is not a cursor of this list" });
    return z.NEVER;
  });
}

function decode(text: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(base64url.decode(text)));
  } catch {
    return undefined;
  }
}

/** The cursor that continues behind a row with this sort key and id. */
export const encodeCursor = (key: unknown): string => base64url.encode(JSON.stringify(key));

/** The sort key of a row: these of its columns. */
export const keyOf = (row: object, columns: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).filter(([name]) => columns.includes(name)));

type PageInput<Row, Key> = {
  /** One row more than `limit` where there are more: ask the data API for `limit + 1`. */
  rows: readonly Row[];
  limit: number;
  /** The sort key and id of a row, in the form that `pageQuery` was given. */
  key: (row: Row) => Key;
  total?: number | null | undefined;
};

/** The answer of a list: `{ data, page: { next_cursor, has_more, total? } }`. */
export function page<Row, Key>({ rows, limit, key, total }: PageInput<Row, Key>) {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return {
    data,
    page: {
      next_cursor: last === undefined ? null : encodeCursor(key(last)),
      has_more: last !== undefined,
      ...(typeof total === "number" && { total }),
    },
  };
}

/** The schema of a list's answer, with a name where its rows have one: `PatientPage` of `Patient`. */
export function pageOf<T extends z.ZodType>(item: T) {
  const list = z.object({
    data: z.array(item).describe("The rows of this page, in order."),
    page: z.object({
      next_cursor: z.string().nullable().meta({
        example: null,
        description: "Send it as `cursor` for the next page; null on the last one.",
      }),
      has_more: z.boolean().meta({ example: false, description: "Whether another page follows." }),
      total: z.int().min(0).optional().describe("Rows on all pages; with `count=exact` only."),
    }).describe("Where this page stands in the list."),
  });
  const name = item.meta()?.id;
  return name === undefined ? list : list.meta({ id: `${name}Page` });
}
