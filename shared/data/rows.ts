import type { SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { AppContext } from "../core/context.ts";
import { problem, type ProblemError } from "../core/problem.ts";
import { data, unwrap } from "./data.ts";
import type { Database } from "./database.types.ts";
import { expectedVersion } from "./etag.ts";
import { afterKey } from "./keyset.ts";
import { keyOf, page } from "./paging.ts";

/** The data API without the types of the database. */
type AnyClient = ReturnType<SupabaseClient["schema"]>;

type Relations = Database["public"]["Tables"] & Database["public"]["Views"];
type Relation = keyof Relations & string;
type Row<T extends Relation> = Relations[T]["Row"];
type Changes<T extends Relation> = Relations[T] extends { Update: infer Update extends object } ? Update : never;
type Column<T extends Relation> = keyof Row<T> & string;
type Field<Schema extends z.ZodType> = keyof z.input<Schema> & string;

/** A column to sort by; with `-` before it, the greatest first. */
type Sort<Name extends string> = Name | `-${Name}`;
type NameOf<One> = One extends `-${infer Name}` ? Name : One & string;

/** Refuses a schema with fields that the table does not have: the type that is missing then is the message. */
type Known<T extends Relation, Schema extends z.ZodType, Embedded extends string> =
  Exclude<Field<Schema>, Column<T> | Embedded> extends never ? unknown
    : { schema: `${T} has no column ${Exclude<Field<Schema>, Column<T> | Embedded>}` };

type Value = string | number | boolean | null;

/**
 * What rows must meet, in PostgREST's words: `["reviewed_at", "is", null]`. An embedded row is its name or `name.column`. Without a value, as of a parameter
 * that was not given, it does not count.
 */
type Condition<T extends Relation, Embedded extends string> = readonly [
  column: Column<T> | Embedded | `${Embedded}.${string}`,
  operator: "eq" | "gt" | "gte" | "lt" | "lte" | "is" | "not.is",
  value: Value | undefined,
];

/** Which row: its id, and what else must be true of it, such as the patient whose path it stands below. */
type Key<T extends Relation> = { id: string } & Partial<Row<T>>;

type Query<Order extends readonly string[], Filter extends string> =
  & { limit: number; count?: "exact" | undefined }
  & { cursor?: Record<NameOf<Order[number]>, string | number | boolean> | undefined }
  & { [Name in Filter]?: Value | undefined };

type Options<
  T extends Relation,
  Schema extends z.ZodType,
  Order extends readonly string[],
  Filter extends string,
  Embedded extends string,
> = {
  table: T;
  /** What a row is answered as: an object whose fields are the columns to read, or one with a transform behind it. */
  schema: Schema;
  /** The order of the list, and the key in its cursor: columns that are never null, a unique one last. */
  order: Order;
  /** Query parameters of the list that are columns: rows must have their value. */
  filters?: readonly Filter[];
  /** The fields that are rows of other tables, with the table of each as PostgREST writes it: `{ person: "profiles" }`. */
  embed?: Record<Embedded, Relation | `${Relation}!${string}`>;
};

/**
 * The list, the single row, the change and the removal of a table's rows, as the caller:
 *
 *     const rooms = rowsOf({ table: "rooms", schema: room, filters: ["organization_id", "active"], order: ["name", "id"] });
 *     c.json(await rooms.list(c, c.req.valid("query")), 200)
 *
 * The fields of the schema are the columns that are read, and it parses every answer. A table or a column that does not exist does not compile.
 */
export function rowsOf<
  T extends Relation,
  Schema extends z.ZodType<object, object>,
  const Order extends readonly Sort<Column<T> & keyof z.output<Schema> & string>[],
  Filter extends Column<T> = never,
  Embedded extends string = never,
>(options: Options<T, Schema, Order, Filter, Embedded> & Known<T, Schema, Embedded>) {
  const { table, schema, filters = [], embed } = options;
  const columns = columnsOf(schema, new Map(Object.entries(embed ?? {})));
  const order = options.order.map((one) => ({ column: one.replace(/^-/, ""), descending: one.startsWith("-") }));
  const behind = (cursor: object) => {
    const values = new Map<string, unknown>(Object.entries(cursor));
    return order.map((one) => ({ ...one, value: values.get(one.column) }));
  };
  // Names of tables and columns are checked by the types above; the types of the client cannot follow a table that is a parameter.
  const rows = (c: AppContext) => {
    const client: AnyClient = data(c);
    return client.from(table);
  };

  return {
    /** The names of the columns that are read, for a `.select()` of what an RPC answers. */
    columns,

    /** One page of the rows that match the filters of the query and `where`, parsed. */
    async list(c: AppContext, query: Query<Order, Filter>, where: readonly Condition<T, Embedded>[] = []) {
      const { limit, cursor, count } = query;
      const asked = Object.entries(query).filter(([name]) => filters.some((filter) => filter === name));
      const conditions = [...equal(Object.fromEntries(asked)), ...where];
      // Behind a cursor the data API counts only what is left, so that the total takes a call of its own.
      const apart = count !== undefined && cursor !== undefined
        ? narrowed(rows(c).select(columns, { count, head: true }), conditions)
        : undefined;
      let some = narrowed(rows(c).select(columns, count !== undefined ? { count } : {}), conditions).limit(limit + 1);
      for (const { column, descending } of order) some = some.order(column, { ascending: !descending });
      if (cursor !== undefined) some = some.or(afterKey(behind(cursor)));
      const [listed, counted] = await Promise.all([some, apart]);
      if (counted !== undefined) unwrap(counted);
      return page({
        rows: z.array(schema).parse(unwrap(listed)),
        limit,
        total: counted?.count ?? listed.count,
        key: (row) => keyOf(row, order.map(({ column }) => column)),
      });
    },

    /** One row, parsed; 404 when there is none that the caller may see. */
    async read(c: AppContext, key: Key<T>, where: readonly Condition<T, Embedded>[] = []) {
      const row: unknown = unwrap(await narrowed(rows(c).select(columns), [...equal(key), ...where]).maybeSingle());
      if (row === null) throw problem("not_found");
      return schema.parse(row);
    },

    /** Changes one row, in the version that `If-Match` names if it does, and answers it; otherwise 404, 412 or 403. */
    async change(c: AppContext, key: Key<T>, changes: Changes<T>) {
      const version = expectedVersion(c);
      const changed = narrowed(rows(c).update<object>(changes), equal({ ...key, version })).select(columns);
      const row: unknown = unwrap(await changed.maybeSingle());
      if (row === null) throw await whyUnchanged(rows(c), key, version);
      return schema.parse(row);
    },

    /** Removes one row, in the version that `If-Match` names if it does; otherwise 404, 412 or 403. */
    async remove(c: AppContext, key: Key<T>) {
      const version = expectedVersion(c);
      const gone = narrowed(rows(c).delete(), equal({ ...key, version })).select("id");
      if (unwrap(await gone.maybeSingle()) === null) throw await whyUnchanged(rows(c), key, version);
    },
  };
}

type Conditions = readonly (readonly [column: string, operator: string, value: unknown])[];

/** The conditions that columns have these values. */
const equal = (values: object): Conditions =>
  Object.entries(values).map(([column, value]) => [column, value === null ? "is" : "eq", value] as const);

function narrowed<One extends { filter(column: string, operator: string, value: unknown): One }>(
  query: One,
  conditions: Conditions,
): One {
  return conditions.reduce(
    (narrower, [column, operator, value]) => value === undefined ? narrower : narrower.filter(column, operator, value),
    query,
  );
}

/** Explains a change that matched no row: it is not there for the caller (404), it has moved on (412), or the caller may not change it (403). */
async function whyUnchanged(
  rows: ReturnType<AnyClient["from"]>,
  key: object,
  expected: number | undefined,
): Promise<ProblemError> {
  const current: unknown = unwrap(await narrowed(rows.select("version"), equal(key)).maybeSingle());
  if (current === null) return problem("not_found");
  const { version } = z.object({ version: z.number() }).parse(current);
  if (expected === undefined || version === expected) return problem("forbidden");
  return problem("stale_version", { members: { current_version: version } });
}

/** What to select for the fields of a schema: `id, name, person:profiles(given_name, family_name)`. */
function columnsOf(schema: z.core.$ZodType, embed: ReadonlyMap<string, string>): string {
  return Object.entries(objectIn(schema).shape).map(([name, field]) => {
    const relation = embed.get(name);
    return relation === undefined ? name : `${name}:${relation}(${columnsOf(field, new Map())})`;
  }).join(", ");
}

/** The object that a schema begins with, or that its elements are. */
function objectIn(schema: z.core.$ZodType): z.ZodObject {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPipe) return objectIn(schema.in);
  if (schema instanceof z.ZodNullable) return objectIn(schema.unwrap());
  if (schema instanceof z.ZodArray) return objectIn(schema.element);
  throw new Error("The schema of a row must be an object");
}
