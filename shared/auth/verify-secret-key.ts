import { timingSafeEqual } from "deno-std/crypto/timing_safe_equal.js";
import type { Env } from "../core/env.ts";

/**
 * Whether a text is one of the project's secret keys, in a time that tells nothing about them: digests of equal length are compared, and always with every key.
 * `name` asks for one key alone, as `cron` for scheduled calls.
 */
export async function isSecretKey(env: Env, given: string | null, name?: string): Promise<boolean> {
  if (given === null || given === "") return false;
  const digest = await digestOf(given);
  let matches = false;
  for (const [keyName, key] of Object.entries(env.secretKeys)) {
    const equal = timingSafeEqual(digest, await digestOf(key));
    matches ||= equal && (name === undefined || name === keyName);
  }
  return matches;
}

const digestOf = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
