import {
  type AppContext,
  type AppEnv,
  created,
  data,
  dataAs,
  describeRoute,
  Hono,
  ProblemError,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { invalidCredentials, invitationInvalid } from "../problems.ts";
import { secretClient } from "../../../shared/data/secret-client.ts";
import { acceptSending, CODE_REFUSED, sessionOf } from "../answers.ts";
import { countAttempt, forgetAttempts } from "../attempts.ts";
import { callAuth } from "../auth-api.ts";
import { answerOnTime, refuseOnBeat } from "../constant-time.ts";
import { sent } from "../fields.ts";
import { requireInvitation } from "../invitations/routes.ts";
import { setPasswordByCode } from "../passwords/set-password.ts";
import { me } from "../profile/schemas.ts";
import { session as sessionSchema } from "../sessions/schemas.ts";
import { completeInput, confirmInput, registerInput, registerInvitedInput, resendInput } from "./schemas.ts";

const ONLY_THE_MAIL =
  "Nothing of the body is kept but the language of the mail, for whoever asks need not own the address: " +
  "`POST /auth/confirm` takes it again, with the code.";

/** Registration, alone or by invitation: up to the mail, and on with its code, whose holder decides everything. */
export const registration = new Hono<AppEnv>()
  .post(
    "/register",
    describeRoute({
      id: "register",
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
      id: "registerInvited",
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
      id: "resendConfirmation",
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
    "/confirm",
    describeRoute({
      id: "confirmRegistration",
      summary: "Confirm the address with the code of the mail",
      description:
        "Ends a registration and signs the person in. Password and person are what this request says, whoever registered the address before, and every other session ends. With `token` the person becomes a member of the inviting organization, without it a patient. A code is good for one use: should the password be refused although registration took it, ask for a password reset.",
      responses: { 200: sessionSchema },
      problems: [invalidCredentials, invitationInvalid, "rate_limited"],
    }),
    validate("json", confirmInput),
    async function confirm(c) {
      const { email, code, password, ...person } = c.req.valid("json");
      await countAttempt(c, "confirm", email);
      // Before the code is spent.
      if (person.token !== undefined) await requireInvitation(c, person.token, email);
      const body = { type: "signup", email, token: code };
      const opened = await refuseOnBeat(
        callAuth(c, { path: "verify", body }).then((answer) => sessionOf(answer, CODE_REFUSED)),
      );
      await introduce(c, opened.access_token, person);
      const session = await setPasswordByCode(c, opened, { email, password, pointer: "/password" });
      forgetAttempts(c, "confirm", email);
      return c.json(session, 200);
    },
  )
  .post(
    "/register/complete",
    describeRoute({
      id: "completeRegistration",
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

/** Makes the profile of the session's person, and the patient or the membership. */
async function introduce(c: AppContext, token: string, person: Record<string, string | undefined>): Promise<void> {
  unwrap(await dataAs(c, token).rpc("complete_registration", { p_input: person }));
}
