/** One column of a sort order and its value in the last row seen. */
export type KeysetColumn = { column: string; value: unknown; descending?: boolean };

/**
 * The PostgREST condition for the rows behind a cursor, for `.or(afterKey([...]))`: `(a, b, id)` is greater than the values, column by column, each in its direction.
 * The columns must be not null and end with a unique one. Sort the query by the same columns.
 */
export function afterKey(columns: readonly KeysetColumn[]): string {
  return columns.map((last, index) => {
    const same = columns.slice(0, index).map(({ column, value }) => `${column}.eq.${quote(value)}`);
    const beyond = `${last.column}.${last.descending ? "lt" : "gt"}.${quote(last.value)}`;
    return same.length === 0 ? beyond : `and(${[...same, beyond].join(",")})`;
  }).join(",");
}

/** A value in PostgREST's filter grammar, where commas, dots, colons and brackets have a meaning outside quotes. */
const quote = (value: unknown) => `"${String(value).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
