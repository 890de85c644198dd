import type { z } from "zod";
import { exampleOf, type JsonSchema, type NamedSchemas, toJsonSchema } from "./json-schema.ts";
import { type ProblemCode, problems } from "./problem.ts";
import type { RouteDescription } from "./route-parts.ts";

/** What is known about one route. `path` is in OpenAPI's notation. */
export type RouteFacts = {
  function: string;
  method: string;
  path: string;
  public: boolean;
  inputs: Partial<Record<"json" | "query" | "param" | "header", z.ZodType>>;
  description: RouteDescription | undefined;
};

type Reference = { $ref: string };
type Parameter = Reference | { name: string; in: string; required: boolean; description?: unknown; schema: JsonSchema };
type Content = Record<string, { schema: JsonSchema; example?: unknown }>;
type Answer = { description: string; headers: Record<string, Reference>; content?: Content };

/** An operation of an OpenAPI document. */
export type Operation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Answer>;
};

const places = { param: "path", query: "query", header: "header" } as const;

/** Describes one route. */
export function describeOperation(facts: RouteFacts, named: NamedSchemas): Operation {
  const body = facts.inputs.json;
  const about = facts.description;
  return {
    operationId: `${facts.method.toLowerCase()}${facts.path.replaceAll(/[{}]/g, "").replaceAll(/[^A-Za-z0-9]+/g, "_")}`,
    summary: about?.summary ?? "",
    ...(about?.description !== undefined && { description: about.description }),
    tags: [facts.function],
    security: facts.public ? [] : [{ bearer: [] }],
    parameters: parametersOf(facts, named),
    ...(body !== undefined && {
      requestBody: { required: !body.safeParse({}).success, content: contentOf(body, "input", named) },
    }),
    responses: { ...successes(facts, named), ...refusals(facts) },
  };
}

const isIdempotent = ({ method, description }: RouteFacts) =>
  method === "POST" && (description?.idempotent ?? description?.responses[201] !== undefined);

const isVersioned = ({ method, path, description }: RouteFacts) =>
  description?.versioned ?? (["PUT", "PATCH", "DELETE"].includes(method) && path.includes("{"));

function parametersOf(facts: RouteFacts, named: NamedSchemas): Parameter[] {
  const parameters: Parameter[] = [];
  for (const target of ["param", "query", "header"] as const) {
    const schema = facts.inputs[target];
    if (schema === undefined) continue;
    const { properties = {}, required = [] } = shapeOf(toJsonSchema(schema, "input", named), named);
    for (const [name, value] of Object.entries(properties)) {
      const { description, ...rest } = { description: undefined, ...value };
      parameters.push({
        name,
        in: places[target],
        required: target === "param" || required.includes(name),
        ...(description !== undefined && { description }),
        schema: rest,
      });
    }
  }
  parameters.push({ $ref: "#/components/parameters/RequestId" });
  if (isIdempotent(facts)) parameters.push({ $ref: "#/components/parameters/IdempotencyKey" });
  if (isVersioned(facts)) parameters.push({ $ref: "#/components/parameters/IfMatch" });
  return parameters;
}

type Shape = { properties?: Record<string, object>; required?: string[] };

/** The object behind a schema that may be a reference to a named one. */
const shapeOf = (schema: JsonSchema, named: NamedSchemas): Shape =>
  typeof schema.$ref === "string" ? named[schema.$ref.replace("#/components/schemas/", "")] ?? {} : schema;

const JSON_TYPE = "application/json";

function contentOf(schema: z.ZodType, io: "input" | "output", named: NamedSchemas, mediaType = JSON_TYPE): Content {
  const made = toJsonSchema(schema, io, named);
  return { [mediaType]: { schema: made, example: exampleOf(made, named) } };
}

function successes(facts: RouteFacts, named: NamedSchemas): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const [status, schema] of Object.entries(facts.description?.responses ?? {})) {
    const content = schema === null ? undefined : contentOf(schema, "output", named, facts.description?.mediaType);
    const shape = shapeOf(content?.[JSON_TYPE]?.schema ?? {}, named);
    answers[status] = {
      description: status === "201" ? "Created" : status === "204" ? "Done, without a body" : "OK",
      headers: headerReferences([
        ...commonHeaders(facts),
        ...(shape.properties !== undefined && "version" in shape.properties ? ["ETag"] : []),
        ...(status === "201" ? ["Location"] : []),
        ...(isIdempotent(facts) ? ["Idempotency-Replayed"] : []),
      ]),
      ...(content !== undefined && { content }),
    };
  }
  return answers;
}

/** The codes that a route can answer: those that its kind brings with it and those that it names itself. */
export function problemCodes(facts: RouteFacts): ProblemCode[] {
  const { inputs, path, method, description } = facts;
  const codes: ProblemCode[] = ["internal_error", "unavailable", "timeout", ...description?.problems ?? []];
  if (!facts.public) codes.push("unauthenticated", "account_suspended", "rate_limited");
  if (Object.keys(inputs).length > 0) codes.push("invalid_input");
  if (path.includes("{")) codes.push("not_found");
  if (method !== "GET") codes.push("malformed_json", "payload_too_large", "unsupported_media_type");
  if (isIdempotent(facts)) codes.push("idempotency_key_reused");
  if (isVersioned(facts)) codes.push("stale_version");
  return [...new Set(codes)];
}

function refusals(facts: RouteFacts): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  const codes = problemCodes(facts);
  for (const status of new Set(codes.map((code) => problems[code][0]))) {
    const here = codes.filter((code) => problems[code][0] === status);
    answers[status] = {
      description: here.map((code) => `\`${code}\`: ${problems[code][1]}.`).join(" "),
      headers: headerReferences([
        ...commonHeaders(facts),
        ...(status === 429 || status === 503 ? ["Retry-After"] : []),
      ]),
      content: {
        "application/problem+json": {
          schema: { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code: { enum: here } } }] },
        },
      },
    };
  }
  return answers;
}

const commonHeaders = (facts: RouteFacts) => [
  "X-Request-Id",
  "Server-Timing",
  ...(facts.public ? [] : ["RateLimit", "RateLimit-Policy"]),
];

const headerReferences = (names: string[]): Record<string, Reference> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
