import { z } from "zod";
import { Constants } from "../../../shared/data/database.types.ts";
import { instant, plainText, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { appointment } from "../booking/schemas.ts";

const { calendar_kind } = Constants.public.Enums;
const { id, version, created_at, updated_at } = rowFields;

const calendar = z.enum(calendar_kind).meta({
  example: "patient",
  description: "The appointments that one has as a patient, or those that one gives as a practitioner.",
});
const name = plainText(100).meta({ example: "My phone", description: "What the owner calls it, to tell feeds apart." });

/** A feed; its token is told once. */
export const calendarFeed = z.object({
  id,
  calendar,
  name: z.string().meta({ example: "My phone", description: "What the owner calls it, to tell feeds apart." }),
  last_used_at: instant.nullable().meta({ description: "To within five minutes." }),
  revoked_at: instant.nullable().meta({ example: null, description: "When it was withdrawn; null if it was not." }),
  version,
  created_at,
  updated_at,
}).meta({ id: "CalendarFeed" });

const exampleToken = "hZ3v1ZB2v8q0kqS9Yx5d2tXo6mJ0cVQm4rE7uWnTgKA";

export const createdCalendarFeed = calendarFeed.extend({
  token: z.string().optional().meta({
    example: exampleToken,
    description: "Opens the feed; told once, here, and not to a repetition.",
  }),
  url: z.url().optional().meta({
    example: `https://project.example/functions/v1/appointments/feeds/${exampleToken}/calendar.ics`,
    description: "What a calendar app subscribes to. Whoever has it reads the feed.",
  }),
}).meta({ id: "CreatedCalendarFeed" });

export const calendarFeedPage = pageOf(calendarFeed);

export const feedCreate = z.strictObject({ calendar, name });
export const feedListQuery = z.strictObject(pageQuery(z.strictObject({ created_at: instant, id: uuid })));
/** Any text: one that cannot be a token opens nothing, like one that is none. */
export const tokenParam = z.strictObject({ token: z.string().describe("The secret of the feed's address.") });

/** What a calendar is told about an appointment: when and where, not about what and with whom. */
export const calendarEntry = appointment.pick({
  id: true,
  status: true,
  starts_at: true,
  ends_at: true,
  organization_name: true,
  time_zone: true,
  room_name: true,
  sequence: true,
  created_at: true,
  updated_at: true,
});
export type CalendarEntry = z.output<typeof calendarEntry>;

/** An iCalendar object (RFC 5545). */
export const calendarText = z.string().meta({
  example: "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:PUBLISH\r\n…\r\nEND:VCALENDAR\r\n",
});
