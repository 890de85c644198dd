import { z } from "zod";
import { changesSomething } from "../../../shared/schema/changes.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { calendarDate, plainText, rowFields, timeOfDay, uuid } from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";

const { availability_kind, booking_audience } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;
const own = { id, organization_id: uuid };
const made = { version, created_at, updated_at };
const active = z.boolean().meta({ example: true, description: "One that is not takes no new appointments." });

/** Lists by name: of one organization, or of all that the caller sees. */
export const namedListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  organization_id: uuid.optional(),
  active: z.enum(["true", "false"]).transform((value) => value === "true").optional(),
});

const roomName = plainText(100).meta({ example: "Room 3" });
export const room = z.object({ ...own, name: roomName, active, ...made }).meta({ id: "Room" });
export const roomPage = pageOf(room);
export const roomCreate = z.strictObject({ organization_id: uuid, name: roomName });
export const roomPatch = z.strictObject({ name: roomName, active }).partial().refine(...changesSomething);

const practitionerFields = {
  display_name: plainText(200).meta({ example: "Dr. David Okafor" }),
  specialty: plainText(100).meta({ example: "Internal medicine" }),
};
export const practitioner = z.object({ ...own, membership_id: uuid, ...practitionerFields, active, ...made })
  .meta({ id: "Practitioner" });
export const practitionerPage = pageOf(practitioner);
export const practitionerListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ display_name: z.string(), id: uuid })),
  organization_id: uuid.optional(),
  specialty: plainText(100).optional(),
  active: namedListQuery.shape.active,
});
export const practitionerCreate = z.strictObject({
  organization_id: uuid,
  membership_id: uuid.meta({ description: "An active membership of the hospital's staff." }),
  ...practitionerFields,
});
export const practitionerPatch = z.strictObject({ ...practitionerFields, active }).partial().refine(
  ...changesSomething,
);

const minutes = (least: number, most: number, example: number) =>
  z.int().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`).meta({ example });

const duration = minutes(5, 480, 30);
const settings = {
  buffer_before_minutes: minutes(0, 120, 0),
  buffer_after_minutes: minutes(0, 120, 10),
  slot_minutes: minutes(5, 480, 30).meta({ example: 30, description: "Slots start every so many minutes." }),
  bookable_by: z.enum(booking_audience).meta({ example: "patients", description: "Who books it besides the staff." }),
  needs_confirmation: z.boolean().meta({
    example: false,
    description: "Bookings of patients are requests until staff confirm them.",
  }),
  notice_minutes: minutes(0, 43_200, 60).meta({ example: 60, description: "Patients book so far ahead at least." }),
  cutoff_minutes: minutes(0, 43_200, 1440).meta({ example: 1440, description: "Patients move and cancel until then." }),
  patient_limit: z.int().min(1).max(20).meta({ example: 2, description: "Open appointments that a patient may have." }),
  waitlist_offer_minutes: minutes(10, 1440, 60).meta({
    example: 60,
    description: "For how long a time is kept for one who waits.",
  }),
  horizon_days: z.int().min(1).max(1826).meta({
    example: 365,
    description: "Patients book so many days ahead at most.",
  }),
};
const ids = z.array(uuid).max(100, "must be at most 100");
const resources = { practitioner_ids: ids, room_ids: ids.meta({ description: "None: it takes place anywhere." }) };
const serviceName = plainText(200).meta({ example: "Consultation" });

export const service = z.object({
  ...own,
  name: serviceName,
  duration_minutes: duration,
  ...settings,
  ...resources,
  active,
  ...made,
}).meta({ id: "Service" });
export const servicePage = pageOf(service);
export const serviceCreate = z.strictObject({ organization_id: uuid, name: serviceName, duration_minutes: duration })
  .extend(z.object({ ...settings, ...resources }).partial().shape);
export const servicePatch = z.strictObject({
  name: serviceName,
  duration_minutes: duration,
  ...settings,
  ...resources,
  active,
}).partial().refine(...changesSomething);

const start = timeOfDay.meta({ example: "08:00" });
const end = z.union([timeOfDay, z.literal("24:00")], "must be a time such as 17:00, or 24:00").meta({
  example: "12:00",
});
const weekday = z.int().min(1, "must be 1 to 7").max(7, "must be 1 to 7").meta({
  example: 1,
  description: "1 is Monday.",
});
const validTo = calendarDate.nullable().meta({ example: null, description: "The last day; null for no end." });
const rule = {
  weekday,
  start_time: start,
  end_time: end,
  valid_from: calendarDate.meta({ example: "2026-01-01" }),
  valid_to: validTo,
};

/** Weekly hours in the wall time of the hospital's zone. */
export const availabilityRule = z.object({ ...own, practitioner_id: uuid, ...rule, ...made })
  .meta({ id: "AvailabilityRule" });
export const availabilityRulePage = pageOf(availabilityRule);
export const availabilityRuleListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ weekday: z.int(), start_time: z.string(), id: uuid })),
  organization_id: uuid.optional(),
  practitioner_id: uuid.optional(),
});
export const availabilityRuleCreate = z.strictObject({
  organization_id: uuid,
  practitioner_id: uuid,
  ...rule,
  valid_from: rule.valid_from.optional(),
  valid_to: validTo.optional(),
});
export const availabilityRulePatch = z.strictObject(rule).partial().refine(...changesSomething);

const exception = {
  practitioner_id: uuid.nullable().meta({ description: "Null for a holiday of the hospital." }),
  kind: z.enum(availability_kind).meta({ example: "closed" }),
  from_day: calendarDate.meta({ example: "2026-12-24" }),
  to_day: calendarDate.meta({ example: "2026-12-26", description: "The last day, at most 366 days later." }),
  start_time: start.nullable().meta({ example: null, description: "Null, with `end_time`, for whole days." }),
  end_time: end.nullable().meta({ example: null }),
  reason: plainText(200).nullable().meta({ example: "Christmas" }),
};

/** Days that differ from the weekly hours: closed, or open in addition. */
export const availabilityException = z.object({ ...own, ...exception, ...made }).meta({ id: "AvailabilityException" });
export const availabilityExceptionPage = pageOf(availabilityException);
export const availabilityExceptionListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ from_day: calendarDate, id: uuid })),
  organization_id: uuid.optional(),
  practitioner_id: uuid.optional(),
});
export const availabilityExceptionCreate = z.strictObject({
  organization_id: uuid,
  ...z.object(exception).partial().required({ kind: true, from_day: true }).shape,
}).meta({
  example: { organization_id: "5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10", kind: "closed", from_day: "2026-12-24" },
});
