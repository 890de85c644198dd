import { beforeAll, describe, expect, test } from "vitest";
import { sqlValue } from "../../support/database.ts";
import { newIngredient, newPharmacist, ruleBetween, uniqueDrug, uniqueGtin } from "../../support/medications.ts";
import { type Answer, at, call, gateway, listAt } from "../../support/stack.ts";

let curator: string;
let one: string;
let other: string;

beforeAll(async () => {
  curator = (await newPharmacist()).token;
  [one, other] = [await newIngredient(curator), await newIngredient(curator)];
});

const pointers = ({ body }: Answer) => [...new Set(listAt(body, "/errors").map((error) => at(error, "/pointer")))];
const stored = (name: string) => sqlValue("select count(*)::int from public.products where name = $1", [name]);
const wrongCheckDigit = () => {
  const right = uniqueGtin();
  return right.slice(0, -1) + String((Number(right.at(-1)) + 1) % 10);
};

const tablet = { dose_form: "tablet", routes: ["oral"], base_unit: "tablet" };
const strength = { strength: 5, strength_unit: "mg" };
const made = { substance: "somethingol", ...strength };

/** What of a product is refused, at which field; as the function sees it, and as the database does when nobody stands before it. */
const products: [what: string, body: () => object, pointer: string][] = [
  [
    "a wrong check digit",
    () => ({ ingredients: [made], packs: [{ units: 1, gtin: wrongCheckDigit() }] }),
    "/packs/0/gtin",
  ],
  [
    "a wrong check digit in the second pack",
    () => ({ ingredients: [made], packs: [{ units: 1 }, { units: 2, gtin: wrongCheckDigit() }] }),
    "/packs/1/gtin",
  ],
  ["a GTIN of 10 digits", () => ({ ingredients: [made], packs: [{ units: 1, gtin: "1234567890" }] }), "/packs/0/gtin"],
  ["a negative strength", () => ({ ingredients: [{ ...made, strength: -5 }] }), "/ingredients/0/strength"],
  ["a strength of nothing", () => ({ ingredients: [{ ...made, strength: 0 }] }), "/ingredients/0/strength"],
  [
    "a strength in words",
    () => ({ ingredients: [made, { ...made, substance: "otherol", strength: "5 mg" }] }),
    "/ingredients/1/strength",
  ],
  [
    "a strength without a unit",
    () => ({ ingredients: [{ substance: "x", strength: 5 }] }),
    "/ingredients/0/strength_unit",
  ],
  [
    "a unit without a strength",
    () => ({ ingredients: [{ substance: "x", strength_unit: "mg" }] }),
    "/ingredients/0/strength_unit",
  ],
  ["an ingredient that is nothing", () => ({ ingredients: [strength] }), "/ingredients/0/ingredient_id"],
  ["markup in a substance", () => ({ ingredients: [{ ...made, substance: "<b>x</b>" }] }), "/ingredients/0/substance"],
  ["a field that no ingredient has", () => ({ ingredients: [{ ...made, dose: 1 }] }), "/ingredients/0/dose"],
  ["a pack of nothing", () => ({ ingredients: [made], packs: [{ units: 0 }] }), "/packs/0/units"],
  ["a pack of a half", () => ({ ingredients: [made], packs: [{ units: 2.5 }] }), "/packs/0/units"],
  [
    "101 ingredients",
    () => ({ ingredients: Array.from({ length: 101 }, (_, n) => ({ substance: `s${n}` })) }),
    "/ingredients",
  ],
  ["no ingredients at all", () => ({}), "/ingredients"],
];

describe.each(products)("a product with %s is refused, and nothing is stored", (_, body, pointer) => {
  test("by the function", async () => {
    const name = uniqueDrug();
    const answer = await call("/medications/products", { token: curator, body: { name, ...tablet, ...body() } });
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input" } });
    expect(pointers(answer)).toEqual([pointer]);
    expect(await stored(name)).toBe(0);
  });

  test("by the database", async () => {
    const name = uniqueDrug();
    const answer = await gateway("/rest/v1/rpc/create_product", {
      token: curator,
      body: { p_input: { name, ...tablet, ...body() } },
    });
    expect(answer).toMatchObject({ status: 422, body: { hint: "invalid_input" } });
    expect(JSON.parse(String(at(answer.body, "/details")))).toEqual({ pointer });
    expect(await stored(name)).toBe(0);
  });
});

test.each<[what: string, path: string, body: () => object, pointer: string]>([
  ["an ingredient that is not there", "products", () => ({
    name: uniqueDrug(),
    ...tablet,
    ingredients: [{ ingredient_id: crypto.randomUUID() }],
  }), "/ingredients/0/ingredient_id"],
  [
    "a substance twice",
    "products",
    () => ({ name: uniqueDrug(), ...tablet, ingredients: [made, made] }),
    "/ingredients/1/substance",
  ],
  ["a form that there is not", "products", () => ({
    name: uniqueDrug(),
    ...tablet,
    dose_form: "pill",
    ingredients: [made],
  }), "/dose_form"],
  ["a code that is none of the system", "codes", () => ({ system: "atc", code: "XX", ingredient_id: one }), "/code"],
  [
    "a code of two things",
    "codes",
    () => ({ system: "atc", code: "N02BE01", ingredient_id: one, class_id: other }),
    "/ingredient_id",
  ],
  [
    "a code of nothing that is there",
    "codes",
    () => ({ system: "atc", code: "N02BE09", ingredient_id: crypto.randomUUID() }),
    "/ingredient_id",
  ],
  ["a rule of an ingredient with itself", "rules", () => ruleBetween(one, one), "/other_ingredient_id"],
  [
    "a rule without a source",
    "rules",
    () => ({ ...ruleBetween(one, other), source_section: undefined }),
    "/source_section",
  ],
  [
    "a verified rule that says not where it was read",
    "rules",
    () => ruleBetween(one, other, { verification: "verified" }),
    "/verification",
  ],
  ["a rule for a condition without its code", "rules", () => ({
    ...ruleBetween(one, other, { kind: "condition" }),
    other_ingredient_id: undefined,
  }), "/code_prefix"],
  [
    "a rule of a severity that there is not",
    "rules",
    () => ruleBetween(one, other, { severity: "fatal" }),
    "/severity",
  ],
  [
    "a rule that refines itself",
    "rules",
    () => ruleBetween(one, other, { rule_key: "own-1", refines: ["own-1"] }),
    "/refines",
  ],
])("%s is refused at its field", async (_, path, body, pointer) => {
  const answer = await call(`/medications/${path}`, { token: curator, body: body() });
  expect(answer).toMatchObject({ status: 422, body: { code: "invalid_input" } });
  expect(pointers(answer)).toEqual([pointer]);
});

test.each([
  ["packs?gtin=1234567890128x", "#/query/gtin"],
  ["packs?gtin=4006381333932", "#/query/gtin"],
  ["rules?severity=fatal", "#/query/severity"],
  ["products?colour=red", "#/query/colour"],
  ["ingredients?limit=0", "#/query/limit"],
])("GET /medications/%s is refused", async (path, pointer) => {
  const answer = await call(`/medications/${path}`, { token: curator });
  expect(answer).toMatchObject({ status: 422 });
  expect(pointers(answer)).toEqual([pointer]);
});
