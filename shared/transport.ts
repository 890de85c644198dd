import { TRANSPORT_TIMEOUT, TRANSPORT_UNAVAILABLE } from "./errors.ts";

/**
 * How long a call to the data API may take unless it says otherwise, in milliseconds. Longer than the statement timeout of the role `authenticated` (8 s), so that the
 * database normally ends a slow statement itself and says so.
 */
export const DATA_TIMEOUT = 10_000;

/**
 * One call to the data API. Never throws: postgrest-js would flatten an exception into a text, so that no answer becomes an answer with a code of ours.
 */
export async function send(
  address: string,
  init: RequestInit | undefined,
  headers: Record<string, string>,
  timeout = DATA_TIMEOUT,
): Promise<Response> {
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
    return new Response(body, { status: response.status, headers: kept(response.headers) });
  } catch {
    return noAnswer(abort.signal.aborted ? TRANSPORT_TIMEOUT : TRANSPORT_UNAVAILABLE);
  } finally {
    clearTimeout(timer);
  }
}

/** The headers that somebody reads; copying all of them costs more than the rest of this function. */
function kept(headers: Headers): Record<string, string> {
  const read: Record<string, string> = {};
  for (const name of ["content-range", "idempotency-replayed"]) {
    const value = headers.get(name);
    if (value !== null) read[name] = value;
  }
  return read;
}

const hasBody = (status: number) => status !== 204 && status !== 205 && status !== 304;

function noAnswer(code: string): Response {
  return new Response(JSON.stringify({ code, message: "", details: null, hint: null }), { status: 503 });
}
