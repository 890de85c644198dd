import { SignJWT } from "jose";
import { sql } from "./database.ts";
import { stackInfo } from "./stack-info.ts";

/**
 * An access token as Auth makes it, of a session that is open: for people who do not sign in. `claims` replace or, with
 * undefined, leave out.
 */
export async function tokenOf(userId: string, claims: Record<string, unknown> = {}): Promise<string> {
  const { url, jwtSecret } = stackInfo();
  const now = Math.floor(Date.now() / 1000);
  return await new SignJWT({
    sub: userId,
    role: "authenticated",
    aud: "authenticated",
    iss: `${url}/auth/v1`,
    iat: now,
    exp: now + 3600,
    ...("session_id" in claims ? {} : { session_id: await openSession(userId) }),
    ...claims,
  }).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(jwtSecret));
}

/** Opens a session of a person, who needs no login for it, and answers its id. */
export async function openSession(userId: string): Promise<string> {
  const client = await sql().connect();
  try {
    const id = crypto.randomUUID();
    await client.query(`
      begin;
      set local session_replication_role = replica;
      insert into auth.sessions (id, user_id) values ('${id}', '${userId}');
      commit`);
    return id;
  } finally {
    client.release();
  }
}
