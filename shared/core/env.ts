import process from "node:process";
import { z } from "zod";

declare const Deno: { env: { toObject(): Record<string, string> } } | undefined;

/** A JSON text in a variable, parsed; a text that is not JSON is an error that names the variable. */
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: "custom", message: "is not valid JSON" });
    return z.NEVER;
  }
});

const keyMap = json.pipe(z.record(z.string(), z.string().min(1)));

const jwks = json.pipe(z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }));
const webAddress = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));

const variables = z.object({
  SUPABASE_URL: webAddress,
  SUPABASE_PUBLISHABLE_KEYS: keyMap.optional(),
  SUPABASE_SECRET_KEYS: keyMap.optional(),
  SUPABASE_ANON_KEY: z.string().optional(),
  SUPABASE_SERVICE_ROLE_KEY: z.string().optional(),
  SUPABASE_JWKS: jwks.optional(),
  SUPABASE_JWT_SECRET: z.string().min(32).optional(),
  JWT_SECRET: z.string().min(32).optional(),
  DATA_API_URL: webAddress.optional(),
  CLIENT_ADDRESS_HEADER: z.string().toLowerCase().optional(),
  LOG_LEVEL: z.enum(["debug", "info", "error", "silent"]).optional(),
  CORS_ORIGINS: z.string().optional(),
  MAIL_FROM: z.string().regex(
    /^([^<>"\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
    "must be an address, or a name and <address>",
  ).optional(),
  RESEND_API_KEY: z.string().optional(),
  MAILBOX_URL: webAddress.optional(),
  APP_URL: webAddress.optional(),
}).refine((read) => read.RESEND_API_KEY === undefined || read.MAIL_FROM !== undefined, {
  path: ["MAIL_FROM"],
  error: "is needed with RESEND_API_KEY",
});

/** What the functions know about where they run. Keys and secrets in here never go into an answer or a log line. */
export type Env = {
  /** Public address of the project's gateway, without a slash at the end. */
  url: string;
  publishableKey: string;
  /** Secret keys by name; `default` is what the secret client uses, `cron` is what scheduled calls bring. */
  secretKeys: Record<string, string>;
  jwks: { keys: { kty: string; [member: string]: unknown }[] } | undefined;
  jwtSecret: string | undefined;
  /** Where PostgREST answers, for calls that carry a user's token. */
  dataUrl: string;
  clientAddressHeader: string;
  logLevel: "debug" | "info" | "error" | "silent";
  /** Origins that browsers may call from, or `*`. */
  corsOrigins: "*" | string[];
  /** Who delivers mail; undefined when nobody does. */
  mail: { by: "resend"; apiKey: string; from: string } | { by: "mailbox"; url: string; from: string } | undefined;
  /** Address of the frontend that links in mails lead to, without a slash at the end. */
  appUrl: string | undefined;
};

/** Reads the variables into an `Env`; throws one error that names every variable that is missing or wrong. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const result = variables.safeParse(withoutBlanks(source));
  if (!result.success) {
    const reasons = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`Environment is not usable. ${reasons.join("; ")}`);
  }
  const read = result.data;
  const publishableKey = read.SUPABASE_PUBLISHABLE_KEYS?.default ?? read.SUPABASE_ANON_KEY;
  if (publishableKey === undefined) {
    throw new Error("Environment is not usable. SUPABASE_PUBLISHABLE_KEYS: needs a key named default");
  }
  const legacySecret: Record<string, string> = read.SUPABASE_SERVICE_ROLE_KEY
    ? { default: read.SUPABASE_SERVICE_ROLE_KEY }
    : {};
  const origins = read.CORS_ORIGINS?.split(",").map((origin) => origin.trim()).filter((origin) => origin !== "") ?? [];
  return {
    url: read.SUPABASE_URL,
    publishableKey,
    secretKeys: read.SUPABASE_SECRET_KEYS ?? legacySecret,
    jwks: read.SUPABASE_JWKS,
    jwtSecret: read.SUPABASE_JWT_SECRET ?? read.JWT_SECRET,
    dataUrl: read.DATA_API_URL ?? `${read.SUPABASE_URL}/rest/v1`,
    clientAddressHeader: read.CLIENT_ADDRESS_HEADER ?? "cf-connecting-ip",
    logLevel: read.LOG_LEVEL ?? "info",
    corsOrigins: origins.length === 0 || origins.includes("*") ? "*" : origins,
    mail: mailOf(read),
    appUrl: read.APP_URL,
  };
}

function mailOf(read: z.output<typeof variables>): Env["mail"] {
  const from = read.MAIL_FROM ?? "hub@localhost";
  if (read.RESEND_API_KEY !== undefined) return { by: "resend", apiKey: read.RESEND_API_KEY, from };
  return read.MAILBOX_URL === undefined ? undefined : { by: "mailbox", url: read.MAILBOX_URL, from };
}

/** A variable that is set to nothing, as in an env file that lists it, is absent. */
const withoutBlanks = (source: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));

let current: Env | undefined;

/** The environment of this process. Read on first use and not at import, so that importing a route has no side effect. */
export function runtimeEnv(): Env {
  current ??= parseEnv(typeof Deno === "undefined" ? process.env : Deno.env.toObject());
  return current;
}

/** Which runtime this is, for the health report: `deno 2.1.4`. */
export const runtimeVersion = (): string =>
  process.versions.deno === undefined ? `node ${process.versions.node}` : `deno ${process.versions.deno}`;
