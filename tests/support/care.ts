import { DEMO, type Visitor } from "./appointments.ts";
import { sqlValue } from "./database.ts";
import { type Answer, call, listAt, signIn, textAt } from "./stack.ts";

/** Lets a person choose the demo hospital, and answers how they end its care. */
export async function startCare({ token }: Visitor): Promise<() => Promise<void>> {
  const body = { organization_id: DEMO.hospital };
  const started = await call("/patients/me/care-relationships", { token, body });
  if (started.status !== 201) throw new Error(JSON.stringify(started.body));
  const id = textAt(started.body, "/id");
  return async () => {
    const ended = await call(`/patients/me/care-relationships/${id}/end`, { token, method: "POST" });
    if (ended.status !== 200) throw new Error(JSON.stringify(ended.body));
  };
}

/** Whether the demo hospital cares for a person. */
export const isInCare = ({ patientId }: Visitor): Promise<unknown> =>
  sqlValue("select $2::uuid = any (hospital_ids) from private.patients where id = $1", [patientId, DEMO.hospital]);

/** What the privacy officer finds of a request. */
export async function recordedOf(answer: Answer): Promise<unknown[]> {
  const path = `/admin/audit?request_id=${answer.headers.get("x-request-id")}`;
  return listAt((await call(path, { token: await signIn("privacy@demo.health") })).body, "/data");
}
