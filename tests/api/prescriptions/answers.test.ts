import { expect, test } from "vitest";
import { HOSPITAL } from "../../support/people.ts";
import {
  add,
  addPrescription,
  addProduct,
  addRule,
  addStatement,
  check,
  inScene,
} from "../../support/medicine-check.ts";

test("a check of somebody of whom all is known is complete, and says who must review the knowledge", () =>
  inScene(async ({ client, patient, alpha }) => {
    const answer = await check(client, patient, [{ ingredient_id: alpha }]);
    expect(answer).toMatchObject({
      status: "complete",
      reasons: [],
      findings: [],
      review: expect.stringMatching(/pharmacist/),
    });
    expect(answer.knowledge_version).toBeGreaterThanOrEqual(0);
  }));

test("what a consent leaves out does not show whether there is something", () =>
  inScene(async ({ client, patient, alpha, beta }) => {
    await addRule(client, "test-hidden", alpha, beta);
    await add(client, "consents", { patient_id: patient, organization_id: HOSPITAL, scope: "without_sensitive" });
    const before = await check(client, patient, [{ ingredient_id: alpha }]);
    const sensitivity = { sensitivity: "hiv" };
    await addPrescription(client, patient, await addProduct(client, "Hidden", [beta]), sensitivity);
    await addStatement(client, patient, { text: "Hidden", ...sensitivity });
    await add(client, "conditions", { patient_id: patient, organization_id: HOSPITAL, name: "Hidden", ...sensitivity });
    expect(await check(client, patient, [{ ingredient_id: alpha }])).toEqual({
      ...before,
      checked_at: expect.any(String),
    });
    await add(client, "consents", { patient_id: patient, organization_id: HOSPITAL, scope: "everything" });
    expect((await check(client, patient, [{ ingredient_id: alpha }])).findings).toHaveLength(1);
  }));

test("an error while looking up is an error, and never a check without findings", () =>
  inScene(async ({ client, patient, alpha }) => {
    await client.query("alter table private.interaction_pairs rename to interaction_pairs_gone");
    await expect(check(client, patient, [{ ingredient_id: alpha }, { text: "Tea" }])).rejects.toThrow(
      /interaction_pairs/,
    );
  }));
