import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { plainText, uuid } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";
import { made, own } from "../fields.ts";

const name = z.string().trim().regex(
  /^(?=.{1,100}$)[a-z0-9]+(_[a-z0-9]+)*$/,
  "must be words of a-z and 0-9 with _ between",
).meta({
  example: "ssri",
  description: "Short name, by which files and rules name the class.",
});
const title = plainText(200).meta({
  example: "Selective serotonin reuptake inhibitors",
  description: "Name for people.",
});
const duplicateTherapy = z.boolean().meta({
  example: true,
  description: "Whether two of its members together are told as a duplicate.",
});

/** A class where it stands with one of its members, or in a rule. */
export const classBrief = z.object({ id: own.id, name, title });

/** Ingredients that act alike. Rules that name a class hold for each of its members. */
export const medicationClass = z.object({ ...own, name, title, duplicate_therapy: duplicateTherapy, ...made })
  .meta({ id: "MedicationClass" });
export const medicationClassPage = pageOf(medicationClass);
export const medicationClassListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  duplicate_therapy: z.enum(["true", "false"]).transform((value) => value === "true").optional().describe(
    "Only classes of which two members are a duplicate, or only the others.",
  ),
});
export const medicationClassCreate = z.strictObject({ name, title, duplicate_therapy: duplicateTherapy.optional() });
export const medicationClassPatch = z.strictObject({ title, duplicate_therapy: duplicateTherapy }).partial().refine(
  ...changesSomething,
);
