import process from "node:process";
import { z } from "zod";
import { summarize } from "../../../shared/log.ts";
import { storeMail } from "../gateway/mail_store.ts";
import { App, createPostgresConnection, type EmailDriver } from "../lite.ts";
import { servePart } from "../serve_part.ts";
import { completeSession, completeToken } from "./claims.ts";
import { createLimiter, Limits } from "./limits.ts";
import { judgePassword } from "./password_attempts.ts";
import { endOtherSessions } from "./sessions.ts";
import { hideExistingAccount } from "./signup.ts";

const Settings = z.object({
  port: z.number(),
  /** Public address of the gateway: the issuer of the tokens, and where the links in mails lead. */
  url: z.string(),
  dbUrl: z.string(),
  mailFolder: z.string(),
  auth: z.looseObject({ jwt_secret: z.string(), site_url: z.string() }),
  limits: Limits,
  /** The statement of the hook `password_verification_attempt`. */
  passwordHook: z.string().nullable(),
});
const settings = Settings.parse(JSON.parse(process.env.AUTH_SETTINGS ?? "{}"));
const issuer = `${settings.url}/auth/v1`;
const secret = settings.auth.jwt_secret;

const limiter = createLimiter(settings.limits);

const email: EmailDriver = {
  // Lite builds links on the site's address; the platform on Auth's own, which is what answers them.
  send: ({ to, subject, text = "", html = "" }) => {
    const link = (body: string) =>
      body.replaceAll(`${settings.auth.site_url.replace(/\/$/, "")}/auth/v1/verify`, `${issuer}/verify`);
    limiter.mailed();
    storeMail(settings.mailFolder, { to, subject, text: link(text), html: link(html) });
    return Promise.resolve();
  },
};

/** When a connection to the database was last lost. */
let lost = -Infinity;
const OUTAGE_MS = 5_000;
const connection = createPostgresConnection({
  url: settings.dbUrl,
  postgresOptions: {
    max: 10,
    connect_timeout: 5,
    onnotice: () => undefined,
    onclose: () => {
      lost = Date.now();
    },
  },
});
const app = new App({
  connection,
  auth: settings.auth,
  studio: { enabled: false },
  options: { drivers: { email }, server: { apiKeys: false, disableStudio: true } },
});

const query = (text: string, values: unknown[]) =>
  connection.driver.unsafe<Record<string, unknown>[]>(text, values.map(String));

/** What the app answers, made to look like the platform's Auth where the two differ. */
async function handle(request: Request): Promise<Response> {
  const { pathname: path, searchParams } = new URL(request.url);
  const address = request.headers.get("x-forwarded-for") ?? "";
  const limited = limiter.take(request.method, path, address);
  if (limited !== null) return limited;
  const byPassword = path === "/auth/v1/token" && searchParams.get("grant_type") === "password";
  const copy = path === "/auth/v1/signup" || path === "/auth/v1/user" || byPassword ? request.clone() : null;
  const answer = await app.fetch(request);
  if (answer.status === 500 && await databaseIsAway()) return unavailable();
  if (answer.ok && path === "/auth/v1/user" && request.method === "PUT") {
    await endOtherSessions(query, await copy?.json().catch(() => null), request.headers.get("authorization"));
  }
  const location = answer.headers.get("location");
  if (location?.includes("access_token=")) return redirect(answer, await completeRedirect(location));
  if (!/^\/auth\/v1\/(token|verify|signup)$/.test(path) || !answer.headers.get("content-type")?.includes("json")) {
    return answer;
  }
  const body: unknown = await answer.json();
  if (byPassword) {
    const asked: unknown = await copy?.json().catch(() => null);
    const judged = await judgePassword({ query, statement: settings.passwordHook, address }, asked, body);
    if (judged !== null) return judged;
  }
  if (answer.ok) return json(answer, await completeSession(body, issuer, secret));
  const hidden = copy && !byPassword ? hideExistingAccount(await copy.json().catch(() => null), body) : null;
  return hidden ? Response.json(hidden) : json(answer, body);
}

/** The link of a mail leads to the site with the session in the fragment. */
async function completeRedirect(location: string): Promise<string> {
  const target = new URL(location);
  const fragment = new URLSearchParams(target.hash.slice(1));
  const token = fragment.get("access_token") ?? "";
  const asked = await app.fetch(new Request(`${issuer}/user`, { headers: { authorization: `Bearer ${token}` } }));
  fragment.set("access_token", await completeToken(token, await asked.json(), issuer, secret));
  target.hash = fragment.toString();
  return target.toString();
}

function redirect(answer: Response, location: string): Response {
  const headers = new Headers(answer.headers);
  headers.set("location", location);
  return new Response(null, { status: answer.status, headers });
}

function json(answer: Response, body: unknown): Response {
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  return new Response(JSON.stringify(body), { status: answer.status, headers });
}

/** Lite answers any trouble with its database with a plain 500. */
async function databaseIsAway(): Promise<boolean> {
  if (Date.now() - lost < OUTAGE_MS) return true;
  return await connection.driver`select 1`.then(() => false, () => true);
}

/** A database that is away is for the client to try again, not an error of Auth. */
function unavailable(): Response {
  const body = { code: 503, error_code: "unavailable", msg: "Auth cannot reach its database right now: try again." };
  return Response.json(body, { status: 503, headers: { "retry-after": "1" } });
}

// The library prints errors whole, and those of the database quote addresses: the log gets what an error is, not what it says.
const print = console.error.bind(console);
console.error = (...parts: unknown[]) =>
  print(...parts.map((part) => part instanceof Error ? JSON.stringify(summarize(part)) : part));

// A driver that loses its database may reject where nobody waits; the next request connects anew.
globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  console.error(event.reason);
});
servePart({
  port: settings.port,
  greeting: `auth listens on ${settings.port}`,
  handle: (request) =>
    handle(request).catch((error) => {
      console.error(error);
      return unavailable();
    }),
});
