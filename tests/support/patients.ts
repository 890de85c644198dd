import { type Answer, call, signIn, textAt } from "./stack.ts";

/** A family name that no other test uses, made of letters alone. */
export const uniqueName = (): string =>
  `Q${
    crypto.randomUUID().replaceAll(/[^a-z0-9]/g, "").replaceAll(/\d/g, (digit) => "ghijklmnop".charAt(Number(digit)))
  }`;

/** Registers a patient, by default as the demo doctor at the demo hospital. */
export async function newPatient(fields: Record<string, unknown> = {}, email = "doctor@demo.health"): Promise<Answer> {
  const body = { given_name: "Paul", family_name: uniqueName(), ...fields };
  const answer = await call("/patients", { token: await signIn(email), body });
  if (answer.status !== 201) throw new Error(`No patient was made: ${JSON.stringify(answer.body)}`);
  return answer;
}

/** Registers a patient and answers the id. */
export const newPatientId = async (fields: Record<string, unknown> = {}, email?: string): Promise<string> =>
  textAt((await newPatient(fields, email)).body, "/id");
