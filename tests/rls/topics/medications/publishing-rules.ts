import type { Rule } from "../../rule.ts";
import { people } from "../../people.ts";
import { shelf, versions } from "./rows.ts";

/** What is published, as SQL: a rule between two ingredients unless `more` says otherwise. */
export const ruleInput = (more: Record<string, unknown> = {}) =>
  `'${
    JSON.stringify({
      rule_key: "rls-new",
      kind: "drug",
      ...(!("class_id" in more) && { ingredient_id: shelf.alpha, other_ingredient_id: shelf.gamma }),
      severity: "major",
      effect: "Harm",
      mechanism: "A way",
      management: "Do not",
      evidence: "label",
      source_label: "A label",
      source_section: "7",
      ...more,
    })
  }'::jsonb`;

const publish = (more?: Record<string, unknown>) => `select public.publish_rule(${ruleInput(more)})`;
/** The rule in force of the arrangement, as it is. */
const same = { rule_key: "rls-1", class_id: shelf.alphas, other_class_id: shelf.betas };

/** The versions of the knowledge go on after those of the arrangement. */
const before = `update private.knowledge set version = ${versions.second}`;
const next = versions.second + 1;

const publishing: Rule[] = [
  {
    rule: "a rule that is published is in force, in a version of its own that says who made it",
    before,
    by: "pharmacist",
    given: publish({ note: "A new one" }),
    statement: `select 1 from public.interaction_rules r join public.knowledge_versions v on v.number = r.since_version
      where r.rule_key = 'rls-new' and r.until_version is null and r.version = 1 and v.number = ${next}
        and v.made_by = '${people.pharmacist}' and v.note = 'A new one' and private.knowledge_version() = ${next}`,
    expected: "yes",
  },
  {
    rule: "a rule that takes the place of another ends it in the version in which it begins",
    before,
    by: "pharmacist",
    given: publish({ ...same, severity: "minor" }),
    statement: `select 1 from public.interaction_rules old join public.interaction_rules new using (rule_key)
      where old.id = '${shelf.rule}' and old.until_version = ${next} and old.severity = 'major' and new.severity = 'minor'
        and new.since_version = ${next} and new.until_version is null and new.version = 2 and new.content_hash <> old.content_hash`,
    expected: "yes",
  },
  {
    rule: "a rule as it is makes no version",
    before,
    by: "pharmacist",
    given: publish({ ...same, note: "Nothing" }),
    statement: `select 1 from public.interaction_rules
      where rule_key = 'rls-1' and until_version is null and id = '${shelf.rule}' and private.knowledge_version() = ${versions.second}`,
    expected: "yes",
  },
  {
    rule: "who read another version does not take its place",
    before,
    as: "pharmacist",
    statement: `select public.publish_rule(${ruleInput({ ...same, severity: "minor" })}, 7)`,
    expected: "PT412",
  },
  {
    rule: "a retired rule is in force no more, and may come again",
    before,
    by: "pharmacist",
    given: `select public.retire_rule('rls-1', 'Wrong'); ${publish({ ...same, severity: "minor" })}`,
    statement: `select 1 from public.interaction_rules old join public.interaction_rules new using (rule_key)
      where old.id = '${shelf.rule}' and old.until_version = ${next} and new.since_version = ${
      next + 1
    } and new.version = 3`,
    expected: "yes",
  },
  {
    rule: "a rule that is not in force is not retired",
    before,
    as: "pharmacist",
    statement: "select public.retire_rule('rls-2')",
    expected: "PT404",
  },
  {
    rule: "a rule that another refines is not retired",
    before,
    by: "pharmacist",
    given: publish({ refines: ["rls-1"] }),
    as: "pharmacist",
    statement: "select public.retire_rule('rls-1')",
    expected: "PT422",
  },
];

const nowhere = "ffffffff-0000-4000-8000-000000000000";

/** What is refused, and where nothing stays. */
const refused: Rule[] = ([
  ["an ingredient that there is not", { ingredient_id: nowhere }],
  ["another ingredient that there is not", { other_ingredient_id: nowhere }],
  ["a class that there is not", { class_id: nowhere, other_class_id: shelf.betas }],
  ["another class that there is not", { class_id: shelf.alphas, other_class_id: nowhere }],
  ["no key", { rule_key: null }],
  ["a rule to refine that there is not", { refines: ["rls-nowhere"] }],
  ["a rule to refine that has ended", { refines: ["rls-2"] }],
] satisfies [string, Record<string, unknown>][]).map(([what, more]): Rule => ({
  rule: `a rule is refused for ${what}`,
  before,
  as: "pharmacist",
  statement: publish(more),
  expected: "PT422",
}));

const circles: Rule[] = [
  {
    rule: "two rules do not refine each other",
    before,
    by: "pharmacist",
    given: publish({ refines: ["rls-1"] }),
    as: "pharmacist",
    statement: publish({ ...same, refines: ["rls-new"] }),
    expected: "PT422",
  },
  {
    rule: "rules do not refine each other around a corner",
    before,
    by: "pharmacist",
    given: `${publish({ refines: ["rls-1"] })}; ${publish({ rule_key: "rls-third", refines: ["rls-new"] })}`,
    as: "pharmacist",
    statement: publish({ ...same, refines: ["rls-third"] }),
    expected: "PT422",
  },
  {
    rule: "two rules may refine the same one",
    before,
    by: "pharmacist",
    given: publish({ refines: ["rls-1"] }),
    as: "pharmacist",
    statement: publish({ rule_key: "rls-third", refines: ["rls-1", "rls-new"] }),
    expected: "yes",
  },
  {
    rule: "not even the owner stores rules that refine each other",
    statement:
      `insert into public.interaction_rules (rule_key, kind, ingredient_id, refines, since_version, severity, effect,
        mechanism, management, evidence, source_label, source_section)
      select k, 'pregnancy', '${shelf.alpha}', array[o], ${versions.first}, 'major', 'Harm', 'A way', 'Do not', 'label', 'A label', '7'
      from (values ('rls-a', 'rls-b'), ('rls-b', 'rls-a')) as v (k, o)`,
    expected: "PT422",
  },
];

/** What the database makes sure of about publishing rules. */
export const publishingRules: Rule[] = [...publishing, ...refused, ...circles];
