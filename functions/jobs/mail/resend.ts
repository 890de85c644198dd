import { z } from "zod";
import { type Mailer, type Outcome, post } from "./mailer.ts";

const ADDRESS = "https://api.resend.com/emails";

/** Statuses that speak of the mail itself: sending it again would change nothing. All others speak of the account or the service. */
const HOPELESS = new Set([400, 422]);

const refusal = z.object({ name: z.string().regex(/^[A-Za-z_]{1,40}$/) });

/**
 * The HTTP API of Resend. It drops what comes again under the same Idempotency-Key within a day; the header in the mail itself serves receivers that
 * see a later duplicate, and keeps mail clients from folding different events into one thread.
 */
export const resend = (apiKey: string, from: string): Mailer => ({ to, subject, text, html }, eventId) => {
  const headers = { authorization: `Bearer ${apiKey}`, "idempotency-key": eventId };
  const mail = { from, to: [to], subject, text, html, headers: { "X-Entity-Ref-ID": eventId } };
  return post(ADDRESS, headers, mail, read);
};

async function read(response: Response): Promise<Outcome> {
  const name = refusal.safeParse(await response.json().catch(() => undefined)).data?.name.toLowerCase();
  // The mail of this event went out before, with what was right then; this attempt only says it differently.
  if (response.status === 409 && name === "invalid_idempotent_request") return { sent: true };
  const wait = Number(response.headers.get("retry-after"));
  return {
    sent: false,
    error: `http_${response.status}`,
    permanent: HOPELESS.has(response.status),
    ...(wait > 0 && { retryAfter: Math.ceil(wait) }),
  };
}
