import { z } from "zod";
import { addressInput, addressOutput } from "../../../shared/schema/address.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import {
  birthDate,
  calendarDate,
  country,
  email,
  language,
  organizationId,
  phone,
  plainText,
  rowFields,
  userId,
  uuid,
} from "../../../shared/schema/fields.ts";
import { pageBody, pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";

const { blood_type, contact_kind, identifier_system, identifier_use, sex } = Constants.public.Enums;

/** Contacts of a patient: their order is the order in which they are called, and the database counts it up to 20. */
const MOST_CONTACTS = 20;

/** A number out of another register, as on a card: letters, digits and few separators, kept in upper case. */
export const registerNumber = z.string().trim().toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9 ./-]{0,49}$/, "must be 1 to 50 letters, digits, spaces, dots, slashes or dashes");

export const mrn = registerNumber.meta({ example: "DGH-00017", description: "Medical record number of one hospital." });

const optionalText = z.string().nullable();

const identifier = z.object({
  id: rowFields.id,
  system: z.enum(identifier_system).describe("Who numbers: a hospital or a state."),
  organization_id: organizationId.nullable().meta({
    description: "The hospital that gave the MRN; null for a national id.",
  }),
  country: optionalText.meta({ description: "The country of a national id; null for an MRN.", example: null }),
  value: z.string().meta({ example: "DGH-00017", description: "The number, in upper case." }),
  use: z.enum(identifier_use).meta({ description: "`old` is a number that came with a merged patient." }),
});

const contact = z.object({
  id: rowFields.id,
  kind: z.enum(contact_kind).describe("What the contact is for."),
  name: z.string().meta({ example: "Jonas Becker", description: "Full name." }),
  relationship: optionalText.meta({ example: "spouse", description: "What the contact is to the patient." }),
  phone: optionalText.meta({ example: "+493055501234", description: "Telephone number in E.164." }),
  email: optionalText.meta({ example: "jonas@example.org", description: "E-mail address." }),
});

const { id, version, created_at, updated_at } = rowFields;

/** A patient as everybody who may see them sees them. */
export const patient = z.object({
  id,
  user_id: userId.nullable().meta({ description: "The login of the patient; null for a walk-in." }),
  given_name: z.string().meta({ example: "Paula", description: "First names, as the person writes them." }),
  family_name: z.string().meta({ example: "Becker", description: "Surname, as the person writes it." }),
  birth_date: calendarDate.nullable().meta({ example: "1988-04-12", description: "Day of birth; null when unknown." }),
  sex: z.enum(sex).meta({ description: "Administrative sex (HL7 FHIR administrative-gender)." }),
  blood_type: z.enum(blood_type).nullable().describe("ABO group and Rh factor; null when not recorded."),
  language: z.string().meta({ example: "de", description: "Preferred language, as a BCP 47 tag." }),
  phone: optionalText.meta({ example: "+493055501234", description: "Telephone number in E.164." }),
  email: optionalText.meta({ example: "paula@example.org", description: "E-mail address." }),
  ...addressOutput,
  identifiers: z.array(identifier).describe("Record numbers and national ids."),
  contacts: z.array(contact).meta({ description: "In the order in which they are called." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Patient" });

/** A patient that a search found. */
export const foundPatient = patient.extend({
  score: z.number().min(0).max(1).meta({ example: 0.9, description: "1 is a name exactly as typed." }),
}).meta({ id: "FoundPatient" });

export const patientPage = pageOf(patient);
export const foundPatientPage = pageOf(foundPatient);

const contactInput = z.strictObject({
  kind: z.enum(contact_kind).describe("What the contact is for."),
  name: plainText(200).meta({ example: "Jonas Becker", description: "Full name." }),
  relationship: plainText(100).nullable().optional().meta({
    example: "spouse",
    description: "What the contact is to the patient.",
  }),
  phone: phone.nullable().optional().describe("Telephone number in E.164."),
  email: email.nullable().optional().describe("E-mail address."),
}).refine((value) => Boolean(value.phone ?? value.email), {
  error: "or `email` must be given: a contact is there to be reached",
  path: ["phone"],
});

const nationalId = z.strictObject({
  country: country.describe("The state that gave it."),
  value: registerNumber.meta({ example: "T220001293", description: "The number; kept in upper case." }),
});

const contactDetails = {
  language,
  phone: phone.nullable().describe("Telephone number in E.164."),
  email: email.nullable().describe("E-mail address."),
  ...addressInput,
  contacts: z.array(contactInput).max(MOST_CONTACTS).describe("In the order in which they are called."),
};

/** The whole mutable patient. Nothing may be left out: what is absent would otherwise be cleared by mistake. */
export const patientPut = z.strictObject({
  given_name: plainText(100).meta({ example: "Paula", description: "First names, as the person writes them." }),
  family_name: plainText(100).meta({ example: "Becker", description: "Surname, as the person writes it." }),
  birth_date: birthDate.nullable().describe("Day of birth; null when unknown."),
  sex: z.enum(sex).describe("Administrative sex, as in HL7 FHIR."),
  blood_type: z.enum(blood_type).nullable().describe("ABO group and Rh factor; null when not recorded."),
  ...contactDetails,
  national_id: nationalId.nullable().describe("Number given by a state; null for none."),
});

export const patientPatch = patientPut.partial().refine(...changesSomething);

export const patientCreate = patientPut.partial().extend({
  given_name: patientPut.shape.given_name,
  family_name: patientPut.shape.family_name,
  organization_id: organizationId.optional().meta({ description: "The hospital; needed from staff of several." }),
  mrn: mrn.optional(),
});

/** What patients change about themselves; the rest is their hospital's. */
export const selfPatch = z.strictObject(contactDetails).partial().refine(...changesSomething)
  .meta({ example: { language: "de" } });

export const patientDelete = z.strictObject({
  reason: plainText(500).meta({ example: "Registered twice", description: "Why, for the audit." }),
});

const bySortName = { sort_name: z.string(), id: uuid };

export const patientListQuery = z.strictObject({
  ...pageQuery(z.strictObject(bySortName)),
  organization_id: organizationId.optional().meta({ description: "Only the patients of this hospital." }),
});

/** Criteria of a search; all that are given must fit. */
export const patientSearch = z.strictObject({
  ...pageBody(z.strictObject({ score: z.number(), ...bySortName })),
  name: plainText(200).optional().meta({
    example: "Muller",
    description: "Words of the name; accents and typing errors are tolerated.",
  }),
  birth_date: birthDate.optional().describe("Exact day of birth."),
  mrn: mrn.optional(),
  phone: phone.optional().describe("Exact telephone number."),
}).refine(
  (criteria) => [criteria.name, criteria.birth_date, criteria.mrn, criteria.phone].some((value) => value !== undefined),
  {
    error: "must have one of name, birth_date, mrn, phone",
  },
).meta({ example: { name: "Muller" } });
