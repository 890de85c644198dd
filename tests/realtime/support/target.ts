import { SignJWT } from "jose";
import pg from "pg";
import { stackInfo } from "../../support/stack-info.ts";

/** The Realtime under test. What a target does not give is left out of the tests: see `needs`. */
export type Target = {
  url: string;
  publishableKey: string;
  secretKey: string;
  /** Signs tokens, to make expired ones and such with chosen claims. */
  jwtSecret: string;
  /** As somebody who may make policies on realtime.messages and call realtime.send. */
  dbUrl: string;
  /** Whether it is the server of this repository, of which more is known than of others. */
  isLocal: boolean;
};

let known: Target | undefined;

/**
 * The stack of the tests, or what REALTIME_URL (the address of the project), REALTIME_PUBLISHABLE_KEY, REALTIME_SECRET_KEY, REALTIME_JWT_SECRET and
 * REALTIME_DB_URL name.
 */
export function target(): Target {
  known ??= process.env.REALTIME_URL === undefined ? localTarget() : {
    url: process.env.REALTIME_URL.replace(/\/$/, ""),
    publishableKey: variable("REALTIME_PUBLISHABLE_KEY"),
    secretKey: variable("REALTIME_SECRET_KEY"),
    jwtSecret: variable("REALTIME_JWT_SECRET"),
    dbUrl: variable("REALTIME_DB_URL"),
    isLocal: false,
  };
  return known;
}

function localTarget(): Target {
  const { url, publishableKey, secretKey, jwtSecret, adminDbUrl } = stackInfo();
  return { url, publishableKey, secretKey, jwtSecret, dbUrl: adminDbUrl, isLocal: true };
}

function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`REALTIME_URL is set, so ${name} is needed too.`);
  return value;
}

export const USER = "7c000000-0000-4000-8000-000000000001";
export const OTHER_USER = "7c000000-0000-4000-8000-000000000002";

const unix = () => Math.floor(Date.now() / 1000);

/** A signed token: by default of a person, valid for an hour. `undefined` takes a claim out. */
export function sign(claims: Record<string, unknown> = {}, secret = target().jwtSecret): Promise<string> {
  const base = { sub: USER, role: "authenticated", aud: "authenticated", iat: unix(), exp: unix() + 3600 };
  return new SignJWT({ ...base, ...claims }).setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret));
}

/** A token that expires so many seconds from now. */
export const expiring = (seconds: number, claims: Record<string, unknown> = {}) =>
  sign({ ...claims, exp: unix() + seconds });

let pool: pg.Pool | undefined;

/** The target's database. */
export function database(): pg.Pool {
  if (pool === undefined) {
    pool = new pg.Pool({ connectionString: target().dbUrl, max: 4, idleTimeoutMillis: 500, allowExitOnIdle: true });
    // An idle connection whose server stops is nobody's error.
    pool.on("error", () => undefined);
  }
  return pool;
}

/** Sends from the database, as a trigger would. */
export async function sendFromDatabase(
  topic: string,
  event: string,
  payload: unknown,
  isPrivate = true,
): Promise<void> {
  await database().query("select realtime.send($1::jsonb, $2, $3, $4)", [
    JSON.stringify(payload),
    event,
    topic,
    isPrivate,
  ]);
}
