import { z } from "zod";

const Refusal = z.object({ error_code: z.literal("over_email_send_rate_limit") });
const Request = z.looseObject({ email: z.string(), data: z.record(z.string(), z.unknown()).default({}) });

/**
 * The answer of the platform's Auth to someone who signs up with an address that has an account: a made-up person, like
 * any new one. @supabase/lite says "too many mails" instead, which tells who has an account.
 */
export function hideExistingAccount(
  request: unknown,
  answer: unknown,
  now = new Date(),
): Record<string, unknown> | null {
  const asked = Request.safeParse(request);
  if (!asked.success || !Refusal.safeParse(answer).success) return null;
  const instant = now.toISOString();
  return {
    id: crypto.randomUUID(),
    aud: "authenticated",
    role: "",
    email: asked.data.email.toLowerCase(),
    phone: "",
    confirmation_sent_at: instant,
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: asked.data.data,
    identities: [],
    created_at: instant,
    updated_at: instant,
    is_anonymous: false,
  };
}
