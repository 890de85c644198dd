import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  found,
  Hono,
  idParam,
  listed,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { datesTaken } from "../problems.ts";
import { listAppointments } from "../booking/queries.ts";
import { appointmentPage, calendarQuery } from "../booking/schemas.ts";
import {
  bookedSeries,
  series as representation,
  seriesCancellation,
  seriesCreate,
  seriesListQuery,
  seriesMove,
  seriesPage,
} from "./schemas.ts";

/** Appointments that repeat: booked, moved and cancelled together or from one date on. */
export const series = new Hono<AppEnv>()
  .post(
    "/",
    describeRoute({
      id: "bookSeries",
      summary: "Book a series of appointments",
      description:
        "For staff. All dates or none: where dates are taken, the answer is 409 with `conflicts`, each with its reason and alternatives.",
      responses: { 201: bookedSeries },
      problems: ["forbidden", "not_found", datesTaken],
    }),
    validate("json", seriesCreate),
    async (c) => {
      const booked = bookedSeries.parse(unwrap(await data(c).rpc("book_series", { p_input: c.req.valid("json") })));
      return created(c, booked, `appointments/series/${booked.id}`);
    },
  )
  .get(
    "/",
    describeRoute({
      id: "listSeries",
      summary: "List series of appointments",
      description: "Oldest first. Patients see their own, hospital staff those at their hospital.",
      responses: { 200: seriesPage },
    }),
    validate("query", seriesListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_series", {
        p_organization_id: query.organization_id,
        p_patient_id: query.patient_id,
        p_status: query.status,
        p_limit: query.limit + 1,
        p_after_created_at: query.cursor?.created_at,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, seriesPage, query, ["created_at", "id"]), 200);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readSeries", summary: "Read a series", responses: { 200: representation } }),
    validate("param", idParam),
    async (c) => {
      const read = await data(c).rpc("get_series", { p_id: c.req.valid("param").id });
      return sendRow(c, representation.parse(found(read)));
    },
  )
  .get(
    "/:id/occurrences",
    describeRoute({
      id: "listSeriesAppointments",
      summary: "List the appointments of a series",
      description: "By time, the cancelled ones too.",
      responses: { 200: appointmentPage },
    }),
    validate("param", idParam),
    validate("query", calendarQuery),
    async (c) => {
      const query = { ...c.req.valid("query"), series_id: c.req.valid("param").id };
      return c.json(await listAppointments(c, query), 200);
    },
  )
  .post(
    "/:id/reschedule",
    transition("Move a series or a part of it", representation, {
      id: "moveSeries",
      description:
        "For staff; all dates or none. What follows a date becomes a series of its own, which is answered. " +
        "Appointments that are over, cancelled or checked in stay.",
      problems: ["forbidden", datesTaken],
    }),
    validate("param", idParam),
    validate("json", seriesMove),
    async (c) => {
      const { scope, appointment_id, ...changes } = c.req.valid("json");
      const moved = await data(c).rpc("move_series", {
        p_id: c.req.valid("param").id,
        p_scope: scope,
        p_changes: changes,
        p_appointment_id: appointment_id,
        p_expected_version: expectedVersion(c),
      });
      return sendRow(c, representation.parse(unwrap(moved)));
    },
  )
  .post(
    "/:id/cancel",
    transition("Cancel a series or a part of it", representation, {
      id: "cancelSeries",
      description: "For staff, with a reason. Appointments that were moved by themselves are cancelled as well.",
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", seriesCancellation),
    async (c) => {
      const { scope, appointment_id, reason } = c.req.valid("json");
      const cancelled = await data(c).rpc("cancel_series", {
        p_id: c.req.valid("param").id,
        p_scope: scope,
        p_reason: reason,
        p_appointment_id: appointment_id,
        p_expected_version: expectedVersion(c),
      });
      return sendRow(c, representation.parse(unwrap(cancelled)));
    },
  );
