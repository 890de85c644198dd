import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { uuid } from "../../../shared/schema/fields.ts";
import { classId, ingredientId, made, notice, own, REVIEW, sentence, sourceIfAny, verification } from "../fields.ts";

const level = z.enum(Constants.public.Enums.cross_reactivity).meta({ example: "warning" }).describe(
  "What an allergy to the group means for it.",
);

const reaction = z.object({
  id: own.id,
  class_id: classId.nullable().meta({ description: "The class that may react too; null for an ingredient." }),
  ingredient_id: ingredientId.nullable().meta({ example: null, description: "The ingredient; null for a class." }),
  level,
  note: sentence(500, "Low but real; similar side chains more", "What to know; null for nothing.").nullable(),
  ...sourceIfAny,
});

const groupFields = z.object({
  ...own,
  name: z.string().meta({ example: "Penicillins", description: "Name of the group." }),
  class_id: classId.describe("An allergy to one of its members counts for all."),
  ...sourceIfAny,
  cross_reactions: z.array(reaction).describe("Medicines outside of the group that may react too."),
  ...made,
});

/** Medicines of which an allergy to one counts for all, and what it means for others. */
export const allergyGroup = groupFields.extend({ notice }).meta({ id: "AllergyGroup" });
export const allergyGroupPage = pageOf(allergyGroup);
export const storedAllergyGroup = groupFields.transform((row) => ({ ...row, notice: REVIEW[row.verification] }))
  .pipe(allergyGroup);
export const allergyGroupListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  class_id: classId.optional().describe("Only the group of this class."),
  verification: verification.optional().describe(
    "Only groups that were compared with their source, or only the others.",
  ),
});
