import { z } from "zod";
import { decide, type Query } from "./hooks.ts";

const Credentials = z.looseObject({ email: z.string().toLowerCase(), password: z.string() });
const Opened = z.looseObject({ access_token: z.string(), user: z.looseObject({ id: z.uuid() }) });
const Refusal = z.looseObject({ error_code: z.enum(["invalid_credentials", "email_not_confirmed"]) });
const Compared = z.object({ id: z.uuid(), valid: z.boolean() });

/** What the platform's Auth says of a wrong password. */
const refused = (msg = "Invalid login credentials") =>
  Response.json({ code: 400, error_code: "invalid_credentials", msg }, { status: 400 });

/**
 * What becomes of a sign-in by password once the hook was asked: null when the answer of @supabase/lite stands. Two differences to the platform are mended on
 * the way. Lite knows no hooks. And it says of an address that is not confirmed that it is not, before it has compared the password: the
 * platform says so to who knows the password.
 */
export async function judgePassword(
  { query, statement, address }: { query: Query; statement: string | null; address: string },
  body: unknown,
  answer: unknown,
): Promise<Response | null> {
  const opened = Opened.safeParse(answer);
  if (opened.success) return await judge(opened.data.user.id, true, () => end(query, opened.data.user.id));
  const asked = Credentials.safeParse(body);
  const refusal = Refusal.safeParse(answer);
  if (!asked.success || !refusal.success) return null;
  const [row] = await query(COMPARE, [asked.data.email, asked.data.password]);
  const compared = Compared.safeParse(row);
  if (!compared.success) return null;
  const { id, valid } = compared.data;
  return await judge(id, valid) ?? (valid ? null : refused());

  async function judge(userId: string, isValid: boolean, undo?: () => Promise<void>): Promise<Response | null> {
    if (statement === null) return null;
    const { decision, message, should_logout_user } = await decide(query, statement, {
      userId,
      valid: isValid,
      address,
    });
    if (decision === "continue") return null;
    await undo?.();
    if (should_logout_user) await query("delete from auth.sessions where user_id = $1", [userId]);
    return refused(message);
  }
}

/** Of an address that is confirmed Lite has compared the password: it was wrong. The database's crypt knows the older name of the same algorithm. */
const COMPARE = `
  select id, email_confirmed_at is null
    and replace(encrypted_password, '$2b$', '$2a$') = extensions.crypt($2, replace(encrypted_password, '$2b$', '$2a$')) as valid
  from auth.users where email = $1 and encrypted_password <> ''`;

/** Ends the session that Lite has just opened; nobody has its token. */
async function end(query: Query, userId: string): Promise<void> {
  await query(
    "delete from auth.sessions where id = (select id from auth.sessions where user_id = $1 order by created_at desc limit 1)",
    [userId],
  );
}
