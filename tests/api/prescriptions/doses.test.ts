import { describe, expect, test } from "vitest";
import {
  add,
  addIngredient,
  addLimit,
  addPrescription,
  addProduct,
  addStatement,
  check,
  inScene,
  type Medicine,
  type Scene,
} from "../../support/medicine-check.ts";

/** A limit, and a medicine that is within it and one that is not; `given` is what the patient takes already. */
type Sides = {
  limit: Record<string, unknown>;
  within: (scene: Scene) => Promise<Medicine>;
  beyond: (scene: Scene) => Promise<Medicine>;
  exceeded: string;
  given?: (scene: Scene) => Promise<unknown>;
};

const plain = (dose: number, times_per_day: number, more: Medicine = {}) => ({ alpha }: Scene) =>
  Promise.resolve({ ingredient_id: alpha, dose, dose_unit: "mg", times_per_day, ...more });
/** Tablets of 100 mg, of a combination. */
const tablets = (dose: number, times_per_day: number) => async ({ client, alpha }: Scene) => ({
  product_id: await addProduct(client, `Two ${dose} ${times_per_day}`, [
    await addIngredient(client, `other ${dose} ${times_per_day}`),
    alpha,
  ]),
  dose,
  dose_unit: "tablet",
  times_per_day,
});
const syrup = (dose: number, dose_unit: string) => async ({ client, alpha }: Scene) => {
  const product_id = await add(client, "products", {
    name: `Syrup ${dose} ${dose_unit}`,
    dose_form: "oral_solution",
    routes: "{oral}",
    base_unit: "mL",
  });
  await add(client, "product_ingredients", {
    product_id,
    substance: "syrup of a test",
    ingredient_id: alpha,
    strength: 0.02,
    strength_unit: "g",
  });
  return { product_id, dose, dose_unit, times_per_day: 1 };
};

/** Tablets with 100 mg of each of two salts of the ingredient. */
const salts = (dose: number, dose_unit: string) => async ({ client, alpha }: Scene) => ({
  product_id: await addProduct(client, `Salts ${dose} ${dose_unit}`, [alpha, alpha]),
  dose,
  dose_unit,
  times_per_day: 1,
});

const limits: Record<string, Sides> = {
  "over two salts of one product": {
    limit: { per_dose: 400 },
    within: salts(2, "tablet"),
    beyond: salts(2.1, "tablet"),
    exceeded: "per_dose",
  },
  "over two salts, as a mass": {
    limit: { per_dose: 400 },
    within: salts(400, "mg"),
    beyond: salts(401, "mg"),
    exceeded: "per_dose",
  },
  "in one dose": { limit: { per_dose: 200 }, within: plain(200, 1), beyond: plain(200.1, 1), exceeded: "per_dose" },
  "in one dose of a combination": {
    limit: { per_dose: 200 },
    within: tablets(2, 1),
    beyond: tablets(2.5, 1),
    exceeded: "per_dose",
  },
  "in a day": { limit: { per_day: 800 }, within: plain(200, 4), beyond: plain(200, 4.1), exceeded: "per_day" },
  "by kilogram of 80 in a dose": {
    limit: { per_kg_dose: 5 },
    within: plain(400, 1),
    beyond: plain(401, 1),
    exceeded: "per_dose",
  },
  "by kilogram of 80 in a day": {
    limit: { per_kg_day: 10 },
    within: plain(400, 2),
    beyond: plain(401, 2),
    exceeded: "per_day",
  },
  "the lower one of a plain limit and one by kilogram": {
    limit: { per_day: 600, per_kg_day: 10 },
    within: plain(300, 2),
    beyond: plain(301, 2),
    exceeded: "per_day",
  },
  "in a day as needed, by its maximum": {
    limit: { per_day: 800 },
    within: plain(200, 6, { max_per_day: 800 }),
    beyond: plain(200, 6, { max_per_day: 900 }),
    exceeded: "per_day",
  },
  "in a day by the maximum, where it allows more than the times a day": {
    limit: { per_day: 800 },
    within: plain(200, 1, { max_per_day: 800 }),
    beyond: plain(200, 1, { max_per_day: 900 }),
    exceeded: "per_day",
  },
  "between two doses": {
    limit: { shortest_interval_hours: 168 },
    within: plain(10, 0.142857),
    beyond: plain(10, 0.2),
    exceeded: "shortest_interval",
  },
  "in grams and micrograms": {
    limit: { per_dose: 0.2, unit: "g" },
    within: ({ alpha }) => Promise.resolve({ ingredient_id: alpha, dose: 200_000, dose_unit: "mcg", times_per_day: 1 }),
    beyond: ({ alpha }) => Promise.resolve({ ingredient_id: alpha, dose: 200_001, dose_unit: "mcg", times_per_day: 1 }),
    exceeded: "per_dose",
  },
  "in millilitres of 20 mg": {
    limit: { per_dose: 200 },
    within: syrup(10, "mL"),
    beyond: syrup(10.1, "mL"),
    exceeded: "per_dose",
  },
  "in litres of 20 mg a millilitre": {
    limit: { per_dose: 200 },
    within: syrup(0.01, "L"),
    beyond: syrup(0.011, "L"),
    exceeded: "per_dose",
  },
  "in a day over prescriptions of other hospitals": {
    limit: { per_day: 800 },
    given: async ({ client, patient, alpha }) =>
      await addPrescription(
        client,
        patient,
        await addProduct(client, "Two", [alpha, await addIngredient(client, "other")]),
      ),
    within: plain(300, 2),
    beyond: plain(301, 2),
    exceeded: "per_day",
  },
  "in a day over what the patient takes": {
    limit: { per_day: 800 },
    given: ({ client, patient, alpha }) =>
      addStatement(client, patient, { ingredient_id: alpha, dose: 400, dose_unit: "mg", times_per_day: 1 }),
    within: plain(200, 2),
    beyond: plain(201, 2),
    exceeded: "per_day",
  },
};

/** The limits that a medicine exceeds; every check here is complete. */
async function exceededBy({ client, patient }: Scene, medicine: Medicine): Promise<string[]> {
  const { status, findings } = await check(client, patient, [medicine]);
  expect(status).toBe("complete");
  return findings.filter(({ kind }) => kind === "dose").flatMap(({ doses = [] }) => doses.map(({ limit }) => limit));
}

describe("the limit", () => {
  test.each(Object.entries(limits))(
    "%s holds, and what equals it is within it",
    (_, { limit, within, beyond, exceeded, given }) =>
      inScene(async (scene) => {
        await addLimit(scene.client, scene.alpha, limit);
        await given?.(scene);
        expect(await exceededBy(scene, await within(scene))).toEqual([]);
        expect(await exceededBy(scene, await beyond(scene))).toEqual([exceeded]);
      }),
  );

  test.each([["143 months", ["per_day"]], ["144 months", []]])(
    "of an age holds at %s: %o",
    (age, found) =>
      inScene(async (scene) => {
        await addLimit(scene.client, scene.alpha, { per_day: 100, age_to_months: 144 });
        await addLimit(scene.client, scene.alpha, { per_day: 400, age_from_months: 144 });
        expect(await exceededBy(scene, await plain(100, 2)(scene))).toEqual(found);
      }, { born: `current_date - interval '${age}'` }),
  );

  test("of a route counts what is taken that way, and what may be", () =>
    inScene(async (scene) => {
      await addLimit(scene.client, scene.alpha, { per_day: 100, route: "oral" });
      expect(await exceededBy(scene, await plain(100, 2, { route: "intravenous" })(scene))).toEqual([]);
      expect(await exceededBy(scene, await plain(100, 2, { route: "oral" })(scene))).toEqual(["per_day"]);
      expect(await exceededBy(scene, await plain(100, 2)(scene))).toEqual(["per_day"]);
      expect(await exceededBy(scene, await tablets(1, 2)(scene))).toEqual(["per_day"]);
    }));

  test("by mouth holds through a tube, and for tablets by whatever route that they do not have", () =>
    inScene(async (scene) => {
      await addLimit(scene.client, scene.alpha, { shortest_interval_hours: 168, route: "oral" });
      expect(await exceededBy(scene, await plain(10, 1, { route: "enteral" })(scene))).toEqual(["shortest_interval"]);
      const tablet = await tablets(1, 1)(scene);
      expect(await exceededBy(scene, { ...tablet, route: "topical" })).toEqual(["shortest_interval"]);
    }));
});

test("a weight of long ago does not count", () =>
  inScene(async (scene) => {
    await addLimit(scene.client, scene.alpha, { per_kg_day: 10 });
    await scene.client.query(
      "update public.vital_signs set occurred_at = now() - interval '13 months' where patient_id = $1",
      [scene.patient],
    );
    const { reasons } = await check(scene.client, scene.patient, [await plain(100, 1)(scene)]);
    expect(reasons).toMatchObject([{ reason: "weight_unknown" }]);
  }));
