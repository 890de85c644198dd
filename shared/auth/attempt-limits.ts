import type { AppContext } from "../core/context.ts";
import { unwrap } from "../data/data.ts";
import { unavailable } from "../data/errors.ts";
import { problem } from "../core/problem.ts";
import type { SecretClient } from "../data/secret-client.ts";

/** What is counted strictly, per address and per account. */
export type Attempt =
  | "sign_in"
  | "refresh"
  | "register"
  | "resend"
  | "password_reset"
  | "reauthenticate"
  | "accept_invitation"
  | "confirm";

/** Who attempts what: `account` is what they name themselves, `device` the token of a device that has signed in to it before. */
export type Attempted = { action: Attempt; address: string; account: string; device?: string | undefined };

const argumentsOf = ({ action, address, account, device }: Attempted) => ({
  p_action: action,
  p_address: address,
  p_account: account,
  ...(device !== undefined && { p_device: device }),
});

/**
 * Counts an attempt in the database before it is made; 429 when there have been too many. Answers whether the database knows the device. Unlike the leased
 * limits this fails closed: without the database nobody can sign in anyway. The client comes as an argument because few functions may have it.
 */
export async function takeAttempt(client: SecretClient, attempted: Attempted): Promise<{ knownDevice: boolean }> {
  const [attempt] = unwrap(await client.rpc("take_attempt", argumentsOf(attempted)));
  if (attempt === undefined) throw unavailable();
  if (attempt.allowed) return { knownDevice: attempt.known_device };
  const seconds = Math.max(1, attempt.retry_after_seconds);
  throw problem("rate_limited", {
    detail: `Too many attempts. Try again in ${seconds} s.`,
    headers: { "Retry-After": String(seconds) },
  });
}

/** Forgets the attempts on an account after one that succeeded. Its address and device are known from then on. */
export async function clearAttempts(client: SecretClient, attempted: Attempted): Promise<void> {
  unwrap(await client.rpc("clear_attempts", argumentsOf(attempted)));
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
