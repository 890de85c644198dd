import { inBackground } from "../../shared/background.ts";
import type { AppContext } from "../../shared/context.ts";
import { log, summarize } from "../../shared/log.ts";
import { secretClient } from "../../shared/secret.ts";
import { type Attempt, clearAttempts, clientAddress, takeAttempt } from "../../shared/strict.ts";

/** Counts an attempt of the caller's address on an account before it is made; 429 when one of the two has had too many. */
export async function countAttempt(c: AppContext, action: Attempt, account: string): Promise<void> {
  const { env, record } = c.var;
  const startedAt = performance.now();
  record.dataCalls += 1;
  try {
    await takeAttempt(secretClient(env), action, clientAddress(c), account);
  } finally {
    record.dataMs += performance.now() - startedAt;
  }
}

/** Forgets the attempts on an account after one that succeeded. The answer does not wait for it: at worst an attempt too many stays counted. */
export function forgetAttempts(c: AppContext, action: Attempt, account: string): void {
  const { env } = c.var;
  inBackground(
    clearAttempts(secretClient(env), action, clientAddress(c), account).catch((error: unknown) => logFailure(c, error)),
  );
}

/** The log line of work that failed after its request was answered. */
export function logFailure(c: AppContext, error: unknown): void {
  const { env, record } = c.var;
  const line = { event: "background", function: "auth", request_id: record.id, error: summarize(error) } as const;
  log("error", line, env.logLevel);
}
