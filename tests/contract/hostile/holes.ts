import { z } from "zod";
import { escapePointer } from "../../../shared/core/pointer.ts";
import type { RouteFacts } from "../../../shared/openapi/operation.ts";
import type { AnyApp } from "../../../shared/http/public-routes.ts";
import { fakeDataApi, token } from "../../unit/kit.ts";
import { type Field, fieldsOf, withValue } from "./fields.ts";
import { hostileInAddress, hostileInBody, MARK } from "./values.ts";

/** A route to attack: where its app is, and an input that it takes. */
export type Target = Pick<RouteFacts, "method" | "path" | "inputs"> & { app: AnyApp; body: unknown };

type Place = "json" | "query" | "param";

/** An attempt: hostile values of one kind in many fields at once, each of which the answer has to name. */
type Attempt = { what: string; place: Place; at: { field: Field; value: unknown }[] };

/** Before the schema is asked the whole body is searched for these, and the first one is named. */
const FIRST_ONLY = ["U+0000", "half a character"];
/** In a path it is named without the part that it stands in. */
const OF_WHOLE_PATH = "U+0000";

/** An answer names 50 refused values at most. */
const AT_ONCE = 40;
const roots: Record<Place, string> = { json: "", query: "#/query", param: "#/path" };
const ID = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";

const problem = z.looseObject({
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })),
});

/** Where a field is in the answer. */
const pointerOf = (place: Place, { path }: Field) =>
  path.reduce((pointer: string, key) => `${pointer}/${escapePointer(String(key))}`, roots[place]);

/** Sets fields apart by how deep they lie, since a value in an object replaces what lies in it, and by the kind of what is put in. */
function attemptsOn(
  place: Place,
  fields: Field[],
  harmless: (field: Field, what: string) => boolean,
): Attempt[] {
  const attempts = new Map<string, Attempt>();
  for (const field of fields) {
    const values = place === "json" ? hostileInBody(field) : hostileInAddress(field);
    for (const [what, value] of Object.entries(values)) {
      // Parts of a path have to be there.
      if (harmless(field, what) || (place === "param" && String(value).trim() === "")) continue;
      const group = FIRST_ONLY.includes(what) ? `${what} ${pointerOf(place, field)}` : `${what} ${field.path.length}`;
      const attempt = attempts.get(group) ?? { what, place, at: [] };
      attempts.set(group, { ...attempt, at: [...attempt.at, { field, value }] });
    }
  }
  return [...attempts.values()].flatMap((attempt) =>
    Array.from({ length: Math.ceil(attempt.at.length / AT_ONCE) }, (_, index) => ({
      ...attempt,
      at: attempt.at.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
    }))
  );
}

/** Somebody new each time: the fake data API lends each person only a few requests. */
async function send(
  { app, method, path, inputs, body }: Target,
  { place, at }: Attempt,
  fields: Field[],
): Promise<Response> {
  const values = new Map(at.map(({ field, value }) => [String(field.path[0]), String(value)]));
  const address = path.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => encodeURIComponent(place === "param" ? values.get(name) ?? ID : ID),
  );
  const needed = (inputs.query === undefined ? [] : fieldsOf(inputs.query)).filter(({ required }) => required);
  const query = new URLSearchParams(needed.map(({ path, example }) => [String(path[0]), String(example)]));
  if (place === "query") { for (const [name, value] of values) query.set(name, value); }
  const hostile = place === "json"
    ? at.reduce((made, { field, value }) => withValue(made, field, value, fields), body)
    : body;
  return await app.request(`${address}?${query}`, {
    method,
    headers: {
      authorization: `Bearer ${await token({ claims: { sub: crypto.randomUUID() } })}`,
      apikey: "sb_secret_cron",
      "content-type": "application/json",
    },
    ...(inputs.json !== undefined && { body: JSON.stringify(hostile) }),
  });
}

/** Sends an attempt and tells what is wrong with the answer: it is no 422, names a field too few or too many, repeats a value, or came after a data call. */
async function holesIn(target: Target, attempt: Attempt, fields: Field[]): Promise<string[]> {
  const { calls } = fakeDataApi(() => Response.json(null));
  const answer = await send(target, attempt, fields);
  const body: unknown = await answer.json();
  const pointers = pointersOf(attempt);
  const say = (what: string) => `${attempt.what} in ${what}`;
  if (calls.length > 0) return [say(`${pointers.join(", ")} reaches the data API`)];
  if (answer.status !== 422) return [say(`${pointers.join(", ")} is answered with ${answer.status}`)];
  // The address that was asked for stands in every problem, as its instance.
  const { instance: _, ...said } = problem.parse(body);
  const named = said.errors.map(({ pointer }) => pointer);
  return [
    ...pointers.filter((one) => !named.some((other) => within(other, one))).map((one) => say(`${one} is not named`)),
    ...named.filter((one) => !mayBeNamed(target, attempt, one)).map((one) =>
      say(`${pointers.join(", ")} names ${one}`)
    ),
    ...(JSON.stringify(said).includes(MARK) ? [say(`${pointers.join(", ")} is repeated`)] : []),
  ];
}

const pointersOf = ({ what, place, at }: Attempt) =>
  at.map(({ field }) => place === "param" && what === OF_WHOLE_PATH ? roots.param : pointerOf(place, field));

const within = (inner: string, outer: string) => inner === outer || inner.startsWith(`${outer}/`);

/** An answer names what was hostile. Where the example has no such field, it may also say what cannot stand together. */
function mayBeNamed({ body }: Target, attempt: Attempt, pointer: string): boolean {
  const isOwn = pointersOf(attempt).some((own) => within(pointer, own));
  const { place, at } = attempt;
  const [alone] = at;
  return isOwn ||
    (at.length === 1 && place === "json" && alone !== undefined && !(String(alone.field.path[0]) in Object(body)));
}

/** The holes that fields show together, or rather each by itself: what compares fields with each other comes after what each of them is. */
async function holesOfEach(target: Target, attempt: Attempt, fields: Field[]): Promise<string[]> {
  const holes = await holesIn(target, attempt, fields);
  if (holes.length === 0 || attempt.at.length === 1) return holes;
  const alone: string[] = [];
  for (const one of attempt.at) alone.push(...await holesIn(target, { ...attempt, at: [one] }, fields));
  return alone;
}

/**
 * What is wrong with how a route takes hostile input; nothing, if it has no holes. `harmless` says of a field, by its pointer, and of a kind of value that the
 * field is made for it.
 */
export async function holesOf(target: Target, harmless: (pointer: string, what: string) => boolean): Promise<string[]> {
  const holes: string[] = [];
  for (const place of ["json", "query", "param"] as const) {
    const schema = target.inputs[place];
    if (schema === undefined) continue;
    const fields = fieldsOf(schema);
    const attempts = attemptsOn(place, fields, (field, what) => harmless(pointerOf(place, field), what));
    for (const attempt of attempts) holes.push(...await holesOfEach(target, attempt, fields));
  }
  return holes;
}
