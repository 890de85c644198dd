import { z } from "zod";
import type { AuthContext } from "./context.ts";
import { codeHash, newCode } from "./codes.ts";

const Address = z.looseObject({ email: z.string().toLowerCase() });
const ByCode = z.looseObject({
  email: z.string().toLowerCase(),
  create_user: z.boolean().default(true),
  data: z.record(z.string(), z.unknown()).default({}),
});

/**
 * Mails an address that is not confirmed a new code, as the platform's Auth does when somebody registers it again or asks for it, and not more often than
 * `max_frequency`. @supabase/lite refuses both.
 */
export async function confirmAgain({ sql, mails, rules }: AuthContext, body: unknown): Promise<void> {
  const asked = Address.safeParse(body);
  if (!asked.success) return;
  const { email } = asked.data;
  const code = newCode(rules.otpLength);
  const written = await sql`
    update auth.users set confirmation_token = ${codeHash(email, code)}, confirmation_sent_at = now()
    where email = ${email} and email_confirmed_at is null
      and coalesce(confirmation_sent_at, '-infinity') < now() - make_interval(secs => ${rules.maxFrequencySeconds})
    returning id`;
  if (written.length > 0) await mails.send("confirmation", { to: email, token: code });
}

/**
 * For somebody unknown who wants to sign in by a code: a login that is not confirmed, and its confirmation, as on the platform. @supabase/lite would make one
 * that is confirmed although nobody has. Null when the address is known, or is to stay unknown.
 */
export async function signUpByCode({ sql, ask }: AuthContext, body: unknown): Promise<Response | null> {
  const asked = ByCode.safeParse(body);
  if (!asked.success || !asked.data.create_user) return null;
  const { email, data } = asked.data;
  const known = await sql`select from auth.users where email = ${email}`;
  if (known.length > 0) return null;
  const answer = await ask("signup", { email, password: `${crypto.randomUUID()}Aa1`, data });
  return answer.ok ? Response.json({}) : answer;
}
