import { inBackground } from "../../shared/core/background.ts";
import type { AppContext } from "../../shared/core/context.ts";
import { ProblemError } from "../../shared/core/problem.ts";
import { invalidCredentials } from "./problems.ts";
import { logFailure } from "./attempts.ts";

/**
 * Refusals come in multiples of this time, in milliseconds. Auth compares a password only when the account exists and has one, so that a stopwatch would
 * tell who has an account; a step well above a comparison (bcrypt of cost 10: 50 to 100 ms) puts both kinds on the same beat. It also slows guessing down.
 */
const STEP = 500;

/**
 * When a request that may send a mail is answered, in milliseconds after its start. Auth hashes and sends only for some addresses; it checks a password's
 * strength for all, which must be through by then.
 */
const ANSWER_AFTER = 600;

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** The outcome of an attempt, at once when it succeeds and on the beat when the credentials are refused. */
export async function refuseOnBeat<T>(attempt: Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof ProblemError && error.kind === invalidCredentials) {
      const elapsed = performance.now() - startedAt;
      await wait(Math.ceil(elapsed / STEP) * STEP - elapsed);
    }
    throw error;
  }
}

/**
 * Waits until the fixed time, whatever the work does: throws when it was refused by then, and lets it go on behind the answer when it is not through.
 * A mail that fails later is as lost as one that the provider drops: the person asks again.
 */
export async function answerOnTime(c: AppContext, work: Promise<unknown>): Promise<void> {
  let answered = false;
  inBackground(work.catch((error: unknown) => {
    if (answered) logFailure(c, error);
  }));
  await wait(ANSWER_AFTER);
  answered = true;
  // Of two settled promises the first one counts: a refusal is thrown, unfinished work is not waited for.
  await Promise.race([work, Promise.resolve()]);
}
