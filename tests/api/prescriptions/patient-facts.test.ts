import type { PoolClient } from "pg";
import { describe, expect, test } from "vitest";
import { HOSPITAL } from "../../support/people.ts";
import {
  add,
  addClass,
  addPrescription,
  addProduct,
  addRule,
  check,
  findingsOf,
  inScene,
  type Scene,
} from "../../support/medicine-check.ts";

describe("an allergy", () => {
  const allergic = ({ client, patient }: Scene, values: Record<string, unknown>) =>
    add(client, "allergies", {
      patient_id: patient,
      organization_id: HOSPITAL,
      category: "medication",
      substance: "Testine",
      code_system: "rxnorm",
      code: "99999999",
      ...values,
    });
  const severities = async ({ client, patient, alpha, beta }: Scene) =>
    (await check(client, patient, [{ ingredient_id: alpha }, { ingredient_id: beta }])).findings
      .filter(({ kind }) => kind === "allergy").map(({ severity, drugs: [drug] }) => `${drug?.name}: ${severity}`);
  /** Alpha is of a group, and beta of a class that cross-reacts with it. */
  const grouped = async ({ client, alpha, beta, gamma }: Scene) => {
    const class_id = await addClass(client, "test_alphas", [alpha, gamma]);
    const group_id = await add(client, "allergy_groups", { name: "Test group", class_id });
    const other = await addClass(client, "test_betas", [beta]);
    await add(client, "allergy_cross_reactions", { group_id, class_id: other, level: "warning" });
    return class_id;
  };
  const coded = (client: PoolClient, target: Record<string, unknown>) =>
    add(client, "medication_codes", { system: "rxnorm", code: "99999999", ...target });

  const cases: [what: string, values: Record<string, unknown>, found: string[]][] = [
    ["itself is contraindicated, what cross-reacts moderate", {}, [
      "alphatestine: contraindicated",
      "betatestine: moderate",
    ]],
    ["of a severe reaction makes what cross-reacts major", { severity: "severe" }, [
      "alphatestine: contraindicated",
      "betatestine: major",
    ]],
    ["that is an intolerance is one level milder", { kind: "intolerance" }, [
      "alphatestine: major",
      "betatestine: minor",
    ]],
    ["that is confirmed counts as much as one that is not", { verification: "confirmed" }, [
      "alphatestine: contraindicated",
      "betatestine: moderate",
    ]],
    ["that is refuted does not count", { verification: "refuted" }, []],
    ["that is over does not count", { status: "resolved" }, []],
  ];
  test.each(cases)("to another one of the group, %s", (_, values, found) =>
    inScene(async (scene) => {
      await grouped(scene);
      await coded(scene.client, { ingredient_id: scene.gamma });
      await allergic(scene, values);
      expect((await severities(scene)).sort()).toEqual(found);
    }));
  test("to a class by its code reaches the members and what cross-reacts", () =>
    inScene(async (scene) => {
      await coded(scene.client, { class_id: await grouped(scene) });
      await allergic(scene, { is_class: true });
      expect((await severities(scene)).sort()).toEqual(["alphatestine: contraindicated", "betatestine: moderate"]);
    }));
  test("to a class within a group reaches the others of the group and what cross-reacts with it", () =>
    inScene(async (scene) => {
      await grouped(scene);
      await coded(scene.client, { class_id: await addClass(scene.client, "test_some_alphas", [scene.gamma]) });
      await allergic(scene, { is_class: true });
      expect((await severities(scene)).sort()).toEqual(["alphatestine: contraindicated", "betatestine: moderate"]);
    }));
  test("to a product by its code reaches what is in it", () =>
    inScene(async (scene) => {
      await coded(scene.client, { product_id: await addProduct(scene.client, "Two", [scene.beta, scene.gamma]) });
      await allergic(scene, {});
      expect(await severities(scene)).toEqual(["betatestine: contraindicated"]);
    }));
  test("without a code is compared by its name, and makes the check incomplete all the same", () =>
    inScene(async (scene) => {
      await allergic(scene, { substance: "AlphaTestine", code_system: null, code: null });
      expect(await severities(scene)).toEqual(["alphatestine: contraindicated"]);
      expect((await check(scene.client, scene.patient, [{ ingredient_id: scene.beta }])).status).toBe("incomplete");
    }));
});

describe("a duplicate", () => {
  test("ingredient is a finding that shows all doses, in whatever products", () =>
    inScene(async ({ client, patient, alpha, beta }) => {
      await addPrescription(client, patient, await addProduct(client, "Old", [alpha]));
      const product_id = await addProduct(client, "New", [beta, alpha]);
      const { findings } = await check(client, patient, [{ product_id, dose: 2, dose_unit: "tablet" }]);
      expect(findings).toMatchObject([{
        kind: "duplicate_ingredient",
        severity: "major",
        drugs: [{ name: "alphatestine" }],
      }]);
      expect(findings[0]?.drugs[0]?.medicines.map(({ name, dose }) => [name, dose]).sort()).toEqual([["New", 2], [
        "Old",
        1,
      ]]);
      expect(findings[0]?.overrideReasons.map(({ code }) => code)).toContain("two-strengths");
    }));
  const pairs: [what: string, given: (scene: Scene) => Promise<unknown>, found: string[]][] = [
    [
      "class is one where the class is marked",
      ({ client, alpha, beta }) => addClass(client, "test_marked", [alpha, beta], { duplicate_therapy: true }),
      ["duplicate_class: alphatestine, betatestine"],
    ],
    [
      "class is none where it is not marked",
      ({ client, alpha, beta }) => addClass(client, "test_unmarked", [alpha, beta]),
      [],
    ],
    ["class is none where the two are given together", async ({ client, alpha, beta }) => {
      const class_id = await addClass(client, "test_marked", [alpha, beta], { duplicate_therapy: true });
      await add(client, "duplicate_exceptions", { class_id, description: "Together on purpose" });
    }, []],
    ["class is none where two classes are given together", async ({ client, alpha, beta }) => {
      await addClass(client, "test_marked", [alpha, beta], { duplicate_therapy: true });
      const class_id = await addClass(client, "test_betas", [beta]);
      const other_class_id = await addClass(client, "test_alphas", [alpha]);
      await add(client, "duplicate_exceptions", { class_id, other_class_id, description: "Together on purpose" });
    }, []],
  ];
  test.each(pairs)("%s", (_, given, found) =>
    inScene(async (scene) => {
      await given(scene);
      const medicines = [{ ingredient_id: scene.alpha }, { ingredient_id: scene.beta }];
      expect(findingsOf(await check(scene.client, scene.patient, medicines))).toEqual(found);
    }));
});

describe("what the patient has", () => {
  const woman = { sex: "female", born: "date '1995-05-05'" };
  const found = async ({ client, patient, alpha }: Scene) =>
    (await check(client, patient, [{ ingredient_id: alpha }])).findings.map(({ kind, display }) =>
      `${kind}: ${display}`
    );
  const ill = ({ client, patient }: Scene, values: Record<string, unknown>) =>
    add(client, "conditions", {
      patient_id: patient,
      organization_id: HOSPITAL,
      name: "Diabetes",
      code_system: "icd10",
      code: "E11.9",
      ...values,
    });
  const conditions: [prefix: string, values: Record<string, unknown>, found: string[]][] = [
    ...["E11.9", "E11", "E1", "E"].map((
      prefix,
    ): [string, Record<string, unknown>, string[]] => [prefix, {}, ["condition: interrupt"]]),
    ["E11.65", { code_system: "icd10_cm", code: "E11.65" }, ["condition: interrupt"]],
    ["E10", {}, []],
    ["E11.91", {}, []],
    ["E11", { status: "resolved" }, ["condition: interrupt"]],
    ["E11", { status: "entered_in_error", error_reason: "Wrong" }, []],
    ["E11", { status: "remission" }, ["condition: interrupt"]],
    ["E11", { verification: "refuted" }, []],
  ];
  test.each(conditions)(
    "a rule for conditions of %s and %o",
    (code_prefix, values, expected) =>
      inScene(async (scene) => {
        await addRule(scene.client, "test-condition", scene.alpha, null, { kind: "condition", code_prefix });
        await ill(scene, values);
        expect(await found(scene)).toEqual(expected);
      }),
  );
  const states: [kind: string, values: Record<string, unknown>, found: string[]][] = [
    ["pregnancy", { pregnancy: "pregnant" }, ["pregnancy: interrupt"]],
    ["pregnancy", { pregnancy: "not_pregnant" }, []],
    ["lactation", { pregnancy: "not_pregnant", lactation: "lactating" }, ["lactation: interrupt"]],
    ["lactation", { pregnancy: "not_pregnant", lactation: "not_lactating" }, []],
  ];
  test.each(states)("a rule for %s and %o", (kind, values, expected) =>
    inScene(async (scene) => {
      await addRule(scene.client, "test-state", scene.alpha, null, { kind });
      await add(scene.client, "pregnancy_statuses", {
        patient_id: scene.patient,
        organization_id: HOSPITAL,
        ...values,
      });
      expect(await found(scene)).toEqual(expected);
    }, woman));
  test("advice about food never interrupts, and holds for the members of a class", () =>
    inScene(async (scene) => {
      const class_id = await addClass(scene.client, "test_eaten", [scene.alpha]);
      await add(scene.client, "interaction_rules", {
        rule_key: "test-food",
        kind: "food",
        class_id,
        food: "test juice",
        severity: "contraindicated",
        effect: "Harm",
        mechanism: "A way",
        management: "None of it",
        evidence: "label",
        source_label: "A label",
        source_section: "7",
        since_version: 1_000_002,
      });
      expect(await found(scene)).toEqual(["food: show"]);
    }));
});
