import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import {
  birthDate,
  calendarDate,
  instant,
  longText,
  phone,
  plainText,
  rowFields,
  uuid,
} from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { patient } from "../schemas.ts";

const { correction_status, duplicate_status, merge_status, sex } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const someone = uuid.nullable();
const later = instant.nullable().meta({ example: null });
const byCreation = z.strictObject({ created_at: instant, id: uuid });
const reason = plainText(500);

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
  decided_by: someone,
  decided_at: later,
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
  reason: reason.meta({ example: "Twin sisters, both seen today" }),
});

/** A merge, and until when it can be undone. */
export const merge = z.object({
  id,
  patient_id: uuid.meta({ description: "The patient that remains." }),
  source_id: uuid.meta({ description: "The patient that is hidden." }),
  organization_id: uuid,
  reason: z.string().meta({ example: "Registered twice" }),
  status: z.enum(merge_status),
  moved_rows: z.int().min(0).meta({ example: 12 }),
  merged_by: someone,
  undo_until: instant,
  undone_at: later,
  undone_by: someone.meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "PatientMerge" });

export const mergePage = pageOf(merge);
export const mergeQuery = z.strictObject(pageQuery(byCreation));
export const mergeStart = z.strictObject({ source_id: uuid, reason: reason.meta({ example: "Registered twice" }) });

/** A code for the login of a patient; what it is, is told once. */
export const linkCode = z.object({
  id,
  patient_id: uuid,
  organization_id: uuid,
  tries: z.int().min(0).max(5).meta({
    example: 0,
    description: "With a wrong birth date; after five the code is dead.",
  }),
  expires_at: instant,
  used_at: later,
  used_by: someone.meta({ example: null }),
  revoked_at: later,
  needs_confirmation: z.boolean().meta({
    example: false,
    description: "A member redeemed it: the link waits until a second one has decided.",
  }),
  confirmed: z.boolean().nullable().meta({ example: null }),
  decided_at: later,
  decided_by: someone.meta({ example: null }),
  created_by: someone,
  version,
  created_at,
  updated_at,
}).meta({ id: "LinkCode" });

export const createdLinkCode = linkCode.extend({
  code: z.string().optional().meta({
    example: "K7QM2-XWD9T",
    description: "Told once, here, and not to a repetition.",
  }),
}).meta({ id: "CreatedLinkCode" });

export const linkCodePage = pageOf(linkCode);
export const linkCodeListQuery = z.strictObject({
  ...pageQuery(byCreation),
  waiting: z.literal("true").optional().meta({ description: "Only those whose link waits for a second member." }),
});

/** What somebody is told who redeemed a code as a member of the hospital: nothing of the patient. */
export const pendingLink = z.strictObject({
  link_code_id: uuid,
  status: z.enum(["waiting", "declined"]).meta({ example: "waiting" }),
}).meta({ id: "PendingLink" });

export const linkCodeParams = z.strictObject({ id: uuid, link_code_id: uuid });

export const linkRedeem = z.strictObject({
  code: plainText(20).meta({
    example: "K7QM2-XWD9T",
  }),
  birth_date: birthDate,
});

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
  decided_by: someone.meta({ example: null }),
  decided_at: later,
  decision_reason: z.string().nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "CorrectionRequest" });

export const correctionPage = pageOf(correction);
export const correctionQuery = z.strictObject({
  ...pageQuery(byCreation),
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

export const correctionAnswer = z.strictObject({ reason: reason.meta({ example: "Corrected, as the passport says" }) });
