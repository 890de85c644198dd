import { Hono } from "hono";
import type { AppEnv } from "../../../shared/core/context.ts";
import { data, unwrap } from "../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { patientBusy, slotTaken, tooLate } from "../problems.ts";
import { appointment, appointmentCreate, appointmentMove, cancellation, holdCreate } from "./schemas.ts";

/** Holding a slot, booking it, moving the appointment and giving it back. */
export const booking = new Hono<AppEnv>()
  .post(
    "/holds",
    describeRoute({
      summary: "Hold a slot",
      description: "Nobody else gets it until the hold expires by itself. Book it with `hold_id`.",
      responses: { 201: appointment },
      problems: ["forbidden", "not_found", slotTaken, patientBusy, "conflict"],
    }),
    validate("json", holdCreate),
    async (c) => {
      const held = appointment.parse(unwrap(await data(c).rpc("hold_slot", { p_input: c.req.valid("json") })));
      c.var.record.organizationId = held.organization_id;
      return created(c, held, `appointments/${held.id}`);
    },
  )
  .delete(
    "/holds/:id",
    describeRoute({ summary: "Release a hold", responses: { 204: null } }),
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
      summary: "Book an appointment",
      description:
        "A slot, or that of a hold while it can be booked. Answers a request where the service has bookings of patients confirmed. Patients who book enter into the care of the hospital; staff book for those in care.",
      responses: { 201: appointment },
      problems: ["forbidden", "not_found", slotTaken, patientBusy, "conflict", "illegal_transition"],
    }),
    validate("json", appointmentCreate),
    async (c) => {
      const booked = appointment.parse(unwrap(await data(c).rpc("book_appointment", { p_input: c.req.valid("json") })));
      c.var.record.organizationId = booked.organization_id;
      return created(c, booked);
    },
  )
  .post(
    "/:id/reschedule",
    describeRoute({
      summary: "Move an appointment",
      description:
        "The appointment stays the same one; `sequence` grows. Patients may until the cut-off of the service; where it has their bookings confirmed, the appointment is a request again.",
      responses: { 200: appointment },
      problems: ["forbidden", "illegal_transition", slotTaken, patientBusy, tooLate],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    validate("json", appointmentMove),
    async (c) => {
      const p_input = { ...c.req.valid("json"), id: c.req.valid("param").id };
      const moved = await data(c).rpc("reschedule_appointment", { p_input, p_expected_version: expectedVersion(c) });
      return sendRow(c, appointment.parse(unwrap(moved)));
    },
  )
  .post(
    "/:id/cancel",
    describeRoute({
      summary: "Cancel an appointment",
      description: "With a reason. Patients may until the cut-off of the service.",
      responses: { 200: appointment },
      problems: ["illegal_transition", tooLate],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    validate("json", cancellation),
    async (c) => {
      const p_input = { ...c.req.valid("json"), id: c.req.valid("param").id };
      const cancelled = await data(c).rpc("cancel_appointment", { p_input, p_expected_version: expectedVersion(c) });
      return sendRow(c, appointment.parse(unwrap(cancelled)));
    },
  );
