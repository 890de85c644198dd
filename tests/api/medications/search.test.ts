import { beforeAll, expect, test } from "vitest";
import { newClass, newIngredient, newPharmacist, uniqueDrug, uniqueGtin } from "../../support/medications.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

let curator: string;
let doctor: string;

beforeAll(async () => {
  [curator, doctor] = [(await newPharmacist()).token, await signIn("doctor@demo.health")];
});

/** The names of what is found, the best first. */
async function found(q: string): Promise<string[]> {
  const answer = await call(`/medications/search?${new URLSearchParams({ q })}`, { token: doctor });
  expect(answer.status).toBe(200);
  return listAt(answer.body, "/data").map((one) => textAt(one, "/name"));
}

const tablet = async (name: string, more: object = {}) =>
  textAt(
    (await call("/medications/products", {
      token: curator,
      body: { name, dose_form: "tablet", routes: ["oral"], base_unit: "tablet", ingredients: [], ...more },
    })).body,
    "/id",
  );

test("a medicine is found by its name, its brand, its substance and its synonyms, generic and brand together", async () => {
  const [name, synonym, brand] = [uniqueDrug(), uniqueDrug(), uniqueDrug()];
  const ingredient_id = await newIngredient(curator, { name, synonyms: [synonym] });
  const [generic, branded] = [`${name} 500 mg tablet`, `${name} 500 mg`];
  await tablet(generic, { ingredients: [{ ingredient_id }] });
  await tablet(branded, { brand, ingredients: [{ ingredient_id }] });
  for (const typed of [name, synonym, name.toUpperCase(), name.slice(0, 8)]) {
    expect((await found(typed)).sort(), typed).toEqual([branded, generic].sort());
  }
  expect(await found(brand)).toEqual([branded]);
  expect(await found(`${synonym} tablet`)).toEqual([generic]);
});

test.each([
  ["without accents", "zdcfracetamolczk", "Zdčfrácetamolčzk"],
  ["with accents that are not there", "zdgfrácétamolgzk", "Zdgfracetamolgzk"],
  ["with a letter too many", "zdhfraccetamolhzk", "Zdhfracetamolhzk"],
  ["with a letter missing", "zdjfracetmoljzk", "Zdjfracetamoljzk"],
  ["with a wrong letter", "zdkfracetamulkzk", "Zdkfracetamolkzk"],
  ["in Cyrillic, with a wrong letter", "здлфрацетомолбзк", "Здлфрацетамолбзк"],
  ["in Greek, without its accent", "ζδλφρακεταμολη", "Ζδλφρακεταμόλη"],
])("a medicine is found %s", async (_, typed, name) => {
  await tablet(name);
  expect(await found(typed)).toContain(name);
});

test("the best match comes first, a number is never a typing error, and every word has to fit", async () => {
  const name = uniqueDrug();
  await tablet(`${name} 50 mg tablet`);
  await tablet(`${name} 5 mg tablet`);
  await tablet(`Combination with ${name} 5 mg and much else 10 mg tablet`);
  expect((await found(`${name} 5 mg`))[0]).toBe(`${name} 5 mg tablet`);
  expect(await found(`${name} 6 mg`)).toEqual([]);
  expect(await found(`${name} ${uniqueDrug()}`)).toEqual([]);
});

test("a medicine is found by the code of its ingredient or class, of this system alone, and by its GTIN", async () => {
  const [name, gtin] = [uniqueDrug(), uniqueGtin()];
  const ingredient_id = await newIngredient(curator, { name });
  const class_id = await newClass(curator, [ingredient_id]);
  const product = `${name} 1 mg tablet`;
  await tablet(product, { ingredients: [{ ingredient_id }], packs: [{ units: 10, gtin }] });
  const code = String(10_000_000 + Math.floor(Math.random() * 89_999_999));
  await call("/medications/codes", { token: curator, body: { system: "rxnorm", code, ingredient_id } });
  await call("/medications/codes", { token: curator, body: { system: "snomed_ct", code: `${code}9`, class_id } });
  expect(await found(`rxnorm|${code}`)).toEqual([product]);
  expect(await found(`snomed_ct|${code}`)).toEqual([]);
  expect(await found(`snomed_ct|${code}9`)).toEqual([product]);
  expect(await found(code)).toEqual([product]);
  expect(await found(gtin)).toEqual([product]);
});

test("a product that is out of use is found no more", async () => {
  const name = uniqueDrug();
  const id = await tablet(`${name} 1 mg tablet`);
  expect(await found(name)).toHaveLength(1);
  await call(`/medications/products/${id}`, { token: curator, method: "PATCH", body: { active: false } });
  expect(await found(name)).toEqual([]);
});

test("a search pages, and says how many there are when it is asked", async () => {
  const name = uniqueDrug();
  for (const strength of [1, 2, 3]) await tablet(`${name} ${strength} mg tablet`);
  const first = await call(`/medications/search?q=${name}&limit=2&count=exact`, { token: doctor });
  expect(first.body).toMatchObject({ page: { has_more: true, total: 3 } });
  const rest = await call(`/medications/search?q=${name}&limit=2&cursor=${textAt(first.body, "/page/next_cursor")}`, {
    token: doctor,
  });
  const names = [first, rest].flatMap(({ body }) => listAt(body, "/data").map((one) => textAt(one, "/name")));
  expect(names.sort()).toEqual([1, 2, 3].map((strength) => `${name} ${strength} mg tablet`));
  expect(at(rest.body, "/page/total")).toBeUndefined();
});

test("paracetamol leads to acetaminophen in what is shipped", async () => {
  expect((await found("paracetamol"))[0]).toMatch(/acetaminophen/i);
  expect((await found("paracetmol"))[0]).toMatch(/acetaminophen/i);
});

test("something has to be asked for, in plain text or as a code of a system that there is", async () => {
  for (const query of ["", "?q=", "?q=%3Cscript%3E", "?q=abc%7CN02BE01"]) {
    expect((await call(`/medications/search${query}`, { token: doctor })).status).toBe(422);
  }
});
