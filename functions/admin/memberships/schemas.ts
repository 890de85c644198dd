import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, organizationId, plainText, rowFields, userId, uuid } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";

const { membership_role, membership_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** The fields of a membership that describe its holder; prescribers carry the number of their licence. */
export const position = {
  position: z.string().nullable().meta({ example: "Nurse", description: "Job title; null when none is given." }),
  is_prescriber: z.boolean().meta({ example: false, description: "Whether the person may prescribe." }),
  licence_number: z.string().nullable().meta({ example: null, description: "Licence to prescribe; null for others." }),
};

/** The same as it is given. */
export const positionInput = {
  position: plainText(100).nullable().meta({ example: "Nurse", description: "Job title; null when none is given." }),
  is_prescriber: z.boolean().meta({ example: false, description: "Whether the person may prescribe." }),
  licence_number: plainText(50).nullable().meta({
    example: null,
    description: "Licence to prescribe; null for others.",
  }),
};

const permissions = {
  may_schedule: z.boolean().meta({
    example: false,
    description: "Keeps services, rooms and hours. For hospital staff.",
  }),
  may_overbook: z.boolean().meta({
    example: false,
    description: "Books over others with a reason. For hospital staff.",
  }),
};

/** The role of a person in an organization. */
export const membership = z.object({
  id,
  user_id: userId.describe("The login it belongs to."),
  organization_id: organizationId,
  role: z.enum(membership_role).describe("What the member may do."),
  ...position,
  ...permissions,
  status: z.enum(membership_status).describe("A suspended member has no access."),
  person: z.object({
    given_name: z.string().meta({ example: "Nora", description: "First names, as the person writes them." }),
    family_name: z.string().meta({ example: "Lindgren", description: "Surname, as the person writes it." }),
    email: z.string().meta({ example: "nurse@demo.health", description: "E-mail address." }),
  }).describe("Who holds the membership."),
  version,
  created_at,
  updated_at,
}).meta({ id: "Membership" });

export const membershipPage = pageOf(membership);

export const membershipPatch = z.strictObject({ ...positionInput, ...permissions }).partial().refine(
  ...changesSomething,
);

export const membershipListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  organization_id: organizationId.optional().describe("Only of this organization."),
  user_id: userId.optional().describe("Only of this person."),
  role: z.enum(membership_role).optional().describe("Only of this role."),
  status: z.enum(membership_status).optional().describe("Only those of this status."),
});
