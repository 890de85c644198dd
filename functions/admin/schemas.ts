import { z } from "zod";
import { Constants } from "../../shared/data/database.types.ts";
import { email, instant, language, plainText, rowFields, uuid } from "../../shared/schema/fields.ts";
import { pageBody, pageOf, pageQuery } from "../../shared/data/paging.ts";
import { changesSomething } from "../../shared/schema/changes.ts";

const { membership_role, membership_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const optionalText = z.string().nullable();

/** What a membership says about its holder; prescribers carry the number of their licence. */
const position = {
  position: optionalText.meta({ example: "Nurse" }),
  is_prescriber: z.boolean().meta({ example: false }),
  licence_number: optionalText.meta({ example: null }),
};

const positionInput = {
  position: plainText(100).nullable().meta({ example: "Nurse" }),
  is_prescriber: z.boolean().meta({ example: false }),
  licence_number: plainText(50).nullable().meta({ example: null }),
};

const invitationStatus = z.enum(["open", "accepted", "revoked", "expired"]);

/** An offer to join an organization. */
export const invitation = z.object({
  id,
  organization_id: uuid,
  email: z.string().meta({ example: "new.nurse@example.org" }),
  role: z.enum(membership_role),
  ...position,
  status: invitationStatus,
  expires_at: instant,
  accepted_at: instant.nullable().meta({ example: null }),
  accepted_by: uuid.nullable().meta({ example: null }),
  revoked_at: instant.nullable().meta({ example: null }),
  created_by: uuid.nullable(),
  version,
  created_at,
  updated_at,
}).meta({ id: "Invitation" });

/** What the database answers about an invitation: all but the status, which follows from it. */
export const storedInvitation = invitation.omit({ status: true });

export const createdInvitation = invitation.extend({
  token: z.string().optional().meta({
    example: "hZ3v1ZB2v8q0kqS9Yx5d2tXo6mJ0cVQm4rE7uWnTgKA",
    description: "Opens the invitation; told once, here, and not to a repetition.",
  }),
}).meta({ id: "CreatedInvitation" });

export const invitationCreate = z.strictObject({
  organization_id: uuid,
  email,
  role: z.enum(membership_role),
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
  organization_id: uuid.optional(),
  status: invitationStatus.optional(),
});

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

const ownMembership = membership.omit({ person: true });

/** Somebody who belongs, or belonged, to an organization of the caller. */
export const person = z.object({
  id,
  email: z.string().meta({ example: "nurse@demo.health" }),
  given_name: z.string().meta({ example: "Nora" }),
  family_name: z.string().meta({ example: "Lindgren" }),
  phone: optionalText.meta({ example: null }),
  language: language.meta({ example: "en" }),
  login_deleted_at: instant.nullable().meta({ example: null }),
  memberships: z.array(ownMembership).meta({ description: "Those in the caller's organizations." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Person" });

export const personListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ family_name: z.string(), given_name: z.string(), id: uuid })),
  organization_id: uuid.optional(),
});

/** Whom to look for. An address is no query parameter: those are logged on their way. */
export const personSearch = z.strictObject({
  ...pageBody(z.strictObject({ id: uuid })),
  organization_id: uuid.optional(),
  email,
});

/** What suspending or reinstating a person did. */
export const personStatus = z.object({
  user_id: uuid,
  status: z.enum(membership_status),
  memberships: z.array(membership),
}).meta({ id: "PersonStatus" });

export const invitationPage = pageOf(invitation);
export const membershipPage = pageOf(membership);
export const personPage = pageOf(person);
