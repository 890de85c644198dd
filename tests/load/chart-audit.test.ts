import { beforeAll, expect, test } from "vitest";
import { demoHospital, northHospital, people } from "../rls/people.ts";
import { resetLimits, sql, sqlValue } from "../support/database.ts";
import { newColleague } from "../support/people.ts";
import { reduced } from "../support/reduced.ts";
import { type Answer, call, signIn, textAt } from "../support/stack.ts";

const COUNT = reduced(1000, 100);
const STAFF = 4;
const AT_ONCE = 8;

type Account = { id: string; hospital: string; token: string };
/** A patient with the condition that is changed, and who of the hospital's staff works on the chart. */
type Chart = { patient: string; condition: string; account: Account };
/** What an entry says of itself. */
type Entry = {
  request_id: string;
  table_name: string;
  action: string;
  row_id: string;
  actor_id: string;
  organization_id: string;
  patient_id: string;
};

let charts: Chart[];

beforeAll(async () => {
  await resetLimits();
  const colleague = await newColleague();
  const accounts: Account[] = [
    { id: people.doctor, hospital: demoHospital, token: await signIn("doctor@demo.health") },
    { id: people.northDoctor, hospital: northHospital, token: await signIn("doctor@north.health") },
    { id: people.nurse, hospital: demoHospital, token: await signIn("nurse@demo.health") },
    { id: colleague.id, hospital: demoHospital, token: colleague.token },
  ];
  charts = [];
  for (const account of accounts) charts.push(...await newCharts(account, COUNT / STAFF));
}, 120_000);

/** Makes patients of an account's hospital, each with one condition. Names are so different that nobody takes two for one person. */
async function newCharts(account: Account, count: number): Promise<Chart[]> {
  const made = await sql().query<{ id: string }>(
    `insert into public.patients (given_name, family_name)
     select 'Paul', translate(md5($1 || n), '0123456789', 'ghijklmnop') from generate_series(1, $2::int) as n returning id`,
    [account.id, count],
  );
  const ids = made.rows.map(({ id }) => id);
  await sql().query(
    "insert into public.care_relationships (patient_id, organization_id) select p, $2 from unnest($1::uuid[]) as p",
    [ids, account.hospital],
  );
  const { rows } = await sql().query<{ patient: string; condition: string }>(
    `insert into public.conditions (patient_id, organization_id, name) select p, $2, 'Asthma' from unnest($1::uuid[]) as p
     returning patient_id as patient, id as condition`,
    [ids, account.hospital],
  );
  return rows.map((row) => ({ ...row, account }));
}

/** Makes one request for each chart, some at once and those of all accounts in turn, and says which entry each of them has to leave. */
async function requests(
  work: (chart: Chart, headers: Record<string, string>) => Promise<Answer>,
  table_name: string,
  action: string,
): Promise<Entry[]> {
  const waiting = charts.map((_, index) => charts[(index % STAFF) * (COUNT / STAFF) + Math.floor(index / STAFF)]);
  const entries: Entry[] = [];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let chart = waiting.pop(); chart !== undefined; chart = waiting.pop()) {
      const { account, patient } = chart;
      const request_id = crypto.randomUUID();
      const { status, body } = await work(chart, { "x-request-id": request_id });
      expect(status, JSON.stringify(body)).toBeLessThan(300);
      entries.push({
        request_id,
        table_name,
        action,
        row_id: textAt(body, "/id"),
        actor_id: account.id,
        organization_id: account.hospital,
        patient_id: patient,
      });
    }
  }));
  return entries;
}

const inOrder = (entries: Entry[]) => entries.toSorted((a, b) => a.request_id < b.request_id ? -1 : 1);

test(
  `${COUNT} openings and ${COUNT} changes of as many patients by four people at once give as many audit entries, each of its own request`,
  async () => {
    const before = Number(await sqlValue("select count(*) from audit.entries"));
    const opened = await requests(
      ({ patient, account: { token } }, headers) => call(`/patients/${patient}/open`, { token, body: {}, headers }),
      "chart_accesses",
      "insert",
    );
    const changed = await requests(
      ({ patient, condition, account: { token } }, headers) =>
        call(`/patients/${patient}/conditions/${condition}`, {
          token,
          method: "PATCH",
          body: { name: "Asthma, mild" },
          headers,
        }),
      "conditions",
      "update",
    );
    expect(new Set([...opened, ...changed].map(({ patient_id }) => patient_id)).size).toBe(COUNT);
    expect(new Set(changed.map(({ row_id }) => row_id))).toEqual(new Set(charts.map(({ condition }) => condition)));
    expect(Number(await sqlValue("select count(*) from audit.entries")) - before).toBe(2 * COUNT);
    const expected = [...opened, ...changed];
    const { rows } = await sql().query<Entry>(
      `select request_id, table_name, action, row_id, actor_id, organization_id, patient_id
       from audit.entries where request_id = any ($1)`,
      [expected.map(({ request_id }) => request_id)],
    );
    expect(inOrder(rows)).toEqual(inOrder(expected));
  },
  300_000,
);

test("changes that are rolled back leave no entry", async () => {
  const count = () => sqlValue("select count(*)::int from audit.entries");
  const [chart] = charts;
  if (chart === undefined) throw new Error("There is no chart.");
  const { patient, condition, account: { token } } = chart;
  expect((await call(`/patients/${patient}/open`, { token, body: {} })).status).toBe(201);
  const before = await count();
  for (
    const body of [{ name: "x", code_system: "icd10", code: "not a code" }, {
      onset_on: "2020-01-02",
      resolved_on: "2020-01-01",
      status: "resolved",
    }]
  ) {
    const answer = await call(`/patients/${patient}/conditions/${condition}`, { token, method: "PATCH", body });
    expect(answer.status).toBe(422);
  }
  expect(await count()).toBe(before);
});
