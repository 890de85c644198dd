import { describe, expect, test } from "vitest";
import { HOSPITAL } from "../../support/people.ts";
import {
  add,
  addIngredient,
  addLimit,
  addPrescription,
  addProduct,
  addRule,
  addStatement,
  check,
  inScene,
  type Medicine,
  reasonsOf,
  type Scene,
} from "../../support/medicine-check.ts";

/** Something that no check can look at, and how the answer names it. `ask` is what is asked for, else the ingredient alone. */
type Gap = {
  what: string;
  given: (scene: Scene) => Promise<void | Medicine[]>;
  reasons: string[];
  sex?: string;
  born?: string;
};

const ask = async ({ client, patient, alpha }: Scene, medicines?: Medicine[] | void) =>
  reasonsOf(await check(client, patient, medicines ?? [{ ingredient_id: alpha }]));

const allergy = (values: object) => async ({ client, patient }: Scene) => {
  await add(client, "allergies", { patient_id: patient, organization_id: HOSPITAL, category: "medication", ...values });
};
const condition = (values: object) => async ({ client, patient, alpha }: Scene) => {
  await addRule(client, "test-condition", alpha, null, { kind: "condition", code_prefix: "G40" });
  await add(client, "conditions", { patient_id: patient, organization_id: HOSPITAL, ...values });
};
const aboutPregnancy = (kind: string) => async ({ client, alpha }: Scene) => {
  await addRule(client, "test-pregnancy", alpha, null, { kind });
};
const limited = (limits: Record<string, unknown>, medicine: Medicine) => async ({ client, alpha }: Scene) => {
  await addLimit(client, alpha, limits);
  return [{ ingredient_id: alpha, ...medicine }];
};
const reviewIs = (set: string) => async ({ client, patient }: Scene) => {
  await client.query(`update public.allergy_reviews set ${set} where patient_id = '${patient}'`);
};
const withoutWeight = (then: (scene: Scene) => Promise<void | Medicine[]>) => async (scene: Scene) => {
  await scene.client.query(
    `update public.vital_signs set status = 'entered_in_error', error_reason = 'Wrong' where patient_id = '${scene.patient}'`,
  );
  return await then(scene);
};

const dose = { dose: 100, dose_unit: "mg", times_per_day: 2 };
const woman = { sex: "female", born: "date '1995-05-05'" };

const gaps: Gap[] = [
  {
    what: "an allergy without a code",
    given: allergy({ substance: "Penicillin" }),
    reasons: ["uncoded_allergy: Penicillin"],
  },
  {
    what: "an allergy to food without a code",
    given: allergy({ substance: "Peanut", category: "food" }),
    reasons: ["uncoded_allergy: Peanut"],
  },
  {
    what: "an allergy called like an ingredient, whatever its category",
    given: allergy({ substance: "Alphatestine", category: "environment" }),
    reasons: ["uncoded_allergy: Alphatestine"],
  },
  {
    what: "pollen, which is in no medicine",
    given: allergy({ substance: "Birch", category: "environment" }),
    reasons: [],
  },
  {
    what: "an allergy whose code leads nowhere",
    given: allergy({ substance: "Sulfa", code_system: "rxnorm", code: "99999999" }),
    reasons: ["unmapped_allergy_code: Sulfa"],
  },
  {
    what: "an allergy to a class whose code names one ingredient of no group",
    given: async (scene) => {
      await add(scene.client, "medication_codes", { system: "rxnorm", code: "99999999", ingredient_id: scene.alpha });
      await allergy({ substance: "Testines", is_class: true, code_system: "rxnorm", code: "99999999" })(scene);
    },
    reasons: ["unmapped_allergy_code: Testines"],
  },
  {
    what: "an allergy whose code is of a product that nobody has mapped",
    given: async (scene) => {
      const product_id = await addProduct(scene.client, "Mystery", [scene.beta, null]);
      await add(scene.client, "medication_codes", { system: "rxnorm", code: "99999999", product_id });
      await allergy({ substance: "Mystery", code_system: "rxnorm", code: "99999999" })(scene);
    },
    reasons: ["unmapped_allergy_code: Mystery"],
  },
  {
    what: "an allergy whose code is of a product of which nothing is known",
    given: async (scene) => {
      const product_id = await addProduct(scene.client, "Mystery", []);
      await add(scene.client, "medication_codes", { system: "rxnorm", code: "99999999", product_id });
      await allergy({ substance: "Mystery", code_system: "rxnorm", code: "99999999" })(scene);
    },
    reasons: ["unmapped_allergy_code: Mystery"],
  },
  {
    what: "medicines, where nobody asked and pollen stands on the list",
    given: async (scene) => {
      await reviewIs("status = 'entered_in_error', error_reason = 'Wrong'")(scene);
      await allergy({ substance: "Birch", category: "environment" })(scene);
    },
    reasons: ["allergies_never_asked: Allergies"],
  },
  {
    what: "an allergy that is refuted",
    given: async (scene) => {
      await allergy({ substance: "Penicillin", verification: "refuted" })(scene);
    },
    reasons: [],
  },
  {
    what: "a list of allergies that nobody has asked for",
    given: reviewIs("status = 'entered_in_error', error_reason = 'Wrong'"),
    reasons: ["allergies_never_asked: Allergies"],
  },
  {
    what: "allergies that nobody knew of",
    given: reviewIs("statement = 'asked_unknown'"),
    reasons: ["allergies_never_asked: Allergies"],
  },
  {
    what: "a new product that nobody has mapped",
    given: async ({ client }) => [{ product_id: await addProduct(client, "Willow bark", [null]) }],
    reasons: ["unmapped_product: Willow bark"],
  },
  {
    what: "a product of which nobody knows what is in it",
    given: async ({ client }) => [{ product_id: await addProduct(client, "Miracle", []) }],
    reasons: ["unmapped_product: Miracle"],
  },
  {
    what: "a product of which one part is unmapped, even if the other one is not",
    given: async ({ client, alpha }) => [{ product_id: await addProduct(client, "Half known", [alpha, null]) }],
    reasons: ["unmapped_product: Half known"],
  },
  {
    what: "a prescription of what nobody has mapped",
    given: async ({ client, patient }) => {
      await addPrescription(client, patient, await addProduct(client, "Willow bark", [null]));
    },
    reasons: ["unmapped_product: Willow bark"],
  },
  {
    what: "a new ingredient that nobody has reviewed",
    given: async ({ client }) => [{ ingredient_id: await addIngredient(client, "newtestine", false) }],
    reasons: ["ingredient_not_reviewed: newtestine"],
  },
  {
    what: "an ingredient that the patient takes and nobody has reviewed",
    given: async ({ client, patient }) => {
      await addStatement(client, patient, { ingredient_id: await addIngredient(client, "newtestine", false) });
    },
    reasons: ["ingredient_not_reviewed: newtestine"],
  },
  {
    what: "free text",
    given: () => Promise.resolve([{ text: "Grandma's tea" }]),
    reasons: ["free_text_medicine: Grandma's tea"],
  },
  {
    what: "free text that the patient takes",
    given: async ({ client, patient }) => {
      await addStatement(client, patient, { text: "Grandma's tea", taking: "unknown" });
    },
    reasons: ["free_text_medicine: Grandma's tea"],
  },
  {
    what: "records that the consent leaves out",
    given: async ({ client, patient }) => {
      await add(client, "consents", { patient_id: patient, organization_id: HOSPITAL, scope: "without_sensitive" });
    },
    reasons: ["records_withheld: Sensitive records"],
  },
  {
    what: "whether a woman is pregnant",
    given: aboutPregnancy("pregnancy"),
    ...woman,
    reasons: ["pregnancy_unknown: alphatestine"],
  },
  {
    what: "whether a woman breastfeeds",
    given: aboutPregnancy("lactation"),
    ...woman,
    reasons: ["pregnancy_unknown: alphatestine"],
  },
  {
    what: "whether a woman breastfeeds who did not 31 days ago",
    given: async (scene) => {
      await aboutPregnancy("lactation")(scene);
      await add(scene.client, "pregnancy_statuses", {
        patient_id: scene.patient,
        organization_id: HOSPITAL,
        pregnancy: "pregnant",
        lactation: "not_lactating",
        occurred_at: new Date(Date.now() - 31 * 864e5),
      });
    },
    ...woman,
    reasons: ["pregnancy_unknown: alphatestine"],
  },
  { what: "whether a man is pregnant", given: aboutPregnancy("pregnancy"), reasons: [] },
  {
    what: "whether a woman of 70 is pregnant",
    given: aboutPregnancy("pregnancy"),
    sex: "female",
    born: "date '1950-01-01'",
    reasons: [],
  },
  {
    what: "whether a girl of 5 is pregnant",
    given: aboutPregnancy("pregnancy"),
    sex: "female",
    born: "date '2021-06-01'",
    reasons: [],
  },
  {
    what: "a weight that a limit goes by",
    given: withoutWeight(limited({ per_kg_day: 50 }, dose)),
    reasons: ["weight_unknown: alphatestine"],
  },
  { what: "a weight that no limit goes by", given: withoutWeight(limited({ per_day: 500 }, dose)), reasons: [] },
  {
    what: "pairs that are being rebuilt",
    given: async ({ client }) => {
      await client.query("update private.knowledge set rebuilding = true");
    },
    reasons: ["knowledge_rebuilding: Interactions"],
  },
  { what: "a dose that has a limit", given: limited({ per_day: 500 }, {}), reasons: ["dose_unknown: alphatestine"] },
  {
    what: "a dose in a unit that its limit cannot be compared in",
    given: limited({ per_day: 500 }, { dose: 2, dose_unit: "puff", times_per_day: 2 }),
    reasons: ["dose_unknown: alphatestine"],
  },
  {
    what: "how often a medicine is taken that has a shortest interval",
    given: limited({ shortest_interval_hours: 168 }, { dose: 10, dose_unit: "mg" }),
    reasons: ["dose_unknown: alphatestine"],
  },
  {
    what: "a dose at an age for which there is no limit",
    given: limited({ per_day: 500, age_from_months: 1200 }, dose),
    reasons: ["dose_unknown: alphatestine"],
  },
  {
    what: "the age, of which nobody knows whether the limit of adults holds",
    given: limited({ per_day: 500, age_from_months: 216 }, dose),
    born: "null",
    reasons: ["dose_unknown: alphatestine"],
  },
  {
    what: "a condition without a code, beside a rule for conditions",
    given: condition({ name: "Fits" }),
    reasons: ["uncoded_condition: Fits"],
  },
  {
    what: "a condition whose code is coarser than that of a rule",
    given: async (scene) => {
      await addRule(scene.client, "test-stage", scene.alpha, null, { kind: "condition", code_prefix: "N18.4" });
      await add(scene.client, "conditions", {
        patient_id: scene.patient,
        organization_id: HOSPITAL,
        name: "Kidney disease",
        code_system: "icd10",
        code: "N18",
      });
    },
    reasons: ["uncoded_condition: Kidney disease"],
  },
  {
    what: "a condition with a code",
    given: condition({ name: "Gout", code_system: "icd10", code: "M10" }),
    reasons: [],
  },
];

describe("what the check did not look at is named", () => {
  test.each(gaps.map((gap): [string, Gap] => [gap.what, gap]))(
    "%s",
    (_, { given, reasons, sex, born }) =>
      inScene(async (scene) => {
        expect(await ask(scene)).toEqual([]);
        const medicines = await given(scene);
        expect(await ask(scene, medicines)).toEqual(reasons);
      }, { sex, born }),
  );
});
