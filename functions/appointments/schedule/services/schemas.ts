import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf } from "../../../../shared/data/paging.ts";
import { changesSomething } from "../../../../shared/schema/validation.ts";
import { organizationId, plainText, uuid } from "../../../../shared/schema/fields.ts";
import { active, made, own } from "../fields.ts";
import { practitionerId, roomId } from "../../ids.ts";

const { booking_audience } = Constants.public.Enums;

const minutes = (least: number, most: number, example: number) =>
  z.int().min(least, `must be at least ${least}`).max(most, `must be at most ${most}`).meta({ example });

const duration = minutes(5, 480, 30).describe("Length in minutes, when staff name no other.");
const settings = {
  buffer_before_minutes: minutes(0, 120, 0).describe("Minutes to prepare; not booked."),
  buffer_after_minutes: minutes(0, 120, 10).describe("Minutes to tidy up; not booked."),
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
const resources = {
  practitioner_ids: ids.describe("Who gives it."),
  room_ids: ids.meta({ description: "None: it takes place anywhere." }),
};
const serviceName = plainText(200).meta({ example: "Consultation", description: "Name shown to patients." });

/** A service: it can be booked, and says by whom, with whom and where. */
export const service = z.object({
  ...own,
  name: serviceName,
  duration_minutes: duration,
  ...settings,
  ...resources,
  active,
  ...made,
}).meta({ id: "Service" });

/** A service as the database has it: who gives it, and where, are rows of their own. */
export const serviceRow = service.omit({ practitioner_ids: true, room_ids: true }).extend({
  resources: z.array(z.object({ practitioner_id: practitionerId.nullable(), room_id: roomId.nullable() })),
}).transform(({ resources, ...rest }) => ({
  ...rest,
  practitioner_ids: resources.flatMap(({ practitioner_id }) => practitioner_id ?? []),
  room_ids: resources.flatMap(({ room_id }) => room_id ?? []),
})).pipe(service);

export const servicePage = pageOf(service);
export const serviceCreate = z.strictObject({
  organization_id: organizationId,
  name: serviceName,
  duration_minutes: duration,
})
  .extend(z.object({ ...settings, ...resources }).partial().shape);
export const servicePatch = z.strictObject({
  name: serviceName,
  duration_minutes: duration,
  ...settings,
  ...resources,
  active,
}).partial().refine(...changesSomething);
