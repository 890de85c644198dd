import { z } from "zod";

/** `[auth.rate_limit]` of config.toml, and who is not limited. */
export const Limits = z.object({
  /** Per address and five minutes: /token, by whatever grant. */
  token_refresh: z.number(),
  /** Per address and five minutes: /verify. */
  token_verifications: z.number(),
  /** Per address and five minutes: each of /signup, /recover, /resend, /magiclink, /otp and the changes of /user. */
  sign_in_sign_ups: z.number(),
  /** Mails of the whole project within an hour. */
  email_sent: z.number(),
  /** Addresses that nothing of this is counted for: tests sign in hundreds of times from one. */
  unlimited: z.array(z.string()),
});
export type Limits = z.infer<typeof Limits>;

/** What an address that was quiet may ask for at once. */
const BURST = 30;
const FIVE_MINUTES_MS = 5 * 60_000;
const HOUR_MS = 60 * 60_000;

/** The limiter of a request, by what Auth calls it, and the setting that it refills by; null for what is not limited. */
function limiterOf(method: string, path: string): { name: string; rate: keyof Limits } | null {
  const name = path.replace("/auth/v1/", "");
  if (name === "token") return { name, rate: "token_refresh" };
  if (name === "verify") return { name, rate: "token_verifications" };
  if (/^(signup|recover|resend|magiclink|otp)$/.test(name)) return { name, rate: "sign_in_sign_ups" };
  return name === "user" && method === "PUT" ? { name, rate: "sign_in_sign_ups" } : null;
}

/**
 * The limits of the platform's Auth: a bucket of 30 per endpoint and address, which the setting refills. @supabase/lite has none. `take` answers the
 * refusal of a request that comes too soon, else null; `mailed` counts a mail for the whole project.
 */
export function createLimiter(limits: Limits, now: () => number = Date.now) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  let mails = { sent: 0, since: now() };

  function take(method: string, path: string, address: string): Response | null {
    // The router behind decodes what it is asked: /%74oken would be /token that nobody has counted.
    if (path.includes("%")) return new Response("404 page not found", { status: 404 });
    const limiter = limiterOf(method, path);
    if (limiter === null || limits.unlimited.includes(address)) return null;
    const key = `${limiter.name} ${address}`;
    const at = now();
    const known = buckets.get(key) ?? { tokens: BURST, at };
    const refilled = (at - known.at) / FIVE_MINUTES_MS * Number(limits[limiter.rate]);
    const tokens = Math.min(BURST, known.tokens + refilled);
    buckets.delete(key);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at });
    forgetFull(at);
    if (tokens < 1) return tooMany("over_request_rate_limit", "Request rate limit reached");
    const full = at - mails.since < HOUR_MS && mails.sent >= limits.email_sent;
    const sends = limiter.rate === "sign_in_sign_ups" && limiter.name !== "user";
    return sends && full ? tooMany("over_email_send_rate_limit", "email rate limit exceeded") : null;
  }

  /** Buckets are kept in the order of their use: those in front that have been full for long go. */
  function forgetFull(at: number): void {
    for (const [key, bucket] of buckets) {
      if (at - bucket.at < HOUR_MS) return;
      buckets.delete(key);
    }
  }

  function mailed(): void {
    if (now() - mails.since >= HOUR_MS) mails = { sent: 0, since: now() };
    mails.sent += 1;
  }

  return { take, mailed };
}

const tooMany = (error_code: string, msg: string) => Response.json({ code: 429, error_code, msg }, { status: 429 });
