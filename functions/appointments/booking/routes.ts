import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { patientBusy, slotTaken, tooLate } from "../problems.ts";
import { appointment, appointmentCreate, appointmentMove, cancellation, holdCreate } from "./schemas.ts";

/** Holding a slot, booking it, moving the appointment and giving it back. */
export const booking = new Hono<AppEnv>()
  .post(
    "/holds",
    describeRoute({
      id: "holdSlot",
      summary: "Hold a slot",
      description: "Nobody else gets it until the hold expires by itself. Book it with `hold_id`.",
      responses: { 201: appointment },
      problems: ["forbidden", "not_found", slotTaken, patientBusy, "conflict"],
    }),
    validate("json", holdCreate),
    async (c) => {
      const held = appointment.parse(unwrap(await data(c).rpc("hold_slot", { p_input: c.req.valid("json") })));
      return created(c, held, `appointments/${held.id}`);
    },
  )
  .delete(
    "/holds/:id",
    describeRoute({ id: "releaseHold", summary: "Release a hold", responses: { 204: null } }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      unwrap(await data(c).rpc("release_hold", args));
      return c.body(null, 204);
    },
  )
  .post(
    "/",
    describeRoute({
      id: "bookAppointment",
      summary: "Book an appointment",
      description:
        "A slot, or that of a hold while it can be booked. Answers a request where the service has bookings of patients confirmed. Patients who book enter into the care of the hospital; staff book for those in care.",
      responses: { 201: appointment },
      problems: ["forbidden", "not_found", slotTaken, patientBusy, "conflict", "illegal_transition"],
    }),
    validate("json", appointmentCreate),
    async (c) => {
      const booked = appointment.parse(unwrap(await data(c).rpc("book_appointment", { p_input: c.req.valid("json") })));
      return created(c, booked);
    },
  )
  .post(
    "/:id/reschedule",
    transition("Move an appointment", appointment, {
      id: "moveAppointment",
      description:
        "The appointment stays the same one; `sequence` grows. Patients may until the cut-off of the service; where it has their bookings confirmed, the appointment is a request again.",
      problems: ["forbidden", slotTaken, patientBusy, tooLate],
    }),
    validate("param", idParam),
    validate("json", appointmentMove),
    async (c) => {
      const to = c.req.valid("json");
      const moved = await data(c).rpc("reschedule_appointment", {
        p_id: c.req.valid("param").id,
        p_starts_at: to.starts_at,
        p_practitioner_id: to.practitioner_id,
        p_room_id: to.room_id,
        p_duration_minutes: to.duration_minutes,
        p_overbooking_reason: to.overbooking_reason,
        p_expected_version: expectedVersion(c),
      });
      return sendRow(c, appointment.parse(unwrap(moved)));
    },
  )
  .post(
    "/:id/cancel",
    transition("Cancel an appointment", appointment, {
      id: "cancelAppointment",
      description: "With a reason. Patients may until the cut-off of the service.",
      problems: [tooLate],
    }),
    validate("param", idParam),
    validate("json", cancellation),
    async (c) => {
      const { reason } = c.req.valid("json");
      const args = { p_id: c.req.valid("param").id, p_reason: reason, p_expected_version: expectedVersion(c) };
      return sendRow(c, appointment.parse(unwrap(await data(c).rpc("cancel_appointment", args))));
    },
  );
