import { inBackground } from "../core/background.ts";
import { LruMap } from "../core/lru.ts";
import { problem } from "../core/problem.ts";

/** What `lease_rate_limit` answers: how many of the wanted tokens it gave, and how the caller's bucket stands. */
export type Lease = { granted: number; remaining: number; capacity: number; retry_after_seconds: number };
/** Takes tokens for a caller out of the database's bucket. */
export type TakeLease = (tokens: number) => Promise<Lease>;
/** How a caller stands, for the `RateLimit` headers. `reset` in seconds. */
export type Standing = { remaining: number; capacity: number; reset: number };

const FIRST_BATCH = 10;
const LARGEST_BATCH = 200;
/** So many requests may run ahead of a lease that is under way; the next ones wait for it. */
const LARGEST_DEBT = 50;
const TRACKED_CALLERS = 5000;
/** After a failed lease nobody is limited for this long, in milliseconds, before the database is asked again. */
const GRACE = 1000;
/** Tokens come back into the database's bucket within this time, in seconds. */
export const WINDOW = 60;

type Account = {
  tokens: number;
  batch: number;
  capacity: number;
  left: number;
  /** Until when the database gives nothing, in milliseconds of `performance.now()`. */
  emptyUntil: number;
  graceUntil: number;
  pending: Promise<void> | undefined;
};

/**
 * Counts requests per caller against a bucket in the database without a round trip for most of them: an isolate leases some tokens and spends them here.
 * A caller's first request does not wait for the lease. The batch doubles while a caller keeps coming, so that a caller who is served by many isolates
 * once does not lose a large part of the bucket to them. When the database cannot be asked, everybody passes: then it refuses the request itself.
 */
export class RateLimiter {
  readonly #accounts = new LruMap<string, Account>(TRACKED_CALLERS);
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Spends a token of the caller; throws 429 when there is none. Waits only for a caller who runs far ahead of the lease. */
  async spend(caller: string, take: TakeLease): Promise<Standing | undefined> {
    const account = this.#account(caller);
    if (account.tokens <= account.batch / 4) this.#refill(account, take);
    while (account.tokens <= -LARGEST_DEBT && account.pending !== undefined) await account.pending;

    const now = this.#now();
    if (account.tokens <= 0 && now < account.emptyUntil) throw refusal(account, now);
    account.tokens -= 1;
    return account.capacity === 0 ? undefined : standing(account, now);
  }

  #account(caller: string): Account {
    const known = this.#accounts.get(caller);
    if (known !== undefined) return known;
    const account: Account = {
      tokens: 0,
      batch: FIRST_BATCH,
      capacity: 0,
      left: 0,
      emptyUntil: 0,
      graceUntil: 0,
      pending: undefined,
    };
    this.#accounts.set(caller, account);
    return account;
  }

  #refill(account: Account, take: TakeLease): void {
    const now = this.#now();
    if (account.pending !== undefined || now < account.emptyUntil || now < account.graceUntil) return;
    account.pending = this.#lease(account, take).finally(() => {
      account.pending = undefined;
    });
    inBackground(account.pending);
  }

  async #lease(account: Account, take: TakeLease): Promise<void> {
    const wanted = account.batch + Math.max(0, -account.tokens);
    try {
      const lease = await take(wanted);
      account.tokens += lease.granted;
      account.capacity = lease.capacity;
      account.left = lease.remaining;
      account.batch = Math.min(LARGEST_BATCH, account.batch * 2);
      if (lease.granted < wanted) account.emptyUntil = this.#now() + Math.max(1, lease.retry_after_seconds) * 1000;
    } catch {
      account.tokens = Math.max(account.tokens, 0);
      account.graceUntil = this.#now() + GRACE;
    }
  }
}

function standing(account: Account, now: number): Standing {
  const wait = account.emptyUntil > now ? Math.ceil((account.emptyUntil - now) / 1000) : WINDOW;
  return { remaining: Math.max(0, account.tokens + account.left), capacity: account.capacity, reset: wait };
}

function refusal(account: Account, now: number) {
  const seconds = Math.max(1, Math.ceil((account.emptyUntil - now) / 1000));
  return problem("rate_limited", {
    detail: `Try again in ${seconds} s.`,
    headers: { "Retry-After": String(seconds), ...rateLimitHeaders({ ...standing(account, now), remaining: 0 }) },
  });
}

/** The headers of the IETF draft "RateLimit header fields for HTTP". */
export function rateLimitHeaders({ remaining, capacity, reset }: Standing): Record<string, string> {
  return { "RateLimit": `"api";r=${remaining};t=${reset}`, "RateLimit-Policy": `"api";q=${capacity};w=${WINDOW}` };
}
