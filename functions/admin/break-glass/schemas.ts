import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import {
  instant,
  organizationId,
  patientId,
  plainText,
  rowFields,
  userId,
  uuid,
} from "../../../shared/schema/fields.ts";

const { purpose_of_use, review_outcome } = Constants.public.Enums;

/** A chart that was opened in an emergency, with the review of one organization: a hospital that cares for the patient has its own. */
export const emergencyAccess = z.object({
  id: rowFields.id,
  review_id: uuid.describe("Id of this organization's review."),
  patient_id: patientId,
  user_id: userId.describe("The login it belongs to."),
  organization_id: organizationId.meta({ description: "The hospital for which the chart was opened." }),
  reviewing_organization_id: uuid.meta({
    description: "The hospital whose review this is: that one, or one that cared for the patient.",
  }),
  purpose: z.enum(purpose_of_use).describe("Why charts are read, as HL7 PurposeOfUse."),
  reason: z.string().nullable().meta({
    example: "Unconscious, no relatives present",
    description: "As given when the chart was opened.",
  }),
  opened_at: instant.describe("When the chart was opened."),
  expires_at: instant.describe("When the access ends by itself."),
  reviewed_at: instant.nullable().meta({ example: null, description: "Null until it was reviewed." }),
  review_outcome: z.enum(review_outcome).nullable().describe("Null until it was reviewed."),
  version: rowFields.version,
  created_at: rowFields.created_at,
  updated_at: rowFields.updated_at,
}).meta({ id: "EmergencyAccess" });

export const emergencyAccessPage = pageOf(emergencyAccess);

export const emergencyAccessListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ opened_at: instant, review_id: uuid })),
  organization_id: organizationId.optional().meta({ description: "Only the reviews of this organization." }),
  reviewed: z.enum(["true", "false"]).optional().meta({ description: "Only those that were, or were not, reviewed." }),
});

export const review = z.strictObject({
  outcome: z.enum(review_outcome).describe("Whether opening it was right."),
  comment: plainText(500).optional().meta({ example: "Patient was unconscious", description: "For the record." }),
  organization_id: organizationId.optional().meta({
    description: "For this organization only; else for all of the caller's that have not reviewed it.",
  }),
});
