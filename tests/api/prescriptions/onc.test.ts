import type { PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "../../support/database.ts";
import {
  addPrescription,
  addStatement,
  type Answer,
  check,
  type Medicine,
  openPatient,
} from "../../support/medicine-check.ts";
import { ONC } from "../../support/onc-pairs.ts";

/** An ingredient of the content, a product that holds it alone, and one that holds it beside something harmless. */
type Known = { name: string; ingredient: string; single: string; combined: string };

let client: PoolClient;
const known = new Map<string, Known>();
/** For each rule the keys of those that speak in its place. */
const refiners = new Map<string, string[]>();
let lists: Record<string, readonly [string[], string[]]>;

beforeAll(async () => {
  client = await sql().connect();
  await client.query("begin");
  await client.query(`
    insert into public.ingredients (name) values ('harmless of the tests');
    insert into public.products (name, dose_form, routes, base_unit)
    select k || i.name, 'tablet', '{oral}', 'tablet'
    from public.ingredients i cross join (values ('single '), ('combined ')) as n (k);
    insert into public.product_ingredients (product_id, substance, ingredient_id)
    select p.id, 'tests ' || x.name, x.id
    from public.ingredients i
    join public.products p on p.name in ('single ' || i.name, 'combined ' || i.name)
    join public.ingredients x on x.id = i.id or p.name like 'combined %' and x.name = 'harmless of the tests'`);
  const { rows } = await client.query<Known>(`
    select i.name, i.id as ingredient, s.id as single, c.id as combined
    from public.ingredients i
    join public.products s on s.name = 'single ' || i.name
    join public.products c on c.name = 'combined ' || i.name`);
  for (const row of rows) known.set(row.name, row);
  const { rows: refining } = await client.query<{ rule_key: string; refined: string }>(
    "select rule_key, unnest(refines) as refined from public.interaction_rules where until_version is null",
  );
  for (const { rule_key, refined } of refining) refiners.set(refined, [...refiners.get(refined) ?? [], rule_key]);
  const { rows: qt } = await client.query<{ name: string }>(`
    select distinct i.name from public.interaction_rules r
    join public.ingredient_classes c on c.class_id = r.class_id join public.ingredients i on i.id = c.ingredient_id
    where r.rule_key = 'onc-21' and r.until_version is null`);
  const names = qt.map(({ name }) => name);
  lists = { ...ONC, "onc-21": [names, names] };
});
afterAll(async () => {
  await client.query("rollback");
  client.release();
});

const of = (name: string): Known => {
  const one = known.get(name);
  if (one === undefined) throw new Error(`${name} is not in the catalogue`);
  return one;
};
const pairKey = (names: string[]) => [...names].sort().join(" + ");
/** The pairs of a rule, each once. */
const pairsOf = ([objects, precipitants]: readonly [string[], string[]]): string[] => [
  ...new Set(
    objects.flatMap((one) => precipitants.filter((other) => other !== one).map((other) => pairKey([one, other]))),
  ),
];

/** The pairs of a list that an answer has no finding for in which the rule speaks, or one in its place. */
function missing(key: string, answer: Answer): string[] {
  const speaks = [key, ...refiners.get(key) ?? []];
  const found = answer.findings.filter(({ kind, rule_key, also }) =>
    kind === "drug" && [rule_key, ...also.map((one) => one.rule_key)].some((one) => speaks.includes(one))
  );
  const pairs = new Set(found.map(({ drugs }) => pairKey(drugs.map(({ name }) => name))));
  return pairsOf(lists[key] ?? [[], []]).filter((pair) => !pairs.has(pair));
}

const distinct = (names: string[]) => [...new Set(names)];
const asIngredients = (names: string[]): Medicine[] => names.map((name) => ({ ingredient_id: of(name).ingredient }));
const asCombinations = (names: string[]): Medicine[] => names.map((name) => ({ product_id: of(name).combined }));

describe("the list of high-priority interactions", () => {
  const keys = [...Object.keys(ONC), "onc-21"];

  test("has 15 classes, of which the content has every member", () => {
    expect(keys).toHaveLength(15);
    expect(pairsOf(lists["onc-21"] ?? [[], []]).length).toBeGreaterThan(700);
    expect(Object.values(lists).flat(2).filter((name) => !known.has(name))).toEqual([]);
  });

  test.each(keys)("%s: every pair is found, in both orders, also inside combinations", async (key) => {
    const [objects, precipitants] = lists[key] ?? [[], []];
    const patient = await openPatient(client);
    const names = distinct([...objects, ...precipitants]);
    for (const order of [names, [...names].reverse()]) {
      expect(missing(key, await check(client, patient, asIngredients(order)))).toEqual([]);
      expect(missing(key, await check(client, patient, asCombinations(order)))).toEqual([]);
    }
  });

  test.each(keys)(
    "%s: every pair is found with what another hospital prescribed, and with what is taken",
    async (key) => {
      const sides = lists[key] ?? [[], []];
      for (const [fresh, present] of [sides, [sides[1], sides[0]]] as const) {
        const prescribed = await openPatient(client);
        const stated = await openPatient(client);
        for (const name of distinct(present)) {
          await addPrescription(client, prescribed, of(name).combined);
          await addStatement(client, stated, { ingredient_id: of(name).ingredient });
        }
        const medicines = asIngredients(distinct(fresh));
        expect(missing(key, await check(client, prescribed, medicines))).toEqual([]);
        expect(missing(key, await check(client, stated, medicines))).toEqual([]);
      }
    },
  );
});
