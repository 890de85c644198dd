import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import {
  instant,
  longText,
  organizationId,
  patientId,
  plainText,
  rowFields,
  uuid,
} from "../../../../shared/schema/fields.ts";
import { recordKind } from "../../records/parts.ts";

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

/** What a patient asks a hospital to correct, and what it answered. */
export const correction = z.object({
  id,
  patient_id: patientId,
  organization_id: organizationId,
  field: correctableField.nullable().describe("What is wrong on the cover; null for a record."),
  record_kind: recordKind.nullable().meta({
    example: null,
    description: "Kind of the wrong record; null for a field.",
  }),
  record_id: uuid.nullable().meta({ example: null, description: "Id of the wrong record; null for a field." }),
  text: z.string().meta({
    example: "My birth date is 12 April, not 4 December.",
    description: "What is wrong and what would be right.",
  }),
  status: z.enum(correction_status).describe("What became of the request."),
  decided_by: uuid.nullable().meta({
    example: null,
    description: "The user who decided; null before, or for the system.",
  }),
  decided_at: instant.nullable().meta({ example: null, description: "Null until it was decided." }),
  decision_reason: z.string().nullable().meta({
    example: null,
    description: "Why it was decided so; null without a reason.",
  }),
  version,
  created_at,
  updated_at,
}).meta({ id: "CorrectionRequest" });

export const correctionPage = pageOf(correction);
export const correctionQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  status: z.enum(correction_status).optional().describe("Only those of this status."),
});
export const correctionListQuery = correctionQuery.extend({
  organization_id: organizationId.optional().meta({ description: "Only requests to this hospital." }),
});
export const correctionParams = z.strictObject({
  id: uuid.describe("Id of the patient."),
  correction_request_id: uuid.describe("Id of the request."),
});

export const correctionAsk = z.strictObject({
  organization_id: organizationId.optional().meta({ description: "The hospital; needed from patients of several." }),
  field: correctableField.optional().describe("What is wrong on the cover."),
  record_kind: recordKind.optional().describe("Kind of the wrong record; with `record_id`."),
  record_id: uuid.optional().describe("Id of the wrong record; with `record_kind`."),
  text: longText(2000).meta({
    example: "My birth date is 12 April, not 4 December.",
    description: "What is wrong and what would be right.",
  }),
}).refine((body) => (body.field === undefined) !== (body.record_kind === undefined), {
  error: "or `record_kind` with `record_id` must be given, and not both",
  path: ["field"],
}).refine((body) => (body.record_kind === undefined) === (body.record_id === undefined), {
  error: "goes together with `record_kind`",
  path: ["record_id"],
}).meta({ example: { field: "birth_date", text: "My birth date is 12 April, not 4 December." } });

export const correctionAnswer = z.strictObject({
  reason: plainText(500).meta({ example: "Corrected, as the passport says", description: "For the patient to read." }),
});
