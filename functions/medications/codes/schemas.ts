import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { uuid } from "../../../shared/schema/fields.ts";
import { classId, code, codeSystem, ingredientId, made, own, productId } from "../fields.ts";

/** A code where it stands with what it is of. */
export const codeBrief = z.object({ id: own.id, system: codeSystem, code });

const subjects = {
  ingredient_id: ingredientId.nullable().meta({ description: "The ingredient that it is of, or null." }),
  class_id: classId.nullable().meta({ example: null, description: "The class that it is of, or null." }),
  product_id: productId.nullable().meta({ example: null, description: "The product that it is of, or null." }),
};

/** A code by which others name an ingredient, a class or a product. The operator enters them; no foreign list is shipped. */
export const medicationCode = z.object({ ...own, system: codeSystem, code, ...subjects, ...made })
  .meta({ id: "MedicationCode" });
export const medicationCodePage = pageOf(medicationCode);

export const medicationCodeListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ system: codeSystem, code: z.string(), id: uuid })),
  system: codeSystem.optional().describe("Only codes of this system."),
  code: code.optional().describe("Only this code."),
  ingredient_id: ingredientId.optional().describe("Only codes of this ingredient."),
  class_id: classId.optional().describe("Only codes of this class."),
  product_id: productId.optional().describe("Only codes of this product."),
});

/** The form of each system's codes, as in `private.is_medication_code`. */
const FORMS: Record<z.output<typeof codeSystem>, RegExp> = {
  rxnorm: /^[1-9]\d{0,7}$/,
  atc: /^[A-Z](\d{2}([A-Z]([A-Z](\d{2})?)?)?)?$/,
  ndc: /^(\d{4,6}-\d{3,4}(-\d{1,2})?|\d{10,12})$/,
  snomed_ct: /^[1-9]\d{5,17}$/,
};

const isOne = (body: object) => Object.keys(body).filter((name) => name.endsWith("_id")).length === 1;
export const medicationCodeCreate = z.strictObject({
  system: codeSystem,
  code,
  ingredient_id: ingredientId.optional(),
  class_id: classId.optional(),
  product_id: productId.optional(),
}).refine(isOne, { error: "or `class_id` or `product_id` must be given, and one alone", path: ["ingredient_id"] })
  .refine(({ system, code }) => FORMS[system].test(code), { error: "is no code of this system", path: ["code"] })
  .meta({ example: { system: "atc", code: "N02BE01", ingredient_id: "3fa85f64-5717-4562-b3fc-2c963f66afa6" } });
