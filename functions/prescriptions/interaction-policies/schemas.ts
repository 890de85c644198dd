import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { organizationId, plainText, rowFields, userId, uuid } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { display, severity } from "../fields.ts";

const { id, version, created_at, updated_at } = rowFields;

const ruleKey = z.string().max(60).regex(/^[a-z0-9]+([_.-][a-z0-9]+)*$/, "must be the key of a rule").meta({
  example: "t2-001",
  description: "The rule, the same in all its versions.",
});
const reason = plainText(500).meta({ example: "Decided by the pharmacy committee", description: "Why." });

/** How the findings of a rule are shown in an organization, or in the network. */
export const interactionPolicy = z.object({
  id,
  organization_id: organizationId.nullable().describe("Null: the network, where an organization has none of its own."),
  rule_key: ruleKey,
  display,
  reason: z.string().meta({ example: "Decided by the pharmacy committee", description: "Why." }),
  decided_severity: severity.describe("How bad the rule was then; for a worse one the policy does not hold."),
  decided_by: userId.nullable().describe("Who decided; null for what the project ships."),
  version,
  created_at,
  updated_at,
}).meta({ id: "InteractionPolicy" });

export const interactionPolicyPage = pageOf(interactionPolicy);

export const interactionPolicyListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ rule_key: z.string(), id: uuid })),
  organization_id: organizationId.optional().describe("Only of this organization."),
  rule_key: ruleKey.optional().describe("Only for this rule."),
});

export const interactionPolicyCreate = z.strictObject({
  organization_id: organizationId.optional().describe("Left out: for the network."),
  rule_key: ruleKey,
  display,
  reason,
});

export const interactionPolicyPatch = z.strictObject({ display, reason }).partial().refine(...changesSomething);
