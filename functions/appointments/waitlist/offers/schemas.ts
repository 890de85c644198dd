import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { instant, rowFields, uuid } from "../../../../shared/schema/fields.ts";

const { appointment_party, waitlist_offer_status } = Constants.public.Enums;

/** A time that is kept for somebody who waits, until they decide or it lapses. */
export const waitlistOffer = z.object({
  ...rowFields,
  organization_id: uuid,
  entry_id: uuid,
  patient_id: uuid,
  practitioner_id: uuid,
  appointment_id: uuid.nullable().meta({
    description: "The hold that keeps the time while the offer is open; then the appointment, if it was accepted.",
  }),
  starts_at: instant.meta({ example: "2026-03-02T09:30:00Z" }),
  ends_at: instant.meta({ example: "2026-03-02T10:00:00Z" }),
  status: z.enum(waitlist_offer_status).meta({ example: "open" }),
  offered_by: z.enum(appointment_party).meta({ example: "system" }),
  offered_at: instant,
  expires_at: instant.meta({ example: "2026-03-01T10:30:00Z", description: "Until when it can be accepted." }),
  decided_at: instant.nullable().meta({ example: null }),
}).meta({ id: "WaitlistOffer" });

export const waitlistOfferPage = pageOf(waitlistOffer);

/** What staff offer by hand. */
export const waitlistOfferCreate = z.strictObject({
  practitioner_id: uuid,
  starts_at: instant.meta({ example: "2026-03-02T09:30:00Z" }),
  room_id: uuid.optional().meta({ description: "A free room of the service when left out." }),
});

export const waitlistOfferQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  organization_id: uuid.optional(),
  entry_id: uuid.optional(),
  patient_id: uuid.optional(),
  status: z.enum(waitlist_offer_status).optional(),
});
