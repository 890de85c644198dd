import { pooledMap } from "deno-std/async/pool.js";
import { unwrap } from "../../../shared/data/data.ts";
import { DATA_TIMEOUT } from "../../../shared/data/transport.ts";
import type { SecretClient } from "../../../shared/data/secret-client.ts";
import { type Mailer, type Outcome, SEND_TIMEOUT } from "./mailer.ts";
import { writeMail } from "./templates.ts";

const BATCH = 10;
const AT_ONCE = 5;
/** Longer than a batch can take at its slowest, with some room: handing over and noting it, as often as it takes to get through. */
const LEASE_SECONDS = Math.ceil((BATCH / AT_ONCE) * (SEND_TIMEOUT + DATA_TIMEOUT) / 1000) + 24;
/** No new batch is begun after this time, so that one call ends before the next is due. */
const BUDGET_MS = 40_000;

/** What became of the mails of one call. `waiting` are those to be tried again. */
export type Tally = { sent: number; waiting: number; dead: number };

type Claimed = { id: string; template: string; attempt: number; mail: unknown };

/**
 * Sends what is due in the outbox, a batch after another. What was sent is noted mail by mail; whoever dies between the two leaves a lease behind, and the mail
 * goes out again under the same event id. Stops early when nothing of a batch could be handed over: the provider is away.
 */
export async function drain(client: SecretClient, mailer: Mailer, appUrl: string | undefined): Promise<Tally> {
  const tally: Tally = { sent: 0, waiting: 0, dead: 0 };
  const endsAt = performance.now() + BUDGET_MS;
  while (performance.now() < endsAt) {
    const leaseEndsAt = performance.now() + LEASE_SECONDS * 1000;
    const claimed = unwrap(await client.rpc("claim_mail", { p_limit: BATCH, p_lease_seconds: LEASE_SECONDS }));
    const before = tally.sent + tally.dead;
    for await (const state of pooledMap(AT_ONCE, claimed, (one) => deliver(client, mailer, appUrl, one, leaseEndsAt))) {
      tally[state] += 1;
    }
    if (claimed.length < BATCH || tally.sent + tally.dead === before) break;
  }
  return tally;
}

async function deliver(
  client: SecretClient,
  mailer: Mailer,
  appUrl: string | undefined,
  { id, template, attempt, mail: facts }: Claimed,
  leaseEndsAt: number,
): Promise<keyof Tally> {
  const mail = writeMail(template, facts, appUrl);
  // Whoever slept too long has lost the mail to somebody else.
  if (performance.now() > leaseEndsAt - SEND_TIMEOUT) return "waiting";
  const outcome: Outcome = mail === undefined
    ? { sent: false, error: "template", permanent: true }
    : await mailer(mail, id);
  const noted = await client.rpc("finish_mail", {
    p_id: id,
    p_attempt: attempt,
    ...(!outcome.sent && {
      p_error: outcome.error,
      p_permanent: outcome.permanent,
      ...(outcome.retryAfter !== undefined && { p_retry_after_seconds: outcome.retryAfter }),
    }),
  });
  const state = unwrap(noted);
  return state === "sent" || state === "dead" ? state : "waiting";
}
