import { uuid } from "../../shared/schema/fields.ts";

/** Rows of the demo data, as examples. */
export const demo = {
  practitioner: "50000000-0000-4000-8000-000000000001",
  service: "50000000-0000-4000-8000-000000000021",
  room: "50000000-0000-4000-8000-000000000011",
} as const;

/** Ids that rows around appointments refer to. */
export const practitionerId = uuid.meta({
  example: demo.practitioner,
  description: "Who gives the appointment.",
});
export const serviceId = uuid.meta({
  example: demo.service,
  description: "What the appointment is for.",
});
export const roomId = uuid.meta({
  example: demo.room,
  description: "Where the appointment is.",
});
