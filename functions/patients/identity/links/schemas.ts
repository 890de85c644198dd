import { z } from "zod";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { birthDate, instant, plainText, rowFields, uuid } from "../../../../shared/schema/fields.ts";

const { id, version, created_at, updated_at } = rowFields;
const someone = uuid.nullable();
const later = instant.nullable().meta({ example: null });

/** A code for the login of a patient; what it is, is told once. */
export const linkCode = z.object({
  id,
  patient_id: uuid,
  organization_id: uuid,
  tries: z.int().min(0).max(5).meta({
    example: 0,
    description: "With a wrong birth date; after five the code is dead.",
  }),
  expires_at: instant,
  used_at: later,
  used_by: someone.meta({ example: null }),
  revoked_at: later,
  needs_confirmation: z.boolean().meta({
    example: false,
    description: "A member redeemed it: the link waits until a second one has decided.",
  }),
  confirmed: z.boolean().nullable().meta({ example: null }),
  decided_at: later,
  decided_by: someone.meta({ example: null }),
  created_by: someone,
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
  link_code_id: uuid,
  status: z.enum(["waiting", "declined"]).meta({ example: "waiting" }),
}).meta({ id: "PendingLink" });

export const linkCodeParams = z.strictObject({ id: uuid, link_code_id: uuid });

export const linkRedeem = z.strictObject({
  code: plainText(20).meta({
    example: "K7QM2-XWD9T",
  }),
  birth_date: birthDate,
});
