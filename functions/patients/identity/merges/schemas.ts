import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { instant, plainText, rowFields, uuid } from "../../../../shared/schema/fields.ts";

const { merge_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** A merge, and until when it can be undone. */
export const merge = z.object({
  id,
  patient_id: uuid.meta({ description: "The patient that remains." }),
  source_id: uuid.meta({ description: "The patient that is hidden." }),
  organization_id: uuid,
  reason: z.string().meta({ example: "Registered twice" }),
  status: z.enum(merge_status),
  moved_rows: z.int().min(0).meta({ example: 12 }),
  merged_by: uuid.nullable(),
  undo_until: instant,
  undone_at: instant.nullable().meta({ example: null }),
  undone_by: uuid.nullable().meta({ example: null }),
  version,
  created_at,
  updated_at,
}).meta({ id: "PatientMerge" });

export const mergePage = pageOf(merge);
export const mergeQuery = z.strictObject(pageQuery(z.strictObject({ created_at: instant, id: uuid })));
export const mergeStart = z.strictObject({
  source_id: uuid,
  reason: plainText(500).meta({ example: "Registered twice" }),
});
