import { closeSync, openSync, readSync, statSync } from "node:fs";
import { copyFile, truncate } from "node:fs/promises";
import { isDiskFull } from "./errors.ts";

const ROTATE_BYTES = 5_000_000;
const TAIL_BYTES = 4_000;

/**
 * The log of one part, which writes it by itself: its standard output is the file, so that no line costs another
 * process anything. `rotate` keeps it once more under `.1` when it has grown; its tail is at hand for messages.
 */
export function openLog(path: string, rotateBytes = ROTATE_BYTES) {
  /** Where the words of this run of the part begin. */
  let from = sizeOf(path);
  return {
    path,
    /**
     * A descriptor for a process to write to. Opened for appending: after `rotate` the next line is the first one of
     * the file.
     */
    open: (): number => openSync(path, "a"),
    /** Copied and emptied instead of renamed, because the part goes on writing to the file that it has. */
    async rotate(): Promise<void> {
      if (sizeOf(path) <= rotateBytes) return;
      try {
        await copyFile(path, `${path}.1`);
        await truncate(path);
        from = 0;
      } catch {
        // A full disk must not take the supervisor down; the part itself will say so.
      }
    },
    /** Whether its last words speak of something. */
    said: (what: RegExp): boolean => what.test(tail()),
    /** Its last words as an addition to a message, "" when it said nothing. */
    reason(): string {
      const words = tail();
      if (isDiskFull(words)) return " The disk is full: free some space and start again.";
      const lines = words.trim().split("\n").filter((line) => line.trim() !== "");
      const telling = lines.findLast((line) => /fatal|error|panic/i.test(line)) ?? lines.at(-1);
      return telling === undefined ? "" : ` It said: ${telling.trim()}`;
    },
  };

  function tail(): string {
    const size = sizeOf(path);
    const start = Math.max(Math.min(from, size), size - TAIL_BYTES);
    const bytes = new Uint8Array(size - start);
    const file = openSync(path, "r");
    try {
      return new TextDecoder().decode(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start)));
    } finally {
      closeSync(file);
    }
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
