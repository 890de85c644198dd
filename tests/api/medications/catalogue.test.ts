import { beforeAll, describe, expect, test } from "vitest";
import { newIngredient, newPharmacist, ruleBetween, uniqueDrug, uniqueGtin } from "../../support/medications.ts";
import { type Answer, at, call, listAt, numberAt, signIn, textAt } from "../../support/stack.ts";

let curator: string;
let pharmacist: string;
let patient: string;

beforeAll(async () => {
  const [one, other] = await Promise.all([newPharmacist(), newPharmacist({ curator: false })]);
  [curator, pharmacist] = [one.token, other.token];
  patient = await signIn("patient@demo.health");
});

const post = (what: string, body: object, token = curator, headers = {}): Promise<Answer> =>
  call(`/medications/${what}`, { token, body, headers });
const change = (path: string, body: object, version?: number, token = curator): Promise<Answer> =>
  call(`/medications/${path}`, {
    token,
    method: "PATCH",
    body,
    headers: version === undefined ? {} : { "if-match": `W/"${version}"` },
  });
const read = (path: string, token = patient): Promise<Answer> => call(`/medications/${path}`, { token });
const pointers = ({ body }: Answer) => listAt(body, "/errors").map((error) => at(error, "/pointer"));

/** A tablet of 500 mg of something that the catalogue calls an ingredient, or not. */
const tablet = (substance: string, more: object = {}) => ({
  name: `${substance} 500 mg tablet`,
  dose_form: "tablet",
  routes: ["oral"],
  base_unit: "tablet",
  ingredients: [{ substance, strength: 500, strength_unit: "mg" }],
  ...more,
});

describe("a product", () => {
  test("is added with its ingredients and packs in one call, and everybody reads it", async () => {
    const [known, unknown, gtin] = [uniqueDrug(), uniqueDrug(), uniqueGtin()];
    const ingredient_id = await newIngredient(curator, { name: known });
    const added = await post(
      "products",
      tablet(known, {
        brand: "Testol",
        ingredients: [
          { ingredient_id, strength: 500, strength_unit: "mg" },
          { substance: unknown, strength: 12.5, strength_unit: "mg" },
        ],
        packs: [{ units: 20, gtin, description: "2 blisters of 10" }, { units: 100 }],
      }),
    );
    expect(added).toMatchObject({ status: 201, body: { version: 1, brand: "Testol", active: true, codes: [] } });
    const path = `products/${textAt(added.body, "/id")}`;
    expect(added.headers.get("location")).toBe(`/functions/v1/medications/${path}`);
    const seen = await read(path);
    expect(seen).toMatchObject({ status: 200, body: added.body });
    expect(listAt(seen.body, "/ingredients")).toEqual(expect.arrayContaining([
      expect.objectContaining({ ingredient_id, substance: known, strength: 500 }),
      expect.objectContaining({ ingredient_id: null, substance: unknown, strength: 12.5 }),
    ]));
    expect(listAt(seen.body, "/packs")).toMatchObject([{ units: 20, gtin: `0${gtin}` }, { units: 100, gtin: null }]);
    const scanned = await read(`packs?gtin=${gtin}`);
    expect(scanned.body).toMatchObject({ data: [{ units: 20, product: { brand: "Testol", base_unit: "tablet" } }] });
  });

  test("that was unmapped follows the ingredient that a curator adds, by name or by synonym", async () => {
    const [name, synonym] = [uniqueDrug(), uniqueDrug()];
    const ids = await Promise.all(
      [name, synonym].map(async (substance) => textAt((await post("products", tablet(substance))).body, "/id")),
    );
    const unmapped = async () => {
      const all = await Promise.all(ids.map((id) => read(`products/${id}`)));
      return all.map(({ body }) => at(body, "/ingredients/0/ingredient_id"));
    };
    expect(await unmapped()).toEqual([null, null]);
    const id = await newIngredient(curator, { name });
    expect(await unmapped()).toEqual([id, null]);
    const path = `ingredients/${id}`;
    expect(await change(path, { synonyms: [synonym] }, 1)).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await unmapped()).toEqual([id, id]);
    expect(await read(`products?ingredient_id=${id}&count=exact`)).toMatchObject({ body: { page: { total: 2 } } });
  });

  test("is changed: what is left out stays, lists replace those before, and a pack that stays keeps its id", async () => {
    const [name, gtin] = [uniqueDrug(), uniqueGtin()];
    const added = await post("products", tablet(name, { packs: [{ units: 10 }, { units: 20, gtin }] }));
    const path = `products/${textAt(added.body, "/id")}`;
    const kept = textAt(added.body, "/packs/1/id");
    const changed = await change(path, { packs: [{ units: 20, gtin, description: "Box" }, { units: 50 }] }, 1);
    expect(changed).toMatchObject({
      status: 200,
      body: { name: `${name} 500 mg tablet`, packs: [{ id: kept, units: 20, description: "Box" }, { units: 50 }] },
    });
    expect(numberAt(changed.body, "/version")).toBeGreaterThan(1);
    expect((await change(path, { active: false }, 1)).status).toBe(412);
    const ended = await change(path, { active: false }, numberAt(changed.body, "/version"));
    expect(ended).toMatchObject({ status: 200, body: { active: false, ingredients: [{ substance: name }] } });
    expect((await change(path, { base_unit: "mL" })).status).toBe(422);
  });

  test("is added once for one Idempotency-Key", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = tablet(uniqueDrug(), { packs: [{ units: 10, gtin: uniqueGtin() }] });
    const answers = await Promise.all(Array.from({ length: 4 }, () => post("products", body, curator, headers)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map((answer) => textAt(answer.body, "/id"))).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get("idempotency-replayed") === "true")).toHaveLength(3);
    expect((await post("products", { ...body, name: "Other" }, curator, headers)).status).toBe(422);
  });

  test("with the GTIN of another pack is refused as a whole", async () => {
    const [gtin, name] = [uniqueGtin(), uniqueDrug()];
    expect((await post("products", tablet(uniqueDrug(), { packs: [{ units: 10, gtin }] }))).status).toBe(201);
    const other = await post("products", tablet(name, { packs: [{ units: 5 }, { units: 10, gtin: `0${gtin}` }] }));
    expect(other).toMatchObject({ status: 409, body: { code: "already_exists" } });
    expect(pointers(other)).toEqual(["/packs/1/gtin"]);
    expect(await read(`search?q=${name}`)).toMatchObject({ body: { data: [] } });
  });
});

describe("is for curators alone:", () => {
  test("what everybody else tries on the catalogue", async () => {
    const id = await newIngredient(curator);
    for (const token of [pharmacist, patient]) {
      const answers = await Promise.all([
        post("ingredients", { name: uniqueDrug() }, token),
        post("classes", { name: uniqueDrug(), title: "Theirs" }, token),
        post("products", tablet(uniqueDrug()), token),
        post("codes", { system: "atc", code: "A01AA01", ingredient_id: id }, token),
        post("curators", { user_id: crypto.randomUUID() }, token),
        post(`ingredients/${id}/review`, {}, token),
        change(`ingredients/${id}`, { synonyms: ["theirs"] }, undefined, token),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    }
    expect(await read(`ingredients/${id}`)).toMatchObject({
      body: { version: 1, synonyms: [], reviewed_version: null },
    });
  });
});

test("an ingredient is reviewed at the present version of the knowledge", async () => {
  const id = await newIngredient(curator);
  expect((await post("rules", ruleBetween(id, await newIngredient(curator)))).status).toBe(201);
  const [notYet, present] = await Promise.all([read(`ingredients/${id}`), read("knowledge")]);
  expect(notYet.body).toMatchObject({ reviewed_version: null, dose_limits: [], classes: [] });
  const headers = { "idempotency-key": crypto.randomUUID() };
  const reviewed = await post(`ingredients/${id}/review`, {}, curator, { ...headers, "if-match": 'W/"1"' });
  expect(reviewed).toMatchObject({ status: 200, body: { version: 2 } });
  expect(numberAt(reviewed.body, "/reviewed_version")).toBeGreaterThanOrEqual(
    numberAt(present.body, "/knowledge_version"),
  );
  const again = await post(`ingredients/${id}/review`, {}, curator, { ...headers, "if-match": 'W/"1"' });
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect((await post(`ingredients/${id}/review`, {}, curator, { "if-match": 'W/"1"' })).status).toBe(412);
});

test("a class gets and loses members, and an ingredient says which classes it is in", async () => {
  const [name, id] = [uniqueDrug(), await newIngredient(curator)];
  const added = await post("classes", { name, title: "Class of a test", duplicate_therapy: true });
  expect(added).toMatchObject({ status: 201, body: { duplicate_therapy: true } });
  const members = `classes/${textAt(added.body, "/id")}/members`;
  const member = await post(members, { ingredient_id: id });
  expect(member.status).toBe(201);
  expect((await post(members, { ingredient_id: id })).status).toBe(409);
  expect(await read(`ingredients/${id}`)).toMatchObject({ body: { classes: [{ name }] } });
  expect(await read(`${members}?count=exact`)).toMatchObject({
    body: { data: [{ ingredient_id: id }], page: { total: 1 } },
  });
  const path = `/medications/${members}/${textAt(member.body, "/id")}`;
  expect((await call(path, { token: pharmacist, method: "DELETE" })).status).toBe(403);
  expect((await call(path, { token: curator, method: "DELETE" })).status).toBe(204);
  expect(await read(members)).toMatchObject({ body: { data: [] } });
  expect((await read(`classes/${crypto.randomUUID()}/members`)).status).toBe(404);
  expect((await post(`classes/${crypto.randomUUID()}/members`, { ingredient_id: id })).status).toBe(404);
});

test("a code means one thing, until it is removed", async () => {
  const id = await newIngredient(curator);
  const code = String(10_000_000 + Math.floor(Math.random() * 89_999_999));
  const added = await post("codes", { system: "rxnorm", code, ingredient_id: id });
  expect(added.status).toBe(201);
  expect((await post("codes", { system: "rxnorm", code, ingredient_id: await newIngredient(curator) })).status).toBe(
    409,
  );
  expect(await read(`codes?system=rxnorm&code=${code}`)).toMatchObject({ body: { data: [{ ingredient_id: id }] } });
  const path = `/medications/codes/${textAt(added.body, "/id")}`;
  expect((await call(path, { token: pharmacist, method: "DELETE" })).status).toBe(403);
  expect((await call(path, { token: curator, method: "DELETE" })).status).toBe(204);
  expect((await read(`ingredients/${id}`)).body).toMatchObject({ codes: [] });
});
