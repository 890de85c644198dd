import { changesCount, type Rule } from "../../rule.ts";
import { people } from "../../people.ts";
import { shelf } from "./rows.ts";

const versions: Rule[] = ([
  ["medication_curators", `'${shelf.curator}'`, "given_by", `'${people.admin}'`],
  ["control_schedules", `'${shelf.schedule}'`, "valid_days", "9"],
  ["ingredients", `'${shelf.gamma}'`, "active", "false"],
  ["medication_classes", `'${shelf.alphas}'`, "title", "'Other'"],
  ["ingredient_classes", `'${shelf.member}'`, "ingredient_id", `'${shelf.gamma}'`],
  ["products", `'${shelf.product}'`, "active", "false"],
  ["product_ingredients", `'${shelf.unmapped}'`, "substance", "'Rlsnewer'"],
  ["packs", `'${shelf.pack}'`, "description", "'Blister'"],
  ["medication_codes", `'${shelf.code}'`, "code", "'999999-998'"],
] satisfies Parameters<typeof changesCount>[]).flatMap((one) => changesCount(...one));

/** What a statement violates, whoever makes it. */
const refused: Rule[] = ([
  ["a strength is more than nothing", "product_ingredients", "strength = 0", shelf.substance, "23514"],
  ["a strength is not negative", "product_ingredients", "strength = -1", shelf.substance, "23514"],
  ["a strength is a number", "product_ingredients", "strength = 'NaN'", shelf.substance, "23514"],
  ["a strength has an end", "product_ingredients", "strength = 'infinity'", shelf.substance, "23514"],
  ["a strength has a unit", "product_ingredients", "strength_unit = null", shelf.substance, "23514"],
  ["a pack has units", "packs", "units = 0", shelf.pack, "23514"],
  ["the check digit of a GTIN is right", "packs", "gtin = '4006381333932'", shelf.pack, "23514"],
  ["a GTIN has 8, 12, 13 or 14 digits", "packs", "gtin = '400638133393'", shelf.pack, "23514"],
  ["a GTIN has digits alone", "packs", "gtin = '4006381-3331'", shelf.pack, "23514"],
  ["a code has the form of its system", "medication_codes", "system = 'atc'", shelf.code, "23514"],
  ["a code is of one thing", "medication_codes", `class_id = '${shelf.alphas}'`, shelf.code, "23514"],
  ["a code is of something", "medication_codes", "product_id = null", shelf.code, "23514"],
  ["a product has a route", "products", "routes = '{}'", shelf.product, "23514"],
  [
    "a product has no route without a name",
    "products",
    "routes = array[null]::public.drug_route[]",
    shelf.product,
    "23514",
  ],
  ["names are plain text", "ingredients", "name = '<b>'", shelf.gamma, "23514"],
  ["synonyms are plain text", "ingredients", "synonyms = '{a,<b>}'", shelf.gamma, "23514"],
  ["synonyms are names", "ingredients", "synonyms = array['a', null]", shelf.gamma, "23514"],
  ["synonyms are a list", "ingredients", "synonyms = '{{a},{b}}'", shelf.gamma, "23514"],
  ["the name of a class is for content", "medication_classes", "name = 'A class'", shelf.alphas, "23514"],
  [
    "an ingredient is reviewed in a version that there is",
    "ingredients",
    "reviewed_version = 2000000",
    shelf.gamma,
    "23503",
  ],
] satisfies [string, string, string, string, string][]).map(([rule, table, set, id, expected]): Rule => ({
  rule: `${rule}: ${set}`,
  statement: `update public.${table} set ${set} where id = '${id}'`,
  expected,
}));

const gtins: Rule[] = ["96385074", "036000291452", "4006381333931", "10614141000415"].map((gtin): Rule => ({
  rule: `a GTIN of ${gtin.length} digits is kept with 14`,
  given: `update public.packs set gtin = '${gtin}' where id = '${shelf.pack}'`,
  statement: `select 1 from public.packs where gtin = '${gtin.padStart(14, "0")}'`,
  expected: "yes",
}));

const mapped = (id: string, ingredient: string | null) =>
  `select 1 from public.product_ingredients where id = '${id}' and ingredient_id ${
    ingredient === null ? "is null and not mapped_by_name" : `= '${ingredient}'`
  }`;

/** How substances lead to ingredients. */
const mapping: Rule[] = [
  {
    rule: "a substance leads to the ingredient of its name, whatever its salt",
    statement: `${mapped(shelf.substance, shelf.alpha)} and mapped_by_name`,
    expected: "yes",
  },
  { rule: "a substance that nobody knows is unmapped", statement: mapped(shelf.unmapped, null), expected: "yes" },
  {
    rule: "a synonym that comes later maps what was unmapped",
    given: `update public.ingredients set synonyms = '{Rls-New}' where id = '${shelf.gamma}'`,
    statement: mapped(shelf.unmapped, null),
    expected: "yes",
  },
  {
    rule: "a synonym is compared without accents and case",
    given: `update public.ingredients set synonyms = '{RLSNÉW}' where id = '${shelf.gamma}'`,
    statement: mapped(shelf.unmapped, shelf.gamma),
    expected: "yes",
  },
  {
    rule: "an ingredient that comes later maps what was unmapped",
    given: "insert into public.ingredients (name) values ('rlsnew')",
    statement: mapped(shelf.unmapped, null),
    expected: "none",
  },
  {
    rule: "a more exact name takes over",
    given: `update public.ingredients set synonyms = '{rlsalpha hydrochloride}' where id = '${shelf.gamma}'`,
    statement: mapped(shelf.substance, shelf.gamma),
    expected: "yes",
  },
  {
    rule: "a name that goes leaves its substances unmapped",
    given: `update public.ingredients set name = 'rlsother' where id = '${shelf.alpha}'`,
    statement: mapped(shelf.substance, null),
    expected: "yes",
  },
  {
    rule: "what is mapped by hand stays",
    before: `update public.product_ingredients set ingredient_id = '${shelf.beta}' where id = '${shelf.substance}'`,
    given: `update public.ingredients set name = 'rlsother', synonyms = '{}' where id = '${shelf.alpha}'`,
    statement: `${mapped(shelf.substance, shelf.beta)} and not mapped_by_name`,
    expected: "yes",
  },
  {
    rule: "a substance that comes without an ingredient is mapped by its name",
    given: `insert into public.product_ingredients (product_id, substance) values ('${shelf.bare}', 'RLSBETA SODIUM')`,
    statement: `select 1 from public.product_ingredients
      where product_id = '${shelf.bare}' and ingredient_id = '${shelf.beta}' and mapped_by_name`,
    expected: "yes",
  },
  {
    rule: "a name leads to one ingredient alone",
    statement: `update public.ingredients set synonyms = '{RLS-ALPHA, RLSALFA}' where id = '${shelf.beta}'`,
    expected: "PT409",
  },
  {
    rule: "a name may be given twice to its own ingredient",
    given: `update public.ingredients set synonyms = '{RLSALPHA}' where id = '${shelf.alpha}'`,
    statement: `select 1 from private.ingredient_names where key = 'rlsalpha' and ingredient_id = '${shelf.alpha}'`,
    expected: "yes",
  },
  ...([
    ["metformin hydrochloride", "metformin"],
    ["Hydrocortisone Sodium Succinate", "hydrocortisone"],
    ["SODIUM CHLORIDE", "sodium chloride"],
    ["Sodium Phosphate, Dibasic", "sodium phosphate dibasic"],
    ["Magnesium", "magnesium"],
    ["Cholecalciferol, Calcium", "cholecalciferol calcium"],
    ["Levothyroxine + Potassium Iodide", "levothyroxine potassium iodide"],
    ["aspirin and magnesium", "aspirin and magnesium"],
    ["tenofovir alafenamide fumarate", "tenofovir alafenamide"],
  ] satisfies [string, string][]).map(([name, key]): Rule => ({
    rule: `what acts in ${name} is ${key}`,
    statement: `select 1 where private.base_substance_key('${name}') = '${key}'`,
    expected: "yes",
  })),
];

/** The lock that makes changes wait for each other is made to tell that a statement asked for it, before anything else. */
const telling = `create or replace function private.lock_knowledge() returns void language plpgsql set search_path = ''
  as 'begin if pg_catalog.pg_trigger_depth() = 1 then raise sqlstate ''LOCK1''; end if; end'`;
const waiting: Rule[] = [
  ...["ingredients", "ingredient_classes", "products", "product_ingredients", "interaction_rules"].map((
    table,
  ): Rule => ({
    rule: `a change of ${table} waits for others of what is derived from it`,
    before: telling,
    statement: `delete from public.${table} where false`,
    expected: "LOCK1",
  })),
  {
    rule: "who may not change the catalogue does not make others wait",
    before: telling,
    as: "patient",
    statement: "delete from public.ingredient_classes where false",
    expected: "none",
  },
];

const curators: Rule[] = [
  {
    rule: "the flag of a curator says who gave it",
    by: "pharmacist",
    given: `insert into public.medication_curators (user_id) values ('${people.admin}')`,
    statement:
      `select 1 from public.medication_curators where user_id = '${people.admin}' and given_by = '${people.pharmacist}'`,
    expected: "yes",
  },
  {
    rule: "a curator without a membership is none",
    given: `update public.memberships set status = 'suspended' where user_id = '${people.pharmacist}'`,
    as: "pharmacist",
    statement: `update public.products set brand = 'Other' where id = '${shelf.product}'`,
    expected: "none",
  },
  {
    rule: "the database owner appoints the first curator by the address",
    given: "select private.appoint_curator('Admin@demo.health'), private.appoint_curator('admin@demo.health')",
    statement: `select 1 from public.medication_curators where user_id = '${people.admin}' and given_by is null`,
    expected: "yes",
  },
  {
    rule: "nobody is appointed by an address that nobody has",
    statement: "select private.appoint_curator('nobody@demo.health')",
    expected: "P0002",
  },
];

/** What the database makes sure of about the catalogue. */
export const catalogueRules: Rule[] = [...versions, ...refused, ...gtins, ...mapping, ...waiting, ...curators];
