import { decodeJwt, jwtVerify } from "jose";
import { z } from "zod";
import { codeHash } from "./codes.ts";
import { type AuthContext, refusal } from "./context.ts";

const Change = z.looseObject({
  password: z.string(),
  nonce: z.string().default(""),
  current_password: z.string().nullish().transform((value) => value ?? ""),
});
const Claims = z.looseObject({ sub: z.string(), session_id: z.string() });
const Opened = z.looseObject({ access_token: z.string() });

type Session = {
  email: string;
  has_password: boolean;
  is_old: boolean;
  by_code: boolean;
  reauthentication_token: string | null;
};

/**
 * `secure_password_change` and `require_current_password` of config.toml, which @supabase/lite does not know: a session of more than a day needs the code of
 * a mail, and one that no code opened the current password. Null when the change may go on.
 */
export async function refusePassword(auth: AuthContext, request: Request, body: unknown): Promise<Response | null> {
  const asked = Change.safeParse(body);
  const claims = await claimsOf(auth, request);
  if (!asked.success || claims === null) return null;
  const session = await sessionOf(auth, claims);
  if (session === undefined) return null;
  const { nonce, current_password } = asked.data;
  if (auth.rules.securePasswordChange && session.is_old) {
    if (nonce === "") {
      return refusal(400, "reauthentication_needed", "Password update requires reauthentication");
    }
    if (session.reauthentication_token !== codeHash(session.email, nonce)) {
      return refusal(422, "reauthentication_not_valid", "Nonce has expired or is invalid");
    }
    await auth.sql`update auth.users set reauthentication_token = null where id = ${claims.sub}`;
  }
  if (!auth.rules.requireCurrentPassword || !session.has_password || session.by_code) return null;
  const message = "Current password required when setting new password.";
  if (current_password === "") return refusal(400, "current_password_required", message);
  if (!await isPassword(auth, session.email, current_password)) {
    return refusal(400, "current_password_mismatch", message);
  }
  return null;
}

/** What a new password ends, as on the platform: every other session, and the codes that are under way. */
export async function endOtherSessions(auth: AuthContext, request: Request): Promise<void> {
  const claims = await claimsOf(auth, request);
  if (claims === null) return;
  await auth.sql`delete from auth.sessions where user_id = ${claims.sub} and id <> ${claims.session_id}`;
  await auth.sql`
    update auth.users set confirmation_token = null, recovery_token = null, reauthentication_token = null,
      email_change_token_current = null, email_change_token_new = null
    where id = ${claims.sub}`;
}

/** Remembers that a session was opened by the code of a mail. */
export async function rememberCode({ sql }: AuthContext, body: unknown): Promise<void> {
  const id = openedSession(body);
  if (id === null) return;
  await sql`
    insert into auth.mfa_amr_claims (id, session_id, authentication_method, created_at, updated_at)
    values (gen_random_uuid(), ${id}, 'otp', now(), now()) on conflict do nothing`;
}

/** The id of the session that an answer opened. */
function openedSession(body: unknown): string | null {
  const opened = Opened.safeParse(body);
  return opened.success ? Claims.parse(decodeJwt(opened.data.access_token)).session_id : null;
}

/** The claims of a token that is ours; @supabase/lite refuses the others itself. */
export async function claimsOf({ jwtSecret }: AuthContext, request: Request) {
  const token = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  const verified = await jwtVerify(token, new TextEncoder().encode(jwtSecret), { algorithms: ["HS256"] }).catch(() =>
    null
  );
  return Claims.safeParse(verified?.payload).data ?? null;
}

async function sessionOf({ sql, rules }: AuthContext, { sub, session_id }: z.infer<typeof Claims>) {
  const [session] = await sql<Session[]>`
    select u.email, coalesce(u.encrypted_password, '') <> '' as has_password, s.created_at < now() - interval '24 hours' as is_old,
      exists (select from auth.mfa_amr_claims a where a.session_id = s.id and a.authentication_method = 'otp') as by_code,
      case when u.reauthentication_sent_at > now() - make_interval(secs => ${rules.otpExpirySeconds}) then u.reauthentication_token end
        as reauthentication_token
    from auth.sessions s join auth.users u on u.id = s.user_id
    where s.id = ${session_id} and u.id = ${sub}`;
  return session;
}

/** Asks by signing in, and ends the session that this opens. */
async function isPassword({ ask, sql }: AuthContext, email: string, password: string): Promise<boolean> {
  const answer = await ask("token?grant_type=password", { email, password });
  const id = openedSession(await answer.json());
  if (id === null) return false;
  await sql`delete from auth.sessions where id = ${id}`;
  return true;
}
