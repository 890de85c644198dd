import type { JsonSchema, NamedSchemas } from "../../shared/openapi/json-schema.ts";

/** An example of a schema as the viewers make it: the ones that its fields state, put together. Undefined where a field states none. */
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
  return FORMATS[String(schema.format)];
}

/** What viewers fill in for the formats that need no example. */
const FORMATS: Record<string, string> = {
  "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
  "date-time": "2026-03-01T09:30:00Z",
  "date": "2026-03-01",
};

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
