import { importFiles, readLines } from "./read-lines.ts";

/** Sections whose rows say something about medicine: each says where it is from. */
const CITED = ["rules", "dose_limits", "allergy_groups", "allergy_cross_reactions", "duplicate_exceptions"];
const LONGEST_QUOTE = 200;

export interface ContentCheck {
  /** What is wrong, by file and line. */
  faults: string[];
  /** How many rows are cited, how many of them were verified, and which verified ones have no quote. */
  cited: number;
  verified: number;
  unquoted: string[];
}

/**
 * Checks the citations of a folder with knowledge: every row names its source, the section, and whether somebody opened
 * it. One that was verified has the date and the set id of its label, and a quote of at most 200 characters where there
 * is one.
 */
export async function checkContent(folder: string): Promise<ContentCheck> {
  const check: ContentCheck = { faults: [], cited: 0, verified: 0, unquoted: [] };
  const passed = { repeated: 0, unfinished: 0 };
  for await (const { section, place, row, fault } of readLines("knowledge", importFiles(folder), passed)) {
    if (fault !== undefined) check.faults.push(`${place}: ${fault.message}`);
    if (row === undefined || !CITED.includes(section)) continue;
    check.cited += 1;
    check.faults.push(...citationFaults(section, row).map((text) => `${place}: ${text}`));
    if (row.verification !== "verified") continue;
    check.verified += 1;
    if (takesQuote(section) && row.quote === undefined) check.unquoted.push(String(row.rule_key ?? place));
  }
  if (check.cited === 0) check.faults.push(`${folder}: there is no row with a source.`);
  return check;
}

const takesQuote = (section: string) => section === "rules" || section === "dose_limits";

function citationFaults(section: string, row: Record<string, unknown>): string[] {
  const missing = ["source_label", "source_section", "verification"].filter((field) => !isText(row[field]));
  const faults = missing.map((field) => `${field} is missing.`);
  if (row.verification !== undefined && !["verified", "unverified"].includes(String(row.verification))) {
    faults.push("verification is verified or unverified.");
  }
  if (row.verification === "verified") {
    const needed = takesQuote(section) ? ["label_date", "label_set_id"] : ["source_url"];
    faults.push(
      ...needed.filter((field) => !isText(row[field])).map((field) => `${field} is missing of what was verified.`),
    );
  }
  if (isText(row.label_date) && !/^\d{4}-\d{2}-\d{2}$/.test(String(row.label_date))) {
    faults.push("label_date is a date such as 2026-03-01.");
  }
  if ([...String(row.quote ?? "")].length > LONGEST_QUOTE) {
    faults.push(`quote has more than ${LONGEST_QUOTE} characters.`);
  }
  return faults;
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
