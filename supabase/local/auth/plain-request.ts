import { z } from "zod";
import { refusal } from "./context.ts";

const text = z.string().nullish();
/** The types that the platform's Auth, which is written in Go, gives to what it reads of a body. */
const Body = z.looseObject({
  email: text,
  phone: text,
  password: text,
  current_password: text,
  nonce: text,
  type: text,
  token: text,
  token_hash: text,
  refresh_token: text,
  create_user: z.boolean().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});
type Body = z.infer<typeof Body>;

/** A request that everybody here reads alike; `body` is null when it has none, or none that is JSON. */
export type PlainRequest = { request: Request; body: Body | null };

/**
 * The request in the one form in which @supabase/lite and the rules before and behind it read it alike: values have the types that the platform's Auth asks for, null
 * is left out, and /token has its grant once and not encoded. Otherwise what no rule understands would pass it, and Lite take it all the same: a
 * code that is a number, a grant in another spelling. Answers the refusal of anything else.
 */
export async function plainRequest(asked: Request): Promise<PlainRequest | Response> {
  const url = new URL(asked.url);
  if (url.pathname.endsWith("/token")) {
    url.search = `?grant_type=${encodeURIComponent(url.searchParams.get("grant_type") ?? "")}`;
  }
  if (asked.body === null) return { request: new Request(url, asked), body: null };
  const sent = await asked.text();
  const { method, headers } = asked;
  const json = parsed(sent);
  if (json === undefined) return { request: new Request(url, { method, headers, body: sent }), body: null };
  const typed = Body.safeParse(json);
  if (!typed.success) {
    const field = typed.error.issues[0]?.path[0];
    const fault = field === undefined ? "it is no object" : `${String(field)} is of another type`;
    return refusal(400, "bad_json", `Could not parse request body as JSON: ${fault}`);
  }
  const body: Body = Object.fromEntries(Object.entries(typed.data).filter(([, value]) => value !== null));
  return { request: new Request(url, { method, headers, body: JSON.stringify(body) }), body };
}

/** Undefined for what is no JSON: Lite says so itself. */
function parsed(sent: string): unknown {
  try {
    return JSON.parse(sent);
  } catch {
    return undefined;
  }
}
