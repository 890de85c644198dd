import { z } from "zod";
import { addressInput, addressOutput } from "../../../shared/schema/address.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { email, phone, plainText, rowFields, uuid, zone } from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";

const { organization_kind } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;
const optionalText = z.string().nullable();

/** A hospital, pharmacy or laboratory. */
export const organization = z.object({
  id,
  kind: z.enum(organization_kind),
  name: z.string().meta({ example: "Demo General Hospital" }),
  time_zone: z.string().meta({ example: "Europe/Berlin" }),
  ...addressOutput,
  phone: optionalText.meta({ example: "+493012345600" }),
  email: optionalText.meta({ example: "info@demo.health" }),
  active: z.boolean().meta({ description: "A closed organization has no staff and takes no patients." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Organization" });

export const organizationPage = pageOf(organization);

/** The whole mutable organization; what it is stays. */
export const organizationPut = z.strictObject({
  name: plainText(200).meta({ example: "Demo General Hospital" }),
  time_zone: zone,
  ...addressInput,
  phone: phone.nullable(),
  email: email.nullable(),
  active: z.boolean(),
});

export const organizationPatch = organizationPut.partial().refine(...changesSomething);

export const organizationListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  kind: z.enum(organization_kind).optional(),
});
