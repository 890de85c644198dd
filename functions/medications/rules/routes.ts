import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  found,
  Hono,
  idParam,
  listed,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import {
  interactionRule,
  interactionRuleListQuery,
  interactionRulePage,
  interactionRulePublish,
  interactionRuleRetire,
  interactionRuleWhole,
  publishedRule,
  storedRule,
  storedRulePage,
  storedRuleWhole,
} from "./schemas.ts";

/** The rules by which medicines are checked against each other, against conditions, pregnancy, lactation and food. */
export const rules = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listInteractionRules",
      summary: "List the rules in force",
      description: "By key. Each says where it comes from and whether it was compared with that.",
      responses: { 200: interactionRulePage },
    }),
    validate("query", interactionRuleListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_interaction_rules", {
        p_ingredient_id: query.ingredient_id,
        p_class_id: query.class_id,
        p_rule_key: query.rule_key,
        p_kind: query.kind,
        p_severity: query.severity,
        p_verification: query.verification,
        p_limit: query.limit + 1,
        p_after_rule_key: query.cursor?.rule_key,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, storedRulePage, query, ["rule_key", "id"]), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      id: "publishInteractionRule",
      summary: "Publish a rule, or a new version of one",
      description:
        "For curators. With the key of a rule in force it takes its place: `If-Match` names the version that was read. The version of the knowledge grows by one.",
      responses: { 201: interactionRule },
      problems: ["forbidden", "not_found"],
      versioned: true,
    }),
    validate("json", interactionRulePublish),
    async (c) => {
      const args = { p_input: c.req.valid("json"), p_expected_version: expectedVersion(c) };
      const { id } = publishedRule.parse(unwrap(await data(c).rpc("publish_rule", args)));
      const published = storedRule.parse(found(await data(c).rpc("get_interaction_rule", { p_id: id })));
      return created(c, published, `medications/rules/${published.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({
      id: "readInteractionRule",
      summary: "Read a rule",
      description: "In this version, in force or not, with all its other versions.",
      responses: { 200: interactionRuleWhole },
    }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).rpc("get_interaction_rule", { p_id: c.req.valid("param").id });
      return sendRow(c, storedRuleWhole.parse(found(answer)));
    },
  )
  .post(
    "/:id/retire",
    transition("Take a rule out of force", interactionRule, {
      id: "retireInteractionRule",
      description: "For curators. The version of the knowledge grows by one; the rule stays readable.",
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", interactionRuleRetire),
    async (c) => {
      const { note: p_note } = c.req.valid("json");
      const args = { p_id: c.req.valid("param").id, p_note, p_expected_version: expectedVersion(c) };
      return sendRow(c, storedRule.parse(unwrap(await data(c).rpc("retire_interaction_rule", args))));
    },
  );
