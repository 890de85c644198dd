import { Hono } from "hono";
import type { AppContext, AppEnv } from "../../shared/context.ts";
import { data, found } from "../../shared/data.ts";
import { invalid, ProblemError } from "../../shared/problem.ts";
import { describe } from "../../shared/route-parts.ts";
import { validate } from "../../shared/validation.ts";
import { acceptPassword, acceptSending, sessionOf } from "./answers.ts";
import { countAttempt, forgetAttempts } from "./attempts.ts";
import { callAuth } from "./auth-api.ts";
import { answerOnTime, refuseOnBeat } from "./even-time.ts";
import { changePasswordInput, passwordResetConfirmInput, passwordResetInput, sent, session } from "./schemas.ts";

/** Forgotten and changed passwords. */
export const passwords = new Hono<AppEnv>()
  .post(
    "/password-reset",
    describe({
      summary: "Ask for a mail to set a new password",
      description: "The answer is the same, in the same time, when the address has no account.",
      responses: { 202: sent("reset_sent") },
      problems: ["rate_limited"],
    }),
    validate("json", passwordResetInput),
    async function requestReset(c) {
      const { email } = c.req.valid("json");
      await countAttempt(c, "password_reset", email);
      await answerOnTime(c, callAuth(c, { path: "recover", body: { email } }).then(acceptSending));
      return c.json({ status: "reset_sent" } as const, 202);
    },
  )
  .post(
    "/password-reset/confirm",
    describe({
      summary: "Set a new password with the code of the mail",
      description:
        "Signs the person in and ends all other sessions. A code is good for one use, also when the password is refused.",
      responses: { 200: session },
      problems: ["invalid_credentials", "rate_limited"],
    }),
    validate("json", passwordResetConfirmInput),
    async function confirmReset(c) {
      const { email, code, new_password } = c.req.valid("json");
      await countAttempt(c, "confirm", email);
      const body = { type: "recovery", email, token: code };
      const opened = await refuseOnBeat(callAuth(c, { path: "verify", body }).then(sessionOf));
      await setPassword(c, opened.access_token, new_password, { mayBeSame: true });
      forgetAttempts(c, "confirm", email);
      forgetAttempts(c, "sign_in", email);
      return c.json(opened, 200);
    },
  )
  .post(
    "/change-password",
    describe({
      summary: "Change the password",
      description: "Ends all other sessions. Attempts with a wrong current password count as attempts to sign in.",
      responses: { 204: null },
    }),
    validate("json", changePasswordInput),
    async function changePassword(c) {
      const { current_password, new_password } = c.req.valid("json");
      // The address comes from the database and not from the token, so that somebody suspended gets no further than here.
      const { email } = found(await data(c).from("profiles").select("email").eq("id", c.var.caller.id).maybeSingle());
      await countAttempt(c, "sign_in", email);
      await requirePassword(c, email, current_password);
      await setPassword(c, c.var.caller.token, new_password, { mayBeSame: false });
      forgetAttempts(c, "sign_in", email);
      return c.body(null, 204);
    },
  );

/** Auth has no question "is this the password?" but signing in. The session that it opens ends with the others. */
async function requirePassword(c: AppContext, email: string, password: string): Promise<void> {
  const answer = callAuth(c, { path: "token?grant_type=password", body: { email, password } });
  try {
    await refuseOnBeat(answer.then(sessionOf));
  } catch (error) {
    // A 401 would tell a client that its token is bad.
    if (error instanceof ProblemError && error.code === "invalid_credentials") {
      throw invalid("/current_password", "is not the password of this account");
    }
    throw error;
  }
}

/** Sets the password of a session's person and ends the other sessions. Who resets to the password they had has what they wanted. */
async function setPassword(
  c: AppContext,
  token: string,
  password: string,
  { mayBeSame }: { mayBeSame: boolean },
): Promise<void> {
  const answer = await callAuth(c, { method: "PUT", path: "user", body: { password }, token });
  if (answer.ok || !mayBeSame || answer.code !== "same_password") acceptPassword(answer, "/new_password");
  await callAuth(c, { path: "logout?scope=others", token });
}
