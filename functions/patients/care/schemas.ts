import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { mrn, patientCreate } from "../registry/schemas.ts";

const { care_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** A hospital's care for a patient. */
export const careRelationship = z.object({
  id,
  patient_id: uuid,
  organization_id: uuid,
  status: z.enum(care_status),
  started_at: instant,
  ended_at: instant.nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "CareRelationship" });

/** The same with whose it is, which is not shown. */
export const ownCareRelationship = careRelationship.extend({ patient: z.object({ user_id: uuid }) })
  .transform((row) => careRelationship.parse(row));

export const careRelationshipPage = pageOf(careRelationship);

export const careListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ started_at: instant, id: uuid })),
  status: z.enum(care_status).optional(),
});

export const careStart = z.strictObject({ organization_id: uuid });

export const careParams = z.strictObject({ id: uuid, care_relationship_id: uuid });

/** Which former patient comes back, to which hospital. */
export const patientReinstate = z.strictObject({ mrn, organization_id: patientCreate.shape.organization_id });
