import type { PoolClient } from "pg";
import { describe, expect, test } from "vitest";
import { actAs } from "../../support/database.ts";
import { HOSPITAL } from "../../support/people.ts";
import {
  add,
  addClass,
  addIngredient,
  addPrescription,
  addProduct,
  addRule,
  addStatement,
  check,
  findingsOf,
  inScene,
  reasonsOf,
  type Scene,
} from "../../support/medicine-check.ts";

/** A change of a function that makes the check overlook something, and a question whose answer tells. */
type Mutation = {
  what: string;
  /** The function or the view, and what of its text becomes what. */
  of: string;
  text: string;
  becomes: string;
  question: (scene: Scene) => Promise<unknown>;
};

const PAIR = ["drug: alphatestine, betatestine"];
const asked = async ({ client, patient }: Scene, medicines: { ingredient_id?: string; product_id?: string }[]) =>
  findingsOf(await check(client, patient, medicines));

const bothOrders = async (scene: Scene) => {
  const [one, other] = [{ ingredient_id: scene.alpha }, { ingredient_id: scene.beta }];
  return [await asked(scene, [one, other]), await asked(scene, [other, one])];
};

const mutations: Mutation[] = [
  {
    what: "pairs are looked up in the order in which they come",
    of: "private.find_interactions",
    text: "b.number > a.number",
    becomes: "b.keys > a.keys",
    question: async (scene) => expect(await bothOrders(scene)).toEqual([PAIR, PAIR]),
  },
  {
    what: "one member of a class is dropped",
    of: "private.interaction_expansion",
    text: "m.class_id = r.class_id",
    becomes: "m.class_id = r.class_id and i.name <> 'gammatestine'",
    question: async (scene) => {
      const { client, alpha, beta, gamma } = scene;
      const class_id = await addClass(client, "test_class", [gamma, beta]);
      await addRule(client, "test-class", alpha, null, { ingredient_id: null, class_id, other_ingredient_id: alpha });
      expect(await asked(scene, [{ ingredient_id: gamma }, { ingredient_id: alpha }]))
        .toEqual(["drug: alphatestine, gammatestine"]);
    },
  },
  {
    what: "a combination is not split",
    of: "private.judge_medicines",
    text: "where x.product_id = m.product_id offset 0",
    becomes: "where x.product_id = m.product_id order by x.substance limit 1",
    question: async (scene) => {
      const product_id = await addProduct(scene.client, "Two", [
        await addIngredient(scene.client, "other"),
        scene.beta,
      ]);
      expect(await asked(scene, [{ ingredient_id: scene.alpha }, { product_id }])).toEqual(PAIR);
    },
  },
  {
    what: "active prescriptions of other hospitals are skipped",
    of: "private.check_facts",
    text: "r.status = 'active'",
    becomes: "r.status = 'active' and r.organization_id = any (private.my_hospitals())",
    question: async (scene) => {
      const { client, patient, alpha, beta } = scene;
      await addPrescription(client, patient, await addProduct(client, "One", [beta]));
      expect(await asked(scene, [{ ingredient_id: alpha }])).toEqual(PAIR);
    },
  },
  {
    what: "what the patient takes from elsewhere is skipped",
    of: "private.check_facts",
    text: "s.status = 'active'",
    becomes: "false",
    question: async (scene) => {
      await addStatement(scene.client, scene.patient, { ingredient_id: scene.beta });
      expect(await asked(scene, [{ ingredient_id: scene.alpha }])).toEqual(PAIR);
    },
  },
  {
    what: "that an allergy is refuted is ignored",
    of: "private.check_facts",
    text: "and g.verification <> 'refuted'",
    becomes: "",
    question: async (scene) => {
      const { client, patient, alpha } = scene;
      await add(client, "allergies", {
        patient_id: patient,
        organization_id: HOSPITAL,
        category: "medication",
        substance: "Alphatestine",
        verification: "refuted",
      });
      expect(await asked(scene, [{ ingredient_id: alpha }])).toEqual([]);
    },
  },
  {
    what: "an unmapped product counts as one without findings",
    of: "private.find_unknown_medicines",
    text: "m.product_id is not null and p.ingredient_id is null",
    becomes: "false",
    question: async ({ client, patient, alpha }) => {
      const product_id = await addProduct(client, "Half known", [alpha, null]);
      expect(reasonsOf(await check(client, patient, [{ product_id }]))).toEqual(["unmapped_product: Half known"]);
    },
  },
  {
    what: "an error while looking up is swallowed",
    of: "public.check_medicines",
    text: "v_answer := private.check_medicines(p_patient_id, p_medicines, p_organization_id);",
    becomes: `begin
        v_answer := private.check_medicines(p_patient_id, p_medicines, p_organization_id);
      exception when others then
        v_answer := '{"status": "complete", "reasons": [], "findings": [], "compared": [], "knowledge_version": 1,
          "review": "", "checked_at": "2026-01-01T00:00:00Z"}';
      end;`,
    question: async (scene) => {
      await actAs(scene.client, null);
      await scene.client.query("savepoint lookup; alter table private.interaction_pairs rename to gone");
      const answer = await asked(scene, [{ ingredient_id: scene.alpha }, { ingredient_id: scene.beta }]).catch(String);
      await scene.client.query("rollback to savepoint lookup");
      expect(answer).toEqual(expect.stringMatching(/interaction_pairs/));
    },
  },
  {
    what: "what is sensitive is read whatever the consent says",
    of: "private.check_facts",
    text: "r.status = 'active' and (r.sensitivity is null or v_all)",
    becomes: "r.status = 'active'",
    question: async (scene) => {
      const { client, patient, alpha, beta } = scene;
      const product = await addProduct(client, "One", [beta]);
      await addPrescription(client, patient, product, { sensitivity: "hiv" });
      await add(client, "consents", { patient_id: patient, organization_id: HOSPITAL, scope: "without_sensitive" });
      expect(await asked(scene, [{ ingredient_id: alpha }])).toEqual([]);
    },
  },
  {
    what: "a milder rule hides the one that it does not refine",
    of: "private.find_interactions",
    text: "order by (s.r).severity",
    becomes: "order by (s.r).severity desc",
    question: async ({ client, patient, alpha, beta }) => {
      await addRule(client, "test-minor", alpha, beta, { severity: "minor" });
      const { findings } = await check(client, patient, [{ ingredient_id: alpha }, { ingredient_id: beta }]);
      expect(findings.map(({ severity }) => severity)).toEqual(["major"]);
    },
  },
];

/** The text of a function or a view, as a statement that makes it anew. */
async function textOf(client: PoolClient, name: string): Promise<string> {
  const { rows: [one] } = await client.query<{ text: string }>(
    `select case when to_regclass($1) is null then pg_get_functiondef(to_regproc($1))
       else format('create or replace view %s as %s', $1, pg_get_viewdef(to_regclass($1))) end as text`,
    [name],
  );
  return one?.text ?? "";
}

// The two that are left of the list, the lock of the patient and an override that outlives its rule, are of signing.
describe("a question notices that", () => {
  test.each(mutations.map((mutation): [string, Mutation] => [mutation.what, mutation]))(
    "%s",
    (_, mutation) =>
      inScene(async (scene) => {
        const { client, alpha, beta } = scene;
        await addRule(client, "test-pair", alpha, beta);
        await client.query("savepoint question");
        await mutation.question(scene);
        await client.query("rollback to savepoint question");
        const text = await textOf(client, mutation.of);
        expect(text.split(mutation.text)).toHaveLength(2);
        await client.query(text.replace(mutation.text, () => mutation.becomes));
        await expect(mutation.question(scene)).rejects.toThrow(/expected/);
      }),
  );
});
