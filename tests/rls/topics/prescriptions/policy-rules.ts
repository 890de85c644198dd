import type { Rule } from "../../rule.ts";
import { changesCount } from "../../rule.ts";
import { demoHospital, people } from "../../people.ts";
import { versions } from "../medications/rows.ts";
import { ordered, rule, ruleKeys } from "./rows.ts";

const decide = (key: string, display: string, organization = `'${demoHospital}'`) =>
  `insert into public.interaction_policies (organization_id, rule_key, display, reason) values (${organization}, '${key}', '${display}', 'Decided')`;
const policyOf = (key: string, more = "") =>
  `select 1 from public.interaction_policies where organization_id = '${demoHospital}' and rule_key = '${key}' ${more}`;

/** The moderate rule in its next version, which is as severe as this. */
const nextVersion = (severity: string) =>
  `update public.interaction_rules set until_version = ${versions.second} where id = '${ordered.moderateRule}';
   ${rule("a5000000-0000-4000-8000-000000000030", ruleKeys.moderate, severity, versions.second)}`;

/** What no policy says, whoever decides. */
const refused: [rule: string, statement: string][] = [
  ["what is contraindicated is never silenced", decide(ruleKeys.contraindicated, "silent")],
  [
    "what is contraindicated is not silenced later either",
    `${decide(ruleKeys.contraindicated, "show")};
     update public.interaction_policies set display = 'silent' where rule_key = '${ruleKeys.contraindicated}'`,
  ],
  ["what is minor never interrupts", decide(ruleKeys.minor, "interrupt")],
  ["advice about food never interrupts", decide(ruleKeys.food, "interrupt")],
  ["a policy is about a rule that there is", decide("rls-none", "show")],
  ["a policy is about a rule in force", decide("rls-2", "show")],
];

export const policyRules: Rule[] = [
  ...refused.map(([rule, statement]): Rule => ({ rule, statement, expected: "PT422" })),
  {
    rule: "what is contraindicated may be shown only",
    statement: decide(ruleKeys.contraindicated, "show"),
    expected: "yes",
  },
  {
    rule: "an organization has one policy for a rule",
    given: decide(ruleKeys.moderate, "show"),
    statement: decide(ruleKeys.moderate, "silent"),
    expected: "23505",
  },
  {
    rule: "the network has one policy for a rule",
    given: decide(ruleKeys.moderate, "show", "null"),
    statement: decide(ruleKeys.moderate, "silent", "null"),
    expected: "23505",
  },
  {
    rule: "who decided, and how bad the rule was, is noted",
    given: decide(ruleKeys.moderate, "silent"),
    by: "admin",
    statement: policyOf(ruleKeys.moderate, `and decided_by = '${people.admin}' and decided_severity = 'moderate'`),
    expected: "yes",
  },
  ...["contraindicated", "major"].map((severity): Rule => ({
    rule: `a rule that becomes ${severity} is silent no more`,
    before: decide(ruleKeys.moderate, "silent"),
    given: nextVersion(severity),
    statement: policyOf(ruleKeys.moderate),
    expected: "none",
  })),
  {
    rule: "a rule that becomes milder stays silent",
    before: decide(ruleKeys.moderate, "silent"),
    given: nextVersion("minor"),
    statement: policyOf(ruleKeys.moderate, "and display = 'silent'"),
    expected: "yes",
  },
  {
    rule: "a policy that interrupts holds for a worse rule too",
    before: decide(ruleKeys.moderate, "interrupt"),
    given: nextVersion("contraindicated"),
    statement: policyOf(ruleKeys.moderate),
    expected: "yes",
  },
  {
    rule: "QT with QT, and ACE inhibitor with ARB, are shown without interrupting",
    statement:
      "select 1 from (select count(*) as shipped from public.interaction_policies where organization_id is null and decided_by is null and display = 'show' and rule_key in ('onc-21', 't2-127')) as p where shipped = 2",
    expected: "yes",
  },
  ...changesCount("interaction_policies", `'${ordered.demoPolicy}'`, "reason", "'Read by nobody'"),
];
