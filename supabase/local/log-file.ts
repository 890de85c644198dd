import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { isDiskFull } from "./errors.ts";

const ROTATE_BYTES = 5_000_000;
const TAIL_CHARACTERS = 4_000;

/** The log of one part: appended to, kept once more under `.1` when it has grown, its tail at hand for messages. */
export function openLog(path: string, rotateBytes = ROTATE_BYTES) {
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let file: number | null = openSync(path, "a");
  let tail = "";
  return {
    path,
    /** Writes a stream of output until it ends. */
    async take(stream: AsyncIterable<Uint8Array>): Promise<void> {
      const decoder = new TextDecoder();
      try {
        for await (const chunk of stream) {
          tail = (tail + decoder.decode(chunk, { stream: true })).slice(-TAIL_CHARACTERS);
          write(chunk);
        }
      } catch {
        // The pipe of a killed process.
      }
    },
    /** Whether its last words speak of something. */
    said: (what: RegExp): boolean => what.test(tail),
    /** Its last words as an addition to a message, "" when it said nothing. */
    reason(): string {
      if (isDiskFull(tail)) return " The disk is full: free some space and start again.";
      const lines = tail.trim().split("\n").filter((line) => line.trim() !== "");
      const telling = lines.findLast((line) => /fatal|error|panic/i.test(line)) ?? lines.at(-1);
      return telling === undefined ? "" : ` It said: ${telling.trim()}`;
    },
    close(): void {
      if (file !== null) closeSync(file);
      file = null;
    },
  };

  function write(chunk: Uint8Array): void {
    try {
      if (file === null) return;
      if (size > rotateBytes) {
        renameSync(path, `${path}.1`);
        closeSync(file);
        file = openSync(path, "a");
        size = 0;
      }
      size += writeSync(file, chunk);
    } catch {
      // A full disk must not take the supervisor down; the part itself will say so.
    }
  }
}
