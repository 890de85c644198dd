import type { ImportApi, ImportReport } from "./api.ts";
import type { ImportKind, ImportLine } from "./line.ts";
import { importFiles, type Passed, readLines, sha256Of, sourceOf } from "./read-lines.ts";

/** What goes in one call stays well below the 400 rows and 128 KB that the database takes. */
const BATCH_ROWS = 300;
const BATCH_CHARACTERS = 80_000;

export interface ImportOptions {
  kind: ImportKind;
  path: string;
  source?: string | undefined;
  dryRun?: boolean;
  /** Lets the file end more than half of what its source said before. */
  replace?: boolean;
  /** Told how many lines are read, from time to time. */
  onProgress?: (lines: number) => void;
  /** Told that the file has something new, before any line is read. */
  onOpen?: () => void;
}

export interface ImportOutcome extends Passed {
  source: string;
  sha256: string;
  lines: number;
  /** Null when the newest file of this source is this one: nothing was read. */
  report: ImportReport | null;
}

/** Imports a file or a folder: all of it, or, with an ImportRejected that names the lines at fault, nothing. */
export async function importFile(api: ImportApi, options: ImportOptions): Promise<ImportOutcome> {
  const { kind, path, dryRun = false, replace = false } = options;
  const files = importFiles(path);
  const source = options.source ?? sourceOf(path);
  const sha256 = await sha256Of(files);
  const passed: Passed = { repeated: 0, unfinished: 0 };
  const begun = await api.start(kind, source, sha256);
  if (begun.status === "unchanged") return { source, sha256, lines: 0, report: null, ...passed };
  options.onOpen?.();
  let lines = 0;
  for await (const batch of batches(readLines(kind, files, passed))) {
    await api.stage(begun.id, batch);
    lines += batch.length;
    options.onProgress?.(lines);
  }
  return { source, sha256, lines, report: await api.run(begun.id, dryRun, replace), ...passed };
}

async function* batches(lines: AsyncIterable<ImportLine>): AsyncGenerator<ImportLine[]> {
  let batch: ImportLine[] = [];
  let characters = 0;
  for await (const line of lines) {
    const length = JSON.stringify(line).length;
    if (batch.length > 0 && (batch.length === BATCH_ROWS || characters + length > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(line);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}
