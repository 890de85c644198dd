import { z } from "zod";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import {
  birthDate,
  instant,
  organizationId,
  patientId,
  plainText,
  rowFields,
  uuid,
} from "../../../../shared/schema/fields.ts";

const { id, version, created_at, updated_at } = rowFields;
const someone = uuid.nullable();
const later = instant.nullable().meta({ example: null });

/** A code for the login of a patient; what it is, is told once. */
export const linkCode = z.object({
  id,
  patient_id: patientId,
  organization_id: organizationId,
  tries: z.int().min(0).max(5).meta({
    example: 0,
    description: "With a wrong birth date; after five the code is dead.",
  }),
  expires_at: instant.describe("When it stops being valid."),
  used_at: later.describe("When it was used; null before."),
  used_by: someone.meta({ example: null, description: "The user who used it; null before." }),
  revoked_at: later.describe("When it was withdrawn; null if it was not."),
  needs_confirmation: z.boolean().meta({
    example: false,
    description: "A member redeemed it: the link waits until a second one has decided.",
  }),
  confirmed: z.boolean().nullable().meta({
    example: null,
    description: "What the second member decided; null before.",
  }),
  decided_at: later.describe("Null until it was decided."),
  decided_by: someone.meta({ example: null, description: "The user who decided; null before, or for the system." }),
  created_by: someone.describe("The user who made it; null for the system."),
  version,
  created_at,
  updated_at,
}).meta({ id: "LinkCode" });

export const createdLinkCode = linkCode.extend({
  code: z.string().optional().meta({
    example: "K7QM2-XWD9T",
    description: "Told once, here, and not to a repetition.",
  }),
}).meta({ id: "CreatedLinkCode" });

export const linkCodePage = pageOf(linkCode);
export const linkCodeListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  waiting: z.literal("true").optional().meta({ description: "Only those whose link waits for a second member." }),
});

/** What somebody is told who redeemed a code as a member of the hospital: nothing of the patient. */
export const pendingLink = z.strictObject({
  link_code_id: uuid.describe("Id of the link code."),
  status: z.enum(["waiting", "declined"]).meta({
    example: "waiting",
    description: "Whether it still waits for a second member.",
  }),
}).meta({ id: "PendingLink" });

export const linkCodeParams = z.strictObject({
  id: uuid.describe("Id of the patient."),
  link_code_id: uuid.describe("Id of the link code."),
});

export const linkRedeem = z.strictObject({
  code: plainText(20).meta({
    example: "K7QM2-XWD9T",
    description: "As the hospital handed it out.",
  }),
  birth_date: birthDate.describe("That of the patient, as a check."),
});
