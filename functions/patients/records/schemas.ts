import { z } from "zod";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, instant, longText, plainText, rowFields, text, uuid } from "../../../shared/schema/fields.ts";

const enums = Constants.public.Enums;

/** The longest note, in characters: what `notes.text` in the database takes. */
const LONGEST_NOTE = 20_000;

const { id, version, created_at, updated_at } = rowFields;

/** What every clinical record carries, to spread into the schema of a kind. */
const recordFields = {
  id,
  patient_id: uuid,
  organization_id: uuid.meta({ description: "The hospital that made the record and alone changes it." }),
  occurred_at: instant,
  error_reason: z.string().nullable().meta({ example: null, description: "Why it was entered in error." }),
  recorded_by: uuid.nullable(),
  updated_by: uuid.nullable(),
  version,
  created_at,
  updated_at,
};

const optional = (example: string | null) => z.string().nullable().meta({ example });
const encounterOut = { encounter_id: uuid.nullable().meta({ example: null }) };
const encounterIn = { encounter_id: uuid.nullable().optional() };
const sensitivityOut = {
  sensitivity: z.enum(enums.sensitivity).nullable().meta({ example: null, description: "Null for ordinary records." }),
};
const sensitivity = z.enum(enums.sensitivity).nullable();
const occurred = { occurred_at: instant.optional().meta({ description: "When it was; now if left out." }) };

const codedOut = {
  code_system: z.enum(enums.code_system).nullable(),
  code: optional("J45.0"),
  coded: z.boolean().meta({ description: "False: no program can check it, only people." }),
};

const code = plainText(20);

/** A code of one of these systems; both or neither are given. The database knows the form of each system's codes. */
const codeIn = (...systems: (typeof enums.code_system)[number][]) => ({
  code_system: z.enum(systems).nullable(),
  code: code.nullable().meta({ example: systems[0] === "icd10" ? "J45.0" : "7980" }),
});

export const encounter = z.object({
  ...recordFields,
  kind: z.enum(enums.encounter_kind),
  status: z.enum(enums.encounter_status),
  reason: optional("Cough for three weeks"),
  ended_at: instant.nullable().meta({ example: null }),
  ...sensitivityOut,
}).meta({ id: "Encounter" });

const encounterSet = z.strictObject({
  kind: z.enum(enums.encounter_kind),
  status: z.enum(enums.encounter_status).exclude(["entered_in_error"]),
  reason: plainText(500).nullable(),
  occurred_at: instant,
  ended_at: instant.nullable(),
  sensitivity,
});

export const note = z.object({
  ...recordFields,
  encounter_id: uuid,
  kind: z.enum(enums.note_kind),
  text: z.string().meta({ example: "Lungs clear. Review in two weeks." }),
  status: z.enum(enums.note_status),
  amendment_reason: optional(null),
  ...sensitivityOut,
}).meta({ id: "Note" });

const noteText = longText(LONGEST_NOTE).meta({ example: "Lungs clear. Review in two weeks." });

const noteSet = z.strictObject({
  encounter_id: uuid,
  kind: z.enum(enums.note_kind),
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

export const allergy = z.object({
  ...recordFields,
  kind: z.enum(enums.allergy_kind),
  category: z.enum(enums.allergy_category),
  substance: z.string().meta({ example: "Penicillins" }),
  is_class: z.boolean().meta({ description: "The substance is a class of substances." }),
  ...codedOut,
  reaction: optional("Hives"),
  severity: z.enum(enums.allergy_severity).nullable(),
  verification: z.enum(enums.verification),
  status: z.enum(enums.allergy_status),
}).meta({ id: "Allergy" });

const allergySet = z.strictObject({
  kind: z.enum(enums.allergy_kind),
  category: z.enum(enums.allergy_category),
  substance: plainText(200).meta({ example: "Penicillins" }),
  is_class: z.boolean(),
  ...codeIn("rxnorm", "atc", "snomed_ct"),
  reaction: plainText(500).nullable().meta({ example: "Hives" }),
  severity: z.enum(enums.allergy_severity).nullable(),
  verification: z.enum(enums.verification),
  status: z.enum(enums.allergy_status).exclude(["entered_in_error"]),
  occurred_at: instant,
});

export const condition = z.object({
  ...recordFields,
  ...encounterOut,
  name: z.string().meta({ example: "Allergic asthma" }),
  ...codedOut,
  severity: z.enum(enums.condition_severity).nullable(),
  verification: z.enum(enums.verification),
  status: z.enum(enums.condition_status),
  onset_on: calendarDate.nullable(),
  resolved_on: calendarDate.nullable(),
  ...sensitivityOut,
}).meta({ id: "Condition" });

const conditionSet = z.strictObject({
  name: plainText(200).meta({ example: "Allergic asthma" }),
  ...codeIn("icd10", "icd10_cm", "snomed_ct"),
  severity: z.enum(enums.condition_severity).nullable(),
  verification: z.enum(enums.verification),
  status: z.enum(enums.condition_status).exclude(["entered_in_error"]),
  onset_on: calendarDate.nullable(),
  resolved_on: calendarDate.nullable(),
  occurred_at: instant,
  sensitivity,
});

export const vitalSign = z.object({
  ...recordFields,
  ...encounterOut,
  measure: z.enum(enums.vital_sign),
  value: z.number().meta({ example: 120, description: "Of a blood pressure, the systolic." }),
  diastolic: z.number().nullable().meta({ example: 80 }),
  unit: z.string().meta({ example: "mm[Hg]" }),
  status: z.enum(enums.observation_status),
  body_mass_index: z.number().nullable().meta({ example: null, description: "Of a weight, with the height of then." }),
}).meta({ id: "VitalSign" });

const vitalSignSet = z.strictObject({
  ...encounterIn,
  measure: z.enum(enums.vital_sign),
  value: z.number().min(0).max(1e6).meta({ example: 120, description: "Of a blood pressure, the systolic." }),
  diastolic: z.number().min(0).max(1e6).optional().meta({ example: 80 }),
  unit: text(20).meta({ example: "mm[Hg]", description: "UCUM." }),
  ...occurred,
});

export const immunization = z.object({
  ...recordFields,
  ...encounterOut,
  vaccine: z.string().meta({ example: "Tetanus toxoid" }),
  ...codedOut,
  status: z.enum(enums.immunization_status),
  not_done_reason: optional(null),
  lot_number: optional("A1234"),
  dose_number: z.int().nullable().meta({ example: 2 }),
  site: optional("left upper arm"),
}).meta({ id: "Immunization" });

const immunizationSet = z.strictObject({
  vaccine: plainText(200).meta({ example: "Tetanus toxoid" }),
  ...codeIn("cvx", "atc", "snomed_ct"),
  status: z.enum(enums.immunization_status).exclude(["entered_in_error"]),
  not_done_reason: plainText(500).nullable(),
  lot_number: plainText(50).nullable().meta({ example: "A1234" }),
  dose_number: z.int().min(1).max(20).nullable().meta({ example: 2 }),
  site: plainText(100).nullable().meta({ example: "left upper arm" }),
  occurred_at: instant,
});

export const document = z.object({
  ...recordFields,
  ...encounterOut,
  category: z.enum(enums.document_category),
  title: z.string().meta({ example: "Discharge letter" }),
  url: z.string().meta({ example: "https://files.example.org/7d1c" }),
  media_type: z.string().meta({ example: "application/pdf" }),
  size_bytes: z.int().nullable().meta({ example: 48213 }),
  sha256: optional(null),
  status: z.enum(enums.document_status),
  ...sensitivityOut,
}).meta({ id: "Document" });

const documentSet = z.strictObject({
  category: z.enum(enums.document_category),
  title: plainText(200).meta({ example: "Discharge letter" }),
  url: z.url({ protocol: /^https$/, error: "must be an https address" }).max(2000).meta({
    example: "https://files.example.org/7d1c",
  }),
  media_type: z.string().regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/, "must be a media type such as application/pdf")
    .meta({ example: "application/pdf" }),
  size_bytes: z.int().min(1).nullable().meta({ example: 48213 }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal").nullable(),
  status: z.enum(enums.document_status).exclude(["entered_in_error"]),
  occurred_at: instant,
  sensitivity,
});

const hospital = {
  organization_id: uuid.optional().meta({ description: "The hospital; that of the open chart if left out." }),
};

/** What authors send of each kind to add a record, and what they may change of it. */
export const inputs = {
  encounter: {
    add: encounterSet.partial().extend({ kind: encounterSet.shape.kind, ...hospital }),
    change: encounterSet.partial().refine(...changesSomething),
  },
  note: { add: noteSet.extend(hospital), change: noteChange.partial().refine(...changesSomething) },
  allergy: {
    add: allergySet.partial().extend({
      category: allergySet.shape.category,
      substance: allergySet.shape.substance,
      ...hospital,
    }),
    change: allergySet.partial().refine(...changesSomething),
  },
  condition: {
    add: conditionSet.partial().extend({ name: conditionSet.shape.name, ...encounterIn, ...hospital }),
    change: conditionSet.partial().refine(...changesSomething),
  },
  vitalSign: { add: vitalSignSet.extend(hospital), change: z.strictObject({ occurred_at: instant }) },
  immunization: {
    add: immunizationSet.partial().extend({
      vaccine: immunizationSet.shape.vaccine,
      ...encounterIn,
      ...hospital,
    }),
    change: immunizationSet.partial().refine(...changesSomething),
  },
  document: {
    add: documentSet.partial().extend({
      category: documentSet.shape.category,
      title: documentSet.shape.title,
      url: documentSet.shape.url,
      media_type: documentSet.shape.media_type,
      ...encounterIn,
      ...hospital,
    }),
    change: documentSet.partial().refine(...changesSomething),
  },
};
