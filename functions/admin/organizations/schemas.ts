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
  kind: z.enum(organization_kind).describe("What it is; never changes."),
  name: z.string().meta({ example: "Demo General Hospital", description: "Name shown to everybody." }),
  time_zone: z.string().meta({ example: "Europe/Berlin", description: "IANA time zone of its opening hours." }),
  ...addressOutput,
  phone: optionalText.meta({ example: "+493012345600", description: "For patients to call; null without one." }),
  email: optionalText.meta({ example: "info@demo.health", description: "For patients to write to; null without one." }),
  active: z.boolean().meta({ description: "A closed organization has no staff and takes no patients." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Organization" });

export const organizationPage = pageOf(organization);

/** The whole mutable organization; what it is stays. */
export const organizationPut = z.strictObject({
  name: plainText(200).meta({ example: "Demo General Hospital", description: "Name shown to everybody." }),
  time_zone: zone.describe("IANA time zone of its opening hours."),
  ...addressInput,
  phone: phone.nullable().describe("For patients to call; null without one."),
  email: email.nullable().describe("For patients to write to; null without one."),
  active: z.boolean().describe("A closed organization has no staff and takes no patients."),
});

export const organizationPatch = organizationPut.partial().refine(...changesSomething);

export const organizationListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  kind: z.enum(organization_kind).optional().describe("Only of this kind."),
});
