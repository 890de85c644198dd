import type { Rule } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";

const paula = `(select id from public.patients where user_id = '${people.paula}')`;
const state = (columns: string, values: string) =>
  `insert into public.medication_statements (patient_id, organization_id, source, taking, ${columns})
   values (${paula}, '${demoHospital}', 'otc', 'yes', ${values})`;
/** An ingredient, a product of it, and one of which a substance is not known. */
const catalogue = `
  insert into public.ingredients (id, name) values ('${made(1)}', 'rls taken');
  insert into public.products (id, name, dose_form, routes, base_unit) values
    ('${made(2)}', 'rls taken 5 mg', 'tablet', '{oral}', 'tablet'), ('${
  made(3)
}', 'rls blend', 'tablet', '{oral}', 'tablet'),
    ('${made(4)}', 'rls empty', 'tablet', '{oral}', 'tablet');
  insert into public.product_ingredients (product_id, substance, ingredient_id) values
    ('${made(2)}', 'rls taken', '${made(1)}'), ('${made(3)}', 'rls taken', '${made(1)}'), ('${
  made(3)
}', 'rls riddle', null)`;

function made(number: number): string {
  return `a0000000-0000-4000-8000-00000000300${number}`;
}

const named = (name: string, checked: boolean) =>
  `select 1 from public.chart_records where patient_id = ${paula} and kind = 'medication_statement'
   and record ->> 'name' = '${name}' and (record ->> 'checked')::boolean = ${checked}`;

export const medicationRules: Rule[] = [
  ...([
    ["an ingredient", "ingredient_id", `'${made(1)}'`, "rls taken", true],
    ["a product", "product_id", `'${made(2)}'`, "rls taken 5 mg", true],
    ["a product of which a substance is not known", "product_id", `'${made(3)}'`, "rls blend", false],
    ["a product of which nothing is known", "product_id", `'${made(4)}'`, "rls empty", false],
    ["free text", "text", "'Ginger'", "Ginger", false],
  ] as const).map(([what, column, value, name, checked]): Rule => ({
    rule: `a medicine from elsewhere that is ${what} is ${checked ? "checked" : "not checked"}`,
    given: `${catalogue}; ${state(column, value)}`,
    statement: named(name, checked),
    expected: "yes",
  })),
  ...([
    ["has a name", "dose, dose_unit", "1, 'cup'", "23514"],
    ["has one name", "ingredient_id, text", `'${made(1)}', 'Ginger'`, "23514"],
    ["has a dose above nothing", "text, dose, dose_unit", "'Ginger', 0, 'g'", "23514"],
    ["has a dose that is a number", "text, dose, dose_unit", "'Ginger', 'NaN', 'g'", "23514"],
    ["has a dose with its unit", "text, dose", "'Ginger', 1", "23514"],
    ["is not taken more often than twice an hour", "text, times_per_day", "'Ginger', 49", "23514"],
    ["has not ended on a day to come", "text, status, ended_on", "'Ginger', 'ended', current_date + 3", "23514"],
    [
      "does not end before it begins",
      "text, status, started_on, ended_on",
      "'Ginger', 'ended', '2026-02-02', '2026-02-01'",
      "23514",
    ],
    ["has no end while it lasts", "text, ended_on", "'Ginger', current_date", "23514"],
    ["has no reason for an end while it lasts", "text, end_reason", "'Ginger', 'cost'", "23514"],
    ["may end on an unknown day, for an unknown reason", "text, status", "'Ginger', 'ended'", "yes"],
  ] as const).map(([rule, columns, values, expected]): Rule => ({
    rule: `a medicine from elsewhere ${rule}`,
    before: catalogue,
    statement: state(columns, values),
    expected,
  })),
];
