import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import {
  calendarDate,
  instant,
  organizationId,
  patientId,
  plainText,
  rowFields,
  timeOfDay,
  uuid,
} from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { waitlistOffer } from "./offers/schemas.ts";
import { demo, practitionerId, serviceId } from "../ids.ts";

const { appointment_party, waitlist_status } = Constants.public.Enums;

const optionalText = z.string().nullable().meta({ example: null });
const weekday = z.int().min(1, "must be 1 (Monday) to 7").max(7, "must be 1 (Monday) to 7").meta({
  example: 1,
  description: "1 is Monday, 7 is Sunday.",
});
const priority = z.int().min(0, "must be 0 to 3").max(3, "must be 0 to 3").meta({
  example: 0,
  description: "Higher comes first. Given by staff, with a reason.",
});

/** An entry as everybody who may see it sees it; of others who wait it says how many are before it. */
export const waitlistEntry = z.object({
  ...rowFields,
  organization_id: organizationId,
  organization_name: z.string().meta({ example: "Demo General Hospital", description: "Name of the hospital." }),
  time_zone: z.string().meta({ example: "Europe/Berlin", description: "The zone of the hospital." }),
  patient_id: patientId,
  patient: z.object({
    given_name: z.string().meta({ example: "Paula", description: "First names, as the person writes them." }),
    family_name: z.string().meta({ example: "Becker", description: "Surname, as the person writes it." }),
    birth_date: calendarDate.nullable().meta({
      example: "1988-04-12",
      description: "Day of birth; null when unknown.",
    }),
  }).nullable().meta({ description: "For staff whose hospital cares for the patient; null for others." }),
  service_id: serviceId,
  service_name: z.string().nullable().meta({
    example: "Consultation",
    description: "Null to staff where the patient lets the hospital see nothing.",
  }),
  practitioner_id: practitionerId.nullable().describe("Null when any practitioner suits."),
  practitioner_name: optionalText.describe("Null when any practitioner suits."),
  from_day: calendarDate.nullable().describe("The first day that suits; null for any."),
  to_day: calendarDate.nullable().describe("The last day that suits; null for any."),
  weekdays: z.array(weekday).nullable().describe("Days that suit, 1 for Monday; null for all."),
  from_time: z.string().nullable().meta({
    example: "08:00:00",
    description: "It starts at this time or later; null for any.",
  }),
  to_time: z.string().nullable().meta({
    example: "12:00:00",
    description: "It starts before this time; null for any.",
  }),
  replaces_appointment_id: uuid.nullable().describe("The later appointment that an accepted offer moves."),
  priority,
  priority_reason: optionalText.describe("Why it comes first; null without a priority."),
  status: z.enum(waitlist_status).meta({
    example: "waiting",
    description:
      "`booked`: got a suitable appointment another way. `left`: by leaving, or by ending the care of the hospital. `expired`: nothing can suit any more.",
  }),
  place: z.int().min(1).nullable().meta({ example: 1, description: "In the order of the service; null once closed." }),
  offer: waitlistOffer.nullable().meta({ description: "The open offer." }),
  joined_at: instant.describe("Since when the patient waits."),
  joined_by: z.enum(appointment_party).describe("Who put the patient on the list."),
  closed_at: instant.nullable().meta({ example: null, description: "When the waiting ended; null before." }),
}).meta({ id: "WaitlistEntry" });

export const waitlistPage = pageOf(waitlistEntry);

/** An entry of the waiting list: the patient, the service, and the times that suit. Days and times are those of the hospital. */
export const waitlistJoin = z.strictObject({
  service_id: serviceId,
  patient_id: patientId.optional().meta({ description: "Staff say who; patients wait for themselves." }),
  practitioner_id: practitionerId.optional().meta({ description: "Any who gives the service when left out." }),
  from_day: calendarDate.optional().describe("The first day that suits."),
  to_day: calendarDate.optional().meta({ example: "2026-03-31", description: "The last day that suits." }),
  weekdays: z.array(weekday).min(1).max(7).optional().describe("Days that suit; all when left out."),
  from_time: timeOfDay.optional().meta({ example: "08:00", description: "It starts at this time or later." }),
  to_time: timeOfDay.optional().meta({ example: "12:00", description: "It starts before this time." }),
  replaces_appointment_id: uuid.optional().meta({
    description: "A later appointment of the same service: offers are earlier, and accepting one moves it.",
  }),
  priority: priority.optional(),
  priority_reason: plainText(200).optional().meta({
    example: "Referred as urgent",
    description: "Why it comes first.",
  }),
}).refine(({ from_day = "", to_day }) => to_day === undefined || to_day >= from_day, {
  error: "must not lie before `from_day`",
  path: ["to_day"],
}).refine(({ from_time = "", to_time }) => to_time === undefined || to_time > from_time, {
  error: "must lie after `from_time`",
  path: ["to_time"],
}).meta({ example: { service_id: demo.service, to_day: "2026-03-31", weekdays: [1, 3], from_time: "08:00" } });

export const waitlistQuery = z.strictObject({
  ...pageQuery(z.strictObject({ priority: z.int(), joined_at: instant, id: uuid })),
  organization_id: organizationId.optional().describe("Only at this hospital."),
  service_id: serviceId.optional().describe("Only for this service."),
  patient_id: patientId.optional().describe("Only of this patient."),
  status: z.enum(waitlist_status).optional().meta({ description: "Without it those that are open." }),
});
