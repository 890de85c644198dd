import { type AppEnv, describeRoute, Hono, validate } from "../../../shared/route.ts";
import { invalidCredentials } from "../problems.ts";
import { sessionOf } from "../answers.ts";
import { countAttempt, forgetAttempts } from "../attempts.ts";
import { callAuth } from "../auth-api.ts";
import { refuseOnBeat } from "../constant-time.ts";
import { newDeviceToken } from "./devices.ts";
import { signIn } from "../passwords/set-password.ts";
import { loginInput, logoutInput, refreshInput, session, signedIn } from "./schemas.ts";

/** Says the same of a wrong password, an unknown address and one that is not confirmed: which of them it is would tell who has an account. */
const SIGN_IN_REFUSED =
  "Address or password is wrong, or the address is not confirmed yet: POST /auth/resend sends the code again.";

/** Opening, prolonging and ending sessions. */
export const sessions = new Hono<AppEnv>()
  .post(
    "/login",
    describeRoute({
      id: "signIn",
      summary: "Sign in",
      description:
        "A wrong password, an unknown address and an address that is not confirmed yet get the same answer in the same time. After too many attempts the account is locked for a while for the address that they came from, and for unknown ones when they came from many. Whoever sends the `device_token` of an earlier answer is not locked out by others: keep it with the account, also after signing out.",
      responses: { 200: signedIn },
      problems: [invalidCredentials, "rate_limited"],
    }),
    validate("json", loginInput),
    async function login(c) {
      const { email, password, device_token } = c.req.valid("json");
      const { knownDevice } = await countAttempt(c, "sign_in", email, device_token);
      const opened = await refuseOnBeat(signIn(c, email, password, SIGN_IN_REFUSED));
      const device = knownDevice && device_token !== undefined ? device_token : newDeviceToken();
      forgetAttempts(c, "sign_in", email, device);
      return c.json({ ...opened, device_token: device }, 200);
    },
  )
  .post(
    "/refresh",
    describeRoute({
      id: "refreshSession",
      summary: "Get a new access token",
      description: "A refresh token is good for one use: the answer has the next one.",
      responses: { 200: session },
      problems: [invalidCredentials, "rate_limited"],
    }),
    validate("json", refreshInput),
    async function refresh(c) {
      const { refresh_token } = c.req.valid("json");
      await countAttempt(c, "refresh", refresh_token);
      const opened = sessionOf(await callAuth(c, { path: "token?grant_type=refresh_token", body: { refresh_token } }));
      forgetAttempts(c, "refresh", refresh_token);
      return c.json(opened, 200);
    },
  )
  .post(
    "/logout",
    describeRoute({
      id: "signOut",
      summary: "Sign out",
      description: "Ends sessions: their tokens are void at once.",
      responses: { 204: null },
    }),
    validate("json", logoutInput),
    async function logout(c) {
      const { scope } = c.req.valid("json");
      // A refusal means that the session has ended before, which is what was asked for.
      await callAuth(c, { path: `logout?scope=${scope}`, token: c.var.caller.token });
      return c.body(null, 204);
    },
  );
