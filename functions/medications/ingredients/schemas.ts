import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { plainText, uuid } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { classBrief } from "../classes/schemas.ts";
import { codeBrief } from "../codes/schemas.ts";
import { doseLimit, storedDoseLimit } from "../dose-limits/schemas.ts";
import { active, activeFilter, classId, made, own } from "../fields.ts";

const name = plainText(200).meta({
  example: "acetaminophen",
  description: "The name in the United States (USAN), in lower case; others are synonyms.",
});
const synonyms = z.array(plainText(200)).max(100, "must be at most 100").meta({
  example: ["paracetamol"],
  description: "Other names, in any language. Products and searches find the ingredient by them.",
});
const controlScheduleId = uuid.nullable().meta({
  example: null,
  description: "The schedule of controlled substances that it is in; null for none.",
});

/** A substance that acts. Interactions, allergies and doses are those of ingredients. */
export const ingredient = z.object({
  ...own,
  name,
  synonyms,
  reviewed_version: z.int().min(1).nullable().meta({
    example: null,
    description:
      "The version of the knowledge at which its rules were reviewed. Null: not yet, and no rule is then no all-clear.",
  }),
  control_schedule_id: controlScheduleId,
  active,
  ...made,
}).meta({ id: "Ingredient" });
export const ingredientPage = pageOf(ingredient);

/** An ingredient with all that is known of it. */
export const ingredientWhole = ingredient.extend({
  classes: z.array(classBrief).describe("The classes that it belongs to, by name."),
  codes: z.array(codeBrief).describe("Its codes."),
  dose_limits: z.array(doseLimit).describe("Its dose limits in force."),
}).meta({ id: "IngredientWhole" });
export const storedIngredientWhole = ingredientWhole.extend({ dose_limits: z.array(storedDoseLimit) });

export const ingredientListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  class_id: classId.optional().describe("Only members of this class."),
  reviewed: z.enum(["true", "false"]).transform((value) => value === "true").optional().describe(
    "Only those whose rules were reviewed, or only the others.",
  ),
  control_schedule_id: uuid.optional().describe("Only those in this schedule of controlled substances."),
  active: activeFilter,
});
const fields = { name, synonyms, control_schedule_id: controlScheduleId };
export const ingredientCreate = z.strictObject(fields).partial().required({ name: true });
export const ingredientPatch = z.strictObject({ ...fields, active }).partial().refine(...changesSomething);
