import { setTimeout as delay } from "node:timers/promises";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { z } from "zod";
import type { Database } from "../../shared/data/database.types.ts";
import { stackInfo } from "./stack-info.ts";

export { stackInfo } from "./stack-info.ts";

/** The password of every demo account. */
export const DEMO_PASSWORD = "Demo-Health-2026!";

const tokens = new Map<string, Promise<string>>();
const session = z.object({ access_token: z.string(), refresh_token: z.string() });

/** The access token of an account. Signs in through the Auth API once and remembers the token; do not sign it out. */
export function signIn(email: string, password = DEMO_PASSWORD): Promise<string> {
  const known = tokens.get(email) ?? freshSession(email, password).then(({ access_token }) => access_token);
  tokens.set(email, known);
  known.catch(() => tokens.delete(email));
  return known;
}

/** A session of its own, for tests that end or rotate it. Goes straight to the Auth API and counts no attempt. */
export async function freshSession(email: string, password = DEMO_PASSWORD): Promise<z.infer<typeof session>> {
  const { url, publishableKey } = stackInfo();
  const response = await fetch(`${url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`${email} cannot sign in: ${response.status} ${await response.text()}`);
  return session.parse(await response.json());
}

type CallOptions = {
  /** An access token: `await signIn("doctor@demo.health")`. */
  token?: string | undefined;
  /** Default: POST with a body, else GET. */
  method?: string;
  /** Sent as JSON; a string or a Blob is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Where functions are called; default: behind the gateway. */
  base?: string;
};

/** An answer. `body` is the parsed JSON, or the text of anything else; read single values with `at`. */
export type Answer = { status: number; headers: Headers; body: unknown };

/** Calls a function: `call("/patients?limit=5", { token })`. */
export function call(path: string, { base, ...options }: CallOptions = {}): Promise<Answer> {
  return request(`${base ?? `${stackInfo().url}/functions/v1`}${path}`, options);
}

/** Calls anything behind the gateway with the publishable key: `gateway("/rest/v1/patients", { token })`. */
export function gateway(path: string, { headers, ...options }: CallOptions = {}): Promise<Answer> {
  const { url, publishableKey } = stackInfo();
  return request(`${url}${path}`, { ...options, headers: { apikey: publishableKey, ...headers } });
}

async function request(address: string, { token, method, body, headers }: CallOptions): Promise<Answer> {
  const raw = typeof body === "string" || body instanceof Blob ? body : JSON.stringify(body);
  const response = await fetch(address, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(raw !== undefined && { body: raw }),
    redirect: "manual",
  });
  const text = await response.text();
  const isJson = /[/+]json\b/.test(response.headers.get("content-type") ?? "");
  const parsed: unknown = isJson && text !== "" ? JSON.parse(text) : text;
  return { status: response.status, headers: response.headers, body: parsed };
}

/** The value at a JSON Pointer of an answer's body; undefined where there is none. */
export function at(value: unknown, pointer: string): unknown {
  return pointer.split("/").slice(1).reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return new Map<string, unknown>(Object.entries(inner)).get(key);
  }, value);
}

/** The text at a JSON Pointer; throws with the whole value when there is none. */
export function textAt(value: unknown, pointer: string): string {
  const found = at(value, pointer);
  if (typeof found === "string") return found;
  throw new Error(`There is no text at ${pointer} of ${JSON.stringify(value)}`);
}

/** The number at a JSON Pointer; throws with the whole value when there is none. */
export function numberAt(value: unknown, pointer: string): number {
  const found = at(value, pointer);
  if (typeof found === "number") return found;
  throw new Error(`There is no number at ${pointer} of ${JSON.stringify(value)}`);
}

/** The list at a JSON Pointer; throws with the whole value when there is none. */
export function listAt(value: unknown, pointer: string): unknown[] {
  const found = at(value, pointer);
  if (Array.isArray(found)) return found;
  throw new Error(`There is no list at ${pointer} of ${JSON.stringify(value)}`);
}

const clientOptions = { auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } };

/** The real supabase-js with a person's token, or with the publishable key alone for null. */
export function supabaseAs(email: string | null): SupabaseClient<Database> {
  const { url, publishableKey } = stackInfo();
  if (email === null) return createClient<Database>(url, publishableKey, clientOptions);
  return createClient<Database>(url, publishableKey, { ...clientOptions, accessToken: () => signIn(email) });
}

/** supabase-js with the secret key. */
export function supabaseAsService(): SupabaseClient<Database> {
  const { url, secretKey } = stackInfo();
  return createClient<Database>(url, secretKey, clientOptions);
}

const mailList = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      to: z.string(),
      subject: z.string(),
      text: z.string(),
      html: z.string(),
      event_id: z.string().optional(),
    }),
  ),
});
/** A captured mail. */
export type Mail = z.infer<typeof mailList>["data"][number];

/** The mails of Auth captured for an address, newest first. */
export const mailsTo = async (address: string): Promise<Mail[]> =>
  (await captured(address)).filter(({ event_id }) => event_id === undefined);

/** The mails of the outbox captured for an address, newest first. */
export const outboxMailsTo = async (address: string): Promise<Mail[]> =>
  (await captured(address)).filter(({ event_id }) => event_id !== undefined);

async function captured(address: string): Promise<Mail[]> {
  const response = await fetch(`${stackInfo().mailboxUrl}/messages?to=${encodeURIComponent(address)}`);
  return mailList.parse(await response.json()).data;
}

/** The newest mail to an address. Mail goes out behind the answer of the request that caused it: waits for it up to 5 seconds. */
export async function lastMailTo(address: string, known = 0): Promise<Mail> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const mails = await mailsTo(address);
    if (mails[0] !== undefined && mails.length > known) return mails[0];
    if (Date.now() > deadline) throw new Error(`No mail came to ${address}`);
    await delay(25);
  }
}

/** An address that no other test uses. */
export const uniqueEmail = (name = "person"): string => `${name}-${crypto.randomUUID().slice(0, 13)}@tests.example`;
