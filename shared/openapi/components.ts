import { kindOf, type ProblemKind, problemType } from "../core/problem.ts";
import { type JsonSchema, type NamedSchemas, toJsonSchema } from "./json-schema.ts";

/** Parameters that many routes share. They have no examples: viewers would send them along with whatever is tried out. */
export const parameters = {
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "The same key with the same body answers the first answer again instead of doing it twice; with another body it is a 422. 1 to 255 visible ASCII characters.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description:
      'The `ETag` of the version that the change was made for, such as `W/"1"`; 412 when the row has another version by now.',
    schema: { type: "string" },
  },
} as const;

const header = (description: string, example: unknown) => ({ description, schema: { type: "string" }, example });

/** Headers of answers. */
export const headers = {
  "X-Request-Id": header(
    "The name of the request in the log and in the audit.",
    "2c4f1c7e-6a53-4d33-9e0c-9a2c0b6f8d11",
  ),
  "Server-Timing": header(
    "Milliseconds for authentication, database and all together.",
    "auth;dur=0.1, db;dur=3.2, total;dur=4",
  ),
  "RateLimit": header(
    "What is left of the caller's requests (`r`) and the time in seconds (`t`) after which more come.",
    '"api";r=1190;t=60',
  ),
  "RateLimit-Policy": header("How many requests (`q`) a caller has in a window of `w` seconds.", '"api";q=1200;w=60'),
  "Retry-After": header("Seconds after which to try again.", "2"),
  "ETag": header("The version of the row, for `If-Match`.", 'W/"1"'),
  "Location": header("Where the new row is.", "/functions/v1/patients/5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10"),
  "Idempotency-Replayed": header(
    "`true` when an earlier request with the same `Idempotency-Key` did this; the answer is what has become of it.",
    "true",
  ),
} as const;

const notFound = kindOf("not_found");

/** RFC 9457, as every refusal comes, with the members that kinds of refusals add. */
export const problemSchema = (kinds: readonly ProblemKind[], named: NamedSchemas): JsonSchema => ({
  type: "object",
  description: "A refusal (RFC 9457). `code` is for programs, `detail` for people.",
  required: ["type", "title", "status", "instance", "code", "request_id"],
  properties: {
    type: {
      type: "string",
      format: "uri",
      description: "A URI that names the kind of refusal.",
      examples: [problemType(notFound)],
    },
    title: { type: "string", description: "The kind of refusal in words.", examples: [notFound.title] },
    status: { type: "integer", description: "The HTTP status.", examples: [notFound.status] },
    detail: { type: "string", description: "What is wrong this time, in words." },
    instance: { type: "string", description: "The path of the request, without its query." },
    code: { type: "string", description: "The kind of refusal for programs.", enum: kinds.map(({ code }) => code) },
    request_id: { type: "string", description: "`X-Request-Id` of the request." },
    errors: {
      type: "array",
      description: "The refused values.",
      items: {
        type: "object",
        required: ["pointer", "message"],
        properties: {
          pointer: {
            type: "string",
            description:
              "JSON Pointer into the body; `#/query/<name>`, `#/path/<name>` or `#/header/<name>` for a value from elsewhere; empty for the whole body.",
            examples: ["/birth_date"],
          },
          message: {
            type: "string",
            description: "What the value must be.",
            examples: ["must be an existing day, written YYYY-MM-DD"],
          },
        },
      },
    },
    ...membersOf(kinds, named),
  },
});

/** The members of all kinds by name, each with the codes that it comes with. A name means the same wherever it comes. */
function membersOf(kinds: readonly ProblemKind[], named: NamedSchemas): Record<string, JsonSchema> {
  const members: Record<string, JsonSchema> = {};
  const names = new Set(kinds.flatMap(({ members }) => Object.keys(members)));
  for (const name of names) {
    const bearers = kinds.filter((kind) => name in kind.members);
    const [schema, ...others] = new Set(bearers.map((kind) => kind.members[name]));
    if (schema === undefined || others.length > 0) throw new Error(`The member ${name} of refusals has two schemas`);
    const made = toJsonSchema(schema, "output", named);
    const codes = bearers.map(({ code }) => `\`${code}\``).join(" and ");
    members[name] = { ...made, description: `With ${codes}: ${made.description}` };
  }
  return members;
}

/** How a caller shows who they are. */
export const securitySchemes = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The access token of Supabase Auth, as `POST /auth/login` answers it.",
  },
} as const;
