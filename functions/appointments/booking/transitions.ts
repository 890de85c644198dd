import { Hono } from "hono";
import type { AppEnv } from "../../../shared/core/context.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { step } from "./queries.ts";
import { appointment } from "./schemas.ts";

const about = (summary: string, description: string) =>
  describeRoute({
    summary,
    description,
    responses: { 200: appointment },
    problems: ["forbidden", "illegal_transition"],
    idempotent: true,
    versioned: true,
  });

/** The steps of an appointment, which the hospital's staff take. */
export const visits = new Hono<AppEnv>()
  .post(
    "/:id/confirm",
    about("Confirm a request", "The request becomes a booking."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "booked"),
  )
  .post(
    "/:id/check-in",
    about("Check a patient in", "The patient is there."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "checked_in"),
  )
  .post(
    "/:id/start",
    about("Start an appointment", "The patient is with the practitioner."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "in_progress"),
  )
  .post(
    "/:id/complete",
    about("Complete an appointment", "What is left of its time is free again."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "completed"),
  )
  .post(
    "/:id/no-show",
    about("Note that a patient did not come", "Not before the appointment was to start."),
    validate("param", idParam),
    (c) => step(c, c.req.valid("param").id, "no_show"),
  );
