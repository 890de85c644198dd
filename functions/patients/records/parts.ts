import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { instant, organizationId, patientId, plainText, rowFields, uuid } from "../../../shared/schema/fields.ts";

const enums = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** The kinds of records, as the timeline and requests for a correction name them. */
export const recordKind = z.enum([
  "allergy",
  "allergy_review",
  "condition",
  "document",
  "encounter",
  "immunization",
  "medication_statement",
  "note",
  "pregnancy_status",
  "vital_sign",
]);

/** What every clinical record carries, to spread into the schema of a kind. */
export const recordFields = {
  id,
  patient_id: patientId,
  organization_id: organizationId.meta({ description: "The hospital that made the record and alone changes it." }),
  occurred_at: instant.describe("When it happened, or was observed."),
  error_reason: z.string().nullable().meta({ example: null, description: "Why it was entered in error." }),
  recorded_by: uuid.nullable().describe("The user who recorded it; null for the system."),
  updated_by: uuid.nullable().describe("The user who last changed it; null if nobody did."),
  version,
  created_at,
  updated_at,
};

export const optional = (example: string | null) => z.string().nullable().meta({ example });
const encounterId = uuid.nullable().describe("The encounter it belongs to; null for none.");
export const encounterOut = { encounter_id: encounterId.meta({ example: null }) };
export const encounterIn = { encounter_id: encounterId.optional() };
export const sensitivity = z.enum(enums.sensitivity).nullable().describe("Null for ordinary records.");
export const sensitivityOut = { sensitivity: sensitivity.meta({ example: null }) };
export const occurred = { occurred_at: instant.optional().meta({ description: "When it was; now if left out." }) };

export const codedOut = {
  code_system: z.enum(enums.code_system).nullable().describe("System of `code`; null, like it, for free text."),
  code: optional("J45.0").describe("Code in `code_system`; null for free text."),
  coded: z.boolean().meta({ description: "False: no program can check it, only people." }),
};

const code = plainText(20).nullable().describe("Code in `code_system`; null for free text.");

/** A code of one of these systems; both or neither are given. The database knows the form of each system's codes. */
export const codeIn = (...systems: (typeof enums.code_system)[number][]) => ({
  code_system: z.enum(systems).nullable().describe("System of `code`; null, like it, for free text."),
  code: code.meta({ example: systems[0] === "icd10" ? "J45.0" : "7980" }),
});

/** For which hospital a record is made. */
export const hospital = {
  organization_id: organizationId.optional().meta({ description: "The hospital; that of the open chart if left out." }),
};
