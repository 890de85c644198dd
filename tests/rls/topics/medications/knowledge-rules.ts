import { changesCount, type Rule } from "../../rule.ts";
import { ruleColumns, ruleValues, shelf, versions } from "./rows.ts";

const changed: Rule[] = ([
  ["knowledge_versions", `'${shelf.version}'`, "note", "'Other'"],
  ["allergy_groups", `'${shelf.group}'`, "name", "'Other'"],
  ["allergy_cross_reactions", `'${shelf.crossReaction}'`, "level", "'info'"],
  ["duplicate_exceptions", `'${shelf.exception}'`, "description", "'Other'"],
  ["interaction_rules", `'${shelf.rule}'`, "until_version", String(versions.second)],
  ["dose_limits", `'${shelf.doseLimit}'`, "until_version", String(versions.second)],
] satisfies Parameters<typeof changesCount>[]).flatMap((one) =>
  changesCount(...one).map((rule): Rule =>
    // Of what is never changed in place a wrong time of birth is refused instead of mended.
    /interaction_rules|dose_limits/.test(one[0]) && rule.given !== undefined
      ? { ...rule, given: rule.given.replace(", created_at = '2000-01-01'", "") }
      : rule
  )
);

const kept: Rule[] = ([
  ["interaction_rules", shelf.rule, "severity = 'minor'"],
  ["interaction_rules", shelf.rule, `until_version = ${versions.second}, management = 'Other'`],
  ["interaction_rules", shelf.rule, "since_version = 1000001"],
  ["interaction_rules", shelf.endedRule, "until_version = null"],
  ["interaction_rules", shelf.endedRule, `until_version = ${versions.second}`],
  ["dose_limits", shelf.doseLimit, "per_day = 8000"],
] satisfies [string, string, string][]).map(([table, id, set]): Rule => ({
  rule: `not even the owner changes ${table} in place: ${set}`,
  statement: `update public.${table} set ${set} where id = '${id}'`,
  expected: "PT403",
}));

const deleted: Rule[] = ([["interaction_rules", shelf.rule], ["dose_limits", shelf.doseLimit]] satisfies [
  string,
  string,
][]).map(([table, id]): Rule => ({
  rule: `not even the owner deletes ${table}`,
  statement: `delete from public.${table} where id = '${id}'`,
  expected: "PT403",
}));

/** A rule with these columns besides those that it has to have. */
const rule = (columns: string, values: string) =>
  `insert into public.interaction_rules (rule_key, since_version, ${columns}, ${ruleColumns})
    values ('rls-new', ${versions.first}, ${values}, ${ruleValues})`;

const shapes: Rule[] = ([
  [
    "one of two ingredients",
    "kind, ingredient_id, other_ingredient_id",
    `'drug', '${shelf.alpha}', '${shelf.beta}'`,
    "yes",
  ],
  [
    "one of an ingredient and itself",
    "kind, ingredient_id, other_ingredient_id",
    `'drug', '${shelf.alpha}', '${shelf.alpha}'`,
    "23514",
  ],
  [
    "one of a class and itself",
    "kind, class_id, other_class_id",
    `'drug', '${shelf.alphas}', '${shelf.alphas}'`,
    "yes",
  ],
  ["a drug without the other", "kind, ingredient_id", `'drug', '${shelf.alpha}'`, "23514"],
  [
    "a subject that is two",
    "kind, ingredient_id, class_id, other_class_id",
    `'drug', '${shelf.alpha}', '${shelf.alphas}', '${shelf.betas}'`,
    "23514",
  ],
  ["a condition", "kind, class_id, code_prefix", `'condition', '${shelf.alphas}', 'G40'`, "yes"],
  ["a condition without a code", "kind, class_id", `'condition', '${shelf.alphas}'`, "23514"],
  [
    "a condition whose code is none",
    "kind, class_id, code_prefix",
    `'condition', '${shelf.alphas}', 'epilepsy'`,
    "23514",
  ],
  [
    "a condition with a drug",
    "kind, class_id, code_prefix, other_class_id",
    `'condition', '${shelf.alphas}', 'G40', '${shelf.betas}'`,
    "23514",
  ],
  ["pregnancy", "kind, ingredient_id", `'pregnancy', '${shelf.alpha}'`, "yes"],
  ["a food", "kind, ingredient_id, food", `'food', '${shelf.alpha}', 'grapefruit juice'`, "yes"],
  ["a food without a name", "kind, ingredient_id", `'food', '${shelf.alpha}'`, "23514"],
  [
    "one verified without what was opened",
    "kind, ingredient_id, verification",
    `'pregnancy', '${shelf.alpha}', 'verified'`,
    "23514",
  ],
  [
    "one verified by an address",
    "kind, ingredient_id, verification, source_url",
    `'pregnancy', '${shelf.alpha}', 'verified', 'https://label.example/7'`,
    "yes",
  ],
  [
    "an address that is no web page",
    "kind, ingredient_id, source_url",
    `'pregnancy', '${shelf.alpha}', 'javascript:alert(1)'`,
    "23514",
  ],
  [
    "a quote of 201 characters",
    "kind, ingredient_id, quote",
    `'pregnancy', '${shelf.alpha}', repeat('a', 201)`,
    "23514",
  ],
  ["one that refines itself", "kind, ingredient_id, refines", `'pregnancy', '${shelf.alpha}', '{rls-new}'`, "23514"],
] satisfies [string, string, string, string][]).map(([name, columns, values, expected]): Rule => ({
  rule: `${name} is a rule: ${expected}`,
  statement: `${rule(columns, values)} returning 1`,
  expected,
}));

const others: Rule[] = [
  {
    rule: "a key has one rule in force",
    statement: rule("kind, ingredient_id", `'pregnancy', '${shelf.alpha}'`).replace("rls-new", "rls-1")
      .replace(String(versions.first), String(versions.second)),
    expected: "23505",
  },
  {
    rule: "what a rule says has a fingerprint, which its source has no part in",
    given: rule("kind, class_id, other_class_id, quote", `'drug', '${shelf.alphas}', '${shelf.betas}', 'Other'`),
    statement: `select 1 from public.interaction_rules a join public.interaction_rules b using (content_hash)
      where a.id = '${shelf.rule}' and b.rule_key = 'rls-new'`,
    expected: "yes",
  },
  {
    rule: "an ingredient has one limit for a route and an age",
    statement:
      `insert into public.dose_limits (ingredient_id, per_dose, unit, management, source_label, source_section, since_version)
      values ('${shelf.alpha}', 1, 'mg', 'Less', 'A label', '2', ${versions.first})`,
    expected: "23505",
  },
  {
    rule: "a limit limits something",
    statement:
      `insert into public.dose_limits (ingredient_id, unit, management, source_label, source_section, since_version)
      values ('${shelf.beta}', 'mg', 'Less', 'A label', '2', ${versions.first})`,
    expected: "23514",
  },
  {
    rule: "a new version has the next number, and is that of now",
    before: "create temporary table rls_version on commit drop as select private.knowledge_version() as before",
    given:
      "delete from public.knowledge_versions where number = private.knowledge_version() + 1; select private.open_knowledge_version('New')",
    statement: `select 1 from rls_version r join public.knowledge_versions v on v.number = r.before + 1
      where public.knowledge_version() = v.number and v.note = 'New' and v.made_by is null`,
    expected: "yes",
  },
];

/** What the database makes sure of about the knowledge. */
export const knowledgeRules: Rule[] = [...changed, ...kept, ...deleted, ...shapes, ...others];
