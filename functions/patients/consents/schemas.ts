import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, organizationId, patientId, rowFields, uuid } from "../../../shared/schema/fields.ts";

const { chart_scope, consent_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** A patient's decision about one hospital. */
export const consent = z.object({
  id,
  patient_id: patientId,
  organization_id: organizationId,
  scope: z.enum(chart_scope).describe("How much of the chart the hospital sees."),
  valid_until: instant.nullable().describe("Null until it is withdrawn."),
  status: z.enum(consent_status).describe("`replaced` by a newer decision."),
  given_at: instant.describe("When the patient decided."),
  ended_at: instant.nullable().meta({ example: null, description: "When it ended; null while it lasts." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Consent" });

export const consentPage = pageOf(consent);

export const consentListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ given_at: instant, id: uuid })),
  status: z.enum(consent_status).optional().describe("Only those of this status."),
});

export const consentGive = z.strictObject({
  organization_id: organizationId,
  scope: z.enum(chart_scope).describe("How much of the chart the hospital sees."),
  valid_until: instant.nullable().optional().meta({ description: "Without it, until it is withdrawn." }),
});

export const consentParams = z.strictObject({
  id: uuid.describe("Id of the patient."),
  consent_id: uuid.describe("Id of the consent."),
});
