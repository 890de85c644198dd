import { z } from "zod";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, instant, longText, plainText, text, uuid } from "../../../shared/schema/fields.ts";
import {
  codedOut,
  codeIn,
  encounterIn,
  encounterOut,
  hospital,
  occurred,
  optional,
  recordFields,
  sensitivity,
  sensitivityOut,
} from "./parts.ts";

const enums = Constants.public.Enums;

/** The longest note, in characters: what `notes.text` in the database takes. */
const LONGEST_NOTE = 20_000;

export const encounter = z.object({
  ...recordFields,
  kind: z.enum(enums.encounter_kind).describe("How patient and staff met."),
  status: z.enum(enums.encounter_status).describe("Where the encounter stands."),
  reason: optional("Cough for three weeks").describe("Why the patient came; null when not told."),
  ended_at: instant.nullable().meta({ example: null, description: "When it ended; null while it lasts." }),
  ...sensitivityOut,
}).meta({ id: "Encounter" });

const encounterSet = z.strictObject({
  kind: z.enum(enums.encounter_kind).describe("How patient and staff met."),
  status: z.enum(enums.encounter_status).exclude(["entered_in_error"]).describe("Where the encounter stands."),
  reason: plainText(500).nullable().describe("Why the patient came; null when not told."),
  occurred_at: instant.describe("When it happened, or was observed."),
  ended_at: instant.nullable().describe("When it ended; null while it lasts."),
  sensitivity,
});

export const note = z.object({
  ...recordFields,
  encounter_id: uuid.describe("The encounter it belongs to."),
  kind: z.enum(enums.note_kind).describe("What the note is."),
  text: z.string().meta({
    example: "Lungs clear. Review in two weeks.",
    description: "The note itself, in plain text.",
  }),
  status: z.enum(enums.note_status).describe("`amended` once it has a newer text."),
  amendment_reason: optional(null).describe("Why there is a new text; null for the first."),
  ...sensitivityOut,
}).meta({ id: "Note" });

const noteText = longText(LONGEST_NOTE).meta({
  example: "Lungs clear. Review in two weeks.",
  description: "The note itself, in plain text.",
});

const noteSet = z.strictObject({
  encounter_id: uuid.describe("The encounter it belongs to."),
  kind: z.enum(enums.note_kind).describe("What the note is."),
  text: noteText,
  ...occurred,
  sensitivity: sensitivity.optional(),
});

const noteChange = z.strictObject({
  text: noteText,
  amendment_reason: plainText(500).meta({
    example: "Side was mixed up",
    description: "Why there is a new text; goes with one.",
  }),
  sensitivity,
});

export const condition = z.object({
  ...recordFields,
  ...encounterOut,
  name: z.string().meta({ example: "Allergic asthma", description: "Diagnosis in words." }),
  ...codedOut,
  severity: z.enum(enums.condition_severity).nullable().describe("How bad it is; null when not judged."),
  verification: z.enum(enums.verification).describe("How sure it is."),
  status: z.enum(enums.condition_status).describe("Whether it still troubles the patient."),
  onset_on: calendarDate.nullable().describe("When it began; null when unknown."),
  resolved_on: calendarDate.nullable().describe("When it was over; null before."),
  ...sensitivityOut,
}).meta({ id: "Condition" });

const conditionSet = z.strictObject({
  name: plainText(200).meta({ example: "Allergic asthma", description: "Diagnosis in words." }),
  ...codeIn("icd10", "icd10_cm", "snomed_ct"),
  severity: z.enum(enums.condition_severity).nullable().describe("How bad it is; null when not judged."),
  verification: z.enum(enums.verification).describe("How sure it is."),
  status: z.enum(enums.condition_status).exclude(["entered_in_error"]).describe(
    "Whether it still troubles the patient.",
  ),
  onset_on: calendarDate.nullable().describe("When it began; null when unknown."),
  resolved_on: calendarDate.nullable().describe("When it was over; null before."),
  occurred_at: instant.describe("When it happened, or was observed."),
  sensitivity,
});

export const vitalSign = z.object({
  ...recordFields,
  ...encounterOut,
  measure: z.enum(enums.vital_sign).describe("What was measured."),
  value: z.number().meta({ example: 120, description: "Of a blood pressure, the systolic." }),
  diastolic: z.number().nullable().meta({ example: 80, description: "Of a blood pressure; null for other measures." }),
  unit: z.string().meta({ example: "mm[Hg]", description: "UCUM." }),
  status: z.enum(enums.observation_status).describe("`entered_in_error` when it was wrong."),
  body_mass_index: z.number().nullable().meta({ example: null, description: "Of a weight, with the height of then." }),
}).meta({ id: "VitalSign" });

const vitalSignSet = z.strictObject({
  ...encounterIn,
  measure: z.enum(enums.vital_sign).describe("What was measured."),
  value: z.number().min(0).max(1e6).meta({ example: 120, description: "Of a blood pressure, the systolic." }),
  diastolic: z.number().min(0).max(1e6).optional().meta({
    example: 80,
    description: "Of a blood pressure; left out for other measures.",
  }),
  unit: text(20).meta({ example: "mm[Hg]", description: "UCUM." }),
  ...occurred,
});

export const immunization = z.object({
  ...recordFields,
  ...encounterOut,
  vaccine: z.string().meta({ example: "Tetanus toxoid", description: "Vaccine in words." }),
  ...codedOut,
  status: z.enum(enums.immunization_status).describe("Whether it was given."),
  not_done_reason: optional(null).describe("Why it was not given; null if it was."),
  lot_number: optional("A1234").describe("Lot printed on the package; null when unknown."),
  dose_number: z.int().nullable().meta({ example: 2, description: "Which dose of the course; null when unknown." }),
  site: optional("left upper arm").describe("Where on the body; null when unknown."),
}).meta({ id: "Immunization" });

const immunizationSet = z.strictObject({
  vaccine: plainText(200).meta({ example: "Tetanus toxoid", description: "Vaccine in words." }),
  ...codeIn("cvx", "atc", "snomed_ct"),
  status: z.enum(enums.immunization_status).exclude(["entered_in_error"]).describe("Whether it was given."),
  not_done_reason: plainText(500).nullable().describe("Why it was not given; null if it was."),
  lot_number: plainText(50).nullable().meta({
    example: "A1234",
    description: "Lot printed on the package; null when unknown.",
  }),
  dose_number: z.int().min(1).max(20).nullable().meta({
    example: 2,
    description: "Which dose of the course; null when unknown.",
  }),
  site: plainText(100).nullable().meta({
    example: "left upper arm",
    description: "Where on the body; null when unknown.",
  }),
  occurred_at: instant.describe("When it happened, or was observed."),
});

export const document = z.object({
  ...recordFields,
  ...encounterOut,
  category: z.enum(enums.document_category).describe("What kind of document."),
  title: z.string().meta({ example: "Discharge letter", description: "What the document is called." }),
  url: z.string().meta({ example: "https://files.example.org/7d1c", description: "Where the document is kept." }),
  media_type: z.string().meta({ example: "application/pdf", description: "Media type of the content." }),
  size_bytes: z.int().nullable().meta({ example: 48213, description: "Of the content; null when unknown." }),
  sha256: optional(null).describe("Of the content, in hexadecimal; null when unknown."),
  status: z.enum(enums.document_status).describe("`superseded` once there is a newer one."),
  ...sensitivityOut,
}).meta({ id: "Document" });

const documentSet = z.strictObject({
  category: z.enum(enums.document_category).describe("What kind of document."),
  title: plainText(200).meta({ example: "Discharge letter", description: "What the document is called." }),
  url: z.url({ protocol: /^https$/, error: "must be an https address" }).max(2000).meta({
    example: "https://files.example.org/7d1c",
    description: "Where the document is kept.",
  }),
  media_type: z.string().regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/, "must be a media type such as application/pdf")
    .meta({ example: "application/pdf", description: "Media type of the content." }),
  size_bytes: z.int().min(1).nullable().meta({ example: 48213, description: "Of the content; null when unknown." }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal").nullable().describe(
    "Of the content, in hexadecimal; null when unknown.",
  ),
  status: z.enum(enums.document_status).exclude(["entered_in_error"]).describe(
    "`superseded` once there is a newer one.",
  ),
  occurred_at: instant.describe("When it happened, or was observed."),
  sensitivity,
});

/** What authors send of each kind to add a record, and what they may change of it. */
export const inputs = {
  encounter: {
    add: encounterSet.partial().extend({ kind: encounterSet.shape.kind, ...hospital }),
    change: encounterSet.partial().refine(...changesSomething),
  },
  note: { add: noteSet.extend(hospital), change: noteChange.partial().refine(...changesSomething) },
  condition: {
    add: conditionSet.partial().extend({ name: conditionSet.shape.name, ...encounterIn, ...hospital }),
    change: conditionSet.partial().refine(...changesSomething),
  },
  vitalSign: {
    add: vitalSignSet.extend(hospital),
    change: z.strictObject({ occurred_at: instant.describe("When it happened, or was observed.") }),
  },
  immunization: {
    add: immunizationSet.partial().extend({
      vaccine: immunizationSet.shape.vaccine.describe("Vaccine in words."),
      ...encounterIn,
      ...hospital,
    }),
    change: immunizationSet.partial().refine(...changesSomething),
  },
  document: {
    add: documentSet.partial().extend({
      category: documentSet.shape.category,
      title: documentSet.shape.title.describe("What the document is called."),
      url: documentSet.shape.url.describe("Where the document is kept."),
      media_type: documentSet.shape.media_type,
      ...encounterIn,
      ...hospital,
    }),
    change: documentSet.partial().refine(...changesSomething),
  },
};
