import { decodeJwt } from "jose";
import { z } from "zod";

const Change = z.looseObject({ password: z.string() });
const Claims = z.looseObject({ sub: z.string(), session_id: z.string() });

type Query = (text: string, values: unknown[]) => PromiseLike<unknown>;

/** Ends the other sessions of a person who has changed the password, as the platform's Auth does and @supabase/lite does not. */
export async function endOtherSessions(query: Query, change: unknown, authorization: string | null): Promise<void> {
  if (!Change.safeParse(change).success) return;
  const { sub, session_id } = Claims.parse(decodeJwt(authorization?.replace(/^bearer\s+/i, "") ?? ""));
  await query("delete from auth.sessions where user_id = $1::uuid and id <> $2::uuid", [sub, session_id]);
}
