import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { calendarDate, instant, phone, plainText, rowFields, uuid } from "../../../../shared/schema/fields.ts";
import { patient } from "../../registry/schemas.ts";

const { duplicate_status, sex } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const score = z.number().min(0).max(1).meta({ example: 0.87, description: "The sum of the weights; 1 is certain." });

const reasons = z.array(z.object({
  field: z.enum(["name", "birth_date", "identifier", "phone", "sex"]),
  match: z.enum(["exact", "similar", "swapped", "different"]),
  weight: z.number().meta({ example: 0.4, description: "Negative where it speaks against." }),
})).meta({ description: "Why, the weightiest first. `swapped` is day for month, or given for family name." });

/** A patient who may be the same person as another one. */
export const duplicate = z.object({ patient, score, reasons }).meta({ id: "DuplicateCandidate" });

const { limit, cursor } = pageQuery(z.strictObject({ score: z.number(), id: uuid }));
export const duplicatePage = pageOf(duplicate);
export const duplicateQuery = z.strictObject({ limit, cursor });

const brief = z.object({
  id,
  given_name: z.string().meta({ example: "Paula" }),
  family_name: z.string().meta({ example: "Becker" }),
  birth_date: calendarDate.nullable(),
  sex: z.enum(sex),
  phone: phone.nullable(),
});

/** Two patients of a hospital who may be one person, or were found not to be. */
export const pair = z.object({
  id,
  organization_id: uuid,
  patient_id: uuid,
  other_patient_id: uuid,
  score,
  reasons,
  status: z.enum(duplicate_status),
  decided_by: uuid.nullable(),
  decided_at: instant.nullable().meta({ example: null }),
  decision_reason: z.string().nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "DuplicatePair" });

/** The same with who they are. */
export const listedPair = pair.extend({ patient: brief, other_patient: brief }).meta({ id: "ListedDuplicatePair" });

export const pairPage = pageOf(listedPair);
export const pairQuery = z.strictObject({
  ...pageQuery(z.strictObject({ score: z.number(), id: uuid })),
  organization_id: uuid.optional().meta({ description: "Only the pairs of this hospital." }),
  status: z.enum(duplicate_status).default("open"),
});

export const pairDismiss = z.strictObject({
  other_patient_id: uuid,
  reason: plainText(500).meta({ example: "Twin sisters, both seen today" }),
});
