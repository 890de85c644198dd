import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ImportRejected } from "../../../supabase/local/imports/api.ts";
import { importFile } from "../../../supabase/local/imports/import-file.ts";
import { sqlValue } from "../../support/database.ts";
import {
  cited,
  faultsOf,
  imported,
  inForce,
  product,
  type Rows,
  rule,
  secretImports,
  terms,
  version,
  word,
} from "../../support/medication-imports.ts";
import { writeDirectory } from "../../support/ndc-directory.ts";

beforeAll(() => imported(terms, { source: `${word}-terms` }));

test.each<[string, Rows, string[][]]>([
  ["an unknown severity", { rules: [rule("x", { severity: "terrible" })] }, [[
    "rules.csv:2",
    "/severity",
    "one of contraindicated",
  ]]],
  ["a field that there is not", { rules: [rule("x", { danger: "high" })] }, [["rules.csv:2", "/danger", "not known"]]],
  ["a missing source", { rules: [rule("x", { source_section: undefined })] }, [[
    "rules.csv:2",
    "/source_section",
    "missing",
  ]]],
  ["an unknown ingredient", { rules: [rule("x", { subject: "nothing" })] }, [[
    "rules.csv:2",
    "/subject",
    "no ingredient",
  ]]],
  ["an unknown class", { rules: [rule("x", { other: "class:nothing" })] }, [["rules.csv:2", "/other", "no class"]]],
  ["an ingredient with itself", { rules: [rule("x", { other: `${word} Alpha` })] }, [[
    "rules.csv:2",
    "/other",
    "itself",
  ]]],
  ["a food for a drug", { rules: [rule("x", { food: "milk" })] }, [["rules.csv:2", "/food", "food"]]],
  ["verified by nobody", { rules: [rule("x", { verification: "verified" })] }, [[
    "rules.csv:2",
    "/verification",
    "address",
  ]]],
  ["a circle", {
    rules: [
      rule("x", { refines: [`${word}-y`] }),
      rule("y", { refines: [`${word}-z`] }),
      rule("z", { refines: [`${word}-x`] }),
    ],
  }, ["2", "3", "4"].map((line) => [`rules.csv:${line}`, "/refines", "refine itself"])],
  ["a rule to refine that there is not", { rules: [rule("x", { refines: ["nothing"] })] }, [[
    "rules.csv:2",
    "/refines",
    "no such",
  ]]],
  ["one thing twice", { rules: [rule("x"), rule("x")] }, [["rules.csv:3", "", "stands at rules.csv:2"]]],
  ["the key of another source", { rules: [rule("x", { rule_key: "onc-3" })] }, [[
    "rules.csv:2",
    "/rule_key",
    "did not bring",
  ]]],
  ["a name of another ingredient", {
    ingredients: [{ name: `${word} delta`, synonyms: ["Warfarin sodium", "warfarin"] }],
  }, [
    ["ingredients.csv:2", "/synonyms", "Another ingredient"],
  ]],
  ["a limit of nothing", { dose_limits: [{ ingredient: "warfarin", unit: "mg", management: "Less", ...cited }] }, [
    ["dose_limits.csv:2", "/per_dose", "limits a dose"],
  ]],
  ["a negative limit", {
    dose_limits: [{ ingredient: "warfarin", per_day: -1, unit: "mg", management: "Less", ...cited }],
  }, [
    ["dose_limits.csv:2", "/per_day", "above 0"],
  ]],
  ["a section that there is not", { nothing: [{}] }, [["nothing.csv:2", "", "no section"]]],
])("%s refuses the file", async (_, rows, expected) => {
  const before = await version();
  const faults = await faultsOf(rows, "knowledge", `${word}-bad`);
  expect(faults.filter(([place]) => place !== undefined && expected.some(([at]) => at === place))).toEqual(
    expected.map(([place, pointer, message = ""]) =>
      expect.arrayContaining([place, pointer, expect.stringContaining(message)])
    ),
  );
  expect([await version(), await inForce("x")]).toEqual([before, []]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  [
    "a negative strength",
    { contents: [{ substance: "a", strength: -5, strength_unit: "mg" }] },
    "/contents/0/strength",
    "above 0",
  ],
  ["a strength without a unit", { contents: [{ substance: "a", strength: 5 }] }, "/contents/0/strength", "has a unit"],
  ["a wrong check digit", { packs: [{ units: 30, gtin: "2000000000016" }] }, "/packs/0/gtin", "check digit"],
  [
    "the GTIN of another product",
    { packs: [{ units: 30, gtin: "2000000000015" }] },
    "/packs/0/gtin",
    "another product",
  ],
  ["a pack of half a tablet", { packs: [{ units: 0.5 }] }, "/packs/0/units", "whole number"],
  ["an unknown form", { dose_form: "potion" }, "/dose_form", "one of tablet"],
  ["an unknown route", { routes: ["by mouth"] }, "/routes", "These are routes"],
  ["a route that is no list", { routes: "oral" }, "/routes", "a list"],
  ["no route", { routes: [] }, "/routes", "These are routes"],
  [
    "a code of a system that there is not",
    { codes: [{ system: "icd", code: "1" }] },
    "/codes/0/system",
    "one of rxnorm",
  ],
  ["a code of another form", { codes: [{ system: "ndc", code: "warfarin" }] }, "/codes/0/code", "form of its system"],
])("%s refuses the products", async (_, changes, pointer, message) => {
  const products = () => sqlValue("select count(*) from public.products where name like $1", [`${word} %`]);
  const before = await products();
  const faults = await faultsOf({ products: [product("good"), product("bad", changes)] }, "catalogue");
  expect(faults).toEqual([["products.csv:3", pointer, expect.stringContaining(message)]]);
  expect(await products()).toBe(before);
});

test("of 500 entries of the NDC directory three are bad: they are named, and nothing is imported", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hub-medication-imports-"));
  const path = join(folder, `${word}-ndc.json`);
  await writeDirectory(
    path,
    500,
    (entry, number) => [7, 250, 499].includes(number) ? { ...entry, product_ndc: "?" } : entry,
  );
  const products = () => sqlValue("select count(*) from public.products");
  const before = await products();
  const error = await importFile(secretImports(), { kind: "catalogue", path }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ImportRejected);
  expect(error instanceof ImportRejected && [error.rejected, ...error.faults.map(({ place }) => place)]).toEqual(
    [3, ...[7, 250, 499].map((number) => `${word}-ndc.json#/results/${number}`)],
  );
  expect(await products()).toBe(before);
  rmSync(folder, { recursive: true });
});
