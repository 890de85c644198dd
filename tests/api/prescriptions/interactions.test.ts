import type { PoolClient } from "pg";
import { describe, expect, test } from "vitest";
import { HOSPITAL } from "../../support/people.ts";
import {
  add,
  addPrescription,
  addProduct,
  addRule,
  addStatement,
  check,
  findingsOf,
  inScene,
  openPatient,
  type Scene,
} from "../../support/medicine-check.ts";

const PAIR = "drug: alphatestine, betatestine";

describe("an interaction", () => {
  /** How the second ingredient comes to the first, which is new. */
  const ways: [way: string, given: (scene: Scene) => Promise<{ ingredient_id?: string; product_id?: string }[]>][] = [
    ["of two new ones", ({ beta }) => Promise.resolve([{ ingredient_id: beta }])],
    [
      "in a combination",
      async ({ client, beta, gamma }) => [{ product_id: await addProduct(client, "Two", [gamma, beta]) }],
    ],
    ["with a prescription of another hospital", async ({ client, patient, beta }) => {
      await addPrescription(client, patient, await addProduct(client, "One", [beta]));
      return [];
    }],
    ["with a combination that another hospital prescribed", async ({ client, patient, beta, gamma }) => {
      await addPrescription(client, patient, await addProduct(client, "Two", [gamma, beta]));
      return [];
    }],
    ["with what the patient takes", async ({ client, patient, beta }) => {
      await addStatement(client, patient, { ingredient_id: beta });
      return [];
    }],
    ["with what the patient may take", async ({ client, patient, beta }) => {
      await addStatement(client, patient, { ingredient_id: beta, taking: "unknown" });
      return [];
    }],
  ];
  test.each(ways)(
    "%s is found, in both orders, whichever way the rule says it",
    (_, given) =>
      inScene(async (scene) => {
        const { client, patient, alpha, beta } = scene;
        await addRule(client, "test-pair", beta, alpha);
        const others = await given(scene);
        const first = await check(client, patient, [{ ingredient_id: alpha }, ...others]);
        const last = await check(client, patient, [...others, { ingredient_id: alpha }]);
        expect([findingsOf(first), findingsOf(last)]).toEqual([[PAIR], [PAIR]]);
        expect(first.findings[0]?.uuid).toBe(last.findings[0]?.uuid);
      }),
  );

  const absent: [why: string, given: (scene: Scene) => Promise<unknown>][] = [
    [
      "stopped",
      async ({ client, patient, beta }) =>
        await addPrescription(client, patient, await addProduct(client, "One", [beta]), { status: "cancelled" }),
    ],
    ["not taken", ({ client, patient, beta }) => addStatement(client, patient, { ingredient_id: beta, taking: "no" })],
    [
      "ended",
      ({ client, patient, beta }) =>
        addStatement(client, patient, { ingredient_id: beta, status: "ended", ended_on: "2026-01-01" }),
    ],
    [
      "somebody else's",
      async ({ client, beta }) =>
        await addPrescription(client, await openPatient(client), await addProduct(client, "One", [beta])),
    ],
  ];
  test.each(absent)("with what is %s is none", (_, given) =>
    inScene(async (scene) => {
      await addRule(scene.client, "test-pair", scene.alpha, scene.beta);
      await given(scene);
      expect(findingsOf(await check(scene.client, scene.patient, [{ ingredient_id: scene.alpha }]))).toEqual([]);
    }));

  test("of the parts of one product, and of what the patient takes already, is none", () =>
    inScene(async ({ client, patient, alpha, beta, gamma }) => {
      await addRule(client, "test-pair", alpha, beta);
      expect(findingsOf(await check(client, patient, [{ product_id: await addProduct(client, "Two", [alpha, beta]) }])))
        .toEqual([]);
      for (const ingredient_id of [alpha, beta]) await addStatement(client, patient, { ingredient_id });
      expect(findingsOf(await check(client, patient, [{ ingredient_id: gamma }]))).toEqual([]);
    }));

  test("is one finding: the most severe speaks, the others are folded in, and what is refined is silent", () =>
    inScene(async ({ client, patient, alpha, beta }) => {
      await addRule(client, "test-moderate", alpha, beta, { severity: "moderate" });
      await addRule(client, "test-contraindicated", alpha, beta, { severity: "contraindicated" });
      await addRule(client, "test-major", alpha, beta, { severity: "major", refines: ["test-contraindicated"] });
      const { findings } = await check(client, patient, [{ ingredient_id: alpha }, { ingredient_id: beta }]);
      expect(findings).toHaveLength(1);
      expect(findings[0]).toMatchObject({
        rule_key: "test-major",
        severity: "major",
        display: "interrupt",
        indicator: "warning",
        verification: "unverified",
        comment_required: false,
        also: [{ rule_key: "test-moderate", source: { label: "A label" } }],
      });
    }));

  test("that is contraindicated wants a comment, and its card is one of CDS Hooks", () =>
    inScene(async ({ client, patient, alpha, beta }) => {
      const effect = "Harm ".repeat(60).trim();
      await addRule(client, "test-pair", alpha, beta, { severity: "contraindicated", effect });
      const { findings: [card] } = await check(client, patient, [{ ingredient_id: alpha }, { ingredient_id: beta }]);
      expect(card).toMatchObject({
        indicator: "critical",
        comment_required: true,
        source: { label: "A label", section: "7" },
      });
      expect(card?.summary.length).toBeLessThan(140);
      expect(card?.detail).toMatch(/comment/);
      expect(card?.detail).toMatch(/Not verified/);
      expect(card?.overrideReasons.map(({ code }) => code)).toEqual(
        expect.arrayContaining(["will-monitor", "benefit-outweighs-risk", "no-alternative", "other"]),
      );
    }));

  test("has another uuid once the rule says something else", () =>
    inScene(async ({ client, patient, alpha, beta }) => {
      const rule = await addRule(client, "test-pair", alpha, beta);
      const medicines = [{ ingredient_id: alpha }, { ingredient_id: beta }];
      const { findings: [before] } = await check(client, patient, medicines);
      await client.query("insert into public.knowledge_versions (number, note) values (1000003, 'Next')");
      await client.query("update public.interaction_rules set until_version = 1000003 where id = $1", [rule]);
      await addRule(client, "test-pair", alpha, beta, { management: "Do not, ever", since_version: 1_000_003 });
      const { findings: [after] } = await check(client, patient, medicines);
      expect(after).toMatchObject({ rule_key: "test-pair", management: "Do not, ever" });
      expect(after?.uuid).not.toBe(before?.uuid);
    }));
});

describe("how a finding is shown", () => {
  const shown = async ({ client, patient, alpha, beta }: Scene, organization: string | null = null) =>
    (await check(client, patient, [{ ingredient_id: alpha }, { ingredient_id: beta }], { organization })).findings
      .map(({ display }) => display);
  const decide = (client: PoolClient, display: string, organization_id: string | null, rule_key = "test-pair") =>
    add(client, "interaction_policies", { rule_key, display, organization_id, reason: "Of a test" });

  test.each([["contraindicated", "interrupt"], ["major", "interrupt"], ["moderate", "show"], ["minor", "show"]])(
    "%s: %s by default",
    (severity, display) =>
      inScene(async (scene) => {
        await addRule(scene.client, "test-pair", scene.alpha, scene.beta, { severity });
        expect(await shown(scene)).toEqual([display]);
      }),
  );
  test("the hospital that opened the chart decides, and before it the network", () =>
    inScene(async (scene) => {
      await addRule(scene.client, "test-pair", scene.alpha, scene.beta);
      await decide(scene.client, "show", null);
      expect(await shown(scene)).toEqual(["show"]);
      await decide(scene.client, "silent", HOSPITAL);
      expect(await shown(scene)).toEqual(["silent"]);
    }));
  test("a rule that is silent silences no other of the same pair", () =>
    inScene(async (scene) => {
      await addRule(scene.client, "test-pair", scene.alpha, scene.beta);
      await addRule(scene.client, "test-other", scene.alpha, scene.beta);
      await decide(scene.client, "silent", HOSPITAL);
      expect(await shown(scene)).toEqual(["interrupt"]);
    }));
  test("what is contraindicated is not silent even where somebody got past the database's refusal", () =>
    inScene(async (scene) => {
      await addRule(scene.client, "test-pair", scene.alpha, scene.beta, { severity: "contraindicated" });
      await decide(scene.client, "show", HOSPITAL);
      await scene.client.query("set local session_replication_role = replica");
      await scene.client.query(
        "update public.interaction_policies set display = 'silent' where rule_key = 'test-pair'",
      );
      await scene.client.query("set local session_replication_role = origin");
      expect(await shown(scene)).toEqual(["interrupt"]);
    }));
  test("the policies of an organization are for its members", () =>
    inScene(async (scene) => {
      await expect(shown(scene, "20000000-0000-4000-8000-000000000001")).rejects.toMatchObject({ code: "PT403" });
    }));
});
