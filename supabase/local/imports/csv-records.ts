import { parse } from "deno-std/csv/parse.js";

/** A record, or why it is none, with the line that it begins at. */
export type CsvRecord = { line: number; cells: string[] } | { line: number; message: string };

/** Longest record: a quote that is never closed would otherwise swallow the rest of the file. */
const RECORD_CHARACTERS = 64 * 1024;

/** Reads CSV (RFC 4180) record by record; empty lines are left out. */
export async function* csvRecords(chunks: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let line = 0;
  let begun = 0;
  let record = "";
  for await (const text of linesOf(chunks)) {
    line += 1;
    if (record === "") begun = line;
    record = record === "" ? text : `${record}\n${text}`;
    if (hasOpenQuote(record)) {
      if (record.length <= RECORD_CHARACTERS) continue;
      yield { line: begun, message: "A quote that begins here is never closed." };
    } else if (record.trim() !== "") yield parsed(record, begun);
    record = "";
  }
  if (record !== "") yield { line: begun, message: "A quote that begins here is never closed." };
}

function parsed(record: string, line: number): CsvRecord {
  try {
    return { line, cells: parse(record)[0]?.map((cell: string) => cell.trim()) ?? [] };
  } catch {
    return { line, message: "This line is not CSV: a quote stands within a cell that is not quoted." };
  }
}

function hasOpenQuote(text: string): boolean {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes += 1;
  return quotes % 2 === 1;
}

/** The lines of a text that comes in pieces, without their ends and without a byte order mark. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  let first = true;
  for await (const chunk of chunks) {
    rest += first ? chunk.replace(/^\uFEFF/, "") : chunk;
    first = false;
    const lines = rest.split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest.replace(/\r$/, "");
}
