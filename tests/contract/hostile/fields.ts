import type { z } from "zod";
import { type JsonSchema, type NamedSchemas, toJsonSchema } from "../../../shared/openapi/json-schema.ts";
import { exampleOf } from "../example-of.ts";

/** A place in an input, with what its schema says of it. */
export type Field = {
  path: (string | number)[];
  schema: JsonSchema;
  nullable: boolean;
  required: boolean;
  /** What stands there in a right input. */
  example: unknown;
};

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Every field of an input, the objects and lists that hold others too; of a list the first element. */
export function fieldsOf(schema: z.ZodType): Field[] {
  const named: NamedSchemas = {};
  const top = toJsonSchema(schema, "input", named);
  return inside(resolved(top, named).schema, named, []);
}

/** The schema behind a name and beside `null`. */
function resolved(schema: JsonSchema, named: NamedSchemas): Pick<Field, "schema" | "nullable"> {
  if (typeof schema.$ref === "string") {
    return resolved(named[schema.$ref.replace("#/components/schemas/", "")] ?? {}, named);
  }
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isSchema);
  if (options !== undefined) {
    const [one = {}] = options.filter(({ type }) => type !== "null");
    return { schema: resolved(one, named).schema, nullable: options.some(({ type }) => type === "null") };
  }
  if (!Array.isArray(schema.type)) return { schema, nullable: false };
  return {
    schema: { ...schema, type: schema.type.find((type) => type !== "null") },
    nullable: schema.type.includes("null"),
  };
}

function inside(schema: JsonSchema, named: NamedSchemas, path: Field["path"]): Field[] {
  const properties = isSchema(schema.properties) ? Object.entries(schema.properties) : [];
  const places: [string | number, unknown][] = [...properties];
  if (isSchema(schema.items)) places.push([0, schema.items]);
  if (isSchema(schema.additionalProperties)) {
    places.push([
      String(isSchema(schema.propertyNames) ? exampleOf(schema.propertyNames, named) : "any"),
      schema.additionalProperties,
    ]);
  }
  return places.flatMap(([key, value]) => {
    if (!isSchema(value)) return [];
    const place = resolved(value, named);
    const required = Array.isArray(schema.required) && schema.required.includes(key);
    const field = {
      path: [...path, key],
      required,
      example: exampleOf(value, named) ?? exampleOf(place.schema, named),
      ...place,
    };
    return [field, ...inside(place.schema, named, field.path)];
  });
}

/** An input with a value put into one of its places, after what the place lies in. */
export function withValue(input: unknown, { path }: Field, value: unknown, all: Field[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const put = (within: unknown, depth: number): unknown => {
    const at = path[depth];
    if (at === undefined) return value;
    const holder = all.find((field) =>
      field.path.length === depth && field.path.every((part, index) => part === path[index])
    );
    const base = within ?? holder?.example;
    if (typeof at === "number") {
      const list = Array.isArray(base) && base.length > 0 ? base : [undefined];
      return list.map((item, index) => index === at ? put(item, depth + 1) : item);
    }
    const object = Object(base ?? {});
    return { ...object, [at]: put(object[at], depth + 1) };
  };
  return rest.length === 0 ? { ...Object(input), [key]: value } : put(input, 0);
}
