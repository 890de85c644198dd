import { Hono } from "hono";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { dataAs, unwrap } from "../../../shared/data/data.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { invalidCredentials, invitationInvalid } from "../problems.ts";
import { CODE_REFUSED, sessionOf } from "../answers.ts";
import { countAttempt, forgetAttempts } from "../attempts.ts";
import { callAuth } from "../auth-api.ts";
import { refuseOnBeat } from "../constant-time.ts";
import { requireInvitation } from "../invitations/routes.ts";
import { confirmInput, session as sessionSchema } from "../schemas.ts";
import { setPasswordByCode } from "../passwords/set-password.ts";

/** The end of a registration: whoever holds the code of the mail decides everything. */
export const confirmation = new Hono<AppEnv>()
  .post(
    "/confirm",
    describeRoute({
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
  );

/** Makes the profile of the session's person, and the patient or the membership. */
async function introduce(c: AppContext, token: string, person: Record<string, string | undefined>): Promise<void> {
  unwrap(await dataAs(c, token).rpc("complete_registration", { p_input: person }));
}
