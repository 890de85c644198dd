import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, instant, plainText, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";

const { appointment_party, appointment_status } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const optionalInstant = instant.nullable().meta({ example: null });
const optionalText = z.string().nullable().meta({ example: null });

/** An appointment as everybody who may see it sees it. No clinical text is in it. */
export const appointment = z.object({
  id,
  organization_id: uuid,
  organization_name: z.string().meta({ example: "Demo General Hospital" }),
  time_zone: z.string().meta({ example: "Europe/Berlin", description: "The zone of the hospital." }),
  patient_id: uuid,
  patient: z.object({
    given_name: z.string().meta({ example: "Paula" }),
    family_name: z.string().meta({ example: "Becker" }),
    birth_date: calendarDate.nullable().meta({ example: "1988-04-12" }),
  }).nullable().meta({ description: "For staff whose hospital cares for the patient; null for others." }),
  service_id: uuid,
  service_name: z.string().nullable().meta({
    example: "Consultation",
    description: "Null to staff where the patient lets the hospital see nothing.",
  }),
  practitioner_id: uuid,
  practitioner_name: z.string().meta({ example: "Dr. David Okafor" }),
  room_id: uuid.nullable(),
  room_name: optionalText,
  series_id: uuid.nullable(),
  series_detached: z.boolean().meta({
    example: false,
    description: "Moved by itself, and kept when its series moves.",
  }),
  status: z.enum(appointment_status).meta({ example: "booked" }),
  starts_at: instant,
  ends_at: instant.meta({ example: "2026-03-01T10:00:00Z" }),
  hold_expires_at: optionalInstant,
  overbooking: z.boolean().meta({ example: false, description: "Booked over another one, on purpose." }),
  overbooking_reason: optionalText,
  booked_by: z.enum(appointment_party),
  checked_in_at: optionalInstant,
  started_at: optionalInstant,
  completed_at: optionalInstant,
  cancelled_at: optionalInstant,
  cancelled_by: z.enum(appointment_party).nullable().meta({ example: null }),
  cancellation_reason: optionalText,
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
  service_id: uuid,
  practitioner_id: uuid,
  starts_at: startsAt,
  patient_id: uuid.optional().meta({ description: "Staff say for whom; patients book for themselves." }),
  room_id: uuid.optional().meta({ description: "For staff. A free room of the service when left out." }),
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

const exampleId = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";
const isHold = (booking: { hold_id?: unknown }) => booking.hold_id !== undefined;

/** What is to be booked: a slot, or the one of a hold, which says everything else. */
export const appointmentCreate = z.strictObject({
  ...wanted,
  service_id: uuid.optional(),
  practitioner_id: uuid.optional(),
  starts_at: startsAt.optional(),
  overbooking_reason: overbookingReason,
  hold_id: uuid.optional().meta({ description: "A hold of the caller's; then nothing else is named." }),
}).refine((booking) => !isHold(booking) || Object.keys(booking).length === 1, {
  error: "must stand alone",
  path: ["hold_id"],
}).superRefine((booking, context) => {
  if (isHold(booking)) return;
  for (const field of ["service_id", "practitioner_id", "starts_at"] as const) {
    if (booking[field] === undefined) context.addIssue({ code: "custom", message: "must be given", path: [field] });
  }
}).meta({ example: { service_id: exampleId, practitioner_id: exampleId, starts_at: "2026-03-02T09:30:00Z" } });

/** Where an appointment is moved; what is left out stays. */
export const appointmentMove = z.strictObject({
  starts_at: startsAt.optional(),
  practitioner_id: uuid.optional(),
  room_id: wanted.room_id,
  duration_minutes: wanted.duration_minutes,
  overbooking_reason: overbookingReason,
}).refine((move) => Object.keys(move).some((field) => field !== "overbooking_reason"), {
  error: "must name a time, a practitioner or a room",
});

export const cancellation = z.strictObject({ reason: plainText(500).meta({ example: "I am ill" }) });

const period = {
  from: instant.optional().meta({ description: "Those that start at it or later." }),
  to: instant.optional().meta({ description: "Those that start before it.", example: "2026-03-08T00:00:00Z" }),
  status: z.enum(appointment_status).optional().meta({ description: "Without it all but holds." }),
};

const paging = pageQuery(z.strictObject({ starts_at: instant, id: uuid }));

export const appointmentListQuery = z.strictObject({
  ...paging,
  ...period,
  organization_id: uuid.optional(),
  patient_id: uuid.optional(),
  practitioner_id: uuid.optional(),
  room_id: uuid.optional(),
  series_id: uuid.optional(),
});

/** The calendar of one practitioner or one room. */
export const calendarQuery = z.strictObject({ ...paging, ...period });
