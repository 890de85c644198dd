import { beforeAll, expect, test } from "vitest";
import { addRecord, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { call, gateway, signIn, supabaseAs, textAt } from "../../support/stack.ts";

let token: string;
let patient: string;
let encounter: string;

beforeAll(async () => {
  token = await signIn("doctor@demo.health");
  patient = await newPatientId({ birth_date: "1980-01-02" });
  await openChart(patient);
  encounter = textAt((await addRecord(patient, "encounters", { kind: "ambulatory" }, token)).body, "/id");
});

const rows = () => sqlValue("select count(*)::int from public.chart_records where patient_id = $1", [patient]);
const add = (path: string, body: unknown) => call(`/patients/${patient}/${path}`, { token, body });
const DAY = 86_400_000;

test.each<[why: string, path: string, body: Record<string, unknown>, pointer: string]>([
  ["a negative pulse", "vital-signs", { measure: "heart_rate", value: -1, unit: "/min" }, "/value"],
  ["an impossible pulse", "vital-signs", { measure: "heart_rate", value: 900, unit: "/min" }, "/value"],
  [
    "a temperature without its point",
    "vital-signs",
    { measure: "body_temperature", value: 370, unit: "Cel" },
    "/value",
  ],
  ["a saturation over 100", "vital-signs", { measure: "oxygen_saturation", value: 101, unit: "%" }, "/value"],
  ["a unit of another measure", "vital-signs", { measure: "body_weight", value: 70, unit: "cm" }, "/unit"],
  ["a unit that is none of UCUM", "vital-signs", { measure: "body_weight", value: 70, unit: "kilos" }, "/unit"],
  [
    "a pressure without its diastolic",
    "vital-signs",
    { measure: "blood_pressure", value: 120, unit: "mm[Hg]" },
    "/diastolic",
  ],
  ["a diastolic over the systolic", "vital-signs", {
    measure: "blood_pressure",
    value: 80,
    diastolic: 120,
    unit: "mm[Hg]",
  }, "/diastolic"],
  ["a code system of other records", "conditions", { name: "Asthma", code_system: "cvx", code: "20" }, "/code_system"],
  ["a code of another form", "conditions", { name: "Asthma", code_system: "icd10", code: "asthma" }, "/code"],
  ["a code without its system", "allergies", { category: "food", substance: "Nuts", code: "123456" }, "/code"],
  ["a resolution before the onset", "conditions", {
    name: "Flu",
    status: "resolved",
    onset_on: "2026-02-02",
    resolved_on: "2026-02-01",
  }, "/resolved_on"],
  ["a record of the future", "immunizations", {
    vaccine: "Tetanus",
    occurred_at: new Date(Date.now() + DAY).toISOString(),
  }, "/occurred_at"],
  [
    "a record before birth",
    "immunizations",
    { vaccine: "Tetanus", occurred_at: "1979-01-01T00:00:00Z" },
    "/occurred_at",
  ],
  ["a status for errors in a new record", "allergies", {
    category: "food",
    substance: "Nuts",
    status: "entered_in_error",
  }, "/status"],
  ["a link that is not https", "documents", {
    category: "report",
    title: "X",
    url: "http://files.example/1",
    media_type: "text/plain",
  }, "/url"],
])("%s is a 422 with a pointer, and nothing is kept", async (_, path, body, pointer) => {
  const before = await rows();
  expect(await add(path, body)).toMatchObject({
    status: 422,
    body: { code: "invalid_input", errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
  });
  expect(await rows()).toBe(before);
});

test("a note of a megabyte is a 422 with a pointer", async () => {
  const text = "a".repeat(1_000_000);
  expect(await add("notes", { encounter_id: encounter, kind: "progress", text })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/text" }] },
  });
  const direct = await supabaseAs("doctor@demo.health").from("notes").insert({
    organization_id: HOSPITAL,
    patient_id: patient,
    encounter_id: encounter,
    kind: "progress",
    text,
  });
  expect(direct.error?.code).toBe("23514");
});

test("a note is amended with a reason, and every version names its author", async () => {
  const made = await addRecord(patient, "notes", {
    encounter_id: encounter,
    kind: "progress",
    text: "Left lung clear.",
  }, token);
  const id = textAt(made.body, "/id");
  const path = `/patients/${patient}/notes/${id}`;
  expect(await call(path, { token, method: "PATCH", body: { text: "Right lung clear." } })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/amendment_reason" }] },
  });
  const amended = await call(path, {
    token,
    method: "PATCH",
    headers: { "if-match": 'W/"1"' },
    body: { text: "Right lung clear.", amendment_reason: "Side mixed up" },
  });
  expect(amended).toMatchObject({ status: 200, body: { status: "amended", version: 2 } });
  expect(
    await call(path, {
      token,
      method: "PATCH",
      headers: { "if-match": 'W/"1"' },
      body: { text: "Both.", amendment_reason: "Again" },
    }),
  ).toMatchObject({ status: 412 });
  expect((await call(`${path}/history`, { token })).body).toMatchObject({
    current: { text: "Right lung clear." },
    former: [{ version: 1, written_by: "30000000-0000-4000-8000-000000000002", record: { text: "Left lung clear." } }],
  });
});

test("an amended note cannot be made to look like an original, by any way", async () => {
  const made = await addRecord(patient, "notes", { encounter_id: encounter, kind: "progress", text: "Left." }, token);
  const id = textAt(made.body, "/id");
  const path = `/patients/${patient}/notes/${id}`;
  const amended = await call(path, { token, method: "PATCH", body: { text: "Right.", amendment_reason: "Side" } });
  expect(amended.status).toBe(200);
  const direct = (body: object) => gateway(`/rest/v1/notes?id=eq.${id}`, { token, method: "PATCH", body });
  const called = (p_changes: object) =>
    gateway("/rest/v1/rpc/change_record", {
      token,
      body: { p_patient_id: patient, p_kind: "note", p_id: id, p_changes },
    });
  for (const change of [direct, called]) {
    expect(await change({ status: "final" })).toMatchObject({
      status: 409,
      body: { hint: "illegal_transition", details: '{"allowed": ["entered_in_error"]}' },
    });
    expect(await change({ amendment_reason: "Another" })).toMatchObject({
      status: 422,
      body: { details: '{"pointer": "/amendment_reason"}' },
    });
  }
  expect(await call(path, { token, method: "PATCH", body: { amendment_reason: "Another" } })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: "/amendment_reason" }] },
  });
  expect((await call(path, { token })).body).toEqual(amended.body);
  expect(await call(path, { token, method: "PATCH", body: { sensitivity: "hiv" } })).toMatchObject({
    status: 200,
    body: { status: "amended", text: "Right.", amendment_reason: "Side", sensitivity: "hiv" },
  });
});

test("a wrong record is entered in error once, and stays in the chart", async () => {
  const made = await addRecord(patient, "vital-signs", { measure: "body_weight", value: 70, unit: "kg" }, token);
  const path = `/patients/${patient}/vital-signs/${textAt(made.body, "/id")}`;
  const enter = () => call(`${path}/enter-in-error`, { token, body: { reason: "Scale was broken" } });
  expect(await enter()).toMatchObject({
    status: 200,
    body: { status: "entered_in_error", error_reason: "Scale was broken" },
  });
  expect(await enter()).toMatchObject({ status: 409, body: { code: "illegal_transition" } });
  expect(await call(path, { token, method: "DELETE" })).toMatchObject({ status: 405 });
  expect((await call(path, { token })).status).toBe(200);
});

test("the body-mass index follows from a weight and the last height", async () => {
  await addRecord(patient, "vital-signs", {
    measure: "body_height",
    value: 1.8,
    unit: "m",
    occurred_at: "2026-01-01T08:00:00Z",
  }, token);
  const weight = await addRecord(patient, "vital-signs", {
    measure: "body_weight",
    value: 178.6,
    unit: "[lb_av]",
    occurred_at: "2026-01-02T08:00:00Z",
  }, token);
  expect(weight.body).toMatchObject({ body_mass_index: 25 });
  const before = await addRecord(patient, "vital-signs", {
    measure: "body_weight",
    value: 81,
    unit: "kg",
    occurred_at: "2025-12-31T08:00:00Z",
  }, token);
  expect(before.body).toMatchObject({ body_mass_index: null });
});
