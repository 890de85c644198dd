import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { calendarDate, instant, plainText, uuid, zone } from "../../../shared/schema/fields.ts";
import { practitionerId, serviceId } from "../ids.ts";

/** The longest search of slots, in days, both ends included. */
const MOST_DAYS = 31;

/** A free time of a practitioner. */
export const slot = z.object({
  practitioner_id: practitionerId,
  starts_at: instant.describe("When it begins."),
  ends_at: instant.meta({
    example: "2026-03-01T10:00:00Z",
    description: "When it ends, without the time to prepare and tidy up.",
  }),
}).meta({ id: "Slot" });

export const slotPage = pageOf(slot);

/** A date of a series that cannot be. */
export const refusedDate = z.object({
  day: calendarDate.describe("The date, in the zone of the hospital."),
  starts_at: instant.describe("When it would have begun."),
  reason: z.enum(["slot_taken", "patient_busy", "outside_hours", "past"]).meta({
    example: "slot_taken",
    description: "Why nothing can be booked then.",
  }),
  alternatives: z.array(slot).max(3).meta({ description: "Up to three free times near it." }),
});

const { limit, cursor } = pageQuery(z.strictObject({ starts_at: instant, practitioner_id: practitionerId }));

/** A day to come, as an example that finds free times. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

const idList = z.string().transform((text) => text.split(",")).pipe(z.array(uuid).min(1).max(50)).meta({
  description: "Up to 50 ids with commas between them; all who give the service when left out.",
});

/** Which slots of a service. Days are calendar days in `time_zone`, or else in the zone of the hospital. */
export const slotQuery = z.strictObject({
  limit,
  cursor,
  service_id: serviceId.describe("Slots of this service."),
  from: calendarDate.meta({ example: inDays(1), description: "The first day." }),
  to: calendarDate.meta({ example: inDays(14), description: "The last day, at most 30 days after `from`." }),
  practitioner_id: idList.optional(),
  specialty: plainText(100).optional().meta({
    example: "Internal medicine",
    description: "Only practitioners of this specialty.",
  }),
  time_zone: zone.optional().describe("Zone of `from` and `to`; the hospital's when left out."),
}).refine(({ from, to }) => to >= from, { error: "must not lie before `from`", path: ["to"] })
  .refine(({ from, to }) => days(from, to) <= MOST_DAYS, {
    error: `must lie at most ${MOST_DAYS - 1} days after \`from\``,
    path: ["to"],
  });

const days = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
