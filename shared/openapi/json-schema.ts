import { z } from "zod";

/** A JSON Schema (2020-12) as OpenAPI 3.1 takes it. */
export type JsonSchema = { [keyword: string]: unknown };

/** Schemas with an `id` of their own (`.meta({ id: "Patient" })`), collected for `components.schemas`. */
export type NamedSchemas = Record<string, JsonSchema>;

/**
 * The JSON Schema of a zod schema. `io` says which side of it is meant: what a client may send, or what it gets. Named schemas go to `named`
 * and are referred to; what is sent and what is answered differ (defaults), so that the input's name ends in `Input`.
 */
export function toJsonSchema(schema: z.ZodType, io: "input" | "output", named: NamedSchemas): JsonSchema {
  const suffix = io === "input" ? "Input" : "";
  const made = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ jsonSchema }) => tidy(jsonSchema, io),
  });
  const { $schema: _, $defs, ...rest } = made;
  for (const [name, definition] of Object.entries($defs ?? {})) {
    const known = (named[name + suffix] ??= renamed({ ...definition }, suffix));
    if (JSON.stringify(known) !== JSON.stringify(renamed({ ...definition }, suffix))) {
      throw new Error(`Two schemas are called ${name}: give one of them another id.`);
    }
  }
  return renamed(rest, suffix);
}

/** Formats that zod spells out as a pattern as well, which people would have to read past. */
const KNOWN_FORMATS: unknown[] = ["uuid", "date-time", "date", "email"];

/** Moves our `example` to where JSON Schema has it, and keeps answers open: clients ignore members that they do not know. */
function tidy(schema: JsonSchema, io: "input" | "output"): void {
  mergeNull(schema);
  if (KNOWN_FORMATS.includes(schema.format)) delete schema.pattern;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if ("example" in schema) {
    schema.examples = [schema.example];
    delete schema.example;
  }
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
  delete schema.id;
}

const PLAIN_TYPES: unknown[] = ["string", "integer", "number", "boolean"];

/** Writes "this or null" as one schema with two types, where it is a plain value. */
function mergeNull(schema: JsonSchema): void {
  if (!Array.isArray(schema.anyOf) || schema.anyOf.length !== 2) return;
  const [value, none]: unknown[] = schema.anyOf;
  if (
    !isSchema(value) || !isSchema(none) || none.type !== "null" || !PLAIN_TYPES.includes(value.type) || "enum" in value
  ) {
    return;
  }
  delete schema.anyOf;
  Object.assign(schema, { ...value, ...schema, type: [value.type, "null"] });
}

function renamed(schema: JsonSchema, suffix: string): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, rename(keyword, value, suffix)]),
  );
}

function rename(keyword: string, value: unknown, suffix: string): unknown {
  if (keyword === "$ref" && typeof value === "string") {
    return value.replace(/^#\/\$defs\/(.+)$/, `#/components/schemas/$1${suffix}`);
  }
  if (Array.isArray(value)) return value.map((item) => rename("", item, suffix));
  return isSchema(value) ? renamed(value, suffix) : value;
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
