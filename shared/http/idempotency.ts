import type { AppContext } from "../core/context.ts";
import { invalid } from "../core/problem.ts";

/**
 * Refuses an `Idempotency-Key` that is not 1–255 visible ASCII characters. The key itself goes on to the database with the call (data.ts), which
 * claims it in the transaction of the change and answers a repetition from what is there by then; it says so with `Idempotency-Replayed`.
 */
export function checkIdempotencyKey(c: AppContext): void {
  const key = c.req.raw.headers.get("idempotency-key");
  if (key === null) return;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw invalid("#/header/idempotency-key", "must be 1 to 255 visible ASCII characters");
  }
}
