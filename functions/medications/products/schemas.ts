import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { plainText, uuid } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { codeBrief } from "../codes/schemas.ts";
import { active, activeFilter, baseUnit, doseForm, ingredientId, made, own, route } from "../fields.ts";
import { packBrief, packInput } from "../packs/schemas.ts";

/** So many ingredients and packs a product may have. */
const MOST_INGREDIENTS = 100;
const MOST_PACKS = 100;

const strength = z.number().positive("must be more than 0").max(1e9).meta({
  example: 500,
  description: "How much of it ONE base unit has: 500 for a tablet of 500 mg, 50 for each mL of 250 mg in 5 mL.",
});
const strengthUnit = plainText(30).meta({
  example: "mg",
  description: "The unit of the strength, for one base unit.",
});
const substance = plainText(300).meta({ example: "acetaminophen", description: "What the label calls it." });

const productIngredient = z.object({
  ingredient_id: ingredientId.nullable().meta({
    description:
      "Null for a substance that no ingredient of the catalogue is called: checks say that they did not look at it.",
  }),
  name: z.string().nullable().meta({ example: "acetaminophen", description: "Name of the ingredient; null like it." }),
  substance,
  strength: strength.nullable().describe("How much of it one base unit has; null when not known."),
  strength_unit: strengthUnit.nullable().describe("The unit of the strength."),
});

const name = plainText(500).meta({
  example: "Acetaminophen 500 mg tablet",
  description: "Generic name with strength and form.",
});
const brand = plainText(300).nullable().meta({ example: "Tylenol", description: "Brand; null for a generic." });
const routes = z.array(route).min(1, "must name at least one").max(10, "must be at most 10").meta({
  example: ["oral"],
  description: "The ways in which it is given.",
});

/** What is prescribed and dispensed. */
export const product = z.object({
  ...own,
  name,
  brand,
  dose_form: doseForm,
  routes,
  base_unit: baseUnit,
  active,
  ingredients: z.array(productIngredient).describe("What it is made of; none is as unknown as an unmapped one."),
  packs: z.array(packBrief).describe("The packs that it comes in."),
  codes: z.array(codeBrief).describe("Its codes."),
  ...made,
}).meta({ id: "Product" });
export const productPage = pageOf(product);

export const productListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  ingredient_id: ingredientId.optional().describe("Only products with this ingredient."),
  unmapped: z.enum(["true", "false"]).transform((value) => value === "true").optional().describe(
    "Only products that a check cannot look at as a whole, or only the others.",
  ),
  active: activeFilter,
});

const ingredientInput = z.strictObject({
  ingredient_id: ingredientId.optional(),
  substance: substance.optional(),
  strength: strength.optional(),
  strength_unit: strengthUnit.optional(),
}).refine((one) => one.ingredient_id !== undefined || one.substance !== undefined, {
  error: "or `substance` must be given",
  path: ["ingredient_id"],
}).refine((one) => (one.strength === undefined) === (one.strength_unit === undefined), {
  error: "goes together with `strength`",
  path: ["strength_unit"],
});
const lists = {
  ingredients: z.array(ingredientInput).max(MOST_INGREDIENTS, `must be at most ${MOST_INGREDIENTS}`).describe(
    "All that it is made of: checks look at each. Without an id the substance is looked up among names and synonyms.",
  ),
  packs: z.array(packInput).max(MOST_PACKS, `must be at most ${MOST_PACKS}`).describe("The packs that it comes in."),
};
const fields = { name, brand, dose_form: doseForm, routes };

export const productCreate = z.strictObject({ ...fields, base_unit: baseUnit, ...lists })
  .partial({ brand: true, packs: true });
/** The base unit stays: doses and stock are counted in it. */
export const productPatch = z.strictObject({ ...fields, ...lists, active }).partial().refine(...changesSomething);
