import type { Rule } from "../../rule.ts";
import { ruleColumns, ruleValues, shelf, versions } from "./rows.ts";

/** Whether a rule pairs two ingredients. */
const paired = (one: string, other: string, rule = `p.rule_id = '${shelf.rule}'`) =>
  `select 1 from public.ingredients a cross join public.ingredients b
    join private.interaction_pairs p on p.low = least(a.number, b.number) and p.high = greatest(a.number, b.number)
    where a.id = '${one}' and b.id = '${other}' and ${rule}`;
const byKey = (key: string) => `p.rule_id = (select id from public.interaction_rules where rule_key = '${key}')`;

const join = (ingredient: string, group: string) =>
  `insert into public.ingredient_classes (ingredient_id, class_id) values ('${ingredient}', '${group}')`;
const leave = (ingredient: string) => `delete from public.ingredient_classes where ingredient_id = '${ingredient}'`;
const rules = (columns: string, values: string, from = "") =>
  `insert into public.interaction_rules (rule_key, kind, ${columns}, since_version, ${ruleColumns})
    select ${values}, ${versions.first}, ${ruleValues} ${from}`;

const pairs: Rule[] = [
  { rule: "a rule in force pairs its ingredients", statement: paired(shelf.alpha, shelf.beta), expected: "yes" },
  {
    rule: "an ended rule pairs nothing",
    statement: paired(shelf.alpha, shelf.beta, `p.rule_id = '${shelf.endedRule}'`),
    expected: "none",
  },
  {
    rule: "a rule that ends pairs nothing any more",
    given: `update public.interaction_rules set until_version = ${versions.second} where id = '${shelf.rule}'`,
    statement: paired(shelf.alpha, shelf.beta),
    expected: "none",
  },
  {
    rule: "who comes into a class is paired at once",
    by: "pharmacist",
    given: join(shelf.gamma, shelf.alphas),
    statement: paired(shelf.gamma, shelf.beta),
    expected: "yes",
  },
  {
    rule: "who comes into the other class is paired at once",
    by: "pharmacist",
    given: join(shelf.gamma, shelf.betas),
    statement: paired(shelf.gamma, shelf.alpha),
    expected: "yes",
  },
  {
    rule: "who leaves a class is paired no more",
    by: "pharmacist",
    given: leave(shelf.beta),
    statement: paired(shelf.alpha, shelf.beta),
    expected: "none",
  },
  {
    rule: "a member who becomes another one leaves and comes",
    given: `update public.ingredient_classes set ingredient_id = '${shelf.gamma}' where id = '${shelf.member}'`,
    statement: `${paired(shelf.gamma, shelf.beta)} and not exists (${paired(shelf.alpha, shelf.beta)})`,
    expected: "yes",
  },
  {
    rule: "a member who is moved to another class leaves the one and comes into the other",
    given: `update public.ingredient_classes set class_id = '${shelf.betas}' where id = '${shelf.member}'`,
    statement: paired(shelf.alpha, shelf.beta),
    expected: "none",
  },
  {
    rule: "a rule pairs whatever its sides are called",
    given: rules(
      "ingredient_id, other_ingredient_id",
      `'rls-3', 'drug', '${shelf.beta}'::uuid, '${shelf.alpha}'::uuid`,
    ),
    statement: paired(shelf.alpha, shelf.beta, byKey("rls-3")),
    expected: "yes",
  },
  {
    rule: "a class beside itself pairs two of its members",
    before: join(shelf.gamma, shelf.alphas),
    given: rules("class_id, other_class_id", `'rls-3', 'drug', '${shelf.alphas}'::uuid, '${shelf.alphas}'::uuid`),
    statement: paired(shelf.gamma, shelf.alpha, byKey("rls-3")),
    expected: "yes",
  },
  {
    rule: "nobody is paired with themselves",
    before: join(shelf.alpha, shelf.betas),
    given: rules("class_id, other_class_id", `'rls-3', 'drug', '${shelf.alphas}'::uuid, '${shelf.alphas}'::uuid`),
    statement: "select 1 from private.interaction_expansion where low = high",
    expected: "none",
  },
  {
    rule: "a rule about anything but drugs pairs nothing",
    given: rules("ingredient_id", `'rls-3', 'pregnancy', '${shelf.alpha}'::uuid`),
    statement: `select 1 from private.interaction_pairs p where ${byKey("rls-3")}`,
    expected: "none",
  },
  {
    rule: "who comes into a class of fifty rules is paired by all of them",
    before: rules(
      "class_id, other_ingredient_id",
      `'rls-many-' || n, 'drug', '${shelf.alphas}'::uuid, '${shelf.beta}'::uuid`,
      "from generate_series(1, 50) as n",
    ),
    by: "pharmacist",
    given: join(shelf.gamma, shelf.alphas),
    statement: `select 1 from (${
      paired(
        shelf.gamma,
        shelf.beta,
        "exists (select from public.interaction_rules r where r.id = p.rule_id and r.rule_key like 'rls-many-%')",
      )
    }) as p having count(*) = 50`,
    expected: "yes",
  },
];

/** Changes after which the pairs are what the rules say, all after another. */
const changes = [
  join(shelf.gamma, shelf.alphas),
  rules("class_id, other_class_id", `'rls-3', 'drug', '${shelf.alphas}'::uuid, '${shelf.alphas}'::uuid`),
  join(shelf.gamma, shelf.betas),
  leave(shelf.beta),
  `update public.interaction_rules set until_version = ${versions.second} where id = '${shelf.rule}'`,
].join("; ");
const current = "select 1 where private.pairs_are_current()";
const onePair = `(select p.ctid from private.interaction_pairs p where rule_id = '${shelf.rule}' limit 1)`;

const proof: Rule[] = [
  { rule: "the pairs are what the rules say after every change", given: changes, statement: current, expected: "yes" },
  {
    rule: "a pair that is missing shows",
    given: `delete from private.interaction_pairs where ctid = ${onePair}`,
    statement: current,
    expected: "none",
  },
  {
    rule: "a pair too many shows",
    given: `insert into private.interaction_pairs values (1, 2, '${shelf.endedRule}')`,
    statement: current,
    expected: "none",
  },
  {
    rule: "while the pairs are rebuilt they do not follow, and that shows",
    given: `select private.begin_rebuilding(); ${join(shelf.gamma, shelf.alphas)}`,
    statement: "select 1 from private.knowledge where rebuilding and not private.pairs_are_current()",
    expected: "yes",
  },
  {
    rule: "after they were rebuilt they are what the rules say",
    given: `select private.begin_rebuilding(); ${changes}; select private.end_rebuilding()`,
    statement: "select 1 from private.knowledge where not rebuilding and private.pairs_are_current()",
    expected: "yes",
  },
];

/** What the database makes sure of about the pairs that interact. */
export const pairRules: Rule[] = [...pairs, ...proof];
