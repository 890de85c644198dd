import { Hono } from "hono";
import type { AppContext, AppEnv } from "../../shared/context.ts";
import { problem, ProblemError } from "../../shared/problem.ts";
import { describe } from "../../shared/route-parts.ts";
import { secretClient } from "../../shared/secret.ts";
import { sha256Hex } from "../../shared/sha256.ts";
import { unwrap } from "../../shared/data.ts";
import { validate } from "../../shared/validation.ts";
import { acceptSending, sessionOf } from "./answers.ts";
import { countAttempt, forgetAttempts } from "./attempts.ts";
import { callAuth } from "./auth-api.ts";
import { answerOnTime, refuseOnBeat } from "./even-time.ts";
import { confirmInput, registerInput, registerInvitedInput, sent, session } from "./schemas.ts";

/** Registration, alone or by invitation, and the confirmation of the address. */
export const registration = new Hono<AppEnv>()
  .post(
    "/register",
    describe({
      summary: "Register as a patient",
      description:
        "Sends a mail with a code to confirm the address. The answer is the same, in the same time, when the address has an account. Who registers is a patient; staff come in by invitation.",
      responses: { 202: sent("confirmation_sent") },
      problems: ["rate_limited", "forbidden"],
    }),
    validate("json", registerInput),
    async function register(c) {
      const { email, password, ...person } = c.req.valid("json");
      await countAttempt(c, "register", email);
      await answerOnTime(c, signUp(c, email, password, person));
      return c.json({ status: "confirmation_sent" } as const, 202);
    },
  )
  .post(
    "/register/invited",
    describe({
      summary: "Register with an invitation",
      description:
        "For people without an account: makes one that is a member of the inviting organization, and sends a mail with a code to confirm the address. Somebody whose address has an account signs in and accepts the invitation there.",
      responses: { 202: sent("confirmation_sent") },
      problems: ["rate_limited", "forbidden", "invitation_invalid"],
    }),
    validate("json", registerInvitedInput),
    async function registerInvited(c) {
      const { email, password, token, ...person } = c.req.valid("json");
      await countAttempt(c, "accept_invitation", email);
      await requireInvitation(c, token, email);
      await answerOnTime(c, signUp(c, email, password, { ...person, invitation_token: token }));
      return c.json({ status: "confirmation_sent" } as const, 202);
    },
  )
  .post(
    "/confirm",
    describe({
      summary: "Confirm the address with the code of the mail",
      description: "Ends a registration and signs the person in.",
      responses: { 200: session },
      problems: ["invalid_credentials", "rate_limited"],
    }),
    validate("json", confirmInput),
    async function confirm(c) {
      const { email, code } = c.req.valid("json");
      await countAttempt(c, "confirm", email);
      const body = { type: "signup", email, token: code };
      const opened = await refuseOnBeat(callAuth(c, { path: "verify", body }).then(sessionOf));
      forgetAttempts(c, "confirm", email);
      return c.json(opened, 200);
    },
  );

async function signUp(c: AppContext, email: string, password: string, data: Record<string, unknown>): Promise<void> {
  const ask = () => callAuth(c, { path: "signup", body: { email, password, data } });
  // Of two sign-ups for one address at the same moment the later fails in Auth's database. Asked again, Auth knows the address.
  const askAgain = (error: unknown) => {
    if (error instanceof ProblemError && error.code === "unavailable") return ask();
    throw error;
  };
  acceptSending(await ask().catch(askAgain));
}

/**
 * 422 when the invitation is not open for this address. Asked before Auth, which looks for an account first: by its answer a made-up token would tell
 * who has one. The database uses the invitation up in the transaction that makes the account.
 */
async function requireInvitation(c: AppContext, token: string, email: string): Promise<void> {
  const asked = { p_token_hash: await sha256Hex(token), p_email: email };
  if (unwrap(await secretClient(c.var.env).rpc("is_open_invitation", asked))) return;
  throw problem("invitation_invalid", {
    detail: "This invitation is not valid any more, or is for another address.",
    errors: [{ pointer: "/token", message: "is not valid any more, or is for another address" }],
  });
}
