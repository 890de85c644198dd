import { expect, test } from "vitest";
import { outcomeOfRule, type Rule } from "./rule.ts";
import { rules } from "./topics/index.ts";
import { useWorld } from "./use-world.ts";

const world = useWorld();

test.each(rules.map((rule): [string, Rule] => [rule.rule, rule]))("%s", async (_, rule) => {
  expect(await outcomeOfRule(world.client, rule)).toBe(rule.expected);
});
