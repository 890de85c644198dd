import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql } from "../support/database.ts";
import { outcomeOfRule, type Rule } from "./rule.ts";
import { rules } from "./rules/all.ts";
import { arrange, lookUp } from "./world.ts";

let client: PoolClient;

beforeAll(async () => {
  client = await sql().connect();
  await client.query("begin");
  await arrange(client);
  await lookUp(client);
});

afterAll(async () => {
  await client.query("rollback");
  client.release();
});

test.each(rules.map((rule): [string, Rule] => [rule.rule, rule]))("%s", async (_, rule) => {
  expect(await outcomeOfRule(client, rule)).toBe(rule.expected);
});
