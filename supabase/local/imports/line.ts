/** One line of a file: what it says, or why it cannot be read. `place` is where it stands, for people. */
export interface ImportLine {
  section: string;
  place: string;
  row?: Record<string, unknown>;
  fault?: Fault;
}

/** What is wrong: `pointer` is the JSON Pointer of a field within its line, "" for the line as a whole. */
export interface Fault {
  pointer: string;
  message: string;
}

/** What an import is of. */
export type ImportKind = "knowledge" | "catalogue";

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
