import pg from "pg";
import { beforeAll, expect, test } from "vitest";
import { actAs, sql, sqlValue } from "../../support/database.ts";
import { newIngredient, newPharmacist, ruleBetween } from "../../support/medications.ts";
import { connection, without } from "../../support/overlap.ts";
import type { Person } from "../../support/people.ts";
import { at, call, numberAt } from "../../support/stack.ts";

const ROUNDS = 8;
const LOCK = /perform private\.lock_knowledge\(\);/;

let curators: [Person, Person];
let sides: [string, string];

beforeAll(async () => {
  curators = await Promise.all([newPharmacist(), newPharmacist()]);
  const { token } = curators[0];
  sides = [await newIngredient(token), await newIngredient(token)];
});

type Rule = ReturnType<typeof ruleBetween>;

const publish = (rule: object, { token }: Person, version?: number) =>
  call("/medications/rules", {
    token,
    body: rule,
    headers: version === undefined ? {} : { "if-match": `W/"${version}"` },
  });

/** A rule that is in force, in its first version. */
async function published(): Promise<Rule> {
  const rule = ruleBetween(...sides);
  expect((await publish(rule, curators[0])).status).toBe(201);
  return rule;
}

const inForce = ({ rule_key }: Rule) =>
  sqlValue("select count(*)::int from public.interaction_rules where rule_key = $1 and until_version is null", [
    rule_key,
  ]);

test(`of two curators who publish one rule from the same version, one is told of the other, in each of ${ROUNDS} rounds`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rule = await published();
    const answers = await Promise.all(
      curators.map((person, index) => publish({ ...rule, effect: `Effect of curator ${index}` }, person, 1)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 412]);
    const refused = answers.find(({ status }) => status === 412);
    expect(at(refused?.body, "/code")).toBe("stale_version");
    expect(await inForce(rule)).toBe(1);
  }
});

test("versions of the knowledge that are published at the same time follow each other without a gap", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, index) => publish(ruleBetween(...sides), curators[index % 2] ?? curators[0])),
  );
  const numbers = answers.map(({ body }) => numberAt(body, "/since_version")).sort((one, other) => one - other);
  expect(new Set(numbers).size).toBe(6);
  expect(
    await sqlValue(
      "select count(*)::int from public.knowledge_versions where number between $1 and $2",
      [numbers[0], numbers[5]],
    ),
  ).toBe((numbers[5] ?? 0) - (numbers[0] ?? 0) + 1);
});

/** Both curators publish in transactions that overlap: the code of each refusal, or `done`. */
async function publishTogether(rule: Rule): Promise<string[]> {
  const clients = [await connection(), await connection()] as const;
  const attempt = async (client: pg.Client, index: number): Promise<string> => {
    try {
      await client.query("select public.publish_rule($1, 1)", [{ ...rule, effect: `Effect of curator ${index}` }]);
      return "done";
    } catch (error) {
      if (error instanceof pg.DatabaseError) return error.code ?? "unknown";
      throw error;
    }
  };
  try {
    for (const [index, client] of clients.entries()) {
      await client.query("begin");
      await actAs(client, { role: "authenticated", userId: curators[index]?.id ?? "" });
    }
    const first = await attempt(clients[0], 0);
    const second = attempt(clients[1], 1);
    await sql().query("select pg_sleep(0.2)");
    await clients[0].query("commit");
    const outcomes = [first, await second];
    await clients[1].query("commit");
    return outcomes;
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

test("the second waits for the first, and is told that the rule was changed in the meantime", async () => {
  expect(await publishTogether(await published())).toEqual(["done", "PT412"]);
});

test("the negative control: without the lock the second compares with a version that is about to end", async () => {
  const rule = await published();
  await without("private.publish_rule(jsonb,integer)", LOCK, async () => {
    const [first, second] = await publishTogether(rule);
    expect(first).toBe("done");
    expect(second).not.toBe("PT412");
  });
});
