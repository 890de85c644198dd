import type { PoolClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actAs, sql } from "../../support/database.ts";
import {
  addPrescription,
  addStatement,
  type Answer,
  check,
  type Medicine,
  openPatient,
} from "../../support/medicine-check.ts";
import { NON_INTERRUPTIVE, ONC } from "../../support/onc-pairs.ts";

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

test("none of the pairs of the list of what should not interrupt does", async () => {
  const pairs = NON_INTERRUPTIVE.filter(([one, other]) => one !== other && known.has(one) && known.has(other));
  expect(pairs.length).toBeGreaterThan(600);
  await actAs(client, null);
  const { rows } = await client.query<{ pair: string; rule: string }>(
    `select a.name || ' with ' || b.name as pair, f ->> 'rule_key' as rule
     from unnest($1::text[], $2::text[]) as n (one, other)
     join public.ingredients a on a.name = n.one
     join public.ingredients b on b.name = n.other
     cross join lateral private.judge_medicines(jsonb_build_array(jsonb_build_object('ingredient_id', a.id),
       jsonb_build_object('ingredient_id', b.id)), $3, null) as j
     cross join lateral jsonb_array_elements(j -> 'findings') as f
     where f ->> 'display' = 'interrupt' and f ->> 'kind' <> 'food'`,
    [pairs.map(([one]) => one), pairs.map(([, other]) => other), WELL],
  );
  expect(rows).toEqual([]);
});

/** Somebody of whom all is known, and who has and takes nothing. */
const WELL = JSON.stringify({
  scope: "everything",
  age_months: 540,
  sex: "male",
  weight_kg: 80,
  allergy_state: "no_known_allergies",
  allergies: [],
  conditions: [],
  pregnancy: "unknown",
  lactation: "unknown",
  medicines: [],
});
const LISTS = 1000;
const SEED = 20_261_127;

/** Numbers below 1 that are the same in every run (Park and Miller's generator). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed;;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

test("a random list of five common ingredients is interrupted at most 0.5 times", async () => {
  const { rows: common } = await client.query<{ id: string }>(`
    select i.id from public.ingredients i
    where exists (
      select from public.product_ingredients c join public.products p on p.id = c.product_id
      where c.ingredient_id = i.id and c.substance not like 'tests %')
    order by i.name`);
  expect(common.length).toBeGreaterThan(150);
  const random = numbers(SEED);
  const drawn = Array.from({ length: LISTS }, () => {
    const list = new Set<string>();
    while (list.size < 5) list.add(common[Math.floor(random.next().value * common.length)]?.id ?? "");
    return [...list];
  });
  const { rows: [counted] } = await client.query<{ mean: number; lists: number }>(
    `select count(*)::int as lists, avg((
        select count(*) from jsonb_array_elements(private.judge_medicines((
          select jsonb_agg(jsonb_build_object('ingredient_id', i)) from jsonb_array_elements_text(l) as i), $2, null)
          -> 'findings') as f
        where f ->> 'display' = 'interrupt'))::float as mean
     from jsonb_array_elements($1) as l`,
    [JSON.stringify(drawn), WELL],
  );
  expect(counted).toMatchObject({ lists: LISTS });
  expect(counted?.mean).toBeLessThanOrEqual(0.5);
  expect(counted?.mean).toBeGreaterThan(0.1);
}, 60_000);
