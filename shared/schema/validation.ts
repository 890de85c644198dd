import { zValidator } from "@hono/zod-validator";
import { z } from "zod";
import { type AppContext, type AppEnv, noteOrganization } from "../core/context.ts";
import { escapePointer } from "../core/pointer.ts";
import { type FieldError, problem } from "../core/problem.ts";
import { ROUTE_PART, type RoutePart } from "./route-parts.ts";

/** Where an input comes from. */
export type Target = "json" | "query" | "param" | "header";

/** So many refused values are named in one answer. */
const MOST_ERRORS = 50;

type Judged = { success: true; data: unknown } | { success: false; error: { issues: readonly z.core.$ZodIssue[] } };

/** Where the pointers of an input start: bodies have plain JSON Pointers, the rest says where it came from. */
const roots: Record<Target, string> = { json: "", query: "#/query", param: "#/path", header: "#/header" };

/**
 * Validates one input of a route and gives the handler the parsed value through `c.req.valid(target)`; a refusal is a 422 that names every wrong field.
 * The schema is also the input's description in the OpenAPI document. Objects must be strict (`z.strictObject`): unknown fields are errors.
 */
export function validate<T extends z.ZodType, In extends Target>(target: In, schema: T) {
  if (target !== "header" && schema instanceof z.ZodObject && !(schema.def.catchall instanceof z.ZodNever)) {
    throw new Error("The schema of an input must be strict: z.strictObject({ … })");
  }
  const root = roots[target];
  const judge = (result: Judged, c: AppContext): undefined => {
    if (!result.success) throw problem("invalid_input", { errors: fieldErrors(result.error.issues, root) });
    noteOrganization(c, result.data);
  };
  const validator = zValidator<T, In, AppEnv, string, typeof judge>(target, schema, judge);
  const part: RoutePart = { kind: "input", target, schema };
  return Object.assign(validator, { [ROUTE_PART]: part });
}

/** What zod found wrong, one entry per field; an unknown field is named itself and not by the object it is in. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[], root: string): FieldError[] {
  return issues.flatMap((issue): FieldError[] => {
    const pointer = toPointer(root, issue.path);
    if (issue.code !== "unrecognized_keys") return [{ pointer, message: issue.message }];
    return issue.keys.map((key) => ({ pointer: `${pointer}/${escapePointer(key)}`, message: "is not a known field" }));
  }).slice(0, MOST_ERRORS);
}

const toPointer = (root: string, path: readonly PropertyKey[]) =>
  path.reduce((pointer: string, key) => `${pointer}/${escapePointer(String(key))}`, root);

type Params = { error: string; when: (payload: { issues: unknown[] }) => boolean };

/** For the schema of a PATCH: `.refine(...changesSomething)` refuses a body that names no field. Silent while a field is refused for itself. */
export const changesSomething: [(changes: object) => boolean, Params] = [
  (changes) => Object.keys(changes).length > 0,
  { error: "must name at least one field", when: ({ issues }) => issues.length === 0 },
];
