/** Columns whose cells are lists, "a|b". No name of ours has a bar. */
const LISTS = new Set(["synonyms", "refines", "routes"]);
const WORDS: Record<string, boolean> = { yes: true, no: false, true: true, false: false };
/** Columns whose cells are yes or no. */
const ANSWERS = new Set(["duplicate_therapy", "second_signer", "register", "reviewed"]);

/** The row that a record of CSV stands for. Empty cells say nothing. Lists and yes or no are taken apart. */
export function csvRow(columns: readonly string[], cells: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    columns.flatMap((column, at) => {
      const cell = cells[at] ?? "";
      return cell === "" ? [] : [[column, valueOf(column, cell)]];
    }),
  );
}

function valueOf(column: string, cell: string): unknown {
  if (LISTS.has(column)) return parts(cell);
  if (ANSWERS.has(column)) return WORDS[cell.toLowerCase()] ?? cell;
  if (column === "contents") return cell.split(" + ").map(contentOf);
  if (column === "packs") return parts(cell).map(packOf);
  if (column === "codes") return parts(cell).map(codeOf);
  return cell;
}

const parts = (cell: string) => cell.split("|").map((part) => part.trim());

/** "amoxicillin 500 mg" is a substance with its strength; without one it is the substance alone. */
function contentOf(text: string): Record<string, string> {
  const [, substance, strength, unit] = /^(.*\S)\s+(-?[\d.]+)\s+(\S+)$/.exec(text.trim()) ?? [];
  if (substance === undefined || strength === undefined || unit === undefined) return { substance: text.trim() };
  return { substance, strength, strength_unit: unit };
}

/** "100:2000000000022" is a pack of 100 with its GTIN. */
function packOf(text: string): Record<string, string> {
  const [units = "", gtin = ""] = text.split(":").map((part) => part.trim());
  return gtin === "" ? { units } : { units, gtin };
}

/** "ndc:0002-1200" is a code with its system before it. */
function codeOf(text: string): Record<string, string> {
  const at = text.indexOf(":");
  return { system: text.slice(0, at).trim(), code: text.slice(at + 1).trim() };
}
