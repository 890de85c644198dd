import { z } from "zod";
import { type AuthContext, refusal } from "./context.ts";
import { claimsOf } from "./passwords.ts";

const Address = z.looseObject({ email: z.string().toLowerCase() });

/**
 * Takes the turn of a mail with a code to an account, which comes round once within `max_frequency`: answers the refusal of the platform's Auth when somebody had it
 * already, else null. It is the only limit per account that Auth has for /recover, /otp and /magiclink, and @supabase/lite has none. One statement, so
 * that of many requests at the same moment one gets it; the code before goes with the turn, for its age is counted from the newest mail.
 */
export async function refuseSoonMail({ sql, rules }: AuthContext, body: unknown): Promise<Response | null> {
  const asked = Address.safeParse(body);
  if (!asked.success) return null;
  const { email } = asked.data;
  const pause = sql`make_interval(secs => ${rules.maxFrequencySeconds})`;
  const taken = await sql`
    update auth.users set recovery_sent_at = now(), recovery_token = null
    where email = ${email} and coalesce(recovery_sent_at, '-infinity') <= now() - ${pause} returning id`;
  if (taken.length > 0) return null;
  const [left] = await sql<{ seconds: number }[]>`
    select greatest(ceil(extract(epoch from recovery_sent_at + ${pause} - now())), 1)::int as seconds
    from auth.users where email = ${email}`;
  return left === undefined ? null : soon(left.seconds);
}

/** The same for a mail that somebody signed in asks for: the codes of a new address, the code to confirm that it is them. */
export async function refuseSoonMailTo(
  auth: AuthContext,
  request: Request,
  sentAt: "email_change_sent_at" | "reauthentication_sent_at",
): Promise<Response | null> {
  const { sql, rules } = auth;
  const claims = await claimsOf(auth, request);
  if (claims === null) return null;
  const [left] = await sql<{ seconds: number }[]>`
    select ceil(extract(epoch from ${
    sql(sentAt)
  } - now()) + ${rules.maxFrequencySeconds})::int as seconds from auth.users
    where id = ${claims.sub} and ${sql(sentAt)} > now() - make_interval(secs => ${rules.maxFrequencySeconds})`;
  return left === undefined ? null : soon(left.seconds);
}

const soon = (seconds: number) =>
  refusal(
    429,
    "over_email_send_rate_limit",
    `For security purposes, you can only request this after ${seconds} seconds.`,
  );
