import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { csvRecords } from "../../../supabase/local/imports/csv-records.ts";
import { csvRow } from "../../../supabase/local/imports/csv-rows.ts";
import { jsonElements } from "../../../supabase/local/imports/json-elements.ts";
import type { ImportKind } from "../../../supabase/local/imports/line.ts";
import { importFiles, readLines, sha256Of, sourceOf } from "../../../supabase/local/imports/read-lines.ts";
import { ndcEntry } from "../../support/ndc-directory.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "hub-imports-"))));
afterEach(() => rmSync(folder, { recursive: true }));

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A text in pieces of so many characters, as a stream may cut it. */
async function* pieces(text: string, length = text.length): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length);
}

test.each([1, 2, 7, 1000])("CSV in pieces of %i characters keeps its line numbers", async (length) => {
  const text = '\uFEFFname,note\r\nA,"two\nlines, ""quoted"""\n\nB, trimmed \nC,x"y\nD,end';
  expect(await all(csvRecords(pieces(text, length)))).toEqual([
    { line: 1, cells: ["name", "note"] },
    { line: 2, cells: ["A", 'two\nlines, "quoted"'] },
    { line: 5, cells: ["B", "trimmed"] },
    { line: 6, message: "A quote that begins here is never closed." },
  ]);
});

test("a quote within a cell that is not quoted is told by its line", async () => {
  expect(await all(csvRecords(pieces('a,b\nc,d"e"\nf,g')))).toEqual([
    { line: 1, cells: ["a", "b"] },
    { line: 2, message: "This line is not CSV: a quote stands within a cell that is not quoted." },
    { line: 3, cells: ["f", "g"] },
  ]);
});

test("cells become lists, answers, contents, packs and codes; empty ones say nothing", () => {
  const columns = ["name", "brand", "routes", "reviewed", "contents", "packs", "codes"];
  const cells = [
    "amoxicillin 500 mg / clavulanate 125 mg tablet",
    "",
    "oral|enteral",
    "yes",
    "amoxicillin 500 mg + clavulanate -125 mg + clove oil",
    "20:2000000000015|100",
    "ndc:0002-1200",
  ];
  expect(csvRow(columns, cells)).toEqual({
    name: "amoxicillin 500 mg / clavulanate 125 mg tablet",
    routes: ["oral", "enteral"],
    reviewed: true,
    contents: [
      { substance: "amoxicillin", strength: "500", strength_unit: "mg" },
      { substance: "clavulanate", strength: "-125", strength_unit: "mg" },
      { substance: "clove oil" },
    ],
    packs: [{ units: "20", gtin: "2000000000015" }, { units: "100" }],
    codes: [{ system: "ndc", code: "0002-1200" }],
  });
});

test.each([1, 3, 1000])("a JSON object is read list by list in pieces of %i characters", async (length) => {
  const text = JSON.stringify(
    {
      meta: { results: { total: 2 }, tags: ["x", "y"] },
      source: "rules",
      rules: [{ a: 'a ] } " \\ [', list: [1, [2]] }, { b: null }],
      none: [],
      more: [{ c: { rules: [{}] } }],
    },
    null,
    1,
  );
  const found = await all(jsonElements(pieces(text, length)));
  expect(found).toEqual([
    { list: "rules", index: 0, value: { a: 'a ] } " \\ [', list: [1, [2]] } },
    { list: "rules", index: 1, value: { b: null } },
    { list: "more", index: 0, value: { c: { rules: [{}] } } },
  ]);
});

test.each([
  ['{"rules": [{"a": tru}]}', "This is not JSON."],
  ['{"rules": [1, 2]}', "An element of this list is no object."],
  ['{"rules": ["a"]}', "An element of this list is no object."],
  ['{"rules": [{"a": 1}', "The file ends too early."],
])("%s is told", async (text, message) => {
  expect((await all(jsonElements(pieces(text)))).filter((one) => "message" in one)).toMatchObject([{ message }]);
});

const lines = (kind: ImportKind, passed = { repeated: 0, unfinished: 0 }) =>
  all(readLines(kind, importFiles(folder), passed));

test("a folder is read file by file; the name of a CSV file says what it is about", async () => {
  writeFileSync(join(folder, "rules.food.csv"), "rule_key,refines\nfood-1,a|b\n");
  writeFileSync(join(folder, "classes.csv"), "name,title\nssri,SSRIs,more\n");
  writeFileSync(join(folder, "my own.csv"), "rule_key\nmine\n");
  writeFileSync(join(folder, "more.json"), '{"dose_limits": [{"per_day": 4000}]}');
  writeFileSync(join(folder, "README.md"), "No rows.");
  expect(await lines("knowledge")).toEqual([
    {
      section: "classes",
      place: "classes.csv:2",
      fault: { pointer: "", message: "This line has 3 cells, the first one 2." },
    },
    { section: "dose_limits", place: "more.json#/dose_limits/0", row: { per_day: 4000 } },
    { section: "rules", place: "my own.csv:2", row: { rule_key: "mine" } },
    { section: "rules", place: "rules.food.csv:2", row: { rule_key: "food-1", refines: ["a", "b"] } },
  ]);
});

test("the NDC directory is read entry by entry; what stands twice or is unfinished is counted", async () => {
  const results = [ndcEntry(1), ndcEntry(1), { ...ndcEntry(2), finished: false }, ndcEntry(3)];
  writeFileSync(join(folder, "drug-ndc.json"), JSON.stringify({ meta: {}, results }));
  const passed = { repeated: 0, unfinished: 0 };
  const found = await lines("catalogue", passed);
  expect(found.map(({ section, place, row }) => [section, place, row?.key])).toEqual([
    ["products", "drug-ndc.json#/results/0", "10000-0001"],
    ["products", "drug-ndc.json#/results/3", "10000-0003"],
  ]);
  expect(passed).toEqual({ repeated: 1, unfinished: 1 });
});

test("files are named by source and hash, and others than CSV and JSON refused", async () => {
  const [a, b] = [join(folder, "a.csv"), join(folder, "b.csv")];
  writeFileSync(a, "x");
  writeFileSync(b, "x");
  expect(sourceOf("/data/My Rules (2).csv")).toBe("my-rules-2");
  expect(await sha256Of([a])).toBe("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
  expect(await sha256Of([a, b])).not.toBe(await sha256Of([a]));
  expect(() => importFiles(join(folder, "none.csv"))).toThrow("There is no file");
  writeFileSync(join(folder, "c.txt"), "x");
  expect(() => importFiles(join(folder, "c.txt"))).toThrow("neither a .csv nor a .json");
});
