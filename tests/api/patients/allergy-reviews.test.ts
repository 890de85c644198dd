import pg from "pg";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addRecord, openChart } from "../../support/charts.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL, newPerson } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, stackInfo, textAt } from "../../support/stack.ts";

const DOCTOR = "30000000-0000-4000-8000-000000000002";
const nuts = { category: "food", substance: "Nuts" };

let doctor: string;
let patient: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
});
beforeEach(async () => {
  patient = await newPatientId({ birth_date: "1980-01-02" });
  await openChart(patient);
});

const say = (statement: string, more: object = {}) =>
  call(`/patients/${patient}/allergy-reviews`, { token: doctor, body: { statement, ...more } });
const read = async (path: string) => (await call(`/patients/${patient}/${path}`, { token: doctor })).body;
const summary = async () => {
  const chart = await read("summary");
  return [at(chart, "/allergy_list_state"), at(chart, "/allergy_review/statement")];
};
const contradicts = {
  status: 409,
  body: { code: "allergy_list_contradicts", errors: [{ pointer: "/statement" }] },
};

describe("a statement about the list of allergies", () => {
  test("tells never asked, asked and unknown, none known and listed apart, wherever there is an empty list", async () => {
    expect(await summary()).toEqual(["never_asked", undefined]);
    expect(await read("allergies")).toMatchObject({ data: [], list_state: "never_asked" });

    expect((await say("asked_unknown", { remark: "Unconscious, no relatives" })).status).toBe(201);
    expect(await summary()).toEqual(["asked_unknown", "asked_unknown"]);

    expect(await say("no_known_allergies")).toMatchObject({
      status: 201,
      body: { status: "current", recorded_by: DOCTOR, organization_id: HOSPITAL, ended_at: null },
    });
    expect(await summary()).toEqual(["no_known_allergies", "no_known_allergies"]);
    expect(await read("allergies")).toMatchObject({ data: [], list_state: "no_known_allergies" });

    const allergy = textAt((await addRecord(patient, "allergies", nuts, doctor)).body, "/id");
    expect(await read("allergies")).toMatchObject({ data: [{ id: allergy }], list_state: "listed" });
    expect(await read("allergy-reviews?status=superseded")).toMatchObject({
      data: [{ statement: "no_known_allergies", ended_by_allergy_id: allergy, version: 2 }],
    });
    expect((await say("reviewed")).status).toBe(201);
    expect(await summary()).toEqual(["listed", "reviewed"]);
    expect(listAt(await read("timeline"), "/data").map((entry) => at(entry, "/kind"))).toEqual([
      "allergy_review",
      "allergy",
      "allergy_review",
      "allergy_review",
    ]);
  });

  test("contradicts no list, by every way", async () => {
    expect(await say("reviewed")).toMatchObject(contradicts);
    const allergy = textAt((await addRecord(patient, "allergies", nuts, doctor)).body, "/id");
    expect(await say("no_known_allergies")).toMatchObject(contradicts);
    const body = { patient_id: patient, statement: "no_known_allergies" };
    expect(await gateway("/rest/v1/allergy_reviews", { token: doctor, body })).toMatchObject({
      status: 409,
      body: { hint: "allergy_list_contradicts" },
    });
    const change = { token: doctor, method: "PATCH", body: { verification: "refuted" } };
    expect((await call(`/patients/${patient}/allergies/${allergy}`, change)).status).toBe(200);
    expect((await say("no_known_allergies")).status).toBe(201);

    const straight = await gateway("/rest/v1/allergies", { token: doctor, body: { patient_id: patient, ...nuts } });
    expect(straight.status).toBe(201);
    expect(await summary()).toEqual(["listed", undefined]);
  });

  test("that was wrong is entered in error, and what it was stays readable", async () => {
    const path = `allergy-reviews/${textAt((await say("no_known_allergies")).body, "/id")}`;
    const remark = { token: doctor, method: "PATCH", body: { remark: "The mother was asked" } };
    expect((await call(`/patients/${patient}/${path}`, remark)).body).toMatchObject({ version: 2 });
    const wrong = { token: doctor, body: { reason: "Wrong patient" } };
    expect(await call(`/patients/${patient}/${path}/enter-in-error`, wrong)).toMatchObject({
      status: 200,
      body: { status: "entered_in_error" },
    });
    expect(await summary()).toEqual(["never_asked", undefined]);
    expect(await read(`${path}/history`)).toMatchObject({
      former: [{ version: 2, written_by: DOCTOR }, { version: 1, record: { remark: null, status: "current" } }],
    });
  });

  test("is in the export, which says what an empty list means", async () => {
    const person = await newPerson({ given_name: "Ture", birth_date: "1980-01-02" });
    const own = textAt((await call("/patients/me", { token: person.token })).body, "/id");
    const exported = () => call(`/patients/${own}/export`, { token: person.token });
    expect((await exported()).body).toMatchObject({
      allergy_list_state: "never_asked",
      tables: { allergies: [], allergy_reviews: [] },
    });
    await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
    await openChart(own);
    await addRecord(own, "allergy-reviews", { statement: "no_known_allergies" }, doctor);
    expect((await exported()).body).toMatchObject({
      allergy_list_state: "no_known_allergies",
      tables: { allergy_reviews: [{ statement: "no_known_allergies", recorded_by: DOCTOR }] },
    });
  });
});

describe("an allergy and the statement that none are known, written at the same moment", () => {
  const STATEMENT =
    "insert into public.allergy_reviews (patient_id, organization_id, statement) values ($1, $2, 'no_known_allergies')";
  const ALLERGY =
    "insert into public.allergies (patient_id, organization_id, category, substance) values ($1, $2, 'food', 'Nuts')";
  const addAllergy = () => call(`/patients/${patient}/allergies`, { token: doctor, body: nuts });

  /** Writes the one, and before that is committed the other; answers the status of the other. */
  async function during(first: string, second: () => Promise<{ status: number }>): Promise<number> {
    const writer = new pg.Client({ connectionString: stackInfo().adminDbUrl });
    await writer.connect();
    try {
      await writer.query("begin");
      await writer.query(first, [patient, HOSPITAL]);
      const { rows } = await writer.query<{ pid: number }>("select pg_backend_pid() as pid");
      let answered = false;
      const answer = second().finally(() => answered = true);
      const blocked = "select count(*)::int from pg_stat_activity where $1 = any (pg_blocking_pids(pid))";
      await expect.poll(async () => answered || await sqlValue(blocked, [rows[0]?.pid]) === 1, { timeout: 5000 })
        .toBe(true);
      await writer.query("commit");
      return (await answer).status;
    } finally {
      await writer.end();
    }
  }

  const standing = () =>
    sqlValue(
      `select array[(select count(*) from public.allergies where patient_id = $1 and status = 'active'),
         (select count(*) from public.allergy_reviews where patient_id = $1 and status = 'current')]::int[]`,
      [patient],
    );

  test("do not both stand, whichever came first", async () => {
    expect(await during(ALLERGY, () => say("no_known_allergies"))).toBe(409);
    expect(await standing()).toEqual([1, 0]);

    patient = await newPatientId();
    await openChart(patient);
    expect(await during(STATEMENT, addAllergy)).toBe(201);
    expect(await standing()).toEqual([1, 0]);
  });

  test("do not both stand when many clients write both", async () => {
    const writes = Array.from({ length: 6 }, (_, turn) => turn % 2 === 0 ? say("no_known_allergies") : addAllergy());
    const statuses = (await Promise.all(writes)).map(({ status }) => status);
    expect(statuses.filter((_, turn) => turn % 2 === 1)).toEqual([201, 201, 201]);
    expect(await standing()).toEqual([3, 0]);
  });

  test.each([["the statement", ALLERGY, () => say("no_known_allergies")], ["the allergy", STATEMENT, addAllergy]])(
    "the negative control: without the lock both stand where %s comes second",
    async (_, first, second) => {
      const locking = String(await sqlValue("select pg_get_functiondef('private.lock_patient'::regproc)"));
      await sql().query(
        `create or replace function private.lock_patient(p_patient_id uuid) returns void language plpgsql security definer
         set search_path = '' as 'begin end'`,
      );
      try {
        expect(await during(first, second)).toBe(201);
        expect(await standing()).toEqual([1, 1]);
      } finally {
        await sql().query(locking);
      }
    },
  );

  test("are written by transactions that see what others commit alone", async () => {
    const client = new pg.Client({ connectionString: stackInfo().adminDbUrl });
    await client.connect();
    try {
      await client.query("begin isolation level repeatable read");
      await expect(client.query(ALLERGY, [patient, HOSPITAL])).rejects.toThrow(/read committed/);
    } finally {
      await client.end();
    }
  });
});

describe("a merge of a patient with an allergy and one without", () => {
  test.each([["the patient", true], ["the source", false]])(
    "ends what was said of %s, and its undoing gives it back",
    async (_, saidOfPatient) => {
      const other = await newPatientId({ birth_date: "1980-01-02" });
      const review = textAt((await say("no_known_allergies")).body, "/id");
      await openChart(other);
      await addRecord(other, "allergies", nuts, doctor);
      const [kept, source] = saidOfPatient ? [patient, other] : [other, patient];
      const body = { source_id: source, reason: "Registered twice" };
      const merged = await call(`/patients/${kept}/merge`, { token: doctor, body });
      expect(merged.status).toBe(201);
      const now = async () =>
        (await sql().query(
          `select r.patient_id, r.status, r.ended_at is null as open, private.allergy_list_state(r.patient_id) as state
           from public.allergy_reviews r where r.id = $1`,
          [review],
        )).rows;
      expect(await now()).toEqual([{ patient_id: kept, status: "superseded", open: false, state: "listed" }]);

      const undone = await call(`/patients/merges/${textAt(merged.body, "/id")}/unmerge`, {
        token: doctor,
        method: "POST",
      });
      expect(undone).toMatchObject({ status: 200, body: { status: "undone" } });
      expect(await now()).toEqual([
        { patient_id: patient, status: "current", open: true, state: "no_known_allergies" },
      ]);
      expect(await sqlValue("select private.allergy_list_state($1)", [other])).toBe("listed");
    },
  );

  test("does not give back what an allergy written since contradicts", async () => {
    const other = await newPatientId({ birth_date: "1980-01-02" });
    await say("no_known_allergies");
    await openChart(other);
    await addRecord(other, "allergies", nuts, doctor);
    const body = { source_id: other, reason: "Registered twice" };
    const merged = await call(`/patients/${patient}/merge`, { token: doctor, body });
    await openChart(patient);
    const since = textAt((await addRecord(patient, "allergies", { ...nuts, substance: "Egg" }, doctor)).body, "/id");
    await call(`/patients/merges/${textAt(merged.body, "/id")}/unmerge`, { token: doctor, method: "POST" });
    expect(
      (await sql().query("select status, ended_by_allergy_id from public.allergy_reviews where patient_id = $1", [
        patient,
      ])).rows,
    ).toEqual([{ status: "superseded", ended_by_allergy_id: since }]);
  });
});
