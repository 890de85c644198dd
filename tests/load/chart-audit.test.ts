import { beforeAll, expect, test } from "vitest";
import { people } from "../rls/world.ts";
import { addRecord, openChart } from "../support/charts.ts";
import { resetLimits, sql, sqlValue } from "../support/database.ts";
import { newPatientId } from "../support/patients.ts";
import { reduced } from "../support/reduced.ts";
import { call, signIn, textAt } from "../support/stack.ts";

const COUNT = reduced(1000, 100);
const AT_ONCE = 8;

let token: string;
let patient: string;
let condition: string;

beforeAll(async () => {
  await resetLimits();
  token = await signIn("doctor@demo.health");
  patient = await newPatientId();
  await openChart(patient);
  condition = textAt((await addRecord(patient, "conditions", { name: "Asthma" }, token)).body, "/id");
});

/** Works through as many requests as asked for, some at once, each with a request id of its own. */
async function requests(work: (requestId: string, number: number) => Promise<number>): Promise<string[]> {
  const ids = Array.from({ length: COUNT }, () => crypto.randomUUID());
  const waiting = ids.map((id, number) => ({ id, number }));
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      expect(await work(next.id, next.number)).toBeLessThan(300);
    }
  }));
  return ids;
}

test(
  `${COUNT} openings and ${COUNT} changes give exactly as many audit entries, each with its actor and request`,
  async () => {
    const before = Number(await sqlValue("select count(*) from audit.entries"));
    const opened = await requests(async (id) =>
      (await call(`/patients/${patient}/open`, { token, body: {}, headers: { "x-request-id": id } })).status
    );
    const changed = await requests(async (id, number) =>
      (await call(`/patients/${patient}/conditions/${condition}`, {
        token,
        method: "PATCH",
        body: { name: `Asthma ${number}` },
        headers: { "x-request-id": id },
      })).status
    );
    expect(Number(await sqlValue("select count(*) from audit.entries")) - before).toBe(2 * COUNT);
    const { rows } = await sql().query<
      { request_id: string; table_name: string; actor_id: string; patient_id: string }
    >(
      "select request_id, table_name, actor_id, patient_id from audit.entries where request_id = any ($1)",
      [[...opened, ...changed]],
    );
    expect(rows).toHaveLength(2 * COUNT);
    expect(new Set(rows.map(({ actor_id, patient_id }) => `${actor_id} ${patient_id}`))).toEqual(
      new Set([`${people.doctor} ${patient}`]),
    );
    const of = (table: string) =>
      rows.filter(({ table_name }) => table_name === table).map(({ request_id }) => request_id).sort();
    expect(of("chart_accesses")).toEqual(opened.toSorted());
    expect(of("conditions")).toEqual(changed.toSorted());
  },
  300_000,
);

test("changes that are rolled back leave no entry", async () => {
  const count = () => sqlValue("select count(*)::int from audit.entries");
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
