import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { uuid } from "../../../shared/schema/fields.ts";
import { ingredientId, made, notice, own, REVIEW, route, sentence, source, verification } from "../fields.ts";

const amount = (example: number | null, description: string) =>
  z.number().positive().nullable().meta({ example, description });
const months = (example: number | null, description: string) =>
  z.int().min(0).nullable().meta({ example, description });

const doseLimitFields = z.object({
  ...own,
  ingredient_id: ingredientId,
  route: route.nullable().meta({ example: "oral", description: "The way into the body; null for any." }),
  age_from_months: z.int().min(0).meta({ example: 216, description: "From this age on." }),
  age_to_months: months(null, "Until before this age; null for no end."),
  per_dose: amount(1000, "Most in one dose; null for no such limit."),
  per_day: amount(4000, "Most in 24 hours, over all products together; null for no such limit."),
  per_kg_dose: amount(null, "Most in one dose for each kilogram of weight; null for no such limit."),
  per_kg_day: amount(null, "Most in 24 hours for each kilogram of weight; null for no such limit."),
  unit: z.string().meta({ example: "mg", description: "The unit of the limits." }),
  shortest_interval_hours: months(null, "Hours between two doses at least; null for no such limit."),
  management: sentence(1000, "Count all products with acetaminophen", "What to do."),
  ...source,
  since_version: z.int().min(1).meta({ example: 1, description: "The version of the knowledge that brought it." }),
  until_version: z.int().min(1).nullable().meta({
    example: null,
    description: "The version of the knowledge that ended it; null while it is in force.",
  }),
  ...made,
});

/** The most of an ingredient that is given, over all products that have it. */
export const doseLimit = doseLimitFields.extend({ notice }).meta({ id: "DoseLimit" });
export const doseLimitPage = pageOf(doseLimit);
export const storedDoseLimit = doseLimitFields.transform((row) => ({ ...row, notice: REVIEW[row.verification] }))
  .pipe(doseLimit);

export const doseLimitListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ ingredient_id: uuid, age_from_months: z.int(), id: uuid })),
  ingredient_id: ingredientId.optional().describe("Only limits of this ingredient."),
  verification: verification.optional().describe(
    "Only limits that were compared with their source, or only the others.",
  ),
});
