import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, plainText, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { changesSomething } from "../../../shared/schema/validation.ts";

const { membership_role, membership_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

/** What a membership says about its holder; prescribers carry the number of their licence. */
export const position = {
  position: z.string().nullable().meta({ example: "Nurse" }),
  is_prescriber: z.boolean().meta({ example: false }),
  licence_number: z.string().nullable().meta({ example: null }),
};

/** The same as it is given. */
export const positionInput = {
  position: plainText(100).nullable().meta({ example: "Nurse" }),
  is_prescriber: z.boolean().meta({ example: false }),
  licence_number: plainText(50).nullable().meta({ example: null }),
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

/** What a person is in an organization. */
export const membership = z.object({
  id,
  user_id: uuid,
  organization_id: uuid,
  role: z.enum(membership_role),
  ...position,
  ...permissions,
  status: z.enum(membership_status),
  person: z.object({
    given_name: z.string().meta({ example: "Nora" }),
    family_name: z.string().meta({ example: "Lindgren" }),
    email: z.string().meta({ example: "nurse@demo.health" }),
  }),
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
  organization_id: uuid.optional(),
  user_id: uuid.optional(),
  role: z.enum(membership_role).optional(),
  status: z.enum(membership_status).optional(),
});
