import { afterAll, beforeAll } from "vitest";
import { clearAppointments, DEMO, newVisitors, type Visitor } from "./appointments.ts";
import { sql, sqlValue } from "./database.ts";
import { pauseJob } from "./jobs.ts";
import { type Answer, at, call, textAt } from "./stack.ts";

/** Joins the waiting list of the consultation as a patient, or as staff for one; the answer may be a refusal. */
export const join = (token: string, more: Record<string, unknown> = {}): Promise<Answer> =>
  call("/appointments/waitlist", { token, body: { service_id: DEMO.consultation, ...more } });

/** Joins and answers the id of the entry. */
export async function joined(person: Visitor, more: Record<string, unknown> = {}): Promise<string> {
  const answer = await join(person.token, more);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return textAt(answer.body, "/id");
}

/** Cancels an appointment, whereby its time becomes free. */
export async function cancel(id: string, token: string): Promise<void> {
  const answer = await call(`/appointments/${id}/cancel`, { token, body: { reason: "I am ill" } });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

/** The entry as its patient sees it. */
export const entryOf = async (id: string, token: string): Promise<unknown> =>
  (await call(`/appointments/waitlist/${id}`, { token })).body;

/** The id of the open offer of an entry; undefined where there is none. */
export async function offerOf(entry: string, person: Visitor): Promise<string | undefined> {
  const id = at(await entryOf(entry, person.token), "/offer/id");
  return typeof id === "string" ? id : undefined;
}

/** The open offer of an entry, which there has to be. */
export async function openOffer(entry: string, person: Visitor): Promise<string> {
  return textAt(await entryOf(entry, person.token), "/offer/id");
}

/** Accepts or declines an offer; the answer may be a refusal. */
export const decide = (id: string, verb: "accept" | "decline", token: string, headers = {}): Promise<Answer> =>
  call(`/appointments/waitlist/offers/${id}/${verb}`, { token, method: "POST", headers });

/** Runs the job as if it were so many minutes later. */
export const runJob = (minutes = 0): Promise<unknown> =>
  sqlValue("select private.pass_on_waitlist_offers(now() + make_interval(mins => $1))", [minutes]);

/** Takes every entry and offer away. */
export async function clearWaitlist(): Promise<void> {
  const client = await sql().connect();
  try {
    await client.query("begin; set local session_replication_role = replica");
    await client.query(
      "delete from public.waitlist_offers; delete from public.waitlist_entries; delete from private.released_slots",
    );
    await client.query("commit");
  } finally {
    client.release();
  }
}

/** Takes every appointment away too. */
export async function emptySchedule(): Promise<void> {
  await clearWaitlist();
  await clearAppointments();
}

/** Three new people, with nobody on the list and no appointment. */
export async function threeOnEmptySchedule(): Promise<[Visitor, Visitor, Visitor]> {
  await emptySchedule();
  const [one, two, three] = await newVisitors(3);
  if (one === undefined || two === undefined || three === undefined) throw new Error("Nobody was made");
  return [one, two, three];
}

/** Keeps the scheduler from passing on offers while tests do; answers how to let it go on. */
export const pauseOffers = () => pauseJob("pass-on-waitlist-offers");

/** Pauses the job of the waiting list while a test file runs, which leaves an empty schedule behind. */
export function withoutJob(): void {
  let resume: () => Promise<void>;
  beforeAll(async () => {
    resume = await pauseOffers();
  });
  afterAll(async () => {
    await emptySchedule();
    await resume();
  });
}
