import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { birthDate, country, instant, plainText, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { chartPageQuery, scope } from "../records/queries.ts";
import { allergy, condition, document, encounter, immunization, vitalSign } from "../records/schemas.ts";
import { patient, registerNumber } from "../registry/schemas.ts";

const { chart_basis, purpose_of_use, review_outcome } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const purpose = z.enum(purpose_of_use).meta({ description: "HL7 v3 PurposeOfUse in words." });
const optionalReason = z.string().nullable().meta({ example: null });

/** One opening of a chart. */
export const chartAccess = z.object({
  id,
  patient_id: uuid,
  user_id: uuid,
  organization_id: uuid,
  basis: z.enum(chart_basis),
  scope,
  purpose,
  reason: optionalReason,
  opened_at: instant,
  expires_at: instant,
  closed_at: instant.nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "ChartAccess" });

/** What somebody who opens a chart needs first. */
export const chart = z.object({
  scope,
  patient,
  allergies: z.array(allergy).meta({ description: "All active ones." }),
  conditions: z.array(condition).meta({ description: "All active ones." }),
  vital_signs: z.array(vitalSign).meta({ description: "The newest of each measure." }),
  immunizations: z.array(immunization),
  encounters: z.array(encounter),
  documents: z.array(document),
}).meta({ id: "Chart" });

export const openedChart = chartAccess.extend({ chart: chart.nullable() }).meta({ id: "OpenedChart" });

const hospital = {
  organization_id: uuid.optional().meta({ description: "The hospital; needed from staff of several." }),
};

export const chartOpen = z.strictObject({
  purpose: purpose.optional(),
  reason: plainText(500).optional().meta({ example: "Ward round" }),
  ...hospital,
});

/** Who it is, in one of three ways, and why. */
export const breakGlass = z.strictObject({
  patient_id: uuid.optional(),
  national_id: z.strictObject({ country, value: registerNumber.meta({ example: "T220001293" }) }).optional(),
  given_name: plainText(100).optional().meta({ example: "Paula" }),
  family_name: plainText(100).optional().meta({ example: "Becker" }),
  birth_date: birthDate.optional(),
  purpose,
  reason: plainText(500).min(10, "must have at least 10 characters").meta({
    example: "Unconscious, no relatives present",
  }),
  ...hospital,
}).refine((input) => {
  const { given_name, family_name, birth_date } = input;
  const named = [given_name, family_name, birth_date];
  const ways = [
    input.patient_id !== undefined,
    input.national_id !== undefined,
    named.some((one) => one !== undefined),
  ];
  return ways.filter(Boolean).length === 1 && (!ways[2] || named.every((one) => one !== undefined));
}, { error: "must name the patient by patient_id, by national_id, or by given_name, family_name and birth_date" }).meta(
  {
    example: {
      patient_id: "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10",
      purpose: "emergency_treatment",
      reason: "Unconscious, no relatives present",
    },
  },
);

export const closedChart = z.object({ closed: z.int().min(0).meta({ example: 1 }) });

export const timelineEntry = z.object({
  kind: z.enum(["encounter", "note", "allergy", "condition", "vital_sign", "immunization", "document"]),
  id: uuid,
  occurred_at: instant,
  record: z.looseObject({ status: z.string().meta({ example: "final" }) }).meta({
    description: "The record, as the routes of its kind show it.",
  }),
}).meta({ id: "TimelineEntry" });

export const timelinePage = pageOf(timelineEntry).extend({ scope });
export const timelineQuery = z.strictObject(chartPageQuery);

/** One line of the access log, with the names that the patient could not look up. */
export const accessLogEntry = chartAccess.omit({ user_id: true, organization_id: true }).extend({
  user: z.object({
    id: uuid,
    given_name: z.string().meta({ example: "Dora" }),
    family_name: z.string().meta({ example: "Lang" }),
    position: z.string().nullable().meta({ example: "Physician" }),
  }),
  organization: z.object({ id: uuid, name: z.string().meta({ example: "Demo General Hospital" }) }),
  reviewed_at: instant.nullable().meta({ example: null }),
  review_outcome: z.enum(review_outcome).nullable(),
}).meta({ id: "AccessLogEntry" });

export const accessLogPage = pageOf(accessLogEntry);

export const accessLogQuery = z.strictObject({
  ...pageQuery(z.strictObject({ opened_at: instant, id: uuid })),
  basis: z.enum(chart_basis).optional(),
  from: instant.optional().meta({ description: "The first instant." }),
  to: instant.optional().meta({ description: "The instant before which entries end." }),
});

/** The whole chart: for each table its rows, as they are stored. */
export const chartExport = z.object({
  exported_at: instant,
  patient_id: uuid,
  tables: z.record(z.string(), z.array(z.looseObject({}))),
}).meta({ id: "ChartExport" });
