import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { addRecord, giveConsent, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, stackInfo, supabaseAs, textAt } from "../../support/stack.ts";

let doctor: string;
let person: Person;
let patient: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  person = await newPerson({ given_name: "Ture", birth_date: "1980-01-02" });
  patient = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
  await openChart(patient);
});

const added = async (path: string, body: object) => textAt((await addRecord(patient, path, body, doctor)).body, "/id");
const change = (path: string, body: object) =>
  call(`/patients/${patient}/${path}`, { token: doctor, method: "PATCH", body });

/** What the doctor gets of a record by every way to it: through the function, its history, and past it. */
async function seen(kind: string, path: string, id: string) {
  const client = supabaseAs("doctor@demo.health");
  const read = await client.rpc("read_record", {
    p_patient_id: patient,
    p_kind: kind,
    p_id: id,
    p_with_versions: true,
  });
  const versions = await gateway(`/rest/v1/record_versions?patient_id=eq.${patient}&record_id=eq.${id}`, {
    token: doctor,
  });
  return {
    read: (await call(`/patients/${patient}/${path}/${id}`, { token: doctor })).status,
    history: (await call(`/patients/${patient}/${path}/${id}/history`, { token: doctor })).status,
    rpc: read.data,
    versions: listAt(versions.body, "").length,
  };
}

test("what becomes sensitive takes its history out of a consent without the sensitive, by every way", async () => {
  await giveConsent(patient, person.token, "everything");
  const encounter = await added("encounters", { kind: "ambulatory", reason: "Night sweats" });
  const note = await added("notes", { encounter_id: encounter, kind: "plan", text: "HIV test ordered." });
  await change(`notes/${note}`, { text: "HIV test was positive.", amendment_reason: "Result came in" });
  const condition = await added("conditions", { encounter_id: encounter, name: "HIV infection" });
  await change(`conditions/${condition}`, { name: "HIV infection, stage 1" });
  const document = await added("documents", {
    encounter_id: encounter,
    category: "report",
    title: "HIV test",
    url: "https://files.example/1",
    media_type: "application/pdf",
  });
  await change(`documents/${document}`, { title: "HIV test, positive" });

  const records = [
    ["encounter", "encounters", encounter],
    ["note", "notes", note],
    ["condition", "conditions", condition],
    ["document", "documents", document],
  ] as const;
  expect(await change(`encounters/${encounter}`, { sensitivity: "hiv" })).toMatchObject({ status: 200 });
  for (const [kind, path, id] of records) {
    const { rpc, versions, ...statuses } = await seen(kind, path, id);
    expect(statuses, kind).toEqual({ read: 200, history: 200 });
    expect(at(rpc, "/record/sensitivity"), kind).toBe("hiv");
    expect(versions, kind).toBe(kind === "encounter" ? 1 : 2);
  }

  await giveConsent(patient, person.token, "without_sensitive");
  for (const [kind, path, id] of records) {
    expect(await seen(kind, path, id), kind).toEqual({
      read: 404,
      history: 404,
      rpc: { record: null, versions: null },
      versions: 0,
    });
  }
  const own = await call(`/patients/${patient}/notes/${note}/history`, { token: person.token });
  expect(listAt(own.body, "/former")).toHaveLength(2);
  await giveConsent(patient, person.token, "everything");
});

test("a note that is written while its encounter becomes sensitive is sensitive", async () => {
  const encounter = await added("encounters", { kind: "ambulatory" });
  const writer = new pg.Client({ connectionString: stackInfo().adminDbUrl });
  await writer.connect();
  try {
    await writer.query("begin");
    const { rows } = await writer.query<{ id: string; pid: number }>(
      `insert into public.notes (patient_id, organization_id, encounter_id, kind, text) values ($1, $2, $3, 'plan', 'Unseen.')
       returning id, pg_backend_pid() as pid`,
      [patient, HOSPITAL, encounter],
    );
    // Straight to the table, which takes no lock beyond that of the change itself.
    const changing = gateway(`/rest/v1/encounters?id=eq.${encounter}`, {
      token: doctor,
      method: "PATCH",
      body: { sensitivity: "violence" },
    });
    const blocked = "select count(*)::int from pg_stat_activity where $1 = any (pg_blocking_pids(pid))";
    await expect.poll(() => sqlValue(blocked, [rows[0]?.pid]), { timeout: 5000 }).toBe(1);
    await writer.query("commit");
    expect((await changing).status).toBe(204);
    expect(await sqlValue("select sensitivity from public.notes where id = $1", [rows[0]?.id])).toBe("violence");
  } finally {
    await writer.end();
  }
});

test("who may not see the sensitive records nothing in a sensitive encounter", async () => {
  const encounter = await added("encounters", { kind: "ambulatory", sensitivity: "mental_health" });
  await giveConsent(patient, person.token, "without_sensitive");
  const refused = await call(`/patients/${patient}/conditions`, {
    token: doctor,
    body: { encounter_id: encounter, name: "Depression" },
  });
  expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
  await giveConsent(patient, person.token, "everything");
});

test("what is sensitive is made less so by its author or a prescriber alone, by every way", async () => {
  await giveConsent(patient, person.token, "everything");
  const nurse = await signIn("nurse@demo.health");
  await openChart(patient, "nurse@demo.health");
  const encounter = await added("encounters", { kind: "ambulatory", sensitivity: "hiv" });
  const lower = (token: string, id: string, sensitivity: string | null) =>
    call(`/patients/${patient}/encounters/${id}`, { token, method: "PATCH", body: { sensitivity } });
  for (const sensitivity of [null, "genetic"]) {
    expect(await lower(nurse, encounter, sensitivity)).toMatchObject({
      status: 403,
      body: { code: "forbidden", errors: [{ pointer: "/sensitivity" }] },
    });
    const straight = { token: nurse, method: "PATCH", body: { sensitivity } };
    expect((await gateway(`/rest/v1/encounters?id=eq.${encounter}`, straight)).status).toBe(403);
  }
  const document = await added("documents", {
    category: "report",
    title: "Report",
    url: "https://files.example/1",
    media_type: "application/pdf",
    sensitivity: "hiv",
  });
  const straight = { token: nurse, method: "PATCH", body: { sensitivity: null } };
  expect((await gateway(`/rest/v1/documents?id=eq.${document}`, straight)).status).toBe(403);
  const body = { kind: "ambulatory", sensitivity: "hiv" };
  const own = textAt((await call(`/patients/${patient}/encounters`, { token: nurse, body })).body, "/id");
  expect((await lower(nurse, own, null)).status).toBe(200);
  expect((await lower(nurse, own, "hiv")).status).toBe(200);
  expect((await lower(doctor, own, null)).status).toBe(200);
  expect((await lower(doctor, encounter, null)).status).toBe(200);
});

test("vital signs and immunizations name no encounter that is hidden from the reader", async () => {
  await giveConsent(patient, person.token, "everything");
  await openChart(patient);
  const encounter_id = await added("encounters", { kind: "ambulatory", sensitivity: "hiv" });
  const open = await added("encounters", { kind: "ambulatory" });
  const weight = (id: string) =>
    added("vital-signs", { encounter_id: id, measure: "body_weight", value: 70, unit: "kg" });
  const hidden = await weight(encounter_id);
  const shown = await weight(open);
  const vaccination = await added("immunizations", { encounter_id, vaccine: "Tetanus" });
  await change(`vital-signs/${hidden}`, { value: 71 });
  const named = async (path: string) =>
    at((await call(`/patients/${patient}/${path}`, { token: doctor })).body, "/encounter_id");
  expect(await named(`vital-signs/${hidden}`)).toBe(encounter_id);

  await giveConsent(patient, person.token, "without_sensitive");
  for (const path of [`vital-signs/${hidden}`, `immunizations/${vaccination}`]) expect(await named(path)).toBeNull();
  expect(await named(`vital-signs/${shown}`)).toBe(open);
  for (const path of ["vital-signs", "timeline", "immunizations", `vital-signs/${hidden}/history`]) {
    const answer = await call(`/patients/${patient}/${path}?limit=100`.replace(/(history)\?.*/, "$1"), {
      token: doctor,
    });
    expect(answer.status, path).toBe(200);
    expect(JSON.stringify(answer.body), path).not.toContain(encounter_id);
  }
  const found = await call(`/patients/${patient}/vital-signs?encounter_id=${encounter_id}`, { token: doctor });
  expect(listAt(found.body, "/data")).toEqual([]);
  const summary = await supabaseAs("doctor@demo.health").rpc("chart_summary", { p_patient_id: patient });
  expect(JSON.stringify(summary.data)).not.toContain(encounter_id);
  await giveConsent(patient, person.token, "everything");
});
