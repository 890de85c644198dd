import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import {
  calendarDate,
  instant,
  organizationId,
  patientId,
  phone,
  plainText,
  rowFields,
  uuid,
} from "../../../../shared/schema/fields.ts";
import { patient } from "../../registry/schemas.ts";

const { duplicate_status, sex } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const score = z.number().min(0).max(1).meta({ example: 0.87, description: "The sum of the weights; 1 is certain." });

const reasons = z.array(z.object({
  field: z.enum(["name", "birth_date", "identifier", "phone", "sex"]).describe("What was compared."),
  match: z.enum(["exact", "similar", "swapped", "different"]).describe("How alike it is."),
  weight: z.number().meta({ example: 0.4, description: "Negative where it speaks against." }),
})).meta({ description: "Why, the weightiest first. `swapped` is day for month, or given for family name." });

/** A patient who may be the same person as another one. */
export const duplicate = z.object({ patient: patient.describe("The other patient."), score, reasons }).meta({
  id: "DuplicateCandidate",
});

const { limit, cursor } = pageQuery(z.strictObject({ score: z.number(), id: uuid }));
export const duplicatePage = pageOf(duplicate);
export const duplicateQuery = z.strictObject({ limit, cursor });

const brief = z.object({
  id,
  given_name: z.string().meta({ example: "Paula", description: "First names, as the person writes them." }),
  family_name: z.string().meta({ example: "Becker", description: "Surname, as the person writes it." }),
  birth_date: calendarDate.nullable().describe("Day of birth; null when unknown."),
  sex: z.enum(sex).describe("Administrative sex, as in HL7 FHIR."),
  phone: phone.nullable().describe("Telephone number in E.164."),
});

/** Two patients of a hospital who may be one person, or were found not to be. */
export const pair = z.object({
  id,
  organization_id: organizationId,
  patient_id: patientId.describe("The first of the two."),
  other_patient_id: uuid.describe("The second of the two."),
  score,
  reasons,
  status: z.enum(duplicate_status).describe("`dismissed` once found to be two people."),
  decided_by: uuid.nullable().describe("The user who decided; null before, or for the system."),
  decided_at: instant.nullable().meta({ example: null, description: "Null until it was decided." }),
  decision_reason: z.string().nullable().meta({
    example: null,
    description: "Why it was decided so; null without a reason.",
  }),
  version,
  created_at,
  updated_at,
}).meta({ id: "DuplicatePair" });

/** The same with who they are. */
export const listedPair = pair.extend({
  patient: brief.describe("The first of the two."),
  other_patient: brief.describe("The second of the two."),
}).meta({ id: "ListedDuplicatePair" });

export const pairPage = pageOf(listedPair);
export const pairQuery = z.strictObject({
  ...pageQuery(z.strictObject({ score: z.number(), id: uuid })),
  organization_id: organizationId.optional().meta({ description: "Only the pairs of this hospital." }),
  status: z.enum(duplicate_status).default("open").describe("Only those of this status."),
});

export const pairDismiss = z.strictObject({
  other_patient_id: uuid.describe("Who is another person."),
  reason: plainText(500).meta({ example: "Twin sisters, both seen today", description: "How you know." }),
});
