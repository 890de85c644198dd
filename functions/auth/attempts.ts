import { inBackground } from "../../shared/core/background.ts";
import type { AppContext } from "../../shared/core/context.ts";
import { log, summarize } from "../../shared/core/log.ts";
import { secretClient } from "../../shared/data/secret-client.ts";
import { type Attempt, clearAttempts, clientAddress, takeAttempt } from "../../shared/auth/attempt-limits.ts";

/** Counts an attempt of the caller on an account before it is made; 429 when there have been too many. Answers whether the device is known. */
export async function countAttempt(
  c: AppContext,
  action: Attempt,
  account: string,
  device?: string,
): Promise<{ knownDevice: boolean }> {
  const { env, record } = c.var;
  const startedAt = performance.now();
  record.dataCalls += 1;
  try {
    return await takeAttempt(secretClient(env), { action, address: clientAddress(c), account, device });
  } finally {
    record.dataMs += performance.now() - startedAt;
  }
}

/**
 * Forgets the attempts on an account after one that succeeded, and remembers address and device. The answer does not wait for it: at worst an attempt too
 * many stays counted.
 */
export function forgetAttempts(c: AppContext, action: Attempt, account: string, device?: string): void {
  inBackground(liftLock(c, action, account, device).catch((error: unknown) => logFailure(c, error)));
}

/** The same, for what goes on only afterwards: a sign-in that a lock would refuse. */
export async function liftLock(c: AppContext, action: Attempt, account: string, device?: string): Promise<void> {
  await clearAttempts(secretClient(c.var.env), { action, address: clientAddress(c), account, device });
}

/** The log line of work that failed after its request was answered. */
export function logFailure(c: AppContext, error: unknown): void {
  const { env, record } = c.var;
  const line = { event: "background", function: "auth", request_id: record.id, error: summarize(error) } as const;
  log("error", line, env.logLevel);
}
