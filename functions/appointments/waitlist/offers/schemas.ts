import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { instant, organizationId, patientId, rowFields, uuid } from "../../../../shared/schema/fields.ts";
import { practitionerId, roomId } from "../../ids.ts";

const { appointment_party, waitlist_offer_status } = Constants.public.Enums;

/** A time that is kept for somebody who waits, until they decide or it lapses. */
export const waitlistOffer = z.object({
  ...rowFields,
  organization_id: organizationId,
  entry_id: uuid.describe("The entry on the waiting list."),
  patient_id: patientId,
  practitioner_id: practitionerId,
  appointment_id: uuid.nullable().meta({
    description: "The hold that keeps the time while the offer is open; then the appointment, if it was accepted.",
  }),
  starts_at: instant.meta({ example: "2026-03-02T09:30:00Z", description: "When the offered time begins." }),
  ends_at: instant.meta({ example: "2026-03-02T10:00:00Z", description: "When the offered time ends." }),
  status: z.enum(waitlist_offer_status).meta({
    example: "open",
    description: "`lapsed` when nobody answered in time.",
  }),
  offered_by: z.enum(appointment_party).meta({ example: "system", description: "`system` when a time became free." }),
  offered_at: instant.describe("When the patient was told."),
  expires_at: instant.meta({ example: "2026-03-01T10:30:00Z", description: "Until when it can be accepted." }),
  decided_at: instant.nullable().meta({ example: null, description: "Null until it was decided." }),
}).meta({ id: "WaitlistOffer" });

export const waitlistOfferPage = pageOf(waitlistOffer);

/** An offer that staff make by hand. */
export const waitlistOfferCreate = z.strictObject({
  practitioner_id: practitionerId,
  starts_at: instant.meta({ example: "2026-03-02T09:30:00Z", description: "When the offered time begins." }),
  room_id: roomId.optional().meta({ description: "A free room of the service when left out." }),
});

export const waitlistOfferQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  organization_id: organizationId.optional().describe("Only at this hospital."),
  entry_id: uuid.optional().describe("Only for this entry."),
  patient_id: patientId.optional().describe("Only to this patient."),
  status: z.enum(waitlist_offer_status).optional().describe("Only those of this status."),
});
