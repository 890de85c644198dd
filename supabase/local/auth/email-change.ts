import { z } from "zod";
import { codeHash, newCode } from "./codes.ts";
import { type AuthContext, refusal } from "./context.ts";

const Change = z.looseObject({ id: z.string() });
const Verification = z.union([
  z.looseObject({ type: z.literal("email_change"), email: z.string(), token: z.string() }),
  z.looseObject({ type: z.literal("email_change"), token_hash: z.string() }),
]);

/** Mails both addresses of a change a code each, as the platform's Auth does. `user` is what the change was answered with. */
export async function sendEmailChange({ sql, mails, rules }: AuthContext, user: unknown): Promise<void> {
  const asked = Change.safeParse(user);
  if (!asked.success) return;
  const [change] = await sql<{ email: string; email_change: string }[]>`
    select email, email_change from auth.users where id = ${asked.data.id} and email_change <> ''`;
  if (change === undefined) return;
  const [present, next] = [newCode(rules.otpLength), newCode(rules.otpLength)];
  await sql`
    update auth.users set email_change_confirm_status = 0, email_change_sent_at = now(),
      email_change_token_current = ${codeHash(change.email, present)}, email_change_token_new = ${
    codeHash(change.email_change, next)
  }
    where id = ${asked.data.id}`;
  await mails.send("email_change", { to: change.email, token: present, newEmail: change.email_change });
  await mails.send("email_change", { to: change.email_change, token: next, newEmail: change.email_change });
}

/** Mails both codes anew, to who asks by the present address, and not more often than `max_frequency`. */
export async function changeAgain(context: AuthContext, body: unknown): Promise<void> {
  const asked = z.looseObject({ email: z.string().toLowerCase() }).safeParse(body);
  if (!asked.success) return;
  const [login] = await context.sql<{ id: string }[]>`
    select id from auth.users
    where email = ${asked.data.email} and email_change_sent_at < now() - make_interval(secs => ${context.rules.maxFrequencySeconds})`;
  await sendEmailChange(context, login);
}

/**
 * Takes the first of the two codes: the address changes with the second alone, whichever that is. @supabase/lite changes it with the code of the present
 * address only, so that anybody could take anybody's address. Null when Lite may go on.
 */
export async function acceptEmailCode({ sql, rules }: AuthContext, body: unknown): Promise<Response | null> {
  const asked = Verification.safeParse(body);
  if (!asked.success) return null;
  const hash = "token_hash" in asked.data
    ? String(asked.data.token_hash)
    : codeHash(asked.data.email, asked.data.token);
  const fresh =
    sql`email_change <> '' and email_change_sent_at > now() - make_interval(secs => ${rules.otpExpirySeconds})`;
  const first = await sql`
    update auth.users set email_change_confirm_status = 1,
      email_change_token_current = nullif(email_change_token_current, ${hash}), email_change_token_new = nullif(email_change_token_new, ${hash})
    where ${fresh} and email_change_confirm_status = 0 and ${hash} in (email_change_token_current, email_change_token_new)
    returning id`;
  if (first.length > 0) {
    return Response.json({
      code: "200",
      msg: "The code is right. The address changes with the code of the other address.",
    });
  }
  // Lite asks for the token of the present address: it gets the second one as that.
  await sql`
    update auth.users set email_change_token_current = ${hash}, email_change_token_new = null
    where ${fresh} and email_change_confirm_status = 1 and ${hash} in (email_change_token_current, email_change_token_new)`;
  // And none that is spent or made up.
  const [left] = await sql`
    select from auth.users where email_change_confirm_status = 1 and email_change_token_current = ${hash}`;
  return left === undefined ? refused() : null;
}

const refused = () => refusal(403, "otp_expired", "Token has expired or is invalid");
