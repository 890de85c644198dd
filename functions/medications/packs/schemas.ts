import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { plainText, uuid } from "../../../shared/schema/fields.ts";
import { active, baseUnit, made, own, productId } from "../fields.ts";
import { gtin } from "../gtin.ts";

const units = z.int().min(1, "must be at least 1").max(1_000_000, "must be at most 1000000").meta({
  example: 20,
  description: "Base units of the product in one pack.",
});
const description = plainText(300).nullable().meta({
  example: "2 blisters of 10",
  description: "For people; or null.",
});
const storedGtin = z.string().nullable().meta({
  example: gtin.meta()?.example,
  description: "Number of the trade item (GTIN), with 14 digits; null when it has none.",
});

/** A pack where it stands with its product. */
export const packBrief = z.object({ id: own.id, units, description, gtin: storedGtin, active });

/** A pack as it is given with its product. */
export const packInput = z.strictObject({
  units,
  description: description.optional(),
  gtin: gtin.nullable().optional().describe("Number on the pack (GTIN) with 8, 12, 13 or 14 digits."),
});

/** A pack, with what is in it: what a scanner asks for. */
export const pack = z.object({
  ...own,
  product_id: productId,
  units,
  description,
  gtin: storedGtin,
  active,
  product: z.object({
    name: z.string().meta({ example: "Acetaminophen 500 mg tablet", description: "Generic name of the product." }),
    brand: z.string().nullable().meta({ example: "Tylenol", description: "Its brand; null for a generic." }),
    base_unit: baseUnit,
    active,
  }).describe("What is in the pack."),
  ...made,
}).meta({ id: "Pack" });
export const packPage = pageOf(pack);

export const packListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ product_id: uuid, units: z.int(), id: uuid })),
  gtin: gtin.optional().describe("Only the pack with this number (GTIN), of 8, 12, 13 or 14 digits."),
  product_id: productId.optional().describe("Only packs of this product."),
});
