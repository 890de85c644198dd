import type { z } from "zod";
import { type JsonSchema, type NamedSchemas, toJsonSchema } from "./json-schema.ts";
import { type GeneralCode, kindOf, type Problem, type ProblemKind } from "../core/problem.ts";
import type { RouteDescription } from "../schema/route-parts.ts";

/** What is known about one route. `path` is in OpenAPI's notation. */
export type RouteFacts = {
  function: string;
  method: string;
  path: string;
  public: boolean;
  inputs: Partial<Record<"json" | "query" | "param" | "header", z.ZodType>>;
  description: RouteDescription | undefined;
  /** Values for its path from rows that exist, for a route that only reads. */
  examples?: Record<string, string> | undefined;
};

type Reference = { $ref: string };
export type Parameter = {
  name: string;
  in: string;
  required?: true;
  description?: unknown;
  example?: unknown;
  schema: JsonSchema;
};
/** What a body may be, by its media type. */
export type Content = Record<string, { schema: JsonSchema }>;
/** What an operation may answer with one status. */
export type Answer = { description: string; headers?: Record<string, Reference>; content?: Content };

/** An operation of an OpenAPI document. */
export type Operation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  /** Only where it differs from that of the document: a public route needs no token. */
  security?: [];
  parameters: (Parameter | Reference)[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Answer | Reference>;
};

/** What operations refer to, collected while they are described. */
export type Shared = {
  schemas: NamedSchemas;
  parameters: Record<string, Parameter>;
  responses: Record<string, Answer>;
};

/** Nothing collected yet. */
export const nothingShared = (): Shared => ({ schemas: {}, parameters: {}, responses: {} });

const places = { param: "path", query: "query", header: "header" } as const;

/** Describes one route. What other routes have as well goes to `shared`. */
export function describeOperation(facts: RouteFacts, shared: Shared): Operation {
  const body = facts.inputs.json;
  const about = facts.description;
  return {
    operationId: about?.id ??
      `${facts.method.toLowerCase()}${facts.path.replaceAll(/[{}]/g, "").replaceAll(/[^A-Za-z0-9]+/g, "_")}`,
    summary: about?.summary ?? "",
    ...(about?.description !== undefined && { description: about.description }),
    tags: [facts.function],
    ...(facts.public && { security: [] }),
    parameters: parametersOf(facts, shared),
    ...(body !== undefined && {
      requestBody: { required: !body.safeParse({}).success, content: contentOf(body, "input", shared) },
    }),
    responses: { ...successes(facts, shared), ...refusals(facts, shared) },
  };
}

const isIdempotent = ({ method, description }: RouteFacts) =>
  method === "POST" && (description?.idempotent ?? description?.responses[201] !== undefined);

const isVersioned = ({ method, path, description }: RouteFacts) =>
  description?.versioned ?? (["PUT", "PATCH", "DELETE"].includes(method) && path.includes("{"));

/**
 * The parameters of a route. Viewers send the examples of parameters with what is tried out: those that may be left out have none, and neither have the paths
 * of writes, so that nobody changes a row that they did not name.
 */
function parametersOf(facts: RouteFacts, shared: Shared): Reference[] {
  const parameters: Reference[] = [];
  for (const target of ["param", "query", "header"] as const) {
    const schema = facts.inputs[target];
    if (schema === undefined) continue;
    const { properties = {}, required = [] } = shapeOf(toJsonSchema(schema, "input", shared.schemas), shared.schemas);
    for (const [name, value] of Object.entries(properties)) {
      const { description, examples = [], ...rest }: JsonSchema & { examples?: unknown[] } = { ...value };
      const needed = target === "param" || required.includes(name);
      const example = target === "param" ? facts.examples?.[name] : needed ? examples[0] : undefined;
      parameters.push(share(shared.parameters, "parameters", name, {
        name,
        in: places[target],
        ...(needed && { required: true }),
        ...(description !== undefined && { description }),
        ...(example !== undefined && { example }),
        schema: rest,
      }));
    }
  }
  if (isIdempotent(facts)) parameters.push({ $ref: "#/components/parameters/IdempotencyKey" });
  if (isVersioned(facts)) parameters.push({ $ref: "#/components/parameters/IfMatch" });
  return parameters;
}

/** Refers to a shared part by its name, or by its name and a number where routes mean different things by one name. */
function share<Part>(parts: Record<string, Part>, kind: keyof Shared, name: string, part: Part): Reference {
  for (let number = 1;; number += 1) {
    const full = number === 1 ? name : `${name}.${number}`;
    const known = (parts[full] ??= part);
    if (JSON.stringify(known) === JSON.stringify(part)) return { $ref: `#/components/${kind}/${full}` };
  }
}

type Shape = { properties?: Record<string, object>; required?: string[] };

/** The object behind a schema that may be a reference to a named one. */
const shapeOf = (schema: JsonSchema, named: NamedSchemas): Shape =>
  typeof schema.$ref === "string" ? named[nameOf(schema.$ref)] ?? {} : schema;

const nameOf = (reference: string) => reference.replace("#/components/schemas/", "");

const JSON_TYPE = "application/json";

const contentOf = (schema: z.ZodType, io: "input" | "output", shared: Shared, mediaType = JSON_TYPE): Content => ({
  [mediaType]: { schema: toJsonSchema(schema, io, shared.schemas) },
});

/** What a route answers when it succeeds; an answer that has a named schema is shared with the routes that answer the same. */
function successes(facts: RouteFacts, shared: Shared): Record<string, Answer | Reference> {
  const answers: Record<string, Answer | Reference> = {};
  for (const [status, schema] of Object.entries(facts.description?.responses ?? {})) {
    const content = schema === null ? undefined : contentOf(schema, "output", shared, facts.description?.mediaType);
    const answered = content?.[JSON_TYPE]?.schema ?? {};
    const shape = shapeOf(answered, shared.schemas);
    const headers = [
      ...(shape.properties !== undefined && "version" in shape.properties ? ["ETag"] : []),
      ...(status === "201" ? ["Location"] : []),
      ...(isIdempotent(facts) ? ["Idempotency-Replayed"] : []),
    ];
    const answer: Answer = {
      description: status === "201" ? "Created" : status === "204" ? "Done, without a body" : "OK",
      ...(headers.length > 0 && { headers: headerReferences(headers) }),
      ...(content !== undefined && { content }),
    };
    const { $ref } = answered;
    answers[status] = typeof $ref === "string"
      ? share(shared.responses, "responses", `${status === "201" ? "Created" : ""}${nameOf($ref)}`, answer)
      : answer;
  }
  return answers;
}

/** The refusals that a route can answer: those that its kind brings with it and those that it names itself. */
export function problemsOf(facts: RouteFacts): ProblemKind[] {
  const { path, method, description } = facts;
  const problems: Problem[] = [
    "invalid_input",
    "internal_error",
    "unavailable",
    "timeout",
    ...description?.problems ?? [],
  ];
  if (!facts.public) problems.push("unauthenticated", "account_suspended", "rate_limited");
  if (path.includes("{")) problems.push("not_found");
  if (method !== "GET") problems.push("malformed_json", "payload_too_large", "unsupported_media_type");
  if (isIdempotent(facts)) problems.push("idempotency_key_reused");
  if (isVersioned(facts)) problems.push("stale_version");
  return [...new Set(problems.map(kindOf))].sort((a, b) => a.status - b.status || (a.code < b.code ? -1 : 1));
}

/** What most routes may answer without a way of their own. */
const COMMON: GeneralCode[] = [
  "unauthenticated",
  "account_suspended",
  "invalid_input",
  "rate_limited",
  "malformed_json",
  "payload_too_large",
  "unsupported_media_type",
];
const common = COMMON.map(kindOf);

/** One answer for the refusals of a status; those that say nothing about this route share `4XX`, and those of a failing server `5XX`. */
function refusals(facts: RouteFacts, { responses }: Shared): Record<string, Reference> {
  const methods = `${facts.public ? "Open" : ""}${facts.method === "GET" ? "Read" : "Write"}`;
  const kinds = problemsOf(facts);
  const keyOf = (kind: ProblemKind) => kind.status >= 500 ? "5XX" : common.includes(kind) ? "4XX" : String(kind.status);
  return Object.fromEntries(
    [...new Set(kinds.map(keyOf))].sort().map((key) => {
      const here = kinds.filter((kind) => keyOf(kind) === key);
      const codes = here.map(({ code }) => code).join("-");
      const name = key === "4XX" ? `Refused${methods}` : key === "5XX" ? "Failed" : codes;
      return [key, share(responses, "responses", name, refusal(key, here))];
    }),
  );
}

function refusal(key: string, kinds: ProblemKind[]): Answer {
  const codes = kinds.map(({ code }) => code);
  return {
    description: kinds.map(({ code, status, title }) => `\`${code}\` (${status}): ${title}.`).join(" "),
    ...(key.endsWith("XX") && { headers: headerReferences(SHARED_HEADERS) }),
    content: {
      "application/problem+json": {
        schema: { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

/** Headers of every answer, written out where most routes share one. */
const SHARED_HEADERS = ["X-Request-Id", "Server-Timing", "RateLimit", "RateLimit-Policy", "Retry-After"];

const headerReferences = (names: string[]): Record<string, Reference> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
