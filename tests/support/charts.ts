import { HOSPITAL } from "./people.ts";
import { type Answer, call, signIn } from "./stack.ts";

/** Opens a chart, by default as the demo doctor. */
export const openChart = async (patientId: string, email = "doctor@demo.health", body: object = {}): Promise<Answer> =>
  await call(`/patients/${patientId}/open`, { token: await signIn(email), body });

/** Adds a record to a chart that is open; throws what was refused. */
export async function addRecord(patientId: string, path: string, body: object, token: string): Promise<Answer> {
  const answer = await call(`/patients/${patientId}/${path}`, { token, body });
  if (answer.status !== 201) throw new Error(`No record was added: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** A decision of the patient about the demo hospital. */
export const giveConsent = (patientId: string, token: string, scope: string, more: object = {}): Promise<Answer> =>
  call(`/patients/${patientId}/consents`, { token, body: { organization_id: HOSPITAL, scope, ...more } });
