import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { plainText, uuid } from "../../../shared/schema/fields.ts";
import { classBrief } from "../classes/schemas.ts";
import {
  classId,
  ingredientId,
  made,
  notice,
  own,
  REVIEW,
  ruleKind,
  sentence,
  severity,
  source,
  verification,
} from "../fields.ts";

const ruleKey = z.string().trim().regex(
  /^(?=.{1,60}$)[a-z0-9]+([_.-][a-z0-9]+)*$/,
  "must be words of a-z and 0-9 with _, . or - between",
).meta({ example: "t2-186", description: "The name of the rule, the same in each of its versions." });
const codePrefix = z.string().trim().regex(
  /^[A-Z]([0-9]([0-9A-Z](\.[0-9A-Z]{1,4})?)?)?$/,
  "must be the beginning of an ICD-10 code",
).nullable().meta({
  example: null,
  description: "Beginning of the ICD-10 codes that it holds for; for kind `condition`.",
});
const food = plainText(200).nullable().meta({
  example: null,
  description: "For kind `food`, such as grapefruit juice.",
});
const refines = z.array(ruleKey).max(50, "must be at most 50").meta({
  example: [],
  description: "Rules that it takes the place of, where both hold for a pair. No circles.",
});

const content = {
  kind: ruleKind,
  code_prefix: codePrefix,
  food,
  severity,
  effect: sentence(500, "Bleeding", "What may happen."),
  mechanism: sentence(500, "CYP2C9 inhibition", "Why it happens."),
  management: sentence(1000, "Avoid, or check the INR weekly", "What to do."),
  alternatives: sentence(500, "Azithromycin", "What to give in its place; null when not known.").nullable(),
  evidence: sentence(200, "label", "What it rests on."),
  ...source,
  refines,
};

const ingredientBrief = z.object({
  id: own.id,
  name: z.string().meta({ example: "warfarin", description: "Name of the ingredient." }),
});
const sides = {
  ingredient: ingredientBrief.nullable().describe("Side one, where it is an ingredient."),
  class: classBrief.nullable().meta({ example: null }).describe("Side one, where it is a class."),
  other_ingredient: ingredientBrief.nullable().meta({ example: null }).describe("Side two, where it is an ingredient."),
  other_class: classBrief.nullable().describe("Side two, where it is a class."),
};

/** A rule in one version. It is never changed: a new version takes its place, so that what was told can be told again word by word. */
const ruleFields = z.object({
  ...own,
  rule_key: ruleKey,
  ...sides,
  ...content,
  since_version: z.int().min(1).meta({ example: 1, description: "The version of the knowledge that brought it." }),
  until_version: z.int().min(1).nullable().meta({
    example: null,
    description: "The version of the knowledge that ended it; null while it is in force.",
  }),
  content_hash: z.string().meta({
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    description: "Changes with the clinical content: overrides of the rule as it was hold no longer.",
  }),
  ...made,
});

export const interactionRule = ruleFields.extend({ notice }).meta({ id: "InteractionRule" });

/** A rule out of the database: what is to be known of its content is said beside it. */
export const storedRule = ruleFields.transform((row) => ({ ...row, notice: REVIEW[row.verification] }));
export const interactionRulePage = pageOf(interactionRule);
export const storedRulePage = pageOf(storedRule.pipe(interactionRule));

/** A rule with the versions of it that went before. */
export const interactionRuleWhole = interactionRule.extend({
  other_versions: z.array(interactionRule).describe("The other versions of the rule, the newest first."),
}).meta({ id: "InteractionRuleWhole" });
export const storedRuleWhole = ruleFields.extend({ other_versions: z.array(storedRule) })
  .transform((row) => ({ ...row, notice: REVIEW[row.verification] })).pipe(interactionRuleWhole);

export const interactionRuleListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ rule_key: z.string(), id: uuid })),
  ingredient_id: ingredientId.optional().describe(
    "Only rules that hold for this ingredient, itself or by its classes.",
  ),
  class_id: classId.optional().describe("Only rules that name this class."),
  rule_key: ruleKey.optional().describe("Only the rule of this name."),
  kind: ruleKind.optional().describe("Only rules of this kind."),
  severity: severity.optional().describe("Only rules of this severity."),
  verification: verification.optional().describe(
    "Only rules that were compared with their source, or only the others.",
  ),
});

/** What publishing answers; the names of the sides are read beside it. */
export const publishedRule = z.object({ id: own.id });

const note = plainText(500).optional().meta({
  example: "Label of March",
  description: "Why, for the list of versions of the knowledge.",
});
export const interactionRuleRetire = z.strictObject({ note });

const exactlyOne = (...values: unknown[]) => values.filter((value) => value !== undefined).length === 1;
const none = (...values: unknown[]) => values.every((value) => value === undefined || value === null);

/** A new rule, or a new version of the rule with this key. Nothing is taken over from the version before. */
export const interactionRulePublish = z.strictObject({
  rule_key: ruleKey,
  ingredient_id: ingredientId.optional(),
  class_id: classId.optional(),
  other_ingredient_id: ingredientId.optional().describe("Side two, where it is an ingredient; for kind `drug`."),
  other_class_id: classId.optional().describe("Side two, where it is a class; for kind `drug`."),
  ...content,
  code_prefix: codePrefix.optional(),
  food: food.optional(),
  alternatives: content.alternatives.optional(),
  source_url: source.source_url.optional(),
  label_date: source.label_date.optional(),
  label_set_id: source.label_set_id.optional(),
  quote: source.quote.optional(),
  refines: refines.optional(),
  note,
}).refine((rule) => exactlyOne(rule.ingredient_id, rule.class_id), {
  error: "or `class_id` must be given, and not both",
  path: ["ingredient_id"],
}).refine(
  (rule) =>
    rule.kind === "drug"
      ? exactlyOne(rule.other_ingredient_id, rule.other_class_id)
      : none(rule.other_ingredient_id, rule.other_class_id),
  { error: "or `other_class_id` must be given for kind `drug`, and neither for others", path: ["other_ingredient_id"] },
).refine((rule) => none(rule.code_prefix) !== (rule.kind === "condition"), {
  error: "must be given for kind `condition`, and not for others",
  path: ["code_prefix"],
}).refine((rule) => none(rule.food) !== (rule.kind === "food"), {
  error: "must be given for kind `food`, and not for others",
  path: ["food"],
}).refine((rule) => rule.ingredient_id === undefined || rule.ingredient_id !== rule.other_ingredient_id, {
  error: "must be another ingredient: the same one twice is a duplicate",
  path: ["other_ingredient_id"],
}).refine((rule) => rule.verification === "unverified" || !none(rule.source_url) || !none(rule.label_set_id), {
  error: "needs `source_url` or `label_set_id`: where the section was read",
  path: ["verification"],
}).refine((rule) => !rule.refines?.includes(rule.rule_key), {
  error: "must not name the rule itself",
  path: ["refines"],
}).meta({
  example: {
    rule_key: "warfarin-fluconazole",
    kind: "drug",
    ingredient_id: "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    other_ingredient_id: "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10",
    severity: "major",
    effect: "Bleeding",
    mechanism: "CYP2C9 inhibition",
    management: "Avoid, or check the INR weekly",
    evidence: "label",
    source_label: "Coumadin (warfarin sodium) tablets",
    source_section: "7.2",
    verification: "unverified",
  },
});
