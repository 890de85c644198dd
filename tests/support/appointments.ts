import { sql, sqlValue } from "./database.ts";
import { type Answer, call, listAt, signIn, textAt } from "./stack.ts";
import { tokenOf } from "./tokens.ts";

/** The demo schedule of the seeds. */
export const DEMO = {
  hospital: "10000000-0000-4000-8000-000000000001",
  doctor: "50000000-0000-4000-8000-000000000001",
  doctorUser: "30000000-0000-4000-8000-000000000002",
  nurse: "50000000-0000-4000-8000-000000000002",
  consultation: "50000000-0000-4000-8000-000000000021",
  bloodSample: "50000000-0000-4000-8000-000000000022",
  specialist: "50000000-0000-4000-8000-000000000023",
  surgery: "50000000-0000-4000-8000-000000000024",
  rooms: ["50000000-0000-4000-8000-000000000011", "50000000-0000-4000-8000-000000000012"],
  northDoctor: "60000000-0000-4000-8000-000000000001",
  officeVisit: "60000000-0000-4000-8000-000000000021",
  physical: "60000000-0000-4000-8000-000000000022",
} as const;

/** Takes away every appointment and everybody who waits, so that a file of tests meets an empty calendar. */
export async function clearAppointments(): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    // Somebody who still waits would be offered the times that the next test frees.
    await client.query(`
      delete from public.appointments; delete from public.appointment_series;
      delete from public.waitlist_offers; delete from public.waitlist_entries;`);
    await client.query("commit");
  } finally {
    client.release();
  }
}

/** The day that lies `weeks` weeks and some days ahead and is a Monday, Tuesday, … (1 to 7). */
export function dayAhead(weeks: number, weekday = 1): string {
  const day = new Date(Date.now() + weeks * 7 * 86_400_000);
  day.setUTCDate(day.getUTCDate() + (weekday - day.getUTCDay() + 7) % 7);
  return day.toISOString().slice(0, 10);
}

/** A wall time of a day in a zone, as an instant; Postgres knows the zones. */
export async function instantOf(day: string, time: string, zone = "Europe/Berlin"): Promise<string> {
  const value = await sqlValue("select private.first_instant($1::date + $2::time, $3)", [day, time, zone]);
  if (value instanceof Date) return value.toISOString();
  throw new Error(`${day} ${time} is no time`);
}

/** The starts of the free slots of a service on one day. */
export async function freeStarts(
  service: string,
  day: string,
  email = "doctor@demo.health",
  more = "",
): Promise<string[]> {
  const path = `/appointments/slots?service_id=${service}&from=${day}&to=${day}&limit=100${more}`;
  const answer = await call(path, { token: await signIn(email) });
  return listAt(answer.body, "/data").map((one) => new Date(textAt(one, "/starts_at")).toISOString());
}

/** Books as a person; the answer may be a refusal. */
export const book = async (body: unknown, token: string, headers = {}): Promise<Answer> =>
  await call("/appointments", { token, body, headers });

/** A person who can sign in and is a patient in nobody's care, with a token of Auth's kind. */
export type Visitor = { userId: string; patientId: string; token: string };

/** Makes many people at once: through the tables of Auth, whose triggers make the patients. */
export async function newVisitors(count: number): Promise<Visitor[]> {
  const { rows } = await sql().query<{ userId: string; patientId: string }>(
    `with made as (
       insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_user_meta_data, created_at, updated_at)
       select '00000000-0000-0000-0000-000000000000', u.id, 'authenticated', 'authenticated', u.id || '@tests.example', now(),
         '{"given_name": "Vera", "family_name": "Visitor"}', now(), now()
       from (select gen_random_uuid() as id from generate_series(1, $1)) as u
       returning id
     )
     select id as "userId", null as "patientId" from made`,
    [count],
  );
  const { rows: patients } = await sql().query<{ userId: string; patientId: string }>(
    `select user_id as "userId", id as "patientId" from public.patients where user_id = any ($1)`,
    [rows.map(({ userId }) => userId)],
  );
  return await Promise.all(patients.map(async (one) => ({ ...one, token: await tokenOf(one.userId) })));
}

/** A consultation of the demo doctor, as a request for it names it. */
export const slotOf = (starts_at: string, more = {}) => ({
  service_id: DEMO.consultation,
  practitioner_id: DEMO.doctor,
  starts_at,
  ...more,
});

/** Books a consultation of the demo doctor and answers its id. */
export async function booked(person: Visitor, starts_at: string): Promise<string> {
  const answer = await book(slotOf(starts_at), person.token);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return textAt(answer.body, "/id");
}
