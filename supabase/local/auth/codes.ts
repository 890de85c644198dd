import { createHash, randomInt } from "node:crypto";

/** A code for a mail: `length` digits. */
export const newCode = (length: number): string => Array.from({ length }, () => randomInt(10)).join("");

/** What the database keeps of a code, as Auth computes it: of the code together with the address that it was mailed to. */
export const codeHash = (address: string, code: string): string =>
  createHash("sha256").update(address.toLowerCase() + code).digest("hex");
