import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { type AppEnv, Hono } from "../../../shared/route.ts";
import { plainText, uuid } from "../../../shared/schema/fields.ts";
import { allergyListContradicts } from "../problems.ts";
import { chartPageQuery } from "./queries.ts";
import { medicationStatement, statementInputs } from "./medication-schemas.ts";
import { recordRoutes } from "./record-routes.ts";
import { allergy, allergyListState, allergyReview, pregnancyStatus, safetyInputs } from "./safety-schemas.ts";
import { condition, document, encounter, immunization, inputs, note, vitalSign } from "./schemas.ts";

const enums = Constants.public.Enums;
const code = plainText(20).optional().meta({ example: "J45.0", description: "Only records of this code." });
const encounterId = uuid.optional().meta({ description: "Only of this encounter." });

const encounters = recordRoutes({
  kind: "encounter",
  path: "encounters",
  one: "an encounter",
  many: "encounters",
  output: encounter,
  ...inputs.encounter,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.encounter_status).optional().describe("Only those of this status."),
    category: z.enum(enums.encounter_kind).optional().meta({ description: "The kind of the encounter." }),
  }),
});

const notes = recordRoutes({
  kind: "note",
  path: "notes",
  one: "a note",
  many: "notes",
  output: note,
  ...inputs.note,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.note_status).optional().describe("Only those of this status."),
    category: z.enum(enums.note_kind).optional().meta({ description: "The kind of the note." }),
    encounter_id: encounterId,
  }),
});

const allergies = recordRoutes({
  kind: "allergy",
  path: "allergies",
  one: "an allergy",
  many: "allergies",
  output: allergy,
  besides: { list_state: allergyListState },
  ...safetyInputs.allergy,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.allergy_status).optional().describe("Only those of this status."),
    category: z.enum(enums.allergy_category).optional().describe("Only those of this category."),
    code,
  }),
});

const allergyReviews = recordRoutes({
  kind: "allergy_review",
  path: "allergy-reviews",
  one: "a statement about the list of allergies",
  many: "statements about the list of allergies",
  output: allergyReview,
  ...safetyInputs.allergyReview,
  refusals: [allergyListContradicts],
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.allergy_review_status).optional().describe("Only those of this status."),
    category: z.enum(enums.allergy_statement).optional().meta({ description: "The statement." }),
  }),
});

const pregnancyStatuses = recordRoutes({
  kind: "pregnancy_status",
  path: "pregnancy-statuses",
  one: "a pregnancy status",
  many: "pregnancy statuses",
  output: pregnancyStatus,
  ...safetyInputs.pregnancyStatus,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.observation_status).optional().describe("Only those of this status."),
    category: z.enum(enums.pregnancy_state).optional().meta({ description: "What was said of a pregnancy." }),
  }),
});

const medicationStatements = recordRoutes({
  kind: "medication_statement",
  path: "medication-statements",
  one: "a medicine from elsewhere",
  many: "medicines from elsewhere",
  output: medicationStatement,
  ...statementInputs,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.medication_statement_status).optional().describe("Only those of this status."),
    category: z.enum(enums.medication_source).optional().meta({ description: "Where the patient has it from." }),
    encounter_id: encounterId,
  }),
});

const conditions = recordRoutes({
  kind: "condition",
  path: "conditions",
  one: "a condition",
  many: "conditions",
  output: condition,
  ...inputs.condition,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.condition_status).optional().describe("Only those of this status."),
    code,
    encounter_id: encounterId,
  }),
});

const vitalSigns = recordRoutes({
  kind: "vital_sign",
  path: "vital-signs",
  one: "a vital sign",
  many: "vital signs",
  output: vitalSign,
  ...inputs.vitalSign,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.observation_status).optional().describe("Only those of this status."),
    category: z.enum(enums.vital_sign).optional().meta({ description: "The measure." }),
    encounter_id: encounterId,
  }),
});

const immunizations = recordRoutes({
  kind: "immunization",
  path: "immunizations",
  one: "an immunization",
  many: "immunizations",
  output: immunization,
  ...inputs.immunization,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.immunization_status).optional().describe("Only those of this status."),
    code,
    encounter_id: encounterId,
  }),
});

const documents = recordRoutes({
  kind: "document",
  path: "documents",
  one: "a document",
  many: "documents",
  output: document,
  ...inputs.document,
  query: z.strictObject({
    ...chartPageQuery,
    status: z.enum(enums.document_status).optional().describe("Only those of this status."),
    category: z.enum(enums.document_category).optional().describe("Only those of this category."),
    encounter_id: encounterId,
  }),
});

/** The clinical records of a patient. Mounted one by one: in one chain, the types of all kinds go deeper than the compiler does. */
export const records = new Hono<AppEnv>();
for (
  const kind of [
    encounters,
    notes,
    allergies,
    allergyReviews,
    pregnancyStatuses,
    medicationStatements,
    conditions,
    vitalSigns,
    immunizations,
    documents,
  ]
) {
  records.route("/", kind);
}
