import { beforeAll, describe, expect, test } from "vitest";
import { sqlValue } from "../../support/database.ts";
import { newClass, newIngredient, newPharmacist, ruleBetween, uniqueDrug } from "../../support/medications.ts";
import { type Answer, at, call, listAt, numberAt, signIn, textAt } from "../../support/stack.ts";

let curator: string;
let patient: string;

beforeAll(async () => {
  curator = (await newPharmacist()).token;
  patient = await signIn("patient@demo.health");
});

const publish = (body: object, token = curator, headers = {}): Promise<Answer> =>
  call("/medications/rules", { token, body, headers });
const read = (path: string, token = patient): Promise<Answer> => call(`/medications/${path}`, { token });
const presentVersion = async () => numberAt((await read("knowledge")).body, "/knowledge_version");
const keys = ({ body }: Answer) => listAt(body, "/data").map((one) => textAt(one, "/rule_key"));

describe("a rule", () => {
  test("is published with what it says of itself, and opens a version of the knowledge", async () => {
    const [one, two] = [await newIngredient(curator), await newIngredient(curator)];
    const before = await presentVersion();
    const published = await publish(ruleBetween(one, two));
    expect(published).toMatchObject({
      status: 201,
      body: {
        ingredient: { id: one },
        other_ingredient: { id: two },
        severity: "major",
        verification: "unverified",
        source_label: "Label of a test",
        notice: expect.stringMatching(/^NOT compared .* pharmacist must review/),
        until_version: null,
      },
    });
    expect(numberAt(published.body, "/since_version")).toBeGreaterThan(before);
    const path = `rules/${textAt(published.body, "/id")}`;
    expect(published.headers.get("location")).toBe(`/functions/v1/medications/${path}`);
    expect(await read(path)).toMatchObject({ status: 200, body: { other_versions: [], severity: "major" } });
    expect(await read("knowledge/versions?limit=1")).toMatchObject({
      status: 200,
      body: { data: [{ number: expect.any(Number) }] },
    });
  });

  test("gets a new version, is retired, and can be read as it was", async () => {
    const [one, two] = [await newIngredient(curator), await newIngredient(curator)];
    const rule = ruleBetween(one, two);
    const first = await publish(rule);
    const second = await publish({ ...rule, severity: "moderate" }, curator, { "if-match": 'W/"1"' });
    expect(second).toMatchObject({ status: 201, body: { severity: "moderate", rule_key: rule.rule_key } });
    expect(at(second.body, "/content_hash")).not.toBe(at(first.body, "/content_hash"));
    const path = `rules/${textAt(second.body, "/id")}`;
    expect(await read(path)).toMatchObject({
      body: {
        other_versions: [{
          id: textAt(first.body, "/id"),
          severity: "major",
          until_version: numberAt(second.body, "/since_version"),
          notice: expect.stringContaining("pharmacist"),
        }],
      },
    });
    expect(await read(`rules?rule_key=${rule.rule_key}&count=exact`)).toMatchObject({
      body: { data: [{ severity: "moderate" }], page: { total: 1 } },
    });
    const headers = { "idempotency-key": crypto.randomUUID() };
    const retire = () => call(`/medications/${path}/retire`, { token: curator, method: "POST", headers });
    expect(await retire()).toMatchObject({ status: 200, body: { until_version: expect.any(Number) } });
    expect((await retire()).headers.get("idempotency-replayed")).toBe("true");
    expect(await call(`/medications/${path}/retire`, { token: curator, method: "POST" })).toMatchObject({
      status: 409,
    });
    expect(keys(await read(`rules?rule_key=${rule.rule_key}`))).toEqual([]);
    expect(await read(path)).toMatchObject({ status: 200, body: { until_version: expect.any(Number) } });
  });

  test("is found by its ingredients, by the classes that they are in, by kind, severity and verification", async () => {
    const [one, two, three] = [
      await newIngredient(curator),
      await newIngredient(curator),
      await newIngredient(curator),
    ];
    const class_id = await newClass(curator, [one, two]);
    const direct = ruleBetween(one, three);
    const { ingredient_id: _, ...side } = ruleBetween(one, three, { severity: "contraindicated" });
    expect((await publish(direct)).status).toBe(201);
    expect((await publish({ ...side, class_id })).status).toBe(201);
    const found = async (query: string) => keys(await read(`rules?${query}`)).sort();
    expect(await found(`ingredient_id=${one}`)).toEqual([direct.rule_key, side.rule_key].sort());
    expect(await found(`ingredient_id=${two}`)).toEqual([side.rule_key]);
    expect(await found(`class_id=${class_id}`)).toEqual([side.rule_key]);
    expect(await found(`ingredient_id=${one}&severity=contraindicated`)).toEqual([side.rule_key]);
    expect(await found(`ingredient_id=${one}&verification=verified`)).toEqual([]);
    expect(await found(`ingredient_id=${one}&kind=food`)).toEqual([]);
  });

  test("is for curators to publish and to retire", async () => {
    const [one, two] = [await newIngredient(curator), await newIngredient(curator)];
    const published = await publish(ruleBetween(one, two));
    const retire = `/medications/rules/${textAt(published.body, "/id")}/retire`;
    const pharmacist = (await newPharmacist({ curator: false })).token;
    for (const token of [pharmacist, patient]) {
      expect((await publish(ruleBetween(one, two), token)).status).toBe(403);
      expect((await call(retire, { token, method: "POST" })).status).toBe(403);
    }
  });

  test("is published once for one Idempotency-Key", async () => {
    const rule = ruleBetween(await newIngredient(curator), await newIngredient(curator));
    const headers = { "idempotency-key": crypto.randomUUID() };
    const answers = await Promise.all(Array.from({ length: 4 }, () => publish(rule, curator, headers)));
    expect(new Set(answers.map((answer) => textAt(answer.body, "/id"))).size).toBe(1);
    expect(await sqlValue("select count(*)::int from public.interaction_rules where rule_key = $1", [rule.rule_key]))
      .toBe(1);
  });

  test("refines others, and never in a circle", async () => {
    const [one, two] = [await newIngredient(curator), await newIngredient(curator)];
    const [first, second] = [ruleBetween(one, two), ruleBetween(one, two)];
    expect((await publish(first)).status).toBe(201);
    expect((await publish({ ...second, refines: [first.rule_key] })).status).toBe(201);
    const circle = await publish({ ...first, refines: [second.rule_key] }, curator, { "if-match": 'W/"1"' });
    expect(circle).toMatchObject({ status: 422, body: { errors: [{ pointer: "/refines" }] } });
    const unknown = await publish(ruleBetween(one, two, { refines: [uniqueDrug()] }));
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ pointer: "/refines" }] } });
    expect(keys(await read(`rules?ingredient_id=${one}`)).sort()).toEqual([first.rule_key, second.rule_key].sort());
  });
});
