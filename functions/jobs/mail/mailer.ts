/** One mail, ready to go. */
export type Mail = { to: string; subject: string; text: string; html: string };

/**
 * What came of handing a mail over. `error` is a short code, never a text of the provider, which may quote the address. A permanent one is not tried again;
 * `retryAfter` is how many seconds the provider asks to wait.
 */
export type Outcome = { sent: true } | { sent: false; error: string; permanent: boolean; retryAfter?: number };

/** Hands mails over to somebody who delivers them. Never throws. The event id goes with the mail, so that a duplicate can be told. */
export type Mailer = (mail: Mail, eventId: string) => Promise<Outcome>;

/** How long handing over may take, in milliseconds. */
export const SEND_TIMEOUT = 8_000;

/** Posts to a provider; what it says about a refusal is left to the caller, whatever else goes wrong is an outcome. */
export async function post(
  address: string,
  headers: Record<string, string>,
  body: unknown,
  refused: (response: Response) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(SEND_TIMEOUT),
    });
    if (!response.ok) return await refused(response);
    await response.body?.cancel();
    return { sent: true };
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === "TimeoutError";
    return { sent: false, error: timedOut ? "timeout" : "unreachable", permanent: false };
  }
}
