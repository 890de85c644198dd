import { z } from "zod";
import { pageQuery } from "../../../shared/data/paging.ts";
import { organizationId, rowFields, timeOfDay, uuid } from "../../../shared/schema/fields.ts";

const { id, version, created_at, updated_at } = rowFields;

/** The fields that every row of the schedule begins and ends with. */
export const own = { id, organization_id: organizationId };
export const made = { version, created_at, updated_at };

export const active = z.boolean().meta({ example: true, description: "One that is not takes no new appointments." });
export const activeFilter = z.enum(["true", "false"]).transform((value) => value === "true").optional().describe(
  "Only active ones, or only the others.",
);

/** Lists by name: of one organization, or of all that the caller sees. */
export const namedListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  organization_id: organizationId.optional().describe("Only of this hospital."),
  active: activeFilter,
});

export const startTime = timeOfDay.meta({ example: "08:00", description: "Wall time at which it begins." });
export const endTime = z.union([timeOfDay, z.literal("24:00")], "must be a time such as 17:00, or 24:00").meta({
  example: "12:00",
  description: "Wall time at which it ends; `24:00` is midnight.",
});

/** A time of a row: Postgres writes times to the second, the API to the minute. */
export const storedTime = z.string().transform((text) => text.slice(0, 5));
