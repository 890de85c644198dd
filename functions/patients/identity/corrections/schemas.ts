import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { instant, longText, plainText, rowFields, uuid } from "../../../../shared/schema/fields.ts";

const { correction_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const correctableField = z.enum([
  "given_name",
  "family_name",
  "birth_date",
  "sex",
  "blood_type",
  "language",
  "phone",
  "email",
  "address_line",
  "city",
  "region",
  "postal_code",
  "country",
  "identifiers",
  "contacts",
]);
const recordKind = z.enum([
  "allergy",
  "condition",
  "document",
  "encounter",
  "immunization",
  "note",
  "vital_sign",
]);

/** What a patient asks a hospital to correct, and what it answered. */
export const correction = z.object({
  id,
  patient_id: uuid,
  organization_id: uuid,
  field: correctableField.nullable(),
  record_kind: recordKind.nullable().meta({ example: null }),
  record_id: uuid.nullable().meta({ example: null }),
  text: z.string().meta({ example: "My birth date is 12 April, not 4 December." }),
  status: z.enum(correction_status),
  decided_by: uuid.nullable().meta({ example: null }),
  decided_at: instant.nullable().meta({ example: null }),
  decision_reason: z.string().nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "CorrectionRequest" });

export const correctionPage = pageOf(correction);
export const correctionQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  status: z.enum(correction_status).optional(),
});
export const correctionListQuery = correctionQuery.extend({
  organization_id: uuid.optional().meta({ description: "Only requests to this hospital." }),
});
export const correctionParams = z.strictObject({ id: uuid, correction_request_id: uuid });

export const correctionAsk = z.strictObject({
  organization_id: uuid.optional().meta({ description: "The hospital; needed from patients of several." }),
  field: correctableField.optional(),
  record_kind: recordKind.optional(),
  record_id: uuid.optional(),
  text: longText(2000).meta({ example: "My birth date is 12 April, not 4 December." }),
}).refine((body) => (body.field === undefined) !== (body.record_kind === undefined), {
  error: "or `record_kind` with `record_id` must be given, and not both",
  path: ["field"],
}).refine((body) => (body.record_kind === undefined) === (body.record_id === undefined), {
  error: "goes together with `record_kind`",
  path: ["record_id"],
}).meta({ example: { field: "birth_date", text: "My birth date is 12 April, not 4 December." } });

export const correctionAnswer = z.strictObject({
  reason: plainText(500).meta({ example: "Corrected, as the passport says" }),
});
