import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { instant, organizationId, patientId, plainText, rowFields, uuid } from "../../../../shared/schema/fields.ts";

const { merge_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** A merge, and until when it can be undone. */
export const merge = z.object({
  id,
  patient_id: patientId.meta({ description: "The patient that remains." }),
  source_id: uuid.meta({ description: "The patient that is hidden." }),
  organization_id: organizationId,
  reason: z.string().meta({ example: "Registered twice", description: "Why they were merged." }),
  status: z.enum(merge_status).describe("`undone` once taken apart again."),
  moved_rows: z.int().min(0).meta({ example: 12, description: "How many rows went to the patient that remains." }),
  merged_by: uuid.nullable().describe("The user who merged; null for the system."),
  undo_until: instant.describe("Until when it can be undone."),
  undone_at: instant.nullable().meta({ example: null, description: "When it was undone; null if it was not." }),
  undone_by: uuid.nullable().meta({ example: null, description: "The user who undid it; null if nobody did." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "PatientMerge" });

export const mergePage = pageOf(merge);
export const mergeQuery = z.strictObject(pageQuery(z.strictObject({ created_at: instant, id: uuid })));
export const mergeStart = z.strictObject({
  source_id: uuid.describe("The patient to hide; that of the path remains."),
  reason: plainText(500).meta({ example: "Registered twice", description: "Why, for the audit." }),
});
