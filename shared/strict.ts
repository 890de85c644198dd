import type { AppContext } from "./context.ts";
import { unwrap } from "./data.ts";
import { unavailable } from "./errors.ts";
import { problem } from "./problem.ts";
import type { SecretClient } from "./secret.ts";

/** What is counted strictly, per address and per account. */
export type Attempt = "sign_in" | "refresh" | "register" | "password_reset" | "accept_invitation" | "confirm";

/**
 * Counts an attempt in the database before it is made; 429 when the address or the account has had too many. Unlike the leased limits this fails
 * closed: without the database nobody can sign in anyway. The client comes as an argument because few functions may have it.
 */
export async function takeAttempt(
  client: SecretClient,
  action: Attempt,
  address: string,
  account: string,
): Promise<void> {
  const args = { p_action: action, p_address: address, p_account: account };
  const [attempt] = unwrap(await client.rpc("take_attempt", args));
  if (attempt === undefined) throw unavailable();
  if (attempt.allowed) return;
  const seconds = Math.max(1, attempt.retry_after_seconds);
  throw problem("rate_limited", {
    detail: `Too many attempts. Try again in ${seconds} s.`,
    headers: { "Retry-After": String(seconds) },
  });
}

/** Forgets the attempts on an account after one that succeeded. */
export async function clearAttempts(
  client: SecretClient,
  action: Attempt,
  address: string,
  account: string,
): Promise<void> {
  unwrap(await client.rpc("clear_attempts", { p_action: action, p_address: address, p_account: account }));
}

/**
 * The address of the client as the gateway saw it: its own header, else the last entry of `X-Forwarded-For`, the one that the nearest proxy added
 * (a client can write the entries before it).
 */
export function clientAddress(c: AppContext): string {
  const { headers } = c.req.raw;
  const own = headers.get(c.var.env.clientAddressHeader)?.trim();
  const forwarded = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  return own || forwarded || "unknown";
}
