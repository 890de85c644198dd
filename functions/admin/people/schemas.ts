import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { pageBody, pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { email, instant, language, organizationId, rowFields, userId, uuid } from "../../../shared/schema/fields.ts";
import { membership } from "../memberships/schemas.ts";

const { membership_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const ownMembership = membership.omit({ person: true });

/** Somebody who belongs, or belonged, to an organization of the caller. */
export const person = z.object({
  id,
  email: z.string().meta({ example: "nurse@demo.health", description: "E-mail address." }),
  given_name: z.string().meta({ example: "Nora", description: "First names, as the person writes them." }),
  family_name: z.string().meta({ example: "Lindgren", description: "Surname, as the person writes it." }),
  phone: z.string().nullable().meta({ example: null, description: "In E.164; null when not given." }),
  language: language.meta({ example: "en", description: "Preferred language, as a BCP 47 tag." }),
  login_deleted_at: instant.nullable().meta({
    example: null,
    description: "When the login was deleted; null while there is one.",
  }),
  memberships: z.array(ownMembership).meta({ description: "Those in the caller's organizations." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Person" });

export const personPage = pageOf(person);

/** A person out of the database: what they joined first comes first. */
export const storedPerson = person.transform(({ memberships, ...rest }) => ({
  ...rest,
  memberships: memberships.toSorted((one, other) => one.created_at < other.created_at ? -1 : 1),
}));

export const personListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ family_name: z.string(), given_name: z.string(), id: uuid })),
  organization_id: organizationId.optional().describe("Only people of this organization."),
});

/** The terms of a search for people. They are sent in a body, because query parameters are logged on their way. */
export const personSearch = z.strictObject({
  ...pageBody(z.strictObject({ id: uuid })),
  organization_id: organizationId.optional().describe("Only people of this organization."),
  email,
});

/** The result of suspending or reinstating a person. */
export const personStatus = z.object({
  user_id: userId.describe("The login it belongs to."),
  status: z.enum(membership_status).describe("What their memberships are now."),
  memberships: z.array(membership).describe("Those in the caller's organizations."),
}).meta({ id: "PersonStatus" });
