import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dayAhead, DEMO, instantOf } from "../../support/appointments.ts";
import { addRecord, openChart } from "../../support/charts.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { fillTables } from "../../support/patient-rows.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL, newPerson } from "../../support/people.ts";
import { bookedSeries, changeSeries, consultations, occurrencesOf } from "../../support/series.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";
import { decide, emptySchedule, join, withoutJob } from "../../support/waitlist.ts";

const DAY = dayAhead(4);

let doctor: string;
let ten: string;
let eleven: string;
let patient: string;
let source: string;

withoutJob();
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  [ten, eleven] = [await instantOf(DAY, "10:00"), await instantOf(DAY, "11:00")];
});
beforeEach(async () => {
  await emptySchedule();
  [patient, source] = [await newPatientId(), await newPatientId()];
});

/** Calls what has to succeed. */
async function done(path: string, body?: object, method = "POST", token = doctor): Promise<unknown> {
  const answer = await call(path, { token, method, body });
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
const merge = async () =>
  textAt(await done(`/patients/${patient}/merge`, { source_id: source, reason: "Registered twice" }), "/id");
const unmerge = (id: string) => call(`/patients/merges/${id}/unmerge`, { token: doctor, method: "POST" });

/** Does something to the merged patient, and undoes the merge. */
async function duringMerge<T>(act: () => Promise<T>): Promise<T> {
  const id = await merge();
  const made = await act();
  expect(await unmerge(id)).toMatchObject({ status: 200, body: { status: "undone" } });
  return made;
}

/** Whose rows of a table are, as far as they are named. */
async function ownersOf(table: string, ids: unknown[]): Promise<unknown[]> {
  const { rows } = await sql().query<{ patient_id: string }>(
    `select patient_id from public.${table} where id = any ($1)`,
    [ids],
  );
  return rows.map(({ patient_id }) => patient_id);
}

describe("records: with a record go back", () => {
  const peanut = { category: "food", substance: "Peanut" };

  test("its former versions, out of the chart of the other patient", async () => {
    await openChart(source);
    const id = textAt((await addRecord(source, "allergies", peanut, doctor)).body, "/id");
    await duringMerge(async () => {
      await openChart(patient);
      await done(`/patients/${patient}/allergies/${id}`, { substance: "Peanuts and soy" }, "PATCH");
    });
    await openChart(source);
    expect(await done(`/patients/${source}/allergies/${id}/history`, undefined, "GET")).toMatchObject({
      current: { substance: "Peanuts and soy", version: 2 },
      former: [{ version: 1, record: { substance: "Peanut" } }],
    });
    expect(await sqlValue("select count(*)::int from public.record_versions where patient_id = $1", [patient])).toBe(0);
  });

  test("those of every kind", async () => {
    await fillTables(source, HOSPITAL);
    const { rows: kinds } = await sql().query<{ kind: string; table_name: string }>(
      "select kind, table_name from private.record_kinds",
    );
    await duringMerge(async () => {
      for (const { table_name } of kinds) {
        await sql().query(
          `update public.${table_name} set status = 'entered_in_error', error_reason = 'Wrong patient' where patient_id = $1`,
          [patient],
        );
      }
    });
    const { rows } = await sql().query<{ kind: string; of: string[] }>(
      `select kind, array_agg(distinct patient_id) as of from public.record_versions
       where version = 1 and record ->> 'patient_id' = $1::text group by kind order by kind`,
      [patient],
    );
    expect(rows).toEqual(kinds.map(({ kind }) => ({ kind, of: [source] })).sort((a, b) => a.kind < b.kind ? -1 : 1));
  });

  test("the notes and findings of an encounter, with their versions; those of another one stay", async () => {
    await openChart(source);
    const encounter = textAt((await addRecord(source, "encounters", { kind: "ambulatory" }, doctor)).body, "/id");
    const [note, finding, other] = await duringMerge(async () => {
      await openChart(patient);
      const text = { encounter_id: encounter, kind: "progress", text: "Coughs." };
      const note = textAt((await addRecord(patient, "notes", text, doctor)).body, "/id");
      await done(`/patients/${patient}/notes/${note}`, { text: "Coughs at night.", amendment_reason: "More" }, "PATCH");
      const finding = await addRecord(patient, "conditions", { name: "Asthma", encounter_id: encounter }, doctor);
      const other = textAt((await addRecord(patient, "encounters", { kind: "home" }, doctor)).body, "/id");
      return [note, textAt(finding.body, "/id"), other];
    });
    expect(await ownersOf("notes", [note])).toEqual([source]);
    expect(await sqlValue("select patient_id from public.record_versions where record_id = $1", [note])).toBe(source);
    expect(await ownersOf("conditions", [finding])).toEqual([source]);
    expect(await ownersOf("encounters", [other])).toEqual([patient]);
  });

  test("also through two merges that are undone one after the other", async () => {
    await openChart(source);
    const id = textAt((await addRecord(source, "allergies", peanut, doctor)).body, "/id");
    const [first, last] = [await merge(), await newPatientId()];
    const body = { source_id: patient, reason: "Registered three times" };
    const second = textAt(await done(`/patients/${last}/merge`, body), "/id");
    await sql().query("update public.allergies set substance = 'Peanuts' where id = $1", [id]);
    for (const [merge, owner] of [[second, patient], [first, source]] as const) {
      expect((await unmerge(merge)).status).toBe(200);
      expect(await sqlValue("select patient_id from public.record_versions where record_id = $1", [id])).toBe(owner);
    }
  });
});

describe("appointments: with a row go back", () => {
  const wait = async (patient_id: string, more = {}) =>
    textAt((await join(doctor, { patient_id, ...more })).body, "/id");
  const offer = (entry: string) =>
    done(`/appointments/waitlist/${entry}/offers`, { practitioner_id: DEMO.doctor, starts_at: ten });
  const book = async (patient_id: string, starts_at: string) => {
    const slot = { service_id: DEMO.consultation, practitioner_id: DEMO.doctor, starts_at };
    return textAt(await done("/appointments", { patient_id, ...slot }), "/id");
  };

  test("what was offered to one who waits, and the hold", async () => {
    const entry = await wait(source);
    const made = await duringMerge(() => offer(entry));
    expect(await ownersOf("waitlist_entries", [entry])).toEqual([source]);
    expect(await ownersOf("waitlist_offers", [at(made, "/id")])).toEqual([source]);
    expect(await ownersOf("appointments", [at(made, "/appointment_id")])).toEqual([source]);
    expect((await decide(textAt(made, "/id"), "accept", doctor)).status).toBe(200);
  });

  test("the appointment that came of an offer; what is the patient's own stays", async () => {
    const [entry, own] = [await wait(source), await wait(patient, { practitioner_id: DEMO.doctor })];
    await sql().query("update public.waitlist_entries set status = 'left' where id = $1", [own]);
    const [accepted, another] = await duringMerge(async () => {
      const accepted = await decide(textAt(await offer(entry), "/id"), "accept", doctor);
      return [at(accepted.body, "/appointment_id"), await book(patient, eleven)];
    });
    expect(await ownersOf("appointments", [accepted])).toEqual([source]);
    expect(await ownersOf("appointments", [another])).toEqual([patient]);
    expect(await ownersOf("waitlist_entries", [own])).toEqual([patient]);
  });

  test("the wish for an earlier time than an appointment", async () => {
    const appointment = await book(source, eleven);
    const entry = await duringMerge(() => wait(patient, { replaces_appointment_id: appointment }));
    expect(await ownersOf("waitlist_entries", [entry])).toEqual([source]);
  });

  test("the series that continues one", async () => {
    const series = await bookedSeries(consultations(source, DAY), doctor);
    const third = (await occurrencesOf(source))[2]?.id;
    const next = await duringMerge(async () => {
      const change = { scope: "this_and_following", appointment_id: third, start_time: "14:00" };
      return textAt((await changeSeries(series, "reschedule", change, doctor)).body, "/id");
    });
    expect(next).not.toBe(series);
    expect(await ownersOf("appointment_series", [series, next])).toEqual([source, source]);
    expect((await occurrencesOf(source)).map(({ series_id }) => series_id)).toEqual([series, series, next, next]);
    expect(await occurrencesOf(patient)).toEqual([]);
  });

  /** Lets an appointment have been made yesterday, as if time had passed. */
  async function yesterday(id: string): Promise<void> {
    const client = await sql().connect();
    try {
      await client.query("begin; set local session_replication_role = replica");
      await client.query("update public.appointments set created_at = now() - interval '1 day' where id = $1", [id]);
      await client.query("commit");
    } finally {
      client.release();
    }
  }

  test("nothing at all where a row of the patient's own was put among those of the other", async () => {
    const series = await bookedSeries(consultations(source, DAY), doctor);
    const own = await book(patient, eleven);
    await yesterday(own);
    const id = await merge();
    await sql().query("update public.appointments set series_id = $2, series_index = 9 where id = $1", [own, series]);
    expect(await unmerge(id)).toMatchObject({ status: 409, body: { code: "conflict" } });
    expect(await ownersOf("appointments", [own])).toEqual([patient]);
    expect(await ownersOf("appointment_series", [series])).toEqual([patient]);
  });
});

/** Gives a new person one of the two rows, and answers their token. */
async function loginOf(id: string): Promise<string> {
  const { id: user, token } = await newPerson();
  await sql().query("update public.patients set user_id = null where user_id = $1", [user]);
  await sql().query("update public.patients set user_id = $2 where id = $1", [id, user]);
  return token;
}

describe("what a patient has decided about their chart since", () => {
  const decide = async (token: string, scope: string) => {
    const consent = await done(
      `/patients/${patient}/consents`,
      { organization_id: HOSPITAL, scope },
      "POST",
      token,
    );
    return `/patients/${patient}/consents/${textAt(consent, "/id")}`;
  };
  const inForce = (id: string) =>
    sqlValue("select scope || ' ' || status from public.consents where patient_id = $1 and status <> 'replaced'", [id]);

  test("counts for the row that the login goes back to", async () => {
    const token = await loginOf(source);
    await duringMerge(() => decide(token, "nothing"));
    expect(await inForce(source)).toBe("nothing active");
    expect((await openChart(source)).status).toBe(403);
  });

  test("counts when it was taken back as well", async () => {
    const token = await loginOf(source);
    await duringMerge(async () => done(`${await decide(token, "everything")}/withdraw`, undefined, "POST", token));
    expect(await inForce(source)).toBe("everything withdrawn");
  });

  test("does not count for the other one where it was the patient who decided", async () => {
    const token = await loginOf(patient);
    await duringMerge(() => decide(token, "nothing"));
    expect([await inForce(patient), await inForce(source)]).toEqual(["nothing active", undefined]);
  });
});

describe("what a patient has asked to be corrected", () => {
  const ask = (token: string) =>
    done(`/patients/${patient}/correction-requests`, { field: "birth_date", text: "It is 12 April." }, "POST", token);

  test("goes back with the login that asked", async () => {
    const token = await loginOf(source);
    const request = await duringMerge(() => ask(token));
    expect(await ownersOf("correction_requests", [at(request, "/id")])).toEqual([source]);
    const list = await call(`/patients/${source}/correction-requests`, { token });
    expect(listAt(list.body, "/data")).toHaveLength(1);
  });

  test("stays where it was the patient who asked", async () => {
    const token = await loginOf(patient);
    const before = await ask(token);
    const since = await duringMerge(() => ask(token));
    expect(await ownersOf("correction_requests", [at(before, "/id"), at(since, "/id")])).toEqual([patient, patient]);
  });
});
