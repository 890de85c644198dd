import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { plainText, text, uuid } from "../../../shared/schema/fields.ts";
import { product } from "../products/schemas.ts";

/** A product that a search found. */
export const foundProduct = product.omit({ packs: true, codes: true }).extend({
  score: z.number().meta({ example: 0.98, description: "How well it fits; 1 fits best." }),
}).meta({ id: "FoundProduct" });
export const foundProductPage = pageOf(foundProduct);

const systemAndCode = /^(rxnorm|atc|ndc|snomed_ct)\|[A-Z0-9-]{1,20}$/;
const isSearchable = (value: string) => systemAndCode.test(value) || plainText(200).safeParse(value).success;

export const medicationSearch = z.strictObject({
  q: text(200).refine(isSearchable, "must be plain text, or a code such as atc|N02BE01").meta({
    example: "paracetamol",
    description:
      "Words of the name, brand, substance or synonym, or their beginnings; a GTIN; or a code of the product, of an ingredient or of a class, by itself or as `system|code`.",
  }),
  ...pageQuery(z.strictObject({ score: z.number(), sort_name: z.string(), id: uuid })),
});
