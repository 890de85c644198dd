import { type AppContext, data, found, unwrap } from "../../../shared/route.ts";
import { refuseClosedChart } from "../records/queries.ts";
import { patient } from "./schemas.ts";

/**
 * The patient with this id, without one the caller's own; 404 when there is none that the caller may see. An attempt on somebody else's patient goes into
 * the audit log.
 */
export async function readPatient(c: AppContext, id?: string) {
  const answer = await data(c).rpc("get_patient", { p_id: id });
  return patient.parse(id === undefined ? found(answer) : unwrap(answer) ?? await refuseClosedChart(c, id));
}

/** The id of the caller's own patient row; 404 for people without one. */
export async function ownPatientId(c: AppContext): Promise<string> {
  const { id } = found(await data(c).from("patients").select("id").eq("user_id", c.var.caller.id).maybeSingle());
  return id;
}
