import { randomBytes } from "node:crypto";
import { dataApi, type ImportApi, ImportRejected, type ImportReport } from "../../supabase/local/imports/api.ts";
import type { ImportKind, ImportLine } from "../../supabase/local/imports/line.ts";
import { sql, sqlValue } from "./database.ts";
import { stackInfo } from "./stack.ts";

/** What the tests of imports make is called by a word of their own, so that they can run twice on a stack. */
export const word = `t${randomBytes(4).toString("hex")}`;

/** The import as the secret key. */
export const secretImports = () => dataApi(stackInfo().url, stackInfo().secretKey);

export type Rows = Record<string, Record<string, unknown>[]>;

/** The lines of a file that has these rows by section. */
export const linesOf = (rows: Rows): ImportLine[] =>
  Object.entries(rows).flatMap(([section, list]) =>
    list.map((row, at) => ({ section, place: `${section}.csv:${at + 2}`, row }))
  );

/** Imports rows as the edition of a file; each call is a file of its own hash. */
export async function imported(
  rows: Rows,
  { api = secretImports(), kind = "knowledge", source = word, dryRun = false, replace = false }: {
    api?: ImportApi;
    kind?: ImportKind;
    source?: string;
    dryRun?: boolean;
    replace?: boolean;
  } = {},
): Promise<ImportReport> {
  const begun = await api.start(kind, source, randomBytes(32).toString("hex"));
  if (begun.status !== "open") throw new Error("A new hash is a new file.");
  try {
    await api.stage(begun.id, linesOf(rows));
    return await api.run(begun.id, dryRun, replace);
  } finally {
    // Five may be open, and what was refused or only tried stays so.
    await sql().query("delete from private.medication_imports where id = $1 and finished_at is null", [begun.id]);
  }
}

/** Why rows are refused: [place, pointer, message]. */
export async function faultsOf(rows: Rows, kind: ImportKind = "knowledge", source = word): Promise<string[][]> {
  const error = await imported(rows, { kind, source }).then(() => undefined, (reason: unknown) => reason);
  if (!(error instanceof ImportRejected)) throw error ?? new Error("The file was imported.");
  return error.faults.map(({ place, pointer, message }) => [place, pointer, message]);
}

/** The version of the knowledge in force. */
export const version = () => sqlValue("select private.knowledge_version()");
/** The rule in force by the end of its key. */
export const inForce = async (key: string) =>
  (await sql().query(
    "select severity, since_version from public.interaction_rules where rule_key = $1 and until_version is null",
    [
      `${word}-${key}`,
    ],
  )).rows;

/** What every row of the knowledge says of its source. */
export const cited = { source_label: "A label", source_section: "7", verification: "unverified" };
/** A rule between an ingredient and a class of `terms`. */
export const rule = (key: string, changes: Record<string, unknown> = {}) => ({
  rule_key: `${word}-${key}`,
  kind: "drug",
  subject: `${word} alpha`,
  other: `class:${word}_betas`,
  severity: "major",
  effect: "Bleeding",
  mechanism: "Additive",
  management: "Avoid",
  evidence: "label",
  ...cited,
  ...changes,
});
/** Ingredients and a class of their own. */
export const terms: Rows = {
  classes: [{ name: `${word}_betas`, title: "Betas" }],
  ingredients: [{ name: `${word} alpha`, synonyms: [`${word} alfa`] }, { name: `${word} beta` }, {
    name: `${word} gamma`,
  }],
  ingredient_classes: ["beta", "gamma"].map((name) => ({ class: `${word}_betas`, ingredient: `${word} ${name}` })),
};

/** A product that leads to an ingredient of the shipped content. */
export const product = (name: string, changes: Record<string, unknown> = {}) => ({
  name: `${word} ${name}`,
  dose_form: "tablet",
  routes: ["oral"],
  base_unit: "tablet",
  contents: [{ substance: "warfarin sodium", strength: 5, strength_unit: "mg" }],
  packs: [{ units: 100 }],
  ...changes,
});
