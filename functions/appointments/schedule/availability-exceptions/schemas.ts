import { z } from "zod";
import { Constants } from "../../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { calendarDate, demo, organizationId, plainText, uuid } from "../../../../shared/schema/fields.ts";
import { endTime, made, own, startTime, storedTime } from "../fields.ts";
import { practitionerId } from "../../ids.ts";

const { availability_kind } = Constants.public.Enums;

const fields = {
  practitioner_id: practitionerId.nullable().meta({ description: "Null for a holiday of the hospital." }),
  kind: z.enum(availability_kind).meta({
    example: "closed",
    description: "`closed`, or `open` beyond the weekly hours.",
  }),
  from_day: calendarDate.meta({ example: "2026-12-24", description: "The first day." }),
  to_day: calendarDate.meta({ example: "2026-12-26", description: "The last day, at most 366 days later." }),
  start_time: startTime.nullable().meta({ example: null, description: "Null, with `end_time`, for whole days." }),
  end_time: endTime.nullable().meta({ example: null, description: "Null, with `start_time`, for whole days." }),
  reason: plainText(200).nullable().meta({
    example: "Christmas",
    description: "For the staff to read; null without one.",
  }),
};

/** Days that differ from the weekly hours: closed, or open in addition. */
export const availabilityException = z.object({ ...own, ...fields, ...made }).meta({ id: "AvailabilityException" });
export const availabilityExceptionPage = pageOf(availabilityException);

/** Such days as the database has them. */
export const availabilityExceptionRow = availabilityException
  .extend({ start_time: storedTime.nullable(), end_time: storedTime.nullable() })
  .pipe(availabilityException);

export const availabilityExceptionListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ from_day: calendarDate, id: uuid })),
  organization_id: organizationId.optional().describe("Only of this hospital."),
  practitioner_id: practitionerId.optional().describe("Only of this practitioner."),
});
export const availabilityExceptionCreate = z.strictObject({
  organization_id: organizationId,
  ...z.object(fields).partial().required({ kind: true, from_day: true }).shape,
}).meta({
  example: { organization_id: demo.organization, kind: "closed", from_day: "2026-12-24" },
});
