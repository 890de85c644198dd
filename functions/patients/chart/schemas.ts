import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import {
  birthDate,
  country,
  instant,
  organizationId,
  patientId,
  plainText,
  rowFields,
  userId,
  uuid,
} from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { chartPageQuery, scope } from "../records/queries.ts";
import { recordKind } from "../records/parts.ts";
import { allergy, allergyListState, allergyReview, pregnancyStatus } from "../records/safety-schemas.ts";
import { medicationStatement } from "../records/medication-schemas.ts";
import { condition, document, encounter, immunization, vitalSign } from "../records/schemas.ts";
import { patient, registerNumber } from "../registry/schemas.ts";

const { chart_basis, purpose_of_use, review_outcome } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const purpose = z.enum(purpose_of_use).meta({ description: "HL7 v3 PurposeOfUse in words." });
const optionalReason = z.string().nullable().meta({
  example: null,
  description: "As given when the chart was opened; null without one.",
});

/** One opening of a chart. */
export const chartAccess = z.object({
  id,
  patient_id: patientId,
  user_id: userId.describe("Who opened the chart."),
  organization_id: organizationId,
  basis: z.enum(chart_basis).describe("What allows it: care, consent or an emergency."),
  scope,
  purpose,
  reason: optionalReason,
  opened_at: instant.describe("When the chart was opened."),
  expires_at: instant.describe("When the access ends by itself."),
  closed_at: instant.nullable().meta({ example: null, description: "When it was closed by hand; null if it was not." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "ChartAccess" });

/** What somebody who opens a chart needs first. */
export const chart = z.object({
  scope,
  patient: patient.describe("Who it is."),
  allergies: z.array(allergy).meta({ description: "All active ones; `allergy_list_state` tells what none means." }),
  allergy_list_state: allergyListState,
  allergy_review: allergyReview.nullable().describe("The newest statement about the list that stands; null for none."),
  pregnancy_status: pregnancyStatus.nullable().describe("The newest one; null when nobody stated any."),
  conditions: z.array(condition).meta({ description: "All active ones." }),
  medication_statements: z.array(medicationStatement).describe("All active medicines from elsewhere."),
  vital_signs: z.array(vitalSign).meta({ description: "The newest of each measure." }),
  immunizations: z.array(immunization).describe("The newest ones."),
  encounters: z.array(encounter).describe("The newest ones."),
  documents: z.array(document).describe("The newest ones."),
}).meta({ id: "Chart" });

export const openedChart = chartAccess.extend({
  chart: chart.nullable().describe("The summary; null when consent allows nothing."),
}).meta({ id: "OpenedChart" });

const hospital = {
  organization_id: organizationId.optional().meta({ description: "The hospital; needed from staff of several." }),
};

export const chartOpen = z.strictObject({
  purpose: purpose.optional(),
  reason: plainText(500).optional().meta({ example: "Ward round", description: "Why, for the access log." }),
  ...hospital,
});

/** Who it is, in one of three ways, and why. */
export const breakGlass = z.strictObject({
  patient_id: uuid.optional().describe("One way to name the patient."),
  national_id: z.strictObject({
    country: country.describe("The state that gave it."),
    value: registerNumber.meta({ example: "T220001293", description: "The number; kept in upper case." }),
  }).optional().describe("One way to name the patient."),
  given_name: plainText(100).optional().meta({ example: "Paula", description: "With `family_name` and `birth_date`." }),
  family_name: plainText(100).optional().meta({
    example: "Becker",
    description: "With `given_name` and `birth_date`.",
  }),
  birth_date: birthDate.optional().describe("With both names."),
  purpose,
  reason: plainText(500).min(10, "must have at least 10 characters").meta({
    example: "Unconscious, no relatives present",
    description: "Why, for the review and the patient.",
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

export const closedChart = z.object({
  closed: z.int().min(0).meta({ example: 1, description: "How many open accesses were closed." }),
});

export const timelineEntry = z.object({
  kind: recordKind.describe("Which kind of record."),
  id: rowFields.id,
  occurred_at: instant.describe("When it happened, or was observed."),
  record: z.looseObject({ status: z.string().meta({ example: "final", description: "Each kind has its own." }) }).meta({
    description: "The record, as the routes of its kind show it.",
  }),
}).meta({ id: "TimelineEntry" });

export const timelinePage = pageOf(timelineEntry).extend({ scope });
export const timelineQuery = z.strictObject(chartPageQuery);

/** One line of the access log, with the names that the patient could not look up. */
export const accessLogEntry = chartAccess.omit({ user_id: true, organization_id: true }).extend({
  user: z.object({
    id: uuid.describe("Id of the person or organization."),
    given_name: z.string().meta({ example: "Dora", description: "First names, as the person writes them." }),
    family_name: z.string().meta({ example: "Lang", description: "Surname, as the person writes it." }),
    position: z.string().nullable().meta({ example: "Physician", description: "Job title; null when none is given." }),
  }).describe("Who opened the chart."),
  organization: z.object({
    id: uuid.describe("Id of the person or organization."),
    name: z.string().meta({ example: "Demo General Hospital", description: "Name of the organization." }),
  }).describe("For which hospital."),
  reviewed_at: instant.nullable().meta({ example: null, description: "Null until an emergency was reviewed." }),
  review_outcome: z.enum(review_outcome).nullable().describe("Null until an emergency was reviewed."),
}).meta({ id: "AccessLogEntry" });

export const accessLogPage = pageOf(accessLogEntry);

export const accessLogQuery = z.strictObject({
  ...pageQuery(z.strictObject({ opened_at: instant, id: uuid })),
  basis: z.enum(chart_basis).optional().describe("Only accesses on this basis."),
  from: instant.optional().meta({ description: "The first instant." }),
  to: instant.optional().meta({ description: "The instant before which entries end." }),
});

/** The whole chart: for each table its rows, as they are stored. */
export const chartExport = z.object({
  exported_at: instant.describe("When the export was made."),
  patient_id: patientId,
  allergy_list_state: allergyListState,
  tables: z.record(z.string(), z.array(z.looseObject({}))).describe("Rows by the name of their table."),
}).meta({ id: "ChartExport" });
