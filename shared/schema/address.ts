import { z } from "zod";
import { country, plainText } from "./fields.ts";

/** A postal address as clients send it, field by field; null clears a field. The lengths are those of the columns. */
export const addressInput = {
  address_line: plainText(200).nullable().meta({ example: "Lindenstrasse 1", description: "Street and house number." }),
  city: plainText(100).nullable().meta({ example: "Berlin", description: "Town or city." }),
  region: plainText(100).nullable().meta({ example: null, description: "State, province or county." }),
  postal_code: plainText(20).nullable().meta({ example: "10969", description: "Postcode, as it is written locally." }),
  country: country.nullable().meta({ example: "DE", description: "ISO 3166-1 alpha-2 code." }),
};

/** The same as it is answered. */
export const addressOutput = {
  address_line: z.string().nullable().meta({ example: "Lindenstrasse 1", description: "Street and house number." }),
  city: z.string().nullable().meta({ example: "Berlin", description: "Town or city." }),
  region: z.string().nullable().meta({ example: null, description: "State, province or county." }),
  postal_code: z.string().nullable().meta({ example: "10969", description: "Postcode, as it is written locally." }),
  country: z.string().nullable().meta({ example: "DE", description: "ISO 3166-1 alpha-2 code." }),
};
