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
    named[name + suffix] = renamed({ ...definition }, suffix);
  }
  return renamed(rest, suffix);
}

/** Formats that zod spells out as a pattern as well, which people would have to read past. */
const KNOWN_FORMATS: unknown[] = ["uuid", "date-time", "date", "email"];

/** Moves our `example` to where JSON Schema has it, and keeps answers open: clients ignore members that they do not know. */
function tidy(schema: JsonSchema, io: "input" | "output"): void {
  if (KNOWN_FORMATS.includes(schema.format)) delete schema.pattern;
  mergeNull(schema);
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

/** An example of a schema: the ones that its fields state, put together. Undefined where a field states none. */
export function exampleOf(schema: JsonSchema, named: NamedSchemas): unknown {
  if (typeof schema.$ref === "string") {
    const target = named[schema.$ref.replace("#/components/schemas/", "")];
    return target === undefined ? undefined : exampleOf(target, named);
  }
  if (Array.isArray(schema.examples)) return schema.examples[0];
  for (const keyword of ["default", "const"]) if (keyword in schema) return schema[keyword];
  if (Array.isArray(schema.enum)) return schema.enum[0];
  for (const keyword of ["anyOf", "oneOf", "allOf"]) {
    const options = schema[keyword];
    if (Array.isArray(options) && isSchema(options[0])) return exampleOf(options[0], named);
  }
  return exampleOfType(schema, named);
}

function exampleOfType(schema: JsonSchema, named: NamedSchemas): unknown {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "array") {
    const item = isSchema(schema.items) ? exampleOf(schema.items, named) : undefined;
    return item === undefined ? [] : [item];
  }
  if (type === "object") {
    const properties = isSchema(schema.properties) ? schema.properties : {};
    const entries = Object.entries(properties).map((
      [name, value],
    ) => [name, isSchema(value) ? exampleOf(value, named) : undefined]);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (type === "boolean") return true;
  if (type === "integer" || type === "number") return typeof schema.minimum === "number" ? schema.minimum : 0;
  return undefined;
}

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
