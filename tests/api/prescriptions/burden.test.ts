import { expect, test } from "vitest";
import { sql } from "../../support/database.ts";
import { NON_INTERRUPTIVE } from "../../support/onc-pairs.ts";

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

test("none of the pairs of the list of what should not interrupt does", async () => {
  const { rows: [known] } = await sql().query<{ pairs: number; interrupting: string[] }>(
    `with pairs as materialized (
       select distinct a.name as one, a.id as one_id, b.name as other, b.id as other_id
       from unnest($1::text[], $2::text[]) as n (one, other)
       join public.ingredients a on a.name = n.one
       join public.ingredients b on b.name = n.other and b.id <> a.id
     ), checks as (
       -- One check for each ingredient, with everything on the list beside it.
       select p.one, private.judge_medicines(
         jsonb_build_array(jsonb_build_object('ingredient_id', p.one_id)), jsonb_set($3, '{medicines}', jsonb_agg(
           jsonb_build_object('source', 'statement', 'id', p.other_id, 'ingredient_id', p.other_id))), null) as answer
       from pairs p
       group by p.one, p.one_id
     )
     select (select count(*)::int from pairs) as pairs, array(
       select f ->> 'summary' from checks c cross join lateral jsonb_array_elements(c.answer -> 'findings') as f
       where f ->> 'display' = 'interrupt') as interrupting`,
    [NON_INTERRUPTIVE.map(([one]) => one), NON_INTERRUPTIVE.map(([, other]) => other), WELL],
  );
  expect(known?.pairs).toBeGreaterThan(600);
  expect(known?.interrupting).toEqual([]);
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
  const { rows: common } = await sql().query<{ id: string }>(`
    select i.id from public.ingredients i
    where exists (
      select from public.product_ingredients c join public.products p on p.id = c.product_id
      where c.ingredient_id = i.id and p.import_id is not null)
    order by i.name`);
  expect(common.length).toBeGreaterThan(150);
  const random = numbers(SEED);
  const drawn = Array.from({ length: LISTS }, () => {
    const list = new Set<string>();
    while (list.size < 5) list.add(common[Math.floor(random.next().value * common.length)]?.id ?? "");
    return [...list];
  });
  const { rows: [counted] } = await sql().query<{ mean: number; lists: number }>(
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
