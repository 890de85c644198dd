import type { z } from "zod";
import { type AppContext, data, expectedVersion, found, listed, sendRow, unwrap } from "../../../shared/route.ts";
import { appointment, type appointmentListQuery, appointmentPage } from "./schemas.ts";

/** The appointment with this id; 404 when there is none that the caller may see. */
export const readAppointment = async (c: AppContext, id: string) =>
  appointment.parse(found(await data(c).rpc("get_appointment", { p_id: id })));

/** Takes an appointment a step on and answers it. */
export async function step(
  c: AppContext,
  id: string,
  status: "booked" | "checked_in" | "in_progress" | "completed" | "no_show",
) {
  const args = { p_id: id, p_status: status, p_expected_version: expectedVersion(c) };
  return sendRow(c, appointment.parse(unwrap(await data(c).rpc("step_appointment", args))));
}

/** A page of the appointments that match, in the order of their start. */
export async function listAppointments(c: AppContext, query: z.output<typeof appointmentListQuery>) {
  const { limit, cursor, count, status } = query;
  const answer = await data(c).rpc("list_appointments", {
    p_organization_id: query.organization_id,
    p_patient_id: query.patient_id,
    p_practitioner_id: query.practitioner_id,
    p_room_id: query.room_id,
    p_series_id: query.series_id,
    p_statuses: status === undefined ? undefined : [status],
    p_from: query.from,
    p_to: query.to,
    p_limit: limit + 1,
    p_after_starts_at: cursor?.starts_at,
    p_after_id: cursor?.id,
    p_count: count !== undefined,
  });
  return listed(answer, appointmentPage, query, ["starts_at", "id"]);
}
