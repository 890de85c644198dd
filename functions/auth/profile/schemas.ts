import { z } from "zod";
import { language, phone, rowFields, uuid, zone } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { familyName, givenName } from "../fields.ts";
import { membershipFields } from "../invitations/schemas.ts";

const profileFields = {
  ...rowFields,
  email: z.string().meta({ example: "ada@example.org" }),
  given_name: z.string().meta({ example: "Ada" }),
  family_name: z.string().meta({ example: "Adler" }),
  phone: z.string().nullable().meta({ example: "+4930123456" }),
  language: z.string().meta({ example: "de" }),
  time_zone: z.string().describe("The zone that quiet hours are told in.").meta({ example: "Europe/Berlin" }),
};

export const profile = z.object(profileFields).meta({ id: "Profile" });

export const me = z.object({
  ...profileFields,
  patient_id: uuid.nullable().describe("The patient that this person is, if any."),
  memberships: z.array(z.object({
    id: uuid,
    ...membershipFields,
    permissions: z.array(z.string()).describe("What the membership allows, for a frontend to show or hide things.")
      .meta({ example: ["patients.read"] }),
    organization: z.object({
      id: uuid,
      kind: z.enum(["hospital", "pharmacy", "laboratory"]),
      name: z.string().meta({ example: "Demo General Hospital" }),
      time_zone: z.string().meta({ example: "Europe/Berlin" }),
    }),
  })),
}).meta({ id: "Me" });

export const replaceProfileInput = z.strictObject({
  given_name: givenName,
  family_name: familyName,
  phone: phone.nullable(),
  language,
  time_zone: zone.optional().describe("Left as it is when it is not named."),
});

export const changeProfileInput = replaceProfileInput.partial().refine(...changesSomething);
