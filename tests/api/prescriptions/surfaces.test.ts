import { beforeAll, describe, expect, test } from "vitest";
import { openChart } from "../../support/charts.ts";
import { actingAs, rolledBack, sql, sqlValue } from "../../support/database.ts";
import { add, addPrescription, addProduct, addStatement, DOCTOR } from "../../support/medicine-check.ts";
import { newPatientId } from "../../support/patients.ts";
import { HOSPITAL } from "../../support/people.ts";
import { type Answer, at, call, gateway, listAt, signIn, textAt } from "../../support/stack.ts";

let doctor: string;
let patient: string;
const ids: Record<string, string> = {};

/** A patient who has and takes something, committed, with ingredients of the content. */
beforeAll(async () => {
  doctor = await signIn("doctor@demo.health");
  patient = await newPatientId({ birth_date: "1960-02-03", sex: "female" });
  await openChart(patient);
  const { rows } = await sql().query<{ name: string; id: string }>(
    "select name, id from public.ingredients where name = any ($1)",
    [["warfarin", "ibuprofen", "fluconazole", "amoxicillin", "acetaminophen"]],
  );
  for (const { name, id } of rows) ids[name] = id;
  const client = await sql().connect();
  try {
    const product = await addProduct(client, `Warfarin of ${patient}`, [ids["warfarin"] ?? null], 5);
    await addPrescription(client, patient, product);
    await addStatement(client, patient, { ingredient_id: ids["fluconazole"] });
    await addStatement(client, patient, { text: "Tea" });
    await add(client, "allergies", {
      patient_id: patient,
      organization_id: HOSPITAL,
      category: "medication",
      substance: "amoxicillin",
    });
  } finally {
    client.release();
  }
});

const medicines = () => [
  { ingredient_id: ids["ibuprofen"], dose: 400, dose_unit: "mg", times_per_day: 3 },
  { ingredient_id: ids["amoxicillin"] },
  { ingredient_id: ids["acetaminophen"], dose: 2000, dose_unit: "mg", times_per_day: 3 },
];
const byFunction = (body: unknown, token = doctor) => call("/prescriptions/check", { token, body });
const byRpc = (body: unknown, token = doctor) => gateway("/rest/v1/rpc/check_medicines", { token, body });

test("the function, the data API and SQL as the caller find the same", async () => {
  const called = await byFunction({ patient_id: patient, medicines: medicines() });
  const asked = await byRpc({ p_patient_id: patient, p_medicines: medicines() });
  const bySql = await rolledBack(async (client) => {
    const text = `${actingAs(DOCTOR)} select public.check_medicines($$${patient}$$, $$${
      JSON.stringify(medicines())
    }$$)`;
    const results = [await client.query<Record<string, unknown>>(text)].flat();
    return results.at(-1)?.rows[0]?.["check_medicines"];
  });
  const checked_at = expect.any(String);
  expect(called).toMatchObject({ status: 200, body: { status: "incomplete" } });
  expect(called.body).toMatchObject({ ...Object(asked.body), checked_at });
  expect(asked.body).toEqual({ ...Object(bySql), checked_at });
  const found = listAt(called.body, "/findings").map((
    one,
  ) => [at(one, "/kind"), at(one, "/drugs/0/name"), at(one, "/drugs/1/name")]);
  expect(found).toEqual(expect.arrayContaining([
    ["drug", expect.stringMatching(/ibuprofen|warfarin/), expect.stringMatching(/ibuprofen|warfarin/)],
    ["allergy", "amoxicillin", undefined],
    ["dose", "acetaminophen", undefined],
  ]));
  expect(listAt(called.body, "/reasons").map((one) => at(one, "/reason"))).toEqual(
    expect.arrayContaining(["uncoded_allergy", "free_text_medicine"]),
  );
});

describe("a chart that is closed", () => {
  test.each([
    ["nurse@demo.health", 403, "chart_not_open"],
    ["doctor@north.health", 404, "not_found"],
    ["pharmacist@demo.health", 404, "not_found"],
    ["admin@demo.health", 404, "not_found"],
    ["patient2@demo.health", 404, "not_found"],
  ])("to %s is refused by both, and the attempt is written down", async (email, status, code) => {
    const token = await signIn(email);
    const denials = () =>
      sqlValue("select count(*)::int from audit.entries where patient_id = $1 and action = 'deny'", [patient]);
    const before = Number(await denials());
    expect(await byFunction({ patient_id: patient, medicines: medicines() }, token)).toMatchObject({
      status,
      body: { code },
    });
    expect(await byRpc({ p_patient_id: patient, p_medicines: medicines() }, token)).toMatchObject({
      status,
      body: { hint: code },
    });
    expect(Number(await denials())).toBeGreaterThanOrEqual(before + 2);
  });

  test("is no matter of their own to patients, who may ask for themselves", async () => {
    const token = await signIn("patient@demo.health");
    const me = textAt((await call("/patients/me", { token })).body, "/id");
    expect(await byFunction({ patient_id: me, medicines: [{ text: "Tea" }] }, token))
      .toMatchObject({ status: 200, body: { status: "incomplete" } });
  });
});

describe("bad input", () => {
  const none = "ffffffff-0000-4000-8000-000000000000";
  const cases: [what: string, medicines: unknown, pointer: string][] = [
    ["no medicine", [], "/medicines"],
    ["51 medicines", Array.from({ length: 51 }, () => ({ text: "Tea" })), "/medicines"],
    ["1,000 medicines", Array.from({ length: 1000 }, () => ({ text: "Tea" })), "/medicines"],
    ["no list", { text: "Tea" }, "/medicines"],
    ["a medicine without a name", [{ dose: 1, dose_unit: "mg" }], "/medicines/0"],
    ["a medicine with two names", [{ text: "Tea", product_id: none }], "/medicines/0"],
    ["a product that is in no catalogue", [{ text: "Tea" }, { product_id: none }], "/medicines/1/product_id"],
    ["an ingredient that is in no catalogue", [{ ingredient_id: none }], "/medicines/0/ingredient_id"],
    ["an id that is none", [{ product_id: "aspirin" }], "/medicines/0/product_id"],
    ["a negative dose", [{ text: "Tea", dose: -1, dose_unit: "mg" }], "/medicines/0/dose"],
    ["a dose as text", [{ text: "Tea", dose: "1", dose_unit: "mg" }], "/medicines/0/dose"],
    ["a dose without a unit", [{ text: "Tea", dose: 1 }], "/medicines/0/dose_unit"],
    ["a unit that there is not", [{ text: "Tea", dose: 1, dose_unit: "handful" }], "/medicines/0/dose_unit"],
    ["a route that there is not", [{ text: "Tea", route: "bath" }], "/medicines/0/route"],
    ["49 times a day", [{ text: "Tea", times_per_day: 49 }], "/medicines/0/times_per_day"],
    [
      "a day's maximum below a dose",
      [{ text: "Tea", dose: 2, dose_unit: "mg", max_per_day: 1 }],
      "/medicines/0/max_per_day",
    ],
    ["text with markup", [{ text: "<b>Tea</b>" }], "/medicines/0/text"],
  ];
  test.each(cases)("%s: 422 with the field, by both", async (_, wrong, pointer) => {
    const called = await byFunction({ patient_id: patient, medicines: wrong });
    expect(called).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    const asked = await byRpc({ p_patient_id: patient, p_medicines: wrong });
    expect([asked.status, JSON.parse(textAt(asked.body, "/details"))]).toEqual([422, { pointer }]);
  });
  test.each<[string, () => Promise<Answer>]>([
    ["the function", () => byFunction({ patient_id: patient, medicines: [{ text: "Tea", strength: 5 }] })],
    ["the data API", () => byRpc({ p_patient_id: patient, p_medicines: [{ text: "Tea", strength: 5 }] })],
  ])("an unknown field is refused by %s", async (_, ask) => {
    expect((await ask()).status).toBe(422);
  });
});
