import type { Rule } from "../../rule.ts";
import { shelf } from "./rows.ts";

const found = (text: string, id: string = shelf.product) =>
  `select 1 from jsonb_array_elements(public.search_medications('${text}') -> 'rows') as r where r ->> 'id' = '${id}'`;

/** What leads to the product of the arrangement, and what does not. */
const ways: Rule[] = ([
  ["the name", "rlsalpha", "yes"],
  ["the beginning of a word", "rlsal", "yes"],
  ["words in any order", "tablet 500 RLSALPHA", "yes"],
  ["two letters that a word begins with, the last", "rlsalpha ta", "yes"],
  ["two letters that a word begins with, not the last", "ta rlsalpha", "none"],
  ["the brand", "Rlsbrand", "yes"],
  ["the brand and the name", "rlsbrand rlsalpha", "yes"],
  ["a synonym of the ingredient", "rlsalfa", "yes"],
  ["the substance", "rlsalpha hydrochloride", "yes"],
  ["accents that are not there", "rlsàlphä", "yes"],
  ["a typing error", "rlsalpga", "yes"],
  ["two typing errors", "rlsalhpa 500", "yes"],
  ["a typing error in the brand", "rlsbrnad", "yes"],
  ["three typing errors", "rlsulhpo", "none"],
  ["another number", "rlsalpha 501", "none"],
  ["a word that it does not have", "rlsalpha cream", "none"],
  ["its NDC", "999999-999", "yes"],
  ["the NDC of a package of it", "999999-999-30", "yes"],
  ["the GTIN of a pack, in 13 digits", "4006381333931", "yes"],
  ["the GTIN of a pack, in 14 digits", "04006381333931", "yes"],
  ["another GTIN", "4006381333948", "none"],
  ["no letter and no digit", "–", "none"],
] satisfies [string, string, string][]).map(([what, text, expected]): Rule => ({
  rule: `a search by ${what} finds the product: ${expected}`,
  as: "patient",
  statement: found(text),
  expected,
}));

const given = (sql: string, rule: string, statement: string, expected = "yes"): Rule => ({
  rule,
  given: sql,
  as: "patient",
  statement,
  expected,
});
const brand = (name: string) => `update public.products set brand = '${name}' where id = '${shelf.product}'`;

const changes: Rule[] = [
  given(brand("Рлспарин"), "a typing error is found in another script", found("рлсфарин")),
  given(brand("ارلسبارين"), "the beginning of a word is found in a script from the right", found("ارلسبا")),
  given(brand("Rlsnew"), "a new brand is found at once", found("rlsnew")),
  given(brand("Other"), "a former brand finds nothing", found("rlsbrand"), "none"),
  given(
    `update public.products set active = false where id = '${shelf.product}'`,
    "a product that is not in use is not found",
    found("rlsalpha"),
    "none",
  ),
  given(
    `update public.products set active = false where id = '${shelf.product}';
      update public.products set active = true where id = '${shelf.product}'`,
    "a product that is in use again is found",
    found("rlsalpha"),
  ),
  given(
    `update public.ingredients set synonyms = '{rlslater}' where id = '${shelf.alpha}'`,
    "a new synonym finds the products of the ingredient",
    found("rlslater"),
  ),
  given(
    `update public.ingredients set synonyms = '{rlsother, rlsnew}' where id = '${shelf.gamma}'`,
    "a synonym of what was unmapped finds the product",
    found("rlsother"),
  ),
  given(
    `insert into public.product_ingredients (product_id, substance) values ('${shelf.bare}', 'Rlsfresh')`,
    "a new substance finds its product",
    found("rlsfresh", shelf.bare),
  ),
  given(
    `update public.product_ingredients set ingredient_id = '${shelf.beta}' where id = '${shelf.unmapped}'`,
    "an ingredient that is given by hand finds the product",
    found("rlsbeta"),
  ),
  given(
    `delete from public.product_ingredients where product_id = '${shelf.product}'`,
    "a substance that was removed finds nothing",
    found("rlsalpha hydrochloride"),
    "none",
  ),
  given(
    `insert into public.medication_codes (system, code, ingredient_id) values ('rxnorm', '99999999', '${shelf.alpha}')`,
    "the code of an ingredient finds its products",
    found("99999999"),
  ),
  given(
    `insert into public.medication_codes (system, code, class_id) values ('atc', 'Z98ZZ98', '${shelf.alphas}')`,
    "the code of a class finds the products of its members",
    found("z98zz98"),
  ),
  given(
    `update public.products set name = 'rlsbrands other', brand = null where id = '${shelf.bare}'`,
    "a whole word comes before its continuation",
    `select 1 where jsonb_path_query_array(public.search_medications('rlsbrand'), '$.rows[*].id')
      = '["${shelf.product}", "${shelf.bare}"]'`,
  ),
  given(
    "select 1",
    "an answer has the ingredients of a product, and null for what is unmapped",
    `select 1 from jsonb_array_elements(public.search_medications('rlsalpha') -> 'rows') as r
      where r @> '{"id": "${shelf.product}", "ingredients": [{"name": "rlsalpha", "strength": 500, "strength_unit": "mg"},
        {"name": null, "ingredient_id": null, "substance": "Rlsnew"}]}'`,
  ),
  given(
    `insert into public.products (name, dose_form, routes, base_unit)
      select 'rlsmany ' || n, 'tablet', '{oral}', 'tablet' from generate_series(1, 300) as n`,
    "a search finds 200 at most, and answers as many as were asked for",
    `select 1 from public.search_medications('rlsmany', 7, p_count => true) as a where a -> 'total' = '200' and jsonb_array_length(a -> 'rows') = 7`,
  ),
  given(
    `insert into public.products (name, dose_form, routes, base_unit)
      select 'rlsmany ' || n, 'tablet', '{oral}', 'tablet' from generate_series(1, 9) as n`,
    "the next page begins after the last one seen",
    `select 1 from jsonb_array_elements(public.search_medications('rlsmany') -> 'rows') with ordinality as l (r, n)
      cross join lateral public.search_medications('rlsmany', 25, (r ->> 'score')::real, r ->> 'sort_name', (r ->> 'id')::uuid) as a
      where l.n = 4 and jsonb_array_length(a -> 'rows') = 5 and not a -> 'rows' @> jsonb_build_array(r)`,
  ),
];

/** What a search for medicines finds. */
export const searchRules: Rule[] = [...ways, ...changes];
