import { z } from "zod";
import { country, plainText } from "./fields.ts";

/** A postal address as clients send it, field by field; null clears a field. The lengths are those of the columns. */
export const addressInput = {
  address_line: plainText(200).nullable().meta({ example: "Lindenstrasse 1" }),
  city: plainText(100).nullable().meta({ example: "Berlin" }),
  region: plainText(100).nullable().meta({ example: null }),
  postal_code: plainText(20).nullable().meta({ example: "10969" }),
  country: country.nullable().meta({ example: "DE" }),
};

/** The same as it is answered. */
export const addressOutput = {
  address_line: z.string().nullable().meta({ example: "Lindenstrasse 1" }),
  city: z.string().nullable().meta({ example: "Berlin" }),
  region: z.string().nullable().meta({ example: null }),
  postal_code: z.string().nullable().meta({ example: "10969" }),
  country: z.string().nullable().meta({ example: "DE" }),
};
