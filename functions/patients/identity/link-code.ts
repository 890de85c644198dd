import type { AppContext } from "../../../shared/context.ts";
import { oneTimeBytes } from "../../../shared/one-time-secret.ts";

/** Crockford's base 32: no letters that are taken for digits or for one another. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 50 bits: with five tries an hour nobody guesses one within its day. */
const LENGTH = 10;

/** A code that people can read out and type: `K7QM2-XWD9T`. The database takes it with or without the dash. */
export async function linkCode(c: AppContext): Promise<string> {
  const bytes = await oneTimeBytes(c, "link code");
  const letters = [...bytes.subarray(0, LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length)).join("");
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}
