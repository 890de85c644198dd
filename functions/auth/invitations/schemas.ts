import { z } from "zod";
import { organizationId, rowFields, userId } from "../../../shared/schema/fields.ts";
import { invitationToken } from "../fields.ts";

export const acceptInvitationInput = z.strictObject({ token: invitationToken });

const role = z.enum(["hospital_staff", "pharmacy_staff", "admin", "privacy_officer"]).describe(
  "What the member may do.",
);
const membershipStatus = z.enum(["active", "suspended"]).describe("A suspended member has no access.");

/** What a membership says about its holder. */
export const membershipFields = {
  role,
  position: z.string().nullable().meta({ example: "Physician", description: "Job title; null when none is given." }),
  is_prescriber: z.boolean().describe("Whether the person may prescribe."),
  licence_number: z.string().nullable().meta({
    example: "DE-114-2201",
    description: "Licence to prescribe; null for others.",
  }),
  status: membershipStatus,
};

export const membership = z.object({
  ...rowFields,
  user_id: userId.describe("The login it belongs to."),
  organization_id: organizationId,
  ...membershipFields,
}).meta({ id: "OwnMembership" });
