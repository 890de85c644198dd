import { DEMO } from "./appointments.ts";
import { sql } from "./database.ts";
import { type Answer, call, textAt } from "./stack.ts";

/** One appointment of a series as the table has it, with its start in the wall time of Berlin. */
export type Occurrence = {
  id: string;
  series_id: string;
  series_index: number;
  series_detached: boolean;
  local: string;
  minutes: number;
  status: string;
  sequence: number;
  practitioner_id: string;
  room_id: string | null;
  patient_id: string;
};

/** The appointments of a patient in order of their place in their series. */
export async function occurrencesOf(patientId: string): Promise<Occurrence[]> {
  const { rows } = await sql().query<Occurrence>(
    `select a.id, a.series_id, a.series_index, a.series_detached, to_char(a.starts_at at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24:MI') as local,
       extract(epoch from a.ends_at - a.starts_at)::int / 60 as minutes, a.status, a.sequence, a.practitioner_id, a.room_id, a.patient_id
     from public.appointments a join public.appointment_series q on q.id = a.series_id
     where a.patient_id = $1 order by q.created_at, a.series_index`,
    [patientId],
  );
  return rows;
}

/** The id of the appointment at a place in a patient's only series. */
export async function occurrenceOf(patientId: string, index: number): Promise<string> {
  const found = (await occurrencesOf(patientId)).find((one) => one.series_index === index);
  if (found === undefined) throw new Error(`There is no date ${index}`);
  return found.id;
}

/** Lets an appointment have begun last week, as if time had passed. */
export async function letBegin(appointment: string): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    await client.query(
      `update public.appointments set starts_at = now() - interval '7 days',
         ends_at = now() - interval '7 days' + interval '30 minutes' where id = $1`,
      [appointment],
    );
    await client.query("commit");
  } finally {
    client.release();
  }
}

/** The days of a weekly series. */
export function weeks(first: string, count: number, every = 1): string[] {
  return Array.from({ length: count }, (_, index) => dayAfter(first, index * every * 7));
}

/** The day so many days later. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** A weekly series of consultations with the demo doctor, to be changed in what a test is about. */
export const consultations = (patient_id: string, start_day: string, more = {}) => ({
  service_id: DEMO.consultation,
  practitioner_id: DEMO.doctor,
  patient_id,
  unit: "week",
  start_day,
  start_time: "10:00",
  count: 4,
  ...more,
});

/** Books a series; the answer may be a refusal. */
export const bookSeries = (body: unknown, token: string, headers = {}): Promise<Answer> =>
  call("/appointments/series", { token, body, headers });

/** Books a series and answers its id. */
export async function bookedSeries(body: unknown, token: string): Promise<string> {
  const answer = await bookSeries(body, token);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return textAt(answer.body, "/id");
}

/** Moves or cancels a series. */
export const changeSeries = (
  id: string,
  verb: "reschedule" | "cancel",
  body: unknown,
  token: string,
  headers = {},
): Promise<Answer> => call(`/appointments/series/${id}/${verb}`, { token, body, headers });

/** Gives somebody long hours on every day, so that no date of a series falls outside of them; answers what takes them back. */
export async function openAlways(practitioner: string): Promise<() => Promise<void>> {
  const { rows } = await sql().query<{ id: string }>(
    `insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time)
     select organization_id, id, d, '00:00', '24:00' from public.practitioners cross join generate_series(1, 7) as d where id = $1 returning id`,
    [practitioner],
  );
  return async () => {
    await sql().query("delete from public.availability_rules where id = any ($1)", [rows.map(({ id }) => id)]);
  };
}
