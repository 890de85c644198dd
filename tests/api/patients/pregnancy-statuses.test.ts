import { beforeAll, expect, test } from "vitest";
import { addRecord, openChart } from "../../support/charts.ts";
import { newPatientId } from "../../support/patients.ts";
import { at, call, listAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let patient: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  patient = await newPatientId({ birth_date: "1990-01-02", sex: "male" });
  await openChart(patient);
});

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const add = (body: object, id = patient) => call(`/patients/${id}/pregnancy-statuses`, { token: doctor, body });
const newest = async () =>
  at((await call(`/patients/${patient}/summary`, { token: doctor })).body, "/pregnancy_status");

test("the newest status is in the summary, of whatever sex is recorded, and unknown is a value", async () => {
  expect(await newest()).toBeNull();
  expect((await add({ pregnancy: "unknown" })).status).toBe(201);
  expect(await newest()).toMatchObject({ pregnancy: "unknown", lactation: "unknown", due_on: null });
  const made = await add({ pregnancy: "pregnant", lactation: "not_lactating", due_on: day(200) });
  expect(made).toMatchObject({ status: 201, body: { due_on: day(200) } });
  const path = `/patients/${patient}/pregnancy-statuses/${textAt(made.body, "/id")}`;
  const change = { token: doctor, method: "PATCH", body: { due_on: day(190) } };
  expect(await call(path, change)).toMatchObject({ status: 200, body: { due_on: day(190), version: 2 } });
  expect(await newest()).toMatchObject({ pregnancy: "pregnant", due_on: day(190) });
  expect((await call(`${path}/history`, { token: doctor })).body).toMatchObject({
    former: [{ version: 1, record: { due_on: day(200) } }],
  });
  const timeline = await call(`/patients/${patient}/timeline`, { token: doctor });
  expect(listAt(timeline.body, "/data").map((one) => at(one, "/record/pregnancy"))).toEqual(["pregnant", "unknown"]);
  await call(`${path}/enter-in-error`, { token: doctor, body: { reason: "Wrong patient" } });
  expect(await newest()).toMatchObject({ pregnancy: "unknown" });
});

test.each<[why: string, body: object, pointer: string]>([
  ["a due day of another year", { pregnancy: "pregnant", due_on: day(400) }, "/due_on"],
  ["a due day that was long ago", { pregnancy: "pregnant", due_on: day(-60) }, "/due_on"],
  ["a due day without a pregnancy", { pregnancy: "not_pregnant", due_on: day(40) }, "/due_on"],
  ["a state that is none", { pregnancy: "maybe" }, "/pregnancy"],
])("%s is a 422 with a pointer", async (_, body, pointer) => {
  expect(await add(body)).toMatchObject({
    status: 422,
    body: { code: "invalid_input", errors: [expect.objectContaining({ pointer })] },
  });
});

test("a child is neither pregnant nor lactating, and that it is not can be said", async () => {
  const child = await newPatientId({ birth_date: day(-1500) });
  await openChart(child);
  const refused = (pointer: string) => ({ status: 422, body: { errors: [{ pointer }] } });
  expect(await add({ pregnancy: "pregnant" }, child)).toMatchObject(refused("/pregnancy"));
  expect(await add({ pregnancy: "unknown", lactation: "lactating" }, child)).toMatchObject(refused("/lactation"));
  expect((await add({ pregnancy: "not_pregnant", lactation: "not_lactating" }, child)).status).toBe(201);
});

test("a vital sign that was changed tells what it was", async () => {
  const weight = { measure: "body_weight", value: 70, unit: "kg" };
  const path = `/patients/${patient}/vital-signs/${
    textAt((await addRecord(patient, "vital-signs", weight, doctor)).body, "/id")
  }`;
  const earlier = new Date(Date.now() - 60_000).toISOString();
  await call(path, { token: doctor, method: "PATCH", body: { occurred_at: earlier } });
  expect(await call(`${path}/history`, { token: doctor })).toMatchObject({
    status: 200,
    body: { former: [{ version: 1, record: { value: 70 } }] },
  });
});
