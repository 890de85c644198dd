import {
  type AppContext,
  type AppEnv,
  data,
  describeRoute,
  found,
  Hono,
  invalid,
  ProblemError,
  validate,
} from "../../../shared/route.ts";
import { invalidCredentials } from "../problems.ts";
import { acceptSending, CODE_REFUSED, sessionOf } from "../answers.ts";
import { countAttempt, forgetAttempts } from "../attempts.ts";
import { callAuth } from "../auth-api.ts";
import { answerOnTime, refuseOnBeat } from "../constant-time.ts";
import { changePassword as change, setPasswordByCode, signIn } from "./set-password.ts";
import { sent } from "../fields.ts";
import { session } from "../sessions/schemas.ts";
import { changePasswordInput, passwordResetConfirmInput, passwordResetInput } from "./schemas.ts";

/** Forgotten and changed passwords. */
export const passwords = new Hono<AppEnv>()
  .post(
    "/password-reset",
    describeRoute({
      id: "requestPasswordReset",
      summary: "Ask for a mail to set a new password",
      description:
        "At most one mail a minute to an account: the code of the last one still counts. The answer is the same, in the same time, when the address has no account.",
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
    describeRoute({
      id: "confirmPasswordReset",
      summary: "Set a new password with the code of the mail",
      description:
        "Signs the person in and ends all other sessions. A code is good for one use, also when the password is refused. It confirms the address too: somebody who had registered and not confirmed goes on with `POST /auth/register/complete`.",
      responses: { 200: session },
      problems: [invalidCredentials, "rate_limited"],
    }),
    validate("json", passwordResetConfirmInput),
    async function confirmReset(c) {
      const { email, code, new_password } = c.req.valid("json");
      await countAttempt(c, "confirm", email);
      const body = { type: "recovery", email, token: code };
      const opened = await refuseOnBeat(
        callAuth(c, { path: "verify", body }).then((answer) => sessionOf(answer, CODE_REFUSED)),
      );
      const asked = { email, password: new_password, pointer: "/new_password" };
      const renewed = await setPasswordByCode(c, opened, asked);
      forgetAttempts(c, "confirm", email);
      return c.json(renewed, 200);
    },
  )
  .post(
    "/change-password",
    describeRoute({
      id: "changePassword",
      summary: "Change the password",
      description:
        "Ends all other sessions. Attempts with a wrong current password count as attempts to sign in. In a session that was opened more than a day ago a code is needed as well, which `POST /auth/reauthenticate` mails.",
      responses: { 204: null },
    }),
    validate("json", changePasswordInput),
    async function changePassword(c) {
      const { current_password, new_password, code } = c.req.valid("json");
      const email = await ownAddress(c);
      await countAttempt(c, "sign_in", email);
      await requirePassword(c, email, current_password);
      await change(c, { current: current_password, password: new_password, nonce: code });
      forgetAttempts(c, "sign_in", email);
      return c.body(null, 204);
    },
  )
  .post(
    "/reauthenticate",
    describeRoute({
      id: "reauthenticate",
      summary: "Ask for a mail with a code to change the password",
      description:
        "Needed in a session that was opened more than a day ago: `code` of `POST /auth/change-password`. At most one mail a minute.",
      responses: { 202: sent("code_sent") },
      problems: ["rate_limited"],
    }),
    async function reauthenticate(c) {
      await countAttempt(c, "reauthenticate", await ownAddress(c));
      acceptSending(await callAuth(c, { method: "GET", path: "reauthenticate", token: c.var.caller.token }));
      return c.json({ status: "code_sent" } as const, 202);
    },
  );

/** The caller's address. From the database and not from the token, so that somebody suspended gets no further than here. */
async function ownAddress(c: AppContext): Promise<string> {
  const { email } = found(await data(c).from("profiles").select("email").eq("id", c.var.caller.id).maybeSingle());
  return email;
}

/** Auth has no question "is this the password?" but signing in. The session that it opens ends with the others. */
async function requirePassword(c: AppContext, email: string, password: string): Promise<void> {
  try {
    await refuseOnBeat(signIn(c, email, password));
  } catch (error) {
    // A 401 would tell a client that its token is bad.
    if (error instanceof ProblemError && error.kind === invalidCredentials) {
      throw invalid("/current_password", "is not the password of this account");
    }
    throw error;
  }
}
