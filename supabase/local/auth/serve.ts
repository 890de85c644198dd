import process from "node:process";
import { z } from "zod";
import { summarize } from "../../../shared/core/log.ts";
import { App, createPostgresConnection } from "../lite.ts";
import { servePart } from "../serve-part.ts";
import { completeSession } from "./claims.ts";
import { confirmAgain, signUpByCode } from "./confirmations.ts";
import { type AuthContext, refusal, Rules } from "./context.ts";
import { acceptEmailCode, changeAgain, sendEmailChange } from "./email-change.ts";
import { refuseSoonMail, refuseSoonMailTo } from "./frequency.ts";
import { createLimiter, Limits } from "./limits.ts";
import { Mails, MailTemplates } from "./mails.ts";
import { hashNatively } from "./native-hashing.ts";
import { judgePassword } from "./password-attempts.ts";
import { endOtherSessions, refusePassword, rememberCode } from "./passwords.ts";
import { plainRequest } from "./plain-request.ts";
import { hideExistingAccount } from "./signup.ts";

const Settings = z.object({
  port: z.number(),
  /** Public address of the gateway: the issuer of the tokens. */
  url: z.string(),
  dbUrl: z.string(),
  mailFolder: z.string(),
  auth: z.looseObject({ jwt_secret: z.string(), site_url: z.string() }),
  limits: Limits,
  /** The statement of the hook `password_verification_attempt`. */
  passwordHook: z.string().nullable(),
  rules: Rules,
  mails: MailTemplates,
});
const Resend = z.looseObject({ type: z.enum(["signup", "email_change"]), email: z.email() });
const settings = Settings.parse(JSON.parse(process.env.AUTH_SETTINGS ?? "{}"));
const issuer = `${settings.url}/auth/v1`;
const secret = settings.auth.jwt_secret;

await hashNatively();
const limiter = createLimiter(settings.limits);

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
const mails = new Mails(settings.mails, settings.mailFolder, settings.auth.site_url, connection.driver, limiter);
const app = new App({
  connection,
  auth: settings.auth,
  studio: { enabled: false },
  options: { drivers: { email: mails.driver }, server: { apiKeys: false, disableStudio: true } },
});

const query = (text: string, values: unknown[]) =>
  connection.driver.unsafe<Record<string, unknown>[]>(text, values.map(String));

const context: AuthContext = {
  sql: connection.driver,
  mails,
  rules: settings.rules,
  jwtSecret: secret,
  ask: async (path, body) => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return await app.fetch(new Request(`${issuer}/${path}`, init));
  },
};

/** What the app answers, made to do what the platform's Auth does where the two differ. */
async function handle(asked: Request): Promise<Response> {
  const { pathname } = new URL(asked.url);
  const limited = limiter.take(asked.method, pathname, addressOf(asked));
  if (limited !== null) return limited;
  const plain = await plainRequest(asked);
  if (plain instanceof Response) return plain;
  const { request, body } = plain;
  const operation = `${request.method} ${pathname.replace("/auth/v1/", "")}`;
  const early = await answerBefore(operation, request, body);
  if (early !== null) return early;
  const answer = await app.fetch(request);
  if (answer.status === 500 && await databaseIsAway()) return unavailable();
  if (!answer.headers.get("content-type")?.includes("json")) return answer;
  return await answerAfter(operation, request, body, answer);
}

/** What the app must not be asked at all, or does not know. */
async function answerBefore(operation: string, request: Request, body: unknown): Promise<Response | null> {
  switch (operation) {
    // No mail has a link, so nobody has the token that one would need; what a scanner opens must not spend a code.
    case "GET verify":
    case "HEAD verify":
      return refusal(405, "validation_failed", "Codes are verified by POST; there are no links.");
    case "POST verify":
      return await acceptEmailCode(context, body);
    case "POST resend":
      return await resend(body);
    case "POST recover":
      return await refuseSoonMail(context, body);
    case "POST otp":
    case "POST magiclink":
      return await signUpByCode(context, body) ?? await refuseSoonMail(context, body);
    case "PUT user":
      return await refusePassword(context, request, body) ??
        (has(body, "email") ? await refuseSoonMailTo(context, request, "email_change_sent_at") : null);
    case "GET reauthenticate":
      return await refuseSoonMailTo(context, request, "reauthentication_sent_at");
    default:
      return null;
  }
}

async function answerAfter(operation: string, request: Request, asked: unknown, answer: Response): Promise<Response> {
  const body: unknown = await answer.json();
  switch (operation) {
    case "POST signup": {
      const hidden = answer.ok ? null : hideExistingAccount(asked, body);
      if (hidden !== null) await confirmAgain(context, asked);
      return hidden === null ? json(answer, await completeSession(body, issuer, secret)) : Response.json(hidden);
    }
    case "POST verify":
      await rememberCode(context, body);
      return json(answer, await completeSession(body, issuer, secret));
    case "POST token": {
      const attempt = { query, statement: settings.passwordHook, address: addressOf(request) };
      const judged = grantOf(request) === "password" ? await judgePassword(attempt, asked, body) : null;
      return judged ?? json(answer, await completeSession(body, issuer, secret));
    }
    case "PUT user":
      if (answer.ok && has(asked, "password")) await endOtherSessions(context, request);
      if (answer.ok && has(asked, "email")) await sendEmailChange(context, body);
      return json(answer, body);
    default:
      return json(answer, body);
  }
}

const grantOf = (request: Request) => new URL(request.url).searchParams.get("grant_type");
const addressOf = (request: Request) => request.headers.get("x-forwarded-for") ?? "";
const has = (body: unknown, key: string) => typeof body === "object" && body !== null && key in body;

/** The platform's answer is the same for everybody. */
async function resend(body: unknown): Promise<Response | null> {
  const asked = Resend.safeParse(body);
  if (!asked.success) return null;
  if (asked.data.type === "signup") await confirmAgain(context, body);
  else await changeAgain(context, body);
  return Response.json({});
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
