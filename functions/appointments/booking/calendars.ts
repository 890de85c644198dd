import { type AppEnv, describeRoute, Hono, idParam, sendRow, validate } from "../../../shared/route.ts";
import { listAppointments, readAppointment } from "./queries.ts";
import { appointment, appointmentListQuery, appointmentPage, calendarQuery } from "./schemas.ts";

/** Appointments to read: all that the caller sees, and the calendar of a practitioner or a room. */
export const calendars = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listAppointments",
      summary: "List appointments by time",
      description: "Patients see their own, hospital staff those at their hospital.",
      responses: { 200: appointmentPage },
    }),
    validate("query", appointmentListQuery),
    async (c) => c.json(await listAppointments(c, c.req.valid("query")), 200),
  )
  .get(
    "/practitioners/:id/calendar",
    describeRoute({
      id: "readPractitionerCalendar",
      summary: "Read the calendar of a practitioner",
      responses: { 200: appointmentPage },
    }),
    validate("param", idParam),
    validate("query", calendarQuery),
    async (c) => {
      const query = { ...c.req.valid("query"), practitioner_id: c.req.valid("param").id };
      return c.json(await listAppointments(c, query), 200);
    },
  )
  .get(
    "/rooms/:id/calendar",
    describeRoute({
      id: "readRoomCalendar",
      summary: "Read the calendar of a room",
      responses: { 200: appointmentPage },
    }),
    validate("param", idParam),
    validate("query", calendarQuery),
    async (c) => {
      const query = { ...c.req.valid("query"), room_id: c.req.valid("param").id };
      return c.json(await listAppointments(c, query), 200);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readAppointment", summary: "Read an appointment", responses: { 200: appointment } }),
    validate("param", idParam),
    async (c) => sendRow(c, await readAppointment(c, c.req.valid("param").id)),
  );
