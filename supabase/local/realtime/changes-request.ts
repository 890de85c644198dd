import { z } from "zod";

/** One condition on a column: a row of `realtime.user_defined_filter`. */
export interface Filter {
  column_name: string;
  op: string;
  value: string;
  negate: boolean;
}

/** Changes somebody wants to hear of. `*` stands for every event, schema or table; no `select` for every column. */
export interface Wanted {
  event: string;
  schema: string;
  table: string;
  filters: Filter[];
  select: string[] | null;
}

export type Parsed = { wanted: Wanted } | { fault: string };

const EVENTS = ["INSERT", "UPDATE", "DELETE"];
const OPERATORS = ["eq", "neq", "lt", "lte", "gt", "gte", "in", "like", "ilike", "is", "match", "imatch", "isdistinct"];

const Absent = z.undefined().optional();
/** A filter needs both a schema and a table. */
const Tables = z.union([
  z.object({ schema: z.string(), table: z.string(), filter: z.string().optional() }),
  z.object({ schema: z.string(), table: Absent, filter: Absent }),
  z.object({ schema: Absent, table: z.string(), filter: Absent }),
]);

/** Reads one entry of `postgres_changes`. */
export function parseWanted(entry: Record<string, unknown>): Parsed {
  const { event, select } = entry;
  if (typeof select === "string") return { fault: SELECT_IS_LIST };
  const columns = Array.isArray(select) ? select.filter((name) => typeof name === "string") : [];
  const { success, data } = Tables.safeParse(entry);
  if (!success) return { fault: `${NO_TABLE}: ${JSON.stringify(entry)}` };
  const { schema = "public", table = "*", filter = "" } = data;
  const filters = filter.trim() === "" ? [] : split(filter.trim()).map(parseFilter);
  const fault = filters.find((found) => typeof found === "string");
  if (fault !== undefined) return { fault: `Error parsing \`filter\` params: ${fault}` };
  if (columns.length > 0 && (schema === "*" || table === "*")) return { fault: SELECT_NEEDS_TABLE };
  const name = typeof event === "string" ? event.toUpperCase() : "*";
  return {
    wanted: {
      event: EVENTS.includes(name) ? name : "*",
      schema,
      table,
      filters: filters.filter((found) => typeof found !== "string"),
      select: columns.length > 0 ? columns : null,
    },
  };
}

const NO_TABLE = "No subscription params provided. Please provide at least a `schema` or `table` to subscribe to";
const SELECT_IS_LIST =
  'Error parsing `select` params: expected a list of column name strings, e.g. select: ["col1", "col2"]';
const SELECT_NEEDS_TABLE =
  "Column selection is not supported for wildcard subscriptions. Provide an explicit schema and table name.";

/** Quoted values, as they begin after an operator or within a list; parentheses and commas; and whatever is between. */
const TOKENS = /(?<=[.(,])"(?:\\.|[^"\\])*(?:"|$)|[(),]|"|[^(),"]+/gs;

/** The conditions between the commas, but for those of a list or of a quoted value. */
function split(filter: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [token] of filter.matchAll(TOKENS)) {
    if (token === "," && depth === 0) {
      parts.push("");
      continue;
    }
    if (token === "(") depth++;
    if (token === ")") depth = Math.max(depth - 1, 0);
    parts.push(parts.pop() + token);
  }
  return parts.map((part) => part.trim());
}

/** `column=operator.value`, with `not.` before the operator for the contrary. A text is what is wrong with it. */
function parseFilter(text: string): Filter | string {
  if (text === "") return "filter must not contain empty segments (check for extra commas)";
  const [, column_name, not, op, value] = /^([^=]*)=(not\.)?([^.]*)\.(.*)$/s.exec(text) ?? [];
  if (column_name === undefined || op === undefined || value === undefined) return JSON.stringify([text]);
  if (!OPERATORS.includes(op)) return `["${op}", "${value}"]`;
  const negate = not !== undefined;
  if (op !== "in") return { column_name, op, value: unquoted(value), negate };
  const list = /^\((.*)\)$/s.exec(value)?.[1];
  if (list === undefined) return "`in` filter value must be wrapped by parentheses";
  return { column_name, op, value: `{${list}}`, negate };
}

const unquoted = (value: string) => /^"((?:\\.|[^"\\])*)"$/s.exec(value)?.[1]?.replace(/\\(.)/gs, "$1") ?? value;
