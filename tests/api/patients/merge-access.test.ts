import { beforeAll, describe, expect, test } from "vitest";
import { openChart } from "../../support/charts.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId, uniqueName } from "../../support/patients.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

const DOCTOR = "30000000-0000-4000-8000-000000000002";
const OFFICER = "30000000-0000-4000-8000-000000000007";
const EMERGENCY = { purpose: "emergency_treatment", reason: "Unconscious, no relatives present" };

let doctor: string;
let nurse: string;
let officer: string;
beforeAll(async () => {
  [doctor, nurse, officer] = await Promise.all([
    signIn("doctor@demo.health"),
    signIn("nurse@demo.health"),
    signIn("privacy@demo.health"),
  ]);
});

/** A way to the database. `read` answers the substances of the allergies that the doctor sees of a patient: none while the chart is closed. */
type Way = {
  merge: (patient: string, source: string) => Promise<string>;
  unmerge: (id: string) => Promise<void>;
  read: (patient: string) => Promise<string[]>;
};

const rpc = async (name: string, args: object) => {
  const { status, body } = await gateway(`/rest/v1/rpc/${name}`, { token: doctor, body: args });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return textAt(body, "/id");
};

const functions: Way = {
  merge: async (patient, source) => {
    const body = { source_id: source, reason: "Registered twice" };
    return textAt((await call(`/patients/${patient}/merge`, { token: doctor, body })).body, "/id");
  },
  unmerge: async (id) => {
    const { status } = await call(`/patients/merges/${id}/unmerge`, { token: doctor, method: "POST" });
    expect(status).toBe(200);
  },
  read: async (patient) => {
    const { status, body } = await call(`/patients/${patient}/allergies`, { token: doctor });
    return status === 200 ? listAt(body, "/data").map((one) => textAt(one, "/substance")).sort() : [];
  },
};
const dataApi: Way = {
  merge: (patient, source) =>
    rpc("merge_patients", { p_input: { patient_id: patient, source_id: source, reason: "Registered twice" } }),
  unmerge: async (id) => void await rpc("unmerge_patients", { p_id: id }),
  read: async (patient) => {
    const { body } = await gateway(`/rest/v1/allergies?patient_id=eq.${patient}&select=substance`, { token: doctor });
    return listAt(body, "").map((one) => textAt(one, "/substance")).sort();
  },
};

const addAllergy = (patient: string, substance: string) =>
  sqlValue(
    "insert into public.allergies (patient_id, organization_id, category, substance) values ($1, $2, 'food', $3) returning id",
    [patient, HOSPITAL, substance],
  );

/** A person whom the demo hospital cares for, with an allergy that nobody should read without a trace. */
async function victim(): Promise<{ id: string; person: Person }> {
  const person = await newPerson({ birth_date: "1980-01-02" });
  const id = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
  await addAllergy(id, "Peanut");
  return { id, person };
}

/** Who is in the access log of a patient. */
async function openedBy(patient: string): Promise<unknown[]> {
  const { rows } = await sql().query<{ user_id: string }>(
    "select user_id from public.chart_accesses where patient_id = $1 order by opened_at",
    [patient],
  );
  return rows.map(({ user_id }) => user_id);
}

describe.each([["the functions", functions], ["the data API", dataApi]])(
  "through %s",
  (_, { merge, unmerge, read }) => {
    test("a chart that was opened opens nothing of the patient it is merged into", async () => {
      const { id, person } = await victim();
      const dummy = await newPatientId();
      await openChart(dummy);
      const merged = await merge(id, dummy);
      expect(await read(id)).toEqual([]);
      await unmerge(merged);
      expect([await read(id), await read(dummy)]).toEqual([[], []]);
      expect(listAt((await call(`/patients/${id}/access-log`, { token: person.token })).body, "/data")).toEqual([]);
      expect(await openedBy(dummy)).toEqual([DOCTOR]);
    });

    test("an emergency of one patient does not go past the consent of the other", async () => {
      const { id, person } = await victim();
      await call(`/patients/${id}/consents`, {
        token: person.token,
        body: { organization_id: HOSPITAL, scope: "nothing" },
      });
      const mrn = uniqueName().slice(0, 12).toUpperCase();
      const dummy = await newPatientId({ mrn });
      const cares = await call(`/patients/${dummy}/care-relationships`, { token: doctor });
      const end = `/patients/${dummy}/care-relationships/${textAt(cares.body, "/data/0/id")}/end`;
      await call(end, { token: doctor, method: "POST" });
      const broken = await call("/patients/break-glass", { token: doctor, body: { patient_id: dummy, ...EMERGENCY } });
      expect(broken.status).toBe(201);
      await call("/patients/reinstatements", { token: doctor, body: { mrn } });
      await merge(id, dummy);
      expect(await read(id)).toEqual([]);
      expect((await openChart(id)).status).toBe(403);
    });

    test("a chart that was opened does not come to hold another patient's, and what is read since is in the log of both", async () => {
      const { id, person } = await victim();
      const dummy = await newPatientId();
      await openChart(dummy);
      const merged = await merge(dummy, id);
      expect(await read(dummy)).toEqual([]);
      await openChart(dummy);
      expect(await read(dummy)).toEqual(["Peanut"]);
      await unmerge(merged);
      expect([await read(dummy), await read(id)]).toEqual([[], []]);
      expect([await openedBy(dummy), await openedBy(id)]).toEqual([[DOCTOR, DOCTOR], [DOCTOR]]);
      const log = await call(`/patients/${id}/access-log`, { token: person.token });
      expect(listAt(log.body, "/data")).toMatchObject([{ user: { id: DOCTOR }, basis: "care_relationship" }]);
      const told = await call("/notifications?kind=chart_opened", { token: person.token });
      expect(listAt(told.body, "/data")).toHaveLength(1);
    });
  },
);

describe("what was opened during a merge that is undone", () => {
  const { merge, unmerge } = functions;

  /** An entry of the doctor's for a patient, of other times than those at which it is written. */
  const enter = (patient: string, opened: string, expires: string, closed: string) =>
    sqlValue(
      `insert into public.chart_accesses (patient_id, user_id, organization_id, basis, scope, purpose, opened_at, expires_at, closed_at)
       select $1, $2, $3, 'care_relationship', 'everything', 'treatment', ${opened}, ${expires}, ${closed} returning id`,
      [patient, DOCTOR, HOSPITAL],
    );
  const inAnHour = "now() + interval '1 hour'";

  test("in an emergency is told of both patients, and reviewed for both", async () => {
    const { id, person } = await victim();
    await call(`/patients/${id}/consents`, {
      token: person.token,
      body: { organization_id: HOSPITAL, scope: "nothing" },
    });
    const patient = await newPatientId();
    const merged = await merge(patient, id);
    const broken = await call("/patients/break-glass", { token: nurse, body: { patient_id: patient, ...EMERGENCY } });
    expect(broken.status).toBe(201);
    await unmerge(merged);
    const copy = String(await sqlValue("select id from public.chart_accesses where patient_id = $1", [id]));
    expect(copy).not.toBe(textAt(broken.body, "/id"));
    const { rows } = await sql().query("select recipient_id from public.notifications where dedupe_key = $1", [
      `break_glass:${copy}`,
    ]);
    expect(rows).toContainEqual({ recipient_id: OFFICER });
    expect(rows).toContainEqual({ recipient_id: person.id });
    for (const access of [copy, textAt(broken.body, "/id")]) {
      const body = { outcome: "unjustified", comment: "Mixed up" };
      expect((await call(`/admin/break-glass/${access}/review`, { token: officer, body })).status).toBe(200);
    }
    const log = await call(`/patients/${id}/access-log`, { token: person.token });
    expect(at(log.body, "/data/0")).toMatchObject({
      reason: EMERGENCY.reason,
      opened_at: at(broken.body, "/opened_at"),
      review_outcome: "unjustified",
    });
  });

  test("counts when it was closed meanwhile, and when whoever opened it had begun before the merge", async () => {
    const [patient, source] = [await newPatientId(), await newPatientId()];
    const merged = await merge(patient, source);
    await openChart(patient);
    await call(`/patients/${patient}/close`, { token: doctor, method: "POST" });
    await enter(patient, "now() - interval '1 minute'", inAnHour, "null");
    await unmerge(merged);
    expect(await openedBy(source)).toEqual([DOCTOR, DOCTOR]);
  });

  test("is not what was over before", async () => {
    const [patient, source] = [await newPatientId(), await newPatientId()];
    await openChart(patient);
    await enter(patient, "now() - interval '2 hours'", "now() - interval '1 hour'", "null");
    await enter(patient, "now() - interval '2 hours'", inAnHour, "now() - interval '1 hour'");
    await unmerge(await merge(patient, source));
    expect(await openedBy(source)).toEqual([]);
  });
});
