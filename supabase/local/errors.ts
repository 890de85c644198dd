import { statfsSync } from "node:fs";

/** A failure that people can act on: its message is one sentence that says what to do, and is printed without a stack. */
export class StackError extends Error {
  override name = "StackError";
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether text from a part or an exception says that the disk is full. */
export function isDiskFull(text: string): boolean {
  return /no space left on device|ENOSPC|os error 28|disk quota exceeded/i.test(text);
}

export function diskFull(folder: string): StackError {
  return new StackError(
    `The disk that holds ${folder} is full: free some space, or point DATA_DIR at another disk, and start again.`,
  );
}

/** Bytes left for this process on the disk of an existing folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
