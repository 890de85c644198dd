import { beforeAll, expect, test } from "vitest";
import { giveConsent, openChart } from "../../support/charts.ts";
import { sqlValue } from "../../support/database.ts";
import { HOSPITAL, newPerson, type Person } from "../../support/people.ts";
import { at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let person: Person;
let patient: string;
let ingredient: string;
let product: string;

beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  person = await newPerson({ given_name: "Ture", birth_date: "1980-01-02" });
  patient = textAt((await call("/patients/me", { token: person.token })).body, "/id");
  await call("/patients/me/care-relationships", { token: person.token, body: { organization_id: HOSPITAL } });
  await openChart(patient);
  const name = `statement ${crypto.randomUUID()}`;
  ingredient = String(await sqlValue("insert into public.ingredients (name) values ($1) returning id", [name]));
  product = String(
    await sqlValue(
      `with made as (
         insert into public.products (name, dose_form, routes, base_unit) values ($1, 'tablet', '{oral}', 'tablet') returning id
       )
       insert into public.product_ingredients (product_id, substance) select id, $2 from made returning product_id`,
      [`${name} 20 mg`, `a riddle ${crypto.randomUUID()}`],
    ),
  );
});

const path = (rest = "") => `/patients/${patient}/medication-statements${rest}`;
const add = (body: object) => call(path(), { token: doctor, body });
const change = (id: string, body: object) => call(path(`/${id}`), { token: doctor, method: "PATCH", body });
const tea = { source: "herbal", taking: "yes", text: "St. John's wort tea" };
const summarized = async () =>
  listAt((await call(`/patients/${patient}/summary`, { token: doctor })).body, "/medication_statements")
    .map((one) => at(one, "/id"));

test("what is free text or holds an unknown substance is shown as not checked, until somebody codes it", async () => {
  const made = await add({ ...tea, dose: 1, dose_unit: "cup", times_per_day: 0.5, route: "oral" });
  expect(made).toMatchObject({
    status: 201,
    body: { name: tea.text, checked: false, product_id: null, times_per_day: 0.5, status: "active" },
  });
  expect((await add({ source: "otc", taking: "unknown", product_id: product })).body).toMatchObject({ checked: false });

  const id = textAt(made.body, "/id");
  const coded = await change(id, { text: null, ingredient_id: ingredient });
  expect(coded).toMatchObject({ status: 200, body: { text: null, ingredient_id: ingredient, checked: true } });
  expect((await call(path(`/${id}/history`), { token: doctor })).body).toMatchObject({
    current: { checked: true },
    former: [{ version: 1, record: { name: tea.text, checked: false } }],
  });
});

test("it leaves the summary when it ends, with a reason, and stays in the timeline and the export", async () => {
  const id = textAt((await add(tea)).body, "/id");
  expect(await summarized()).toContain(id);
  const today = new Date().toISOString().slice(0, 10);
  const ended = await change(id, { status: "ended", ended_on: today, end_reason: "interaction" });
  expect(ended).toMatchObject({ status: 200, body: { status: "ended", end_reason: "interaction" } });
  expect(await summarized()).not.toContain(id);
  const list = await call(path("?status=ended&category=herbal"), { token: doctor });
  expect(listAt(list.body, "/data")).toMatchObject([{ id, ended_on: today }]);
  const timeline = await call(`/patients/${patient}/timeline`, { token: doctor });
  expect(listAt(timeline.body, "/data")).toContainEqual(
    expect.objectContaining({ kind: "medication_statement", id, record: ended.body }),
  );
  const exported = await call(`/patients/${patient}/export`, { token: person.token });
  expect(listAt(exported.body, "/tables/medication_statements")).toContainEqual(
    expect.objectContaining({ id, status: "ended" }),
  );
  const wrong = { token: doctor, body: { reason: "Wrong patient" } };
  expect((await call(path(`/${id}/enter-in-error`), wrong)).body).toMatchObject({ status: "entered_in_error" });
});

test("a sensitive one is left out where the consent leaves it out, by every way", async () => {
  const id = textAt((await add({ ...tea, sensitivity: "substance_use" })).body, "/id");
  const rest = () => gateway(`/rest/v1/medication_statements?id=eq.${id}&select=id`, { token: doctor });
  expect([await summarized(), (await rest()).body]).toEqual([expect.arrayContaining([id]), [{ id }]]);
  await giveConsent(patient, person.token, "without_sensitive");
  expect(await summarized()).not.toContain(id);
  expect((await call(path(`/${id}`), { token: doctor })).status).toBe(404);
  expect((await rest()).body).toEqual([]);
  await giveConsent(patient, person.token, "everything");
});

test.each<[why: string, body: object, pointer: string]>([
  ["no medicine", { text: undefined }, "/text"],
  ["two medicines", { product_id: crypto.randomUUID() }, "/text"],
  ["a product that is not there", { text: undefined, product_id: crypto.randomUUID() }, "/product_id"],
  ["a dose without its unit", { dose: 2 }, "/dose_unit"],
  ["a negative dose", { dose: -2, dose_unit: "g" }, "/dose"],
  ["an end to come", { status: "ended", ended_on: "2090-01-01" }, "/ended_on"],
  ["a route that is none", { route: "by carrier pigeon" }, "/route"],
])("%s is a 422 with a pointer, and nothing is kept", async (_, body, pointer) => {
  const before = await sqlValue("select count(*) from public.medication_statements where patient_id = $1", [patient]);
  expect(await add({ ...tea, ...body })).toMatchObject({
    status: 422,
    body: { errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
  });
  expect(await sqlValue("select count(*) from public.medication_statements where patient_id = $1", [patient])).toBe(
    before,
  );
});
