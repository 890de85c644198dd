import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { email, instant, organizationId, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { position, positionInput } from "../memberships/schemas.ts";

const { membership_role } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const invitationStatus = z.enum(["open", "accepted", "revoked", "expired"]).describe("Where the invitation stands.");
export type InvitationStatus = z.output<typeof invitationStatus>;

/** An offer to join an organization. */
export const invitation = z.object({
  id,
  organization_id: organizationId,
  email: z.string().meta({
    example: "new.nurse@example.org",
    description: "Whom it invites; nobody else can accept it.",
  }),
  role: z.enum(membership_role).describe("What the member may do."),
  ...position,
  status: invitationStatus,
  expires_at: instant.describe("When it stops being valid."),
  accepted_at: instant.nullable().meta({ example: null, description: "When it was accepted; null before." }),
  accepted_by: uuid.nullable().meta({ example: null, description: "The user who accepted; null before." }),
  revoked_at: instant.nullable().meta({ example: null, description: "When it was withdrawn; null if it was not." }),
  created_by: uuid.nullable().describe("The user who made it; null for the system."),
  version,
  created_at,
  updated_at,
}).meta({ id: "Invitation" });

export const invitationPage = pageOf(invitation);

/** An invitation out of the database, which keeps no status: it follows from the dates. */
export const storedInvitation = invitation.omit({ status: true }).transform((stored): z.output<typeof invitation> => {
  const ended = stored.accepted_at !== null ? "accepted" : stored.revoked_at !== null ? "revoked" : undefined;
  return { ...stored, status: ended ?? (Date.parse(stored.expires_at) > Date.now() ? "open" : "expired") };
});

export const createdInvitation = invitation.extend({
  token: z.string().optional().meta({
    example: "hZ3v1ZB2v8q0kqS9Yx5d2tXo6mJ0cVQm4rE7uWnTgKA",
    description: "Opens the invitation; told once, here, and not to a repetition.",
  }),
}).meta({ id: "CreatedInvitation" });

export const invitationCreate = z.strictObject({
  organization_id: organizationId,
  email,
  role: z.enum(membership_role).describe("What the member may do."),
  position: positionInput.position.optional(),
  is_prescriber: positionInput.is_prescriber.optional(),
  licence_number: positionInput.licence_number.optional(),
  expires_at: instant.optional().meta({ description: "Within 30 days; 7 days from now when left out." }),
}).refine((value) => !value.is_prescriber || Boolean(value.licence_number), {
  error: "must be given for a prescriber",
  path: ["licence_number"],
}).refine((value) => !value.is_prescriber || value.role === "hospital_staff", {
  error: "is for hospital staff",
  path: ["is_prescriber"],
});

export const invitationListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  organization_id: organizationId.optional().describe("Only to this organization."),
  status: invitationStatus.optional().describe("Only those of this status."),
});
