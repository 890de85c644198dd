import { decodeJwt, SignJWT } from "jose";
import { z } from "zod";

/** The part of a session that a token repeats. */
const Session = z.looseObject({
  access_token: z.string(),
  user: z.looseObject({
    email: z.string().default(""),
    phone: z.string().default(""),
    app_metadata: z.record(z.string(), z.unknown()).default({}),
    user_metadata: z.record(z.string(), z.unknown()).default({}),
    is_anonymous: z.boolean().default(false),
  }),
});

/** Signs a token again with what the platform's Auth puts in and @supabase/lite leaves out: the issuer above all. */
export async function completeToken(
  token: string,
  user: z.infer<typeof Session>["user"],
  issuer: string,
  secret: string,
): Promise<string> {
  const claims = decodeJwt(token);
  return await new SignJWT({
    aal: "aal1",
    email: user.email,
    phone: user.phone,
    app_metadata: user.app_metadata,
    user_metadata: user.user_metadata,
    is_anonymous: user.is_anonymous,
    ...claims,
    iss: issuer,
  }).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(new TextEncoder().encode(secret));
}

/** The body of an answer with its token completed; a body without a session comes back as it is. */
export async function completeSession(body: unknown, issuer: string, secret: string): Promise<unknown> {
  const session = Session.safeParse(body);
  if (!session.success) return body;
  return {
    ...session.data,
    access_token: await completeToken(session.data.access_token, session.data.user, issuer, secret),
  };
}
