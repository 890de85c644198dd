import process from "node:process";

const { emitWarning } = process;

/** Gives the process the warnings back that it had when this was loaded. */
export function putBackWarnings(): void {
  process.emitWarning = emitWarning;
}
