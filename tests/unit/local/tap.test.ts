import { expect, test } from "vitest";
import { readTap } from "../../../supabase/local/tap.ts";

test("counts what passed, failed and was skipped, with the diagnosis of a failure", () => {
  const output = [
    "1..4",
    "ok 1 - the first",
    "not ok 2 - the second",
    '# Failed test 2: "the second"',
    "#         have: 1",
    "ok 3 # SKIP not here",
    "not ok 4 - later # TODO not yet",
    "# Looks like you failed 1 test of 4",
  ].join("\n");
  expect(readTap(output)).toEqual({
    passed: 1,
    skipped: 2,
    failures: ['the second\n    # Failed test 2: "the second"\n    #         have: 1'],
  });
});

test("a plan that is not kept is a failure", () => {
  expect(readTap("1..3\nok 1 - one\nok 2 - two")).toEqual({
    passed: 2,
    skipped: 0,
    failures: ["3 tests were planned, 2 ran"],
  });
});

test("a file without a plan is a failure", () => {
  expect(readTap("").failures).toEqual(["no plan was made"]);
});
