import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, rowFields, uuid } from "../../../shared/schema/fields.ts";

const { chart_scope, consent_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** A patient's decision about one hospital. */
export const consent = z.object({
  id,
  patient_id: uuid,
  organization_id: uuid,
  scope: z.enum(chart_scope),
  valid_until: instant.nullable(),
  status: z.enum(consent_status),
  given_at: instant,
  ended_at: instant.nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Consent" });

export const consentPage = pageOf(consent);

export const consentListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ given_at: instant, id: uuid })),
  status: z.enum(consent_status).optional(),
});

export const consentGive = z.strictObject({
  organization_id: uuid,
  scope: z.enum(chart_scope),
  valid_until: instant.nullable().optional().meta({ description: "Without it, until it is withdrawn." }),
});

export const consentParams = z.strictObject({ id: uuid, consent_id: uuid });
