import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, organizationId, patientId, rowFields, userId, uuid } from "../../../shared/schema/fields.ts";
import { mrn, patientCreate } from "../registry/schemas.ts";

const { care_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** A hospital's care for a patient. */
export const careRelationship = z.object({
  id,
  patient_id: patientId,
  organization_id: organizationId,
  status: z.enum(care_status).describe("Staff see the patient while it is active."),
  started_at: instant.describe("When it began."),
  ended_at: instant.nullable().meta({ example: null, description: "When it ended; null while it lasts." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "CareRelationship" });

/** The same with whose it is, which is not shown. */
export const ownCareRelationship = careRelationship.extend({
  patient: z.object({ user_id: userId.describe("The login it belongs to.") }),
})
  .transform((row) => careRelationship.parse(row));

export const careRelationshipPage = pageOf(careRelationship);

export const careListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ started_at: instant, id: uuid })),
  status: z.enum(care_status).optional().describe("Only those of this status."),
});

export const careStart = z.strictObject({ organization_id: organizationId });

export const careParams = z.strictObject({
  id: uuid.describe("Id of the patient."),
  care_relationship_id: uuid.describe("Id of the care relationship."),
});

/** Which former patient comes back, to which hospital. */
export const patientReinstate = z.strictObject({ mrn, organization_id: patientCreate.shape.organization_id });
