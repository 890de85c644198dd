import { z } from "zod";
import { language, patientId, phone, rowFields, uuid, zone } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { familyName, givenName } from "../fields.ts";
import { membershipFields } from "../invitations/schemas.ts";

const profileFields = {
  ...rowFields,
  email: z.string().meta({ example: "ada@example.org", description: "E-mail address." }),
  given_name: z.string().meta({ example: "Ada", description: "First names, as the person writes them." }),
  family_name: z.string().meta({ example: "Adler", description: "Surname, as the person writes it." }),
  phone: z.string().nullable().meta({ example: "+4930123456", description: "In E.164; null when not given." }),
  language: z.string().meta({ example: "de", description: "Of mails and notifications, as a BCP 47 tag." }),
  time_zone: z.string().describe("The zone that quiet hours are told in.").meta({ example: "Europe/Berlin" }),
};

export const profile = z.object(profileFields).meta({ id: "Profile" });

export const me = z.object({
  ...profileFields,
  patient_id: patientId.nullable().describe("The patient that this person is, if any."),
  memberships: z.array(z.object({
    id: uuid.describe("Id of the row."),
    ...membershipFields,
    permissions: z.array(z.string()).describe("What the membership allows, for a frontend to show or hide things.")
      .meta({ example: ["patients.read"] }),
    organization: z.object({
      id: uuid.describe("Id of the row."),
      kind: z.enum(["hospital", "pharmacy", "laboratory"]).describe("What it is; never changes."),
      name: z.string().meta({ example: "Demo General Hospital", description: "Name shown to everybody." }),
      time_zone: z.string().meta({ example: "Europe/Berlin", description: "IANA time zone of its opening hours." }),
    }).describe("The organization of the membership."),
  })).describe("Where the person works; empty for patients."),
}).meta({ id: "Me" });

export const replaceProfileInput = z.strictObject({
  given_name: givenName,
  family_name: familyName,
  phone: phone.nullable().describe("In E.164; null for none."),
  language,
  time_zone: zone.optional().describe("Left as it is when it is not named."),
}).meta({ example: { given_name: "David", family_name: "Okafor", phone: null, language: "en" } });

/** The example changes nothing about a demo doctor who tries it out. */
export const changeProfileInput = replaceProfileInput.partial().refine(...changesSomething)
  .meta({ example: { language: "en" } });
