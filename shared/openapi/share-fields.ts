import type { JsonSchema } from "./json-schema.ts";

/** Whether a document with one copy of a field and references to it is shorter than one with the field in all its places. */
function isWorthSharing(name: string, { length }: string, places: number): boolean {
  const reference = `{"$ref":"#/components/schemas/${name}"}`.length;
  return places * (length - reference) > length + `"${name}":,`.length;
}

type Place = { fields: Record<string, unknown>; name: string };

/**
 * Moves fields that several objects of a document have alike to `schemas`, named after the field (`GivenName`, `Status2`), and refers to them.
 * Fields within a moved field are shared first. Changes `document` and `schemas` in place.
 */
export function shareFields(document: unknown, schemas: Record<string, JsonSchema>): void {
  const alike = new Map<string, Place[]>();
  for (const place of fieldsOf(document)) {
    const text = JSON.stringify(place.fields[place.name]);
    const key = `${place.name} ${text}`;
    alike.set(key, [...alike.get(key) ?? [], place]);
  }
  for (const places of alike.values()) {
    const [first] = places;
    const schema = first?.fields[first.name];
    if (first === undefined || !isObject(schema)) continue;
    if (!isWorthSharing(first.name, JSON.stringify(schema), places.length)) continue;
    const name = freeName(first.name, schemas);
    schemas[name] = schema;
    for (const { fields, name: field } of places) fields[field] = { $ref: `#/components/schemas/${name}` };
  }
}

/** Every field of every object schema, the inner ones before those that hold them. */
function* fieldsOf(part: unknown): Generator<Place> {
  if (Array.isArray(part)) { for (const item of part) yield* fieldsOf(item); }
  if (!isObject(part)) return;
  for (const value of Object.values(part)) yield* fieldsOf(value);
  const { properties } = part;
  if (part.type !== "object" || !isObject(properties)) return;
  for (const name of Object.keys(properties)) yield { fields: properties, name };
}

function freeName(field: string, schemas: Record<string, JsonSchema>): string {
  const name = field.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
  for (let number = 1;; number += 1) {
    const full = number === 1 ? name : `${name}${number}`;
    if (!(full in schemas)) return full;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
