import type { AppContext } from "../../../shared/core/context.ts";
import { acceptPassword, type Session, sessionOf } from "../answers.ts";
import { countAttempt, forgetAttempts, liftLock } from "../attempts.ts";
import { callAuth } from "../auth-api.ts";

/** Asks Auth for a session by password: also the only way to ask whether it is the password. */
export const signIn = async (c: AppContext, email: string, password: string, refused?: string): Promise<Session> =>
  sessionOf(await callAuth(c, { path: "token?grant_type=password", body: { email, password } }), refused);

/** Ends all sessions of a token's person but its own. */
const endOthers = (c: AppContext, token: string) => callAuth(c, { path: "logout?scope=others", token });

/** Changes the password in a session of its person and ends the other sessions. `nonce` is the code of a mail. */
export async function changePassword(
  c: AppContext,
  asked: { current: string; password: string; nonce: string | undefined },
): Promise<void> {
  const { token } = c.var.caller;
  const { current: current_password, password, nonce } = asked;
  const body = { current_password, password, ...(nonce !== undefined && { nonce }) };
  acceptPassword(await callAuth(c, { method: "PUT", path: "user", body, token }), "/new_password");
  await endOthers(c, token);
}

/**
 * Sets the password in a session that the code of a mail opened, and answers a new session, by the password: Auth lets one that a code opened change the
 * password again without the present one, so that it ends with all others. `pointer` says where in the body the password is.
 */
export async function setPasswordByCode(
  c: AppContext,
  opened: Session,
  asked: { email: string; password: string; pointer: string },
): Promise<Session> {
  const { email, password, pointer } = asked;
  const answer = await callAuth(c, { method: "PUT", path: "user", body: { password }, token: opened.access_token });
  // Who resets to the password they had has what they wanted.
  if (answer.ok || answer.code !== "same_password") acceptPassword(answer, pointer);
  await liftLock(c, "sign_in", email);
  await countAttempt(c, "sign_in", email);
  const session = await signIn(c, email, password);
  forgetAttempts(c, "sign_in", email);
  await endOthers(c, session.access_token);
  return session;
}
