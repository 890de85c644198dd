import { expect, test } from "vitest";
import { z } from "zod";
import { ndcProduct, strengthOf, unitsOf } from "../../../supabase/local/imports/ndc-product.ts";
import { ndcEntry } from "../../support/ndc-directory.ts";

const product = (changes: Record<string, unknown>) => ndcProduct({ ...ndcEntry(0), ...changes });

test("an entry becomes a product with contents, packs and its code", () => {
  expect(ndcProduct(ndcEntry(8))).toEqual({
    row: {
      key: "10000-0008",
      name: "acetaminophen 45 mg / hydrochlorothiazide 12.5 mg prolonged release tablet",
      brand: "ACETAMINOPHEN",
      dose_form: "prolonged_release_tablet",
      routes: ["oral"],
      base_unit: "tablet",
      contents: [
        { substance: "acetaminophen", strength: 45, strength_unit: "mg" },
        { substance: "hydrochlorothiazide", strength: 12.5, strength_unit: "mg" },
      ],
      packs: [30, 90].map((units) => ({
        units,
        description: `${units} TABLET, EXTENDED RELEASE in 1 BOTTLE (10000-0008-0${units === 30 ? 1 : 2})`,
      })),
      codes: [{ system: "ndc", code: "10000-0008" }],
    },
  });
});

test.each([
  ["500 mg/1", { amount: 500, unit: "mg", per: "" }],
  ["400 mg/5mL", { amount: 80, unit: "mg", per: "mL" }],
  ["1,200,000 [iU]/2mL", { amount: 600000, unit: "unit", per: "mL" }],
  [".5 ug/.5mL", { amount: 1, unit: "mcg", per: "mL" }],
  ["10 mg/g", { amount: 10, unit: "mg", per: "g" }],
  ["9 g/L", { amount: 0.009, unit: "g", per: "mL" }],
  ["25 ug/h", { amount: 25, unit: "mcg/h", per: "" }],
  ["6 [hp_X]/1", { amount: 6, unit: "[hp_X]", per: "" }],
  ["0 mg/1", undefined],
  ["-5 mg/1", undefined],
  ["mg/1", undefined],
  ["", undefined],
])("the strength %s", (stated, expected) => expect(strengthOf(stated)).toEqual(expected));

test.each([
  ["100 TABLET in 1 BOTTLE (0002-1200-01)", "tablet", 100],
  ["3 BLISTER PACK in 1 CARTON (0002-1200-01)  / 10 TABLET in 1 BLISTER PACK (0002-1200-02)", "tablet", 30],
  ["10 VIAL in 1 CARTON / 2 mL in 1 VIAL", "mL", 20],
  ["1 L in 1 BAG", "mL", 1000],
  ["1,000 CAPSULE in 1 BOTTLE", "capsule", 1000],
  ["0.5 mL in 1 SYRINGE", "mL", undefined],
  ["1 KIT in 1 CARTON / 30 TABLET in 1 BOTTLE", "mL", undefined],
  ["1 VIAL", "vial", undefined],
  ["", "tablet", undefined],
])("%s are so many %s", (description, base, units) => expect(unitsOf(description, base)).toBe(units));

test.each([
  [{ dosage_form: "SOLUTION/ DROPS", route: ["OPHTHALMIC"] }, "eye_drops", "ophthalmic"],
  [{ dosage_form: "SUSPENSION", route: ["ORAL"] }, "oral_suspension", "oral"],
  [{ dosage_form: "AEROSOL, METERED", route: ["RESPIRATORY (INHALATION)"] }, "inhalation_spray", "inhaled"],
  [{ dosage_form: "PATCH, EXTENDED RELEASE", route: ["TRANSDERMAL"] }, "transdermal_patch", "transdermal"],
  [{ dosage_form: "TABLET", route: ["SUBLINGUAL"] }, "sublingual_tablet", "sublingual"],
  [
    { dosage_form: "INJECTION, POWDER, LYOPHILIZED, FOR SOLUTION", route: ["INTRAVENOUS"] },
    "powder_for_injection",
    "intravenous",
  ],
  [{ dosage_form: "STRIP", route: ["HEMODIALYSIS"] }, "other", "other"],
  [{ dosage_form: "KIT", route: [] }, "kit", "other"],
])("%o are a %s by %s", (changes, dose_form, route) => {
  expect(product(changes)).toMatchObject({ row: { dose_form, routes: [route] } });
});

test("quantities by the mL make the mL the base unit, and a strength by the piece beside them is left out", () => {
  const active_ingredients = [{ name: "A", strength: "80 mg/mL" }, { name: "B", strength: "5 mg/1" }];
  expect(product({ active_ingredients })).toMatchObject({
    row: {
      base_unit: "mL",
      contents: [{ substance: "a", strength: 80, strength_unit: "mg" }, { substance: "b" }],
    },
  });
});

test("a substance without a name, and those beyond fifty, stay in the product as one that nobody can map", () => {
  const unnamed = { substance: "not named in the directory" };
  expect(product({ active_ingredients: [{ name: "A", strength: "5 mg/1" }, { name: "<>", strength: "5 mg/1" }, 7] }))
    .toMatchObject({ row: { contents: [{ substance: "a", strength: 5 }, unnamed] } });
  const active_ingredients = Array.from({ length: 60 }, (_, at) => ({ name: `S${at}`, strength: "5 mg/1" }));
  const { row: { contents } } = z.object({ row: z.object({ contents: z.array(z.unknown()) }) })
    .parse(product({ active_ingredients }));
  expect([contents.length, contents.at(-1)]).toEqual([50, unnamed]);
});

test("a substance that is stated twice has no strength, because nobody knows whether they add up", () => {
  const active_ingredients = [{ name: "A", strength: "5 mg/1" }, { name: "A", strength: "10 mg/1" }];
  expect(product({ active_ingredients })).toMatchObject({ row: { contents: [{ substance: "a" }] } });
  expect(product({ active_ingredients })).not.toMatchObject({ row: { contents: [{ strength: 5 }] } });
});

test("what our lines may not hold is taken out of names", () => {
  expect(product({ generic_name: "Menthol; <b>Camphor</b> 1=1 -- x", active_ingredients: [], brand_name: null }))
    .toMatchObject({ row: { name: "menthol b camphor /b 1 1 - x tablet", contents: [] } });
});

test.each([
  ["/product_ndc", { product_ndc: "none" }],
  ["/product_ndc", { product_ndc: undefined }],
  ["/generic_name", { generic_name: "", brand_name: null }],
])("an entry is refused for its %s", (pointer, changes) => {
  expect(product(changes)).toMatchObject({ fault: { pointer } });
});
