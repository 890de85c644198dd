import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, uuid } from "../../../shared/schema/fields.ts";
import { classId, made, notice, own, REVIEW, sentence, sourceIfAny } from "../fields.ts";

const exceptionFields = z.object({
  ...own,
  class_id: classId.nullable().describe("Two of this class, or one with one of the other. Null: advice for people."),
  other_class_id: classId.nullable().meta({ example: null, description: "The other class; null for the same one." }),
  description: sentence(500, "Insulin, basal and meal", "What is given together on purpose."),
  ...sourceIfAny,
  ...made,
});

/** Medicines that are alike and yet given together. */
export const duplicateException = exceptionFields.extend({ notice }).meta({ id: "DuplicateException" });
export const duplicateExceptionPage = pageOf(duplicateException);
export const storedDuplicateException = exceptionFields
  .transform((row) => ({ ...row, notice: REVIEW[row.verification] })).pipe(duplicateException);
export const duplicateExceptionListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  class_id: classId.optional().describe("Only exceptions of this class."),
});
