import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { sql, sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { call, signIn, stackInfo, supabaseAs } from "../../support/stack.ts";

let doctor: string;
let nurse: string;
beforeAll(async () => {
  [doctor, nurse] = await Promise.all([signIn("doctor@demo.health"), signIn("nurse@demo.health")]);
});

const merge = (patient: string, source: string, headers: Record<string, string> = {}, token = doctor) =>
  call(`/patients/${patient}/merge`, { token, headers, body: { source_id: source, reason: "Registered twice" } });
const twoPatients = async (): Promise<[string, string]> => [await newPatientId(), await newPatientId()];
const mergedInto = (id: string) => sqlValue("select merged_into from public.patients where id = $1", [id]);

describe("merges at the same time", () => {
  /** Starts something while a merge holds its locks, waits until that is blocked by it, commits the merge, and answers what came of it. */
  async function during<T>(source: string, patient: string, start: () => PromiseLike<T>): Promise<T> {
    const client = new pg.Client({ connectionString: stackInfo().adminDbUrl });
    await client.connect();
    try {
      await client.query("begin");
      const { rows } = await client.query<{ pid: number }>(
        "select pg_backend_pid() as pid, private.lock_patients($1)",
        [[source, patient]],
      );
      await client.query(
        `select (private.join_patients(s, p, $3, 'Registered twice')).id from private.patients s, private.patients p where s.id = $1 and p.id = $2`,
        [source, patient, HOSPITAL],
      );
      const waiting = Promise.resolve(start());
      const blocked = "select count(*)::int from pg_stat_activity where $1 = any (pg_blocking_pids(pid))";
      await expect.poll(() => sqlValue(blocked, [rows[0]?.pid]), { timeout: 5000 }).toBe(1);
      await client.query("commit");
      return await waiting;
    } finally {
      await client.end();
    }
  }

  test("two patients are merged into each other only one way", async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = await twoPatients();
      const answers = await Promise.all([merge(one, other), merge(other, one, {}, nurse)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 404]);
      const hidden = await Promise.all([one, other].map(mergedInto));
      expect(hidden.filter((id) => id !== null)).toHaveLength(1);
    }
  });

  test("a patient is merged into one of two", async () => {
    const [one, other] = await twoPatients();
    const source = await newPatientId();
    const answers = await Promise.all([merge(one, source), merge(other, source, {}, nurse)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  /** Merges a first patient into a second while that one is merged into a third, and counts the first one's contacts that nobody sees any more. */
  async function mergeIntoOneOnTheMove(): Promise<{ status: number; lost: unknown }> {
    const contacts = [{ kind: "emergency", name: "Mia Becker", phone: "+493055501234" }];
    const first = await newPatientId({ contacts });
    const [second, third] = await twoPatients();
    const { status } = await during(second, third, () => merge(second, first));
    const lost = await sqlValue(
      `select count(*)::int from public.patient_contacts c join public.patients p on p.id = c.patient_id where p.id = any ($1) and p.merged_into is not null`,
      [[first, second, third]],
    );
    return { status, lost };
  }

  test("nobody is merged into a patient who is merged on meanwhile", async () => {
    expect(await mergeIntoOneOnTheMove()).toEqual({ status: 404, lost: 0 });
  });

  test("the negative control: without the locks, and the guard behind them, rows are lost on the hidden patient", async () => {
    const locked = String(await sqlValue("select pg_get_functiondef('private.lock_patients'::regproc)"));
    await sql().query(
      `create or replace function private.lock_patients(p_ids uuid[]) returns void language sql set search_path = '' as 'select 1'`,
    );
    await sql().query("alter table public.patient_merges disable trigger not_of_a_merged_patient");
    try {
      expect(await mergeIntoOneOnTheMove()).toEqual({ status: 201, lost: 1 });
    } finally {
      await sql().query(locked);
      await sql().query("alter table public.patient_merges enable trigger not_of_a_merged_patient");
    }
  });

  /** Adds a contact to a patient who is merged away meanwhile. */
  async function contactDuringMerge(): Promise<{ added: unknown; lost: unknown }> {
    const [patient, source] = await twoPatients();
    const contact = { patient_id: source, kind: "guardian" as const, name: "Late Comer", phone: "+493055501234" };
    const added = await during(
      source,
      patient,
      () =>
        supabaseAs("doctor@demo.health").from("patient_contacts").insert(contact).then(({ error }) =>
          error?.code ?? "added"
        ),
    );
    return {
      added,
      lost: await sqlValue("select count(*)::int from public.patient_contacts where patient_id = $1", [source]),
    };
  }

  test("no row is added to a patient who is merged away meanwhile", async () => {
    expect(await contactDuringMerge()).toEqual({ added: "PT410", lost: 0 });
  });

  test("the negative control: without the guard the row is lost on the hidden patient", async () => {
    await sql().query("alter table public.patient_contacts disable trigger not_of_a_merged_patient");
    try {
      expect(await contactDuringMerge()).toEqual({ added: "added", lost: 1 });
    } finally {
      await sql().query("alter table public.patient_contacts enable trigger not_of_a_merged_patient");
    }
  });
});
