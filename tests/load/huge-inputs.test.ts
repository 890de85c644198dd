import { expect, test } from "vitest";
import { hugeInputsTaken } from "../rls/huge-inputs.ts";

test.each([4_000_000, 20_000_000])(
  "every function of the API that takes text, lists or JSON refuses %d bytes at once",
  async (size) => {
    expect(await hugeInputsTaken(size)).toEqual([]);
  },
  300_000,
);
