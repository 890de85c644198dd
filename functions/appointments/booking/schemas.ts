import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import {
  calendarDate,
  instant,
  organizationId,
  patientId,
  plainText,
  rowFields,
  uuid,
} from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { demo, practitionerId, roomId, serviceId } from "../ids.ts";

const { appointment_party, appointment_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const optionalInstant = instant.nullable().meta({ example: null });
const optionalText = z.string().nullable().meta({ example: null });

/** An appointment as everybody who may see it sees it. No clinical text is in it. */
export const appointment = z.object({
  id,
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
  practitioner_id: practitionerId,
  practitioner_name: z.string().meta({ example: "Dr. David Okafor", description: "Name shown to patients." }),
  room_id: roomId.nullable().describe("Null when no room is needed."),
  room_name: optionalText.describe("Name of the room; null without one."),
  series_id: uuid.nullable().describe("The series it is a date of; null for a single one."),
  series_detached: z.boolean().meta({
    example: false,
    description: "Moved by itself, and kept when its series moves.",
  }),
  status: z.enum(appointment_status).meta({
    example: "booked",
    description: "Where it stands; `held` is a time kept for a short while.",
  }),
  starts_at: instant.describe("When it begins."),
  ends_at: instant.meta({
    example: "2026-03-01T10:00:00Z",
    description: "When it ends, without the time to prepare and tidy up.",
  }),
  hold_expires_at: optionalInstant.describe("When the hold lapses; null once it is booked."),
  overbooking: z.boolean().meta({ example: false, description: "Booked over another one, on purpose." }),
  overbooking_reason: optionalText.describe("Why it was booked over another one; null if it was not."),
  booked_by: z.enum(appointment_party).describe("Who booked: patient, staff or the system."),
  checked_in_at: optionalInstant.describe("When the patient arrived; null before."),
  started_at: optionalInstant.describe("When it actually began; null before."),
  completed_at: optionalInstant.describe("When it was over; null before."),
  cancelled_at: optionalInstant.describe("When it was cancelled; null if it was not."),
  cancelled_by: z.enum(appointment_party).nullable().meta({
    example: null,
    description: "Who cancelled; null if nobody did.",
  }),
  cancellation_reason: optionalText.describe("As whoever cancelled gave it; null if nobody did."),
  sequence: z.int().min(0).meta({ example: 0, description: "How often it was moved, as iCalendar counts." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "Appointment" });

export const appointmentPage = pageOf(appointment);

const startsAt = instant.meta({ description: "Patients start where a slot does.", example: "2026-03-02T09:30:00Z" });
export const duration = z.int().min(5, "must be at least 5").max(480, "must be at most 480").meta({
  example: 30,
  description: "Minutes; for staff. That of the service when left out.",
});

const wanted = {
  service_id: serviceId,
  practitioner_id: practitionerId,
  starts_at: startsAt,
  patient_id: patientId.optional().meta({ description: "Staff say for whom; patients book for themselves." }),
  room_id: roomId.optional().meta({ description: "For staff. A free room of the service when left out." }),
  duration_minutes: duration.optional(),
};

const overbookingReason = plainText(500).optional().meta({
  example: "Acute pain, squeezed in",
  description: "Books over others or outside of hours, on purpose. For staff with the permission to.",
});

/** What is to be held, and for how long. */
export const holdCreate = z.strictObject({
  ...wanted,
  hold_minutes: z.int().min(1).max(30).optional().meta({ example: 10, description: "10 when left out." }),
});

const isHold = (booking: { hold_id?: unknown }) => booking.hold_id !== undefined;

/** What is to be booked: a slot, or the one of a hold, which says everything else. */
export const appointmentCreate = z.strictObject({
  ...wanted,
  service_id: serviceId.optional().describe("What is booked; needed without `hold_id`."),
  practitioner_id: practitionerId.optional().describe("With whom; needed without `hold_id`."),
  starts_at: startsAt.optional(),
  overbooking_reason: overbookingReason.describe("Why it was booked over another one; null if it was not."),
  hold_id: uuid.optional().meta({ description: "A hold of the caller's; then nothing else is named." }),
}).refine((booking) => !isHold(booking) || Object.keys(booking).length === 1, {
  error: "must stand alone",
  path: ["hold_id"],
}).superRefine((booking, context) => {
  if (isHold(booking)) return;
  for (const field of ["service_id", "practitioner_id", "starts_at"] as const) {
    if (booking[field] === undefined) context.addIssue({ code: "custom", message: "must be given", path: [field] });
  }
}).meta({
  example: { service_id: demo.service, practitioner_id: demo.practitioner, starts_at: "2026-03-02T09:30:00Z" },
});

/** Where an appointment is moved; what is left out stays. */
export const appointmentMove = z.strictObject({
  starts_at: startsAt.optional(),
  practitioner_id: practitionerId.optional().describe("With whom instead."),
  room_id: wanted.room_id.describe("Null when no room is needed."),
  duration_minutes: wanted.duration_minutes,
  overbooking_reason: overbookingReason.describe("Why it was booked over another one; null if it was not."),
}).refine((move) => Object.keys(move).some((field) => field !== "overbooking_reason"), {
  error: "must name a time, a practitioner or a room",
});

export const cancellation = z.strictObject({
  reason: plainText(500).meta({ example: "I am ill", description: "Why, for both sides to read." }),
});

const period = {
  from: instant.optional().meta({ description: "Those that start at it or later." }),
  to: instant.optional().meta({ description: "Those that start before it.", example: "2026-03-08T00:00:00Z" }),
  status: z.enum(appointment_status).optional().meta({ description: "Without it all but holds." }),
};

const paging = pageQuery(z.strictObject({ starts_at: instant, id: uuid }));

export const appointmentListQuery = z.strictObject({
  ...paging,
  ...period,
  organization_id: organizationId.optional().describe("Only at this hospital."),
  patient_id: patientId.optional().describe("Only of this patient."),
  practitioner_id: practitionerId.optional().describe("Only with this practitioner."),
  room_id: roomId.optional().describe("Only in this room."),
  series_id: uuid.optional().describe("Only dates of this series."),
});

/** The calendar of one practitioner or one room. */
export const calendarQuery = z.strictObject({ ...paging, ...period });
