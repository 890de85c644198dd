import { TRANSPORT_TIMEOUT, TRANSPORT_UNAVAILABLE } from "./errors.ts";

/**
 * How long a call to the data API may take unless it says otherwise, in milliseconds. Longer than the statement timeout of the role `authenticated` (8 s), so that the
 * database normally ends a slow statement itself and says so.
 */
export const DATA_TIMEOUT = 10_000;

/**
 * How often a call is made again that the data API refused because too many of the caller's run at the same time, and the longest pause before it, in
 * milliseconds. Nothing was done by such a call, whatever it was to do.
 */
const RETRIES = 8;
const LONGEST_PAUSE = 400;

/**
 * One call to the data API. Never throws: supabase-js would flatten an exception into a text, so that no answer becomes an answer with a code of ours.
 */
export async function send(
  address: string,
  init: RequestInit | undefined,
  headers: Record<string, string>,
  timeout = DATA_TIMEOUT,
): Promise<Response> {
  const deadline = performance.now() + timeout;
  for (let attempt = 1;; attempt++) {
    const response = await sendOnce(address, init, headers, deadline - performance.now());
    if (response.status !== 429 || attempt > RETRIES || !/at_once/.test(await response.clone().text())) return response;
    // Of different length, so that calls that were refused together do not come back together.
    const pause = Math.random() * LONGEST_PAUSE;
    if (performance.now() + pause > deadline) return response;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

async function sendOnce(
  address: string,
  init: RequestInit | undefined,
  headers: Record<string, string>,
  timeout: number,
): Promise<Response> {
  // Not AbortSignal.timeout: its timer outlives the call, which costs 40 microseconds and 5 kB of every call for 10 seconds.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  try {
    const response = await fetch(address, {
      ...init,
      headers: Object.assign({ ...init?.headers }, headers),
      signal: abort.signal,
    });
    // Read here, so that the time limit covers the body too and a cut connection is seen as one.
    const body = hasBody(response.status) ? await response.text() : null;
    return withHeaders(new Response(body, { status: response.status }), response.headers);
  } catch {
    return noAnswer(abort.signal.aborted ? TRANSPORT_TIMEOUT : TRANSPORT_UNAVAILABLE);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Copies the headers that somebody reads; all of them would cost more than the rest of this file. A response of Deno that
 * is made with headers is encoded at once, which for a list costs as much as its check, and is for nothing here.
 */
function withHeaders(response: Response, headers: Headers): Response {
  for (const name of ["content-range", "idempotency-replayed"]) {
    const value = headers.get(name);
    if (value !== null) response.headers.set(name, value);
  }
  return response;
}

const hasBody = (status: number) => status !== 204 && status !== 205 && status !== 304;

function noAnswer(code: string): Response {
  return new Response(JSON.stringify({ code, message: "", details: null, hint: null }), { status: 503 });
}
