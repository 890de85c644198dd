import { z } from "zod";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { changesSomething } from "../../../../shared/schema/validation.ts";
import { organizationId, plainText, uuid } from "../../../../shared/schema/fields.ts";
import { active, activeFilter, made, own } from "../fields.ts";

const fields = {
  display_name: plainText(200).meta({ example: "Dr. David Okafor", description: "Name shown to patients." }),
  specialty: plainText(100).meta({ example: "Internal medicine", description: "Field of medicine." }),
};

export const practitioner = z.object({
  ...own,
  membership_id: uuid.describe("The membership in the hospital's staff."),
  ...fields,
  active,
  ...made,
})
  .meta({ id: "Practitioner" });
export const practitionerPage = pageOf(practitioner);
export const practitionerListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ display_name: z.string(), id: uuid })),
  organization_id: organizationId.optional().describe("Only of this hospital."),
  specialty: plainText(100).optional().describe("Only of this specialty."),
  active: activeFilter,
});
export const practitionerCreate = z.strictObject({
  organization_id: organizationId,
  membership_id: uuid.meta({ description: "An active membership of the hospital's staff." }),
  ...fields,
});
export const practitionerPatch = z.strictObject({ ...fields, active }).partial().refine(...changesSomething);
