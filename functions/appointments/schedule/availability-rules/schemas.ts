import { z } from "zod";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { changesSomething } from "../../../../shared/schema/validation.ts";
import { calendarDate, organizationId, uuid } from "../../../../shared/schema/fields.ts";
import { endTime, made, own, startTime, storedTime } from "../fields.ts";
import { practitionerId } from "../../ids.ts";

const weekday = z.int().min(1, "must be 1 to 7").max(7, "must be 1 to 7").meta({
  example: 1,
  description: "1 is Monday.",
});
const validTo = calendarDate.nullable().meta({ example: null, description: "The last day; null for no end." });
const fields = {
  weekday,
  start_time: startTime,
  end_time: endTime,
  valid_from: calendarDate.meta({ example: "2026-01-01", description: "The first day on which it holds." }),
  valid_to: validTo,
};

/** Weekly hours in the wall time of the hospital's zone. */
export const availabilityRule = z.object({ ...own, practitioner_id: practitionerId, ...fields, ...made })
  .meta({ id: "AvailabilityRule" });
export const availabilityRulePage = pageOf(availabilityRule);

/** Weekly hours as the database has them. */
export const availabilityRuleRow = availabilityRule.extend({ start_time: storedTime, end_time: storedTime })
  .pipe(availabilityRule);

export const availabilityRuleListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ weekday: z.int(), start_time: z.string(), id: uuid })),
  organization_id: organizationId.optional().describe("Only of this hospital."),
  practitioner_id: practitionerId.optional().describe("Only of this practitioner."),
});
export const availabilityRuleCreate = z.strictObject({
  organization_id: organizationId,
  practitioner_id: practitionerId,
  ...fields,
  valid_from: fields.valid_from.optional(),
  valid_to: validTo.optional(),
});
export const availabilityRulePatch = z.strictObject(fields).partial().refine(...changesSomething);
