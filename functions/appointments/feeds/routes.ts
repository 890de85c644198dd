import { etag } from "hono/etag";
import { z } from "zod";
import {
  type AppContext,
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  found,
  Hono,
  idParam,
  oneTimeToken,
  problem,
  publicData,
  rowsOf,
  sendRow,
  sha256Hex,
  toldOnce,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { readAppointment } from "../booking/queries.ts";
import {
  calendarEntry,
  calendarFeed,
  calendarFeedPage,
  calendarText,
  createdCalendarFeed,
  feedCreate,
  feedListQuery,
  tokenParam,
} from "./schemas.ts";
import { appointmentCalendar, feedCalendar } from "./ical.ts";

const table = rowsOf({ table: "calendar_feeds", schema: calendarFeed, order: ["-created_at", "id"] });
const MEDIA_TYPE = "text/calendar";

/** Appointments for calendar apps: feeds to subscribe to, and the file of one appointment. */
export const feeds = new Hono<AppEnv>()
  .get(
    "/feeds",
    describeRoute({
      id: "listCalendarFeeds",
      summary: "List my calendar feeds",
      description: "Newest first, revoked ones too.",
      responses: { 200: calendarFeedPage },
    }),
    validate("query", feedListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/feeds",
    describeRoute({
      id: "makeCalendarFeed",
      summary: "Make a calendar feed",
      description:
        "Of my own appointments, for a calendar app. The answer carries the token and the address with it, once, and not to a repetition with the same Idempotency-Key.",
      responses: { 201: createdCalendarFeed },
      problems: ["forbidden", "conflict", "already_exists"],
    }),
    validate("json", feedCreate),
    async (c) => {
      const token = await oneTimeToken(c, "calendar feed");
      const p_input = { ...c.req.valid("json"), token_hash: await sha256Hex(token) };
      const made = calendarFeed.parse(unwrap(await data(c).rpc("create_calendar_feed", { p_input })));
      const url = `${c.var.env.url}/functions/v1/appointments/feeds/${token}/calendar.ics`;
      return created(c, { ...made, ...toldOnce(c, { token, url }) }, `appointments/feeds/${made.id}`);
    },
  )
  .get(
    "/feeds/:id",
    describeRoute({
      id: "readCalendarFeed",
      summary: "Read what is known of a calendar feed",
      responses: { 200: calendarFeed },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .post(
    "/feeds/:id/revoke",
    transition("Revoke a calendar feed", calendarFeed, {
      id: "revokeCalendarFeed",
      description: "Its address opens nothing from now on.",
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, calendarFeed.parse(unwrap(await data(c).rpc("revoke_calendar_feed", args))));
    },
  )
  .get(
    "/feeds/:token/calendar.ics",
    describeRoute({
      id: "readCalendar",
      summary: "Read a calendar feed",
      description:
        "iCalendar, for whoever has the address: appointments from 30 days back to a year ahead, cancelled ones as such, nobody's name and nothing clinical. With `If-None-Match` 304 as long as nothing has changed.",
      responses: { 200: calendarText },
      mediaType: MEDIA_TYPE,
      problems: ["rate_limited"],
    }),
    etag(),
    validate("param", tokenParam),
    async (c) => {
      const { token } = c.req.valid("param");
      const entries = z.array(calendarEntry).parse(
        found(await publicData(c).rpc("read_calendar_feed", { p_token: token })),
      );
      c.header("Cache-Control", "private, no-cache");
      return file(c, feedCalendar(entries));
    },
  )
  .get(
    "/:id/appointment.ics",
    describeRoute({
      id: "readAppointmentFile",
      summary: "Read an appointment as a calendar file",
      description: "iCalendar, to open in a calendar app; of a cancelled appointment what takes it out again.",
      responses: { 200: calendarText },
      mediaType: MEDIA_TYPE,
    }),
    validate("param", idParam),
    async (c) => {
      const appointment = await readAppointment(c, c.req.valid("param").id);
      if (appointment.status === "held") throw problem("not_found", { detail: "A hold is no appointment yet." });
      return file(c, appointmentCalendar(appointment));
    },
  );

function file(c: AppContext, text: string) {
  return c.body(text, 200, {
    "Content-Type": `${MEDIA_TYPE}; charset=utf-8`,
    "Content-Disposition": 'attachment; filename="appointments.ics"',
  });
}
