import { z } from "zod";
import { instant, organizationId, rowFields, timeOfDay, uuid } from "../../shared/schema/fields.ts";
import { pageOf, pageQuery } from "../../shared/data/paging.ts";

/** The database knows which kinds there are. */
const kind = z.string().regex(/^[a-z][a-z_]{2,49}$/, "must be a kind of notification").meta({
  example: "appointment_reminder",
  description: "Kind of notification.",
});

export const notification = z.object({
  ...rowFields,
  kind,
  title: z.string().meta({
    example: "Reminder of your appointment",
    description: "One line, in the language of the person.",
  }),
  body: z.string().meta({
    example: "Tomorrow at 09:30 at Demo General Hospital.",
    description: "The whole text, without clinical content.",
  }),
  link: z.string().nullable().describe("A path of the frontend that leads to what it is about.")
    .meta({ example: "/appointments/5f0c5f6e-8a3b-4c1e-9d55-2f6f0f7f3a10" }),
  organization_id: organizationId.nullable().describe("Where it comes from; null for the network."),
  read_at: instant.nullable().meta({ example: null, description: "When it was read; null before." }),
}).meta({ id: "Notification" });

export const notificationPage = pageOf(notification).extend({
  unread: z.int().min(0).describe("How many are unread, whatever the filters.").meta({ example: 3 }),
});

export const notificationListQuery = z.strictObject({
  ...pageQuery(z.strictObject({ created_at: instant, id: uuid })),
  unread: z.enum(["true", "false"]).transform((value) => value === "true").optional()
    .meta({ description: "`true` for what is unread alone, `false` for what was read." }),
  kind: kind.optional().describe("Only of this kind."),
});

export const readAllInput = z.strictObject({
  kind: kind.optional().describe("Only of this kind; all when left out."),
  until: instant.optional().describe("`created_at` of the newest one that was seen: what came later stays unread."),
});

export const readAllAnswer = z.object({
  marked: z.int().min(0).meta({ example: 3, description: "How many were unread until now." }),
});

const channels = {
  in_app: z.boolean().meta({ example: true, description: "Shown in the list of notifications." }),
  mail: z.boolean().meta({ example: true, description: "Sent by mail as well." }),
};

const quietHours = z.strictObject({
  from: timeOfDay.describe("Wall time at which they begin."),
  until: timeOfDay.meta({ example: "07:00", description: "Wall time at which they end, on the next day if earlier." }),
})
  .refine(({ from, until }) => from !== until, { path: ["until"], error: "must differ from the beginning" });

const MINUTES = "must be 15 minutes to 14 days";
const reminderMinutes = z.array(z.int().min(15, MINUTES).max(20160, MINUTES)).max(5).meta({ example: [1440, 120] });

export const preferences = z.object({
  ...rowFields,
  quiet_hours: z.object({
    from: timeOfDay.describe("Wall time at which they begin."),
    until: timeOfDay.meta({
      example: "07:00",
      description: "Wall time at which they end, on the next day if earlier.",
    }),
  }).nullable().describe("When no mail is sent; null for never."),
  time_zone: z.string().describe("The zone of the profile, in which the quiet hours are told.")
    .meta({ example: "Europe/Berlin" }),
  kinds: z.record(
    kind,
    z.object({
      description: z.string().meta({ example: "An appointment is near", description: "What the kind is about." }),
      ...channels,
      urgent: z.boolean().describe("Is mailed in quiet hours too.").meta({ example: false }),
      locked: z.boolean().describe("Cannot be switched off.").meta({ example: false }),
    }),
  ).describe("By kind, what is told and how."),
  reminder_minutes: reminderMinutes.describe("How long before an appointment a reminder comes, in minutes."),
}).meta({ id: "NotificationPreferences" });

export const preferencesPut = z.strictObject({
  quiet_hours: quietHours.nullable().describe("When no mail is sent; null for never."),
  kinds: z.record(kind, z.strictObject(channels)).describe("What is not named goes back to its defaults."),
  reminder_minutes: reminderMinutes.refine(
    (minutes) => new Set(minutes).size === minutes.length,
    "must not repeat itself",
  )
    .optional()
    .describe(
      "How long before an appointment a reminder comes, in minutes; none for an empty list, a day and two hours without one.",
    ),
});
