import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { StackError } from "../errors.ts";
import { csvRecords } from "./csv-records.ts";
import { csvRow } from "./csv-rows.ts";
import { jsonElements } from "./json-elements.ts";
import { type ImportKind, type ImportLine, isObject } from "./line.ts";
import { ndcProduct } from "./ndc-product.ts";

const SECTIONS: Record<ImportKind, readonly string[]> = {
  knowledge: [
    "control_schedules",
    "classes",
    "ingredients",
    "ingredient_classes",
    "rules",
    "allergy_groups",
    "allergy_cross_reactions",
    "duplicate_exceptions",
    "dose_limits",
    "codes",
  ],
  catalogue: ["products", "codes"],
};
/** What a CSV file is about whose name does not say it. */
const DEFAULT_SECTION: Record<ImportKind, string> = { knowledge: "rules", catalogue: "products" };

/** The files that an import is made of: the named one, or the CSV and JSON files of a folder in the order of their names. */
export function importFiles(path: string): string[] {
  if (!existsSync(path)) throw new StackError(`There is no file ${path}.`);
  const files = statSync(path).isDirectory()
    ? readdirSync(path).sort().filter((name) => /\.(csv|json)$/i.test(name)).map((name) => join(path, name))
    : [path];
  const unknown = files.find((file) => !/\.(csv|json)$/i.test(file));
  if (unknown !== undefined) throw new StackError(`${unknown} is neither a .csv nor a .json file.`);
  if (files.length === 0) throw new StackError(`The folder ${path} has no .csv and no .json file.`);
  return files;
}

/** The name that a file keeps through its editions unless the caller gives one: "My rules 2.csv" is "my-rules-2". */
export function sourceOf(path: string): string {
  return basename(path, extname(path)).toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 60);
}

/** SHA-256 over the files, in hexadecimal digits: of the one file, or of the names and hashes of several. */
export async function sha256Of(files: readonly string[]): Promise<string> {
  const hashes = await Promise.all(files.map(hashOf));
  if (hashes.length === 1) return hashes[0] ?? "";
  return createHash("sha256").update(files.map((file, at) => `${basename(file)} ${hashes[at]}\n`).join("")).digest(
    "hex",
  );
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("hex");
}

/** What was passed over on purpose while reading, for the report. */
export interface Passed {
  /** Products of the NDC directory that stand in it twice; the first counts. */
  repeated: number;
  /** Products of the NDC directory that are no finished ones. */
  unfinished: number;
}

/** All lines of the files. Reads as it goes, so that a large file takes little memory. */
export async function* readLines(
  kind: ImportKind,
  files: readonly string[],
  passed: Passed,
): AsyncGenerator<ImportLine> {
  for (const file of files) {
    yield* /\.csv$/i.test(file) ? csvLines(kind, file) : jsonLines(kind, file, passed);
  }
}

const textOf = (file: string): AsyncIterable<string> => createReadStream(file, { encoding: "utf8" });

/** `rules.food.csv` is about rules, as its name says; another name stands for the section that is meant most. */
async function* csvLines(kind: ImportKind, file: string): AsyncGenerator<ImportLine> {
  const name = basename(file);
  const first = name.split(".")[0] ?? "";
  const section = SECTIONS[kind].includes(first) ? first : DEFAULT_SECTION[kind];
  let columns: string[] | undefined;
  for await (const record of csvRecords(textOf(file))) {
    const place = `${name}:${record.line}`;
    if ("message" in record) yield { section, place, fault: { pointer: "", message: record.message } };
    else if (columns === undefined) columns = record.cells;
    else if (record.cells.length !== columns.length) {
      const message = `This line has ${record.cells.length} cells, the first one ${columns.length}.`;
      yield { section, place, fault: { pointer: "", message } };
    } else yield { section, place, row: csvRow(columns, record.cells) };
  }
}

/** Our JSON has a list for each section; that of the NDC directory has `results`. */
async function* jsonLines(kind: ImportKind, file: string, passed: Passed): AsyncGenerator<ImportLine> {
  const seen = new Set<unknown>();
  for await (const element of jsonElements(textOf(file))) {
    const ndc = kind === "catalogue" && element.list === "results";
    const section = ndc ? "products" : element.list;
    const place = `${basename(file)}#/${element.list}/${element.index}`;
    if ("message" in element) yield { section, place, fault: { pointer: "", message: element.message } };
    else if (!isObject(element.value)) {
      yield { section, place, fault: { pointer: "", message: "An element of this list is no object." } };
    } else if (!ndc) yield { section, place, row: element.value };
    else if (element.value.finished === false) passed.unfinished += 1;
    else {
      const read = ndcProduct(element.value);
      const key = "row" in read ? read.row.key : undefined;
      if (key !== undefined && seen.has(key)) passed.repeated += 1;
      else yield { section, place, ...read };
      if (key !== undefined) seen.add(key);
    }
  }
}
