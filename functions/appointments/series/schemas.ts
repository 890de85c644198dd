import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import {
  calendarDate,
  demo as shared,
  instant,
  organizationId,
  patientId,
  rowFields,
  uuid,
} from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { cancellation, duration } from "../booking/schemas.ts";
import { refusedDate } from "../slots/schemas.ts";
import { demo, practitionerId, roomId, serviceId } from "../ids.ts";

const { series_status, series_unit } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const unit = z.enum(series_unit).meta({ example: "week", description: "What `every_n` counts." });
const everyN = z.int().min(1, "must be at least 1").max(26, "must be at most 26").meta({
  example: 1,
  description: "Every how many days, weeks or months.",
});
const startTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:30").meta({
  example: "09:30",
  description: "Wall time in the zone of the hospital, on whichever side of a change of the clocks.",
});
const monthDay = z.int().min(1, "must be at least 1").max(31, "must be at most 31");

/** Appointments that repeat. Its dates are appointments of their own, listed with `series_id`. */
export const series = z.object({
  id,
  organization_id: organizationId,
  organization_name: z.string().meta({ example: "Demo General Hospital", description: "Name of the hospital." }),
  time_zone: z.string().meta({ example: "Europe/Berlin", description: "The zone of the hospital." }),
  patient_id: patientId,
  service_id: serviceId,
  service_name: z.string().nullable().meta({
    example: "Consultation",
    description: "Null to staff where the patient lets the hospital see nothing.",
  }),
  practitioner_id: practitionerId,
  practitioner_name: z.string().meta({ example: "Dr. David Okafor", description: "Name shown to patients." }),
  room_id: roomId.nullable().meta({ description: "Null where every date has a free room of the service." }),
  room_name: z.string().nullable().meta({ example: null, description: "Name of the room; null without one." }),
  unit,
  every_n: everyN,
  start_day: calendarDate.describe("The first date."),
  last_day: calendarDate.meta({ example: "2026-04-05", description: "The last date." }),
  month_day: monthDay.nullable().meta({
    example: null,
    description: "Of a monthly one; a month without it has its last day.",
  }),
  start_time: startTime,
  duration_minutes: z.int().meta({ example: 30, description: "Length of each appointment in minutes." }),
  occurrences: z.int().meta({ example: 6, description: "How many dates it has, those left out included." }),
  open: z.int().meta({ example: 6, description: "How many of its appointments are neither over nor cancelled." }),
  status: z.enum(series_status).meta({ example: "active", description: "`cancelled` when all dates to come are." }),
  continues: uuid.nullable().meta({ description: "The series from which this one was split." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "AppointmentSeries" });

export const seriesPage = pageOf(series);

/** A new series, with the dates on which nothing was booked. */
export const bookedSeries = series.extend({
  left_out: z.array(refusedDate).meta({ description: "Empty unless `skip_conflicts` was asked for." }),
});

/** What is to be booked how often. */
export const seriesCreate = z.strictObject({
  service_id: serviceId,
  practitioner_id: practitionerId,
  patient_id: patientId,
  room_id: roomId.optional().meta({ description: "A free room of the service for each date when left out." }),
  unit,
  every_n: everyN.optional().meta({ description: "Every how many days, weeks or months; 1 when left out." }),
  start_day: calendarDate.meta({
    description: "The first date. It says the day of the week or of the month; a month without it has its last day.",
  }),
  start_time: startTime,
  duration_minutes: duration.optional(),
  count: z.int().min(1, "must be at least 1").max(52, "must be at most 52").optional().meta({
    example: 6,
    description: "How many dates; or give `until`.",
  }),
  until: calendarDate.optional().meta({ description: "The last day, instead of `count`." }),
  skip_conflicts: z.boolean().optional().meta({
    example: false,
    description: "Books the dates that are free and answers the others in `left_out`. Without it, all or none.",
  }),
}).refine((wanted) => (wanted.count === undefined) !== (wanted.until === undefined), {
  error: "must be given unless `until` is, and not beside it",
  path: ["count"],
}).meta({
  example: {
    service_id: demo.service,
    practitioner_id: demo.practitioner,
    patient_id: shared.patient,
    unit: "week",
    start_day: "2026-03-02",
    start_time: "09:30",
    count: 6,
  },
});

/** An id of no row: an example that moves or cancels nothing. */
const NO_ROW = "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10";

const scope = z.enum(["one", "this_and_following", "all"]).meta({
  example: "this_and_following",
  description: "`all` are those that are still to come.",
});
const change = {
  scope,
  appointment_id: uuid.optional().meta({ description: "The one, or the first one of those that change." }),
};
const namesItsDate = (wanted: { scope: z.output<typeof scope>; appointment_id?: string | undefined }) =>
  (wanted.scope === "all") === (wanted.appointment_id === undefined);
const unnamed = { error: "must be given unless the scope is `all`, and not with it", path: ["appointment_id"] };

const moves = {
  start_time: startTime.optional(),
  shift_days: z.int().min(-366, "must be at least -366").max(366, "must be at most 366").optional().meta({
    example: 2,
    description: "By how many days daily and weekly dates go later; negative for earlier.",
  }),
  month_day: monthDay.optional().meta({ example: 15, description: "The new day of monthly dates." }),
  practitioner_id: practitionerId.optional().describe("With whom instead."),
  room_id: roomId.nullable().optional().meta({ description: "Null for a free room of the service on each date." }),
  duration_minutes: duration.optional(),
  include_detached: z.boolean().optional().meta({
    example: false,
    description: "Takes back to the series what was moved by itself. Without it such appointments stay.",
  }),
};

/** Which appointments of a series are moved, and where. */
export const seriesMove = z.strictObject({ ...change, ...moves })
  .refine(namesItsDate, unnamed)
  .refine((wanted) => Object.keys(moves).some((field) => field in wanted), { error: "must say what changes" })
  .meta({ example: { scope: "this_and_following", appointment_id: NO_ROW, shift_days: 2, start_time: "10:00" } });

export const seriesCancellation = z.strictObject({ ...change, ...cancellation.shape })
  .refine(namesItsDate, unnamed)
  .meta({ example: { scope: "all", reason: "The treatment is over" } });

export const seriesListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  organization_id: organizationId.optional().describe("Only at this hospital."),
  patient_id: patientId.optional().describe("Only of this patient."),
  status: z.enum(series_status).optional().describe("Only those of this status."),
});
