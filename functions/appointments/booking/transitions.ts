import { type AppEnv, Hono, idParam, transition, validate } from "../../../shared/route.ts";
import { step } from "./queries.ts";
import { appointment } from "./schemas.ts";

const about = (id: string, summary: string, description: string) =>
  transition(summary, appointment, { id, description, problems: ["forbidden"] });

/** The steps of an appointment, which the hospital's staff take. */
export const visits = new Hono<AppEnv>()
  .post(
    "/:id/confirm",
    about("confirmAppointment", "Confirm a request", "The request becomes a booking."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "booked"),
  )
  .post(
    "/:id/check-in",
    about("checkPatientIn", "Check a patient in", "The patient is there."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "checked_in"),
  )
  .post(
    "/:id/start",
    about("startAppointment", "Start an appointment", "The patient is with the practitioner."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "in_progress"),
  )
  .post(
    "/:id/complete",
    about("completeAppointment", "Complete an appointment", "What is left of its time is free again."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "completed"),
  )
  .post(
    "/:id/no-show",
    about("noteNoShow", "Note that a patient did not come", "Not before the appointment was to start."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "no_show"),
  );
