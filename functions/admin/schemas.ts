import { z } from "zod";
import { addressInput, addressOutput } from "../../shared/address.ts";
import { Constants } from "../../shared/database.types.ts";
import { email, instant, language, phone, plainText, rowFields, uuid, zone } from "../../shared/fields.ts";
import { pageOf, pageQuery } from "../../shared/paging.ts";

const { membership_role, membership_status, organization_kind } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const optionalText = z.string().nullable();
const changesSomething = (changes: object) => Object.keys(changes).length > 0;
const NOTHING_TO_CHANGE = "must name at least one field";

/** A hospital, pharmacy or laboratory. */
export const organization = z.object({
  id,
  kind: z.enum(organization_kind),
  name: z.string().meta({ example: "Demo General Hospital" }),
  time_zone: z.string().meta({ example: "Europe/Berlin" }),
  ...addressOutput,
  phone: optionalText.meta({ example: "+493012345600" }),
  email: optionalText.meta({ example: "info@demo.health" }),
  active: z.boolean().meta({ description: "A closed organization has no staff and takes no patients." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Organization" });

/** The whole mutable organization; what it is stays. */
export const organizationPut = z.strictObject({
  name: plainText(200).meta({ example: "Demo General Hospital" }),
  time_zone: zone,
  ...addressInput,
  phone: phone.nullable(),
  email: email.nullable(),
  active: z.boolean(),
});

export const organizationPatch = organizationPut.partial().refine(changesSomething, NOTHING_TO_CHANGE);

export const organizationCreate = organizationPut.omit({ active: true }).partial().extend({
  kind: z.enum(organization_kind),
  name: organizationPut.shape.name,
  time_zone: organizationPut.shape.time_zone,
});

export const organizationListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  kind: z.enum(organization_kind).optional(),
});

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
  token: z.string().meta({
    example: "hZ3v1ZB2v8q0kqS9Yx5d2tXo6mJ0cVQm4rE7uWnTgKA",
    description: "Opens the invitation; told once, here.",
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

/** What a person is in an organization. */
export const membership = z.object({
  id,
  user_id: uuid,
  organization_id: uuid,
  role: z.enum(membership_role),
  ...position,
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

export const membershipPatch = z.strictObject(positionInput).partial().refine(changesSomething, NOTHING_TO_CHANGE);

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
  email: email.optional(),
});

/** What suspending or reinstating a person did. */
export const personStatus = z.object({
  user_id: uuid,
  status: z.enum(membership_status),
  memberships: z.array(membership),
}).meta({ id: "PersonStatus" });

const action = z.enum(["insert", "update", "delete"]);

/** One changed row: who, when, for whom and which fields, without their values. */
export const auditEntry = z.object({
  id: z.int().meta({ example: 4711 }),
  occurred_at: instant,
  actor_id: uuid.nullable(),
  actor_role: z.string().meta({ example: "authenticated" }),
  organization_id: uuid.nullable(),
  patient_id: uuid.nullable(),
  request_id: optionalText.meta({ example: "5c1f0f6e-6a3b-4c1e-9d55-2f6f0f7f3a10" }),
  table_name: z.string().meta({ example: "patients" }),
  row_id: uuid,
  action,
  changed_fields: z.array(z.string().meta({ example: "phone" })),
}).meta({ id: "AuditEntry" });

export const auditQuery = z.strictObject({
  ...pageQuery(z.strictObject({ id: z.int() })),
  organization_id: uuid.optional(),
  actor_id: uuid.optional(),
  patient_id: uuid.optional(),
  row_id: uuid.optional(),
  table_name: z.string().regex(/^[a-z_]{1,63}$/, "must be the name of a table").optional().meta({
    example: "patients",
  }),
  action: action.optional(),
  request_id: z.string().regex(/^[\w\-=]{1,255}$/, "must be a request id").optional(),
  from: instant.optional().meta({ description: "The first instant." }),
  to: instant.optional().meta({ description: "The instant before which entries end." }),
});

export const organizationPage = pageOf(organization);
export const invitationPage = pageOf(invitation);
export const membershipPage = pageOf(membership);
export const personPage = pageOf(person);
export const auditPage = pageOf(auditEntry);
