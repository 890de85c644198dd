import { z } from "zod";
import { rowFields, uuid } from "../../../shared/schema/fields.ts";
import { invitationToken } from "../fields.ts";

export const acceptInvitationInput = z.strictObject({ token: invitationToken });

const role = z.enum(["hospital_staff", "pharmacy_staff", "admin", "privacy_officer"]);
const membershipStatus = z.enum(["active", "suspended"]);

/** What a membership says about its holder. */
export const membershipFields = {
  role,
  position: z.string().nullable().meta({ example: "Physician" }),
  is_prescriber: z.boolean(),
  licence_number: z.string().nullable().meta({ example: "DE-114-2201" }),
  status: membershipStatus,
};

export const membership = z.object({
  ...rowFields,
  user_id: uuid,
  organization_id: uuid,
  ...membershipFields,
}).meta({ id: "OwnMembership" });
