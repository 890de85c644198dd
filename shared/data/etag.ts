import { type AppContext, noteOrganization } from "../core/context.ts";
import { invalid } from "../core/problem.ts";

/** What every single row of the API carries. */
type Row = { id: string; version: number };

/** The entity tag of a version. Weak: two representations of a version may differ in bytes (order of members). */
export const etag = (version: number): string => `W/"${version}"`;

/** Answers one row with its `ETag`: `return sendRow(c, patient)`. */
export function sendRow<T extends Row>(c: AppContext, value: T) {
  noteOrganization(c, value);
  c.header("ETag", etag(value.version));
  return c.json(value, 200);
}

/** Answers a created row: 201 with `ETag` and `Location`, below the function that made it unless `path` says otherwise. */
export function created<T extends Row>(c: AppContext, value: T, path?: string) {
  noteOrganization(c, value);
  const base = c.req.path.split("/")[1] ?? "";
  c.header("ETag", etag(value.version));
  c.header("Location", `/functions/v1/${path ?? `${base}/${value.id}`}`);
  return c.json(value, 201);
}

/**
 * The version that the client's `If-Match` expects, for the data API to compare; undefined without the header or with `*`.
 * 422 for something that is not one of our entity tags.
 */
export function expectedVersion(c: AppContext): number | undefined {
  const header = c.req.raw.headers.get("if-match")?.trim();
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"([1-9]\d{0,8})"$/.exec(header)?.[1];
  if (version === undefined) throw invalid("#/header/if-match", 'must be an ETag of this resource, such as W/"3"');
  return Number(version);
}
