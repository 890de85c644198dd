import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkContent } from "../../../supabase/local/imports/check-content.ts";
import { readLines } from "../../../supabase/local/imports/read-lines.ts";

const shipped = new URL("../../../supabase/content/knowledge", import.meta.url).pathname;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hub-content-"));
  cpSync(shipped, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes one text in a file of the copy; the text has to be there. */
function spoil(file: string, text: string | RegExp, by: string): void {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const after = before.replace(text, by);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

test("the shipped knowledge is cited", async () => {
  const { faults, cited, verified, unquoted } = await checkContent(folder);
  expect(faults).toEqual([]);
  expect(cited).toBeGreaterThan(550);
  expect(verified).toBeGreaterThan(13);
  expect(verified).toBeLessThan(cited / 2);
  expect(unquoted).toEqual(["t2-160", "t2-361"]);
});

test("few ingredients are reviewed: that no rule is found is an all-clear for them alone", async () => {
  const reviewed: unknown[] = [];
  const file = join(folder, "ingredients.csv");
  for await (const { row } of readLines("knowledge", [file], { repeated: 0, unfinished: 0 })) {
    if (row?.reviewed === true) reviewed.push(row.name);
  }
  expect(reviewed).toEqual(["acetaminophen", "azithromycin", "spironolactone"]);
});

test.each([
  ["rules.food.csv", "Atorvastatin tablets,7,", ",7,", "source_label is missing."],
  ["rules.food.csv", "Atorvastatin tablets,7,", "Atorvastatin tablets,,", "source_section is missing."],
  ["dose_limits.csv", "unverified", "", "verification is missing."],
  ["allergy_groups.csv", "unverified", "read", "verification is verified or unverified."],
  ["allergy_groups.csv", "unverified", "verified", "source_url is missing of what was verified."],
  ["rules.pregnancy.csv", "unverified", "verified", "label_date is missing of what was verified."],
  ["rules.food.csv", "2025-03-28", "March 2025", "label_date is a date such as 2026-03-01."],
  [
    "rules.food.csv",
    /Grapefruit juice can raise/,
    "Grapefruit juice can raise ".repeat(9),
    "quote has more than 200 characters.",
  ],
  [
    "rules.food.csv",
    "food-01,food,simvastatin",
    'food-01,"food,simvastatin',
    "A quote that begins here is never closed.",
  ],
])("a broken copy fails: %s %s", async (file, text, by, fault) => {
  spoil(file, text, by);
  const { faults } = await checkContent(folder);
  expect(faults.map((text) => text.slice(text.indexOf(": ") + 2))).toContain(fault);
});
