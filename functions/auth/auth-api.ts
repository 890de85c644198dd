import { z } from "zod";
import type { AppContext } from "../../shared/core/context.ts";
import { unavailable } from "../../shared/data/errors.ts";
import { problem } from "../../shared/core/problem.ts";
import { secretKey } from "../../shared/data/secret-client.ts";
import { clientAddress } from "../../shared/auth/attempt-limits.ts";

/** How long a call to Auth may take, in milliseconds: hashing and sending a mail are slow, and sign-ins queue up behind each other. */
const DEADLINE = 15_000;
/** What a client is told to wait, in seconds, when Auth limits our calls and does not say for how long. */
const LIMIT_PAUSE = 30;

type Call = {
  method?: "GET" | "POST" | "PUT";
  /** Path below `/auth/v1/`, with its query. */
  path: string;
  body?: Record<string, unknown>;
  /** The access token to act with; without one the call is made as nobody. */
  token?: string;
};

/** What Auth answered: its body, or the machine code of its refusal. */
export type AuthAnswer = { ok: true; body: unknown } | { ok: false; status: number; code: string };

const refusal = z.object({ error_code: z.string() });

/**
 * One call to the Auth API. Plain `fetch`: supabase-js would keep a session in the client, which many people would share here. With the secret key, which
 * lets Auth believe us whose call it is (`Sb-Forwarded-For`): it limits by address, and a stranger must not use up what all our callers share.
 * Throws 503 when Auth is away or fails, 504 when it takes too long and 429 when it limits us; every other refusal is for the route to judge.
 */
export async function callAuth(c: AppContext, { method = "POST", path, body, token }: Call): Promise<AuthAnswer> {
  const { env, record } = c.var;
  const startedAt = performance.now();
  try {
    const response = await fetch(`${env.url}/auth/v1/${path}`, {
      method,
      headers: {
        apikey: secretKey(env),
        "sb-forwarded-for": clientAddress(c),
        "content-type": "application/json",
        "x-request-id": record.id,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(method !== "GET" && { body: JSON.stringify(body ?? {}) }),
      signal: AbortSignal.timeout(DEADLINE),
    });
    return judge(response, await response.text());
  } catch (error) {
    throw failure(error);
  } finally {
    record.authMs += performance.now() - startedAt;
  }
}

function judge(response: Response, text: string): AuthAnswer {
  const body = parse(text);
  if (response.ok) return { ok: true, body };
  if (response.status >= 500) throw unavailable();
  const code = refusal.safeParse(body).data?.error_code ?? "";
  if (response.status === 429 && code !== "over_email_send_rate_limit") throw limited(response.headers);
  return { ok: false, status: response.status, code };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function limited(headers: Headers) {
  const seconds = headers.get("retry-after") ?? String(LIMIT_PAUSE);
  return problem("rate_limited", { headers: { "Retry-After": seconds } });
}

/** `fetch` throws a TypeError without a connection and a TimeoutError at the deadline. */
function failure(error: unknown): unknown {
  if (error instanceof TypeError) return unavailable(error);
  if (error instanceof DOMException && error.name === "TimeoutError") return problem("timeout", { cause: error });
  return error;
}
