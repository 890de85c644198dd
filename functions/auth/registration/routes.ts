import { Hono } from "hono";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, unwrap } from "../../../shared/data/data.ts";
import { created } from "../../../shared/data/etag.ts";
import { ProblemError } from "../../../shared/core/problem.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { secretClient } from "../../../shared/data/secret-client.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { invitationInvalid } from "../problems.ts";
import { acceptSending } from "../answers.ts";
import { countAttempt } from "../attempts.ts";
import { callAuth } from "../auth-api.ts";
import { answerOnTime } from "../constant-time.ts";
import { requireInvitation } from "../invitations/routes.ts";
import { completeInput, me, registerInput, registerInvitedInput, resendInput, sent } from "../schemas.ts";

const ONLY_THE_MAIL =
  "Nothing of the body is kept but the language of the mail, for whoever asks need not own the address: " +
  "`POST /auth/confirm` takes it again, with the code.";

/** Registration, alone or by invitation, up to the mail; `confirmation.ts` goes on from there. */
export const registration = new Hono<AppEnv>()
  .post(
    "/register",
    describeRoute({
      summary: "Register as a patient",
      description:
        `Sends a mail with a code to confirm the address, each time it is asked, but at most one a minute; the newest code counts. The answer is the same, in the same time, when the address has an account: that gets no mail, so whoever waits in vain signs in or asks for a password reset. ${ONLY_THE_MAIL} Who registers is a patient; staff come in by invitation.`,
      responses: { 202: sent("confirmation_sent") },
      problems: ["rate_limited", "forbidden"],
    }),
    validate("json", registerInput),
    async function register(c) {
      const { email, password, language } = c.req.valid("json");
      await countAttempt(c, "register", email);
      await answerOnTime(c, signUp(c, email, password, language));
      return c.json({ status: "confirmation_sent" } as const, 202);
    },
  )
  .post(
    "/register/invited",
    describeRoute({
      summary: "Register with an invitation",
      description:
        `For people without an account: sends a mail with a code to confirm the address. ${ONLY_THE_MAIL} The invitation is used there and not here. Somebody whose address has an account signs in and accepts the invitation.`,
      responses: { 202: sent("confirmation_sent") },
      problems: ["rate_limited", "forbidden", invitationInvalid],
    }),
    validate("json", registerInvitedInput),
    async function registerInvited(c) {
      const { email, password, language, token } = c.req.valid("json");
      await countAttempt(c, "accept_invitation", email);
      await requireInvitation(c, token, email);
      await answerOnTime(c, signUp(c, email, password, language));
      return c.json({ status: "confirmation_sent" } as const, 202);
    },
  )
  .post(
    "/resend",
    describeRoute({
      summary: "Send the code of a registration again",
      description:
        "The answer is the same, in the same time, for an address that nobody registered and for one that is confirmed: they get no mail. At most one mail a minute; the newest code counts.",
      responses: { 202: sent("confirmation_sent") },
      problems: ["rate_limited"],
    }),
    validate("json", resendInput),
    async function resend(c) {
      const { email } = c.req.valid("json");
      await countAttempt(c, "resend", email);
      await answerOnTime(c, callAuth(c, { path: "resend", body: { type: "signup", email } }).then(acceptSending));
      return c.json({ status: "confirmation_sent" } as const, 202);
    },
  )
  .post(
    "/register/complete",
    describeRoute({
      summary: "Say who I am",
      description:
        "For somebody who confirmed the address in another way than by `POST /auth/confirm`: with a password reset, or at the Auth API. Makes the profile and the patient, or the membership of the invitation. Until then `/auth/me` is 404.",
      responses: { 201: me },
      problems: ["already_exists", "conflict", "forbidden", invitationInvalid],
    }),
    validate("json", completeInput),
    async function complete(c) {
      const p_input = c.req.valid("json");
      return created(c, me.parse(unwrap(await data(c).rpc("complete_registration", { p_input }))), "auth/me");
    },
  );

async function signUp(c: AppContext, email: string, password: string, language: string | undefined): Promise<void> {
  // For an address that was registered before: Auth would write in the language of the first who did.
  if (language !== undefined) {
    unwrap(await secretClient(c.var.env).rpc("set_mail_language", { p_email: email, p_language: language }));
  }
  // The password is only judged here; the database keeps none for an address that is not confirmed.
  const ask = () => callAuth(c, { path: "signup", body: { email, password, data: { language } } });
  // Of two sign-ups for one address at the same moment the later fails in Auth's database. Asked again, Auth knows the address.
  const askAgain = (error: unknown) => {
    if (error instanceof ProblemError && error.code === "unavailable") return ask();
    throw error;
  };
  acceptSending(await ask().catch(askAgain));
}
