import { expect } from "vitest";

const ROUNDS = 4;
const TOLERATED = 0.2;

/**
 * Requires that answers take the same time. A busy machine adds to a time and never takes away, so the quickest of some
 * rounds counts: a difference that is there shows in every round. `before` arranges each round.
 */
export async function expectSameTime(
  attempts: (() => Promise<unknown>)[],
  before: () => Promise<void> = async () => {},
): Promise<void> {
  const quickest = attempts.map(() => Infinity);
  const spread = () => 1 - Math.min(...quickest) / Math.max(...quickest);
  for (let round = 0; round < ROUNDS && !(spread() < TOLERATED); round++) {
    await before();
    for (const [index, attempt] of attempts.entries()) {
      const startedAt = performance.now();
      await attempt();
      quickest[index] = Math.min(quickest[index] ?? Infinity, performance.now() - startedAt);
    }
  }
  expect(spread()).toBeLessThan(TOLERATED);
}
