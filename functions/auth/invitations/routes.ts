import {
  type AppContext,
  type AppEnv,
  created,
  data,
  describeRoute,
  Hono,
  problem,
  sha256Hex,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { invitationInvalid } from "../problems.ts";
import { secretClient } from "../../../shared/data/secret-client.ts";
import { acceptInvitationInput, membership } from "./schemas.ts";

/** Invitations, seen by those who were invited. */
export const invitations = new Hono<AppEnv>()
  .post(
    "/invitations/accept",
    describeRoute({
      id: "acceptInvitation",
      summary: "Accept an invitation",
      description:
        "For somebody who is signed in with the address that the invitation was sent to. Answers the new membership. It changes nothing of what the person is there already: 409 for who has the role, or is suspended.",
      responses: { 201: membership },
      problems: ["conflict", invitationInvalid],
    }),
    validate("json", acceptInvitationInput),
    async function accept(c) {
      const { token } = c.req.valid("json");
      const made = membership.parse(unwrap(await data(c).rpc("accept_invitation", { p_input: { token } })));
      return created(c, made, "auth/me");
    },
  );

/**
 * 422 when the invitation is not open for this address. Asked before Auth, which looks for an account first: by its answer a made-up token would tell
 * who has one. The database uses the invitation up in the transaction that makes the member.
 */
export async function requireInvitation(c: AppContext, token: string, email: string): Promise<void> {
  const asked = { p_token_hash: await sha256Hex(token), p_email: email };
  if (unwrap(await secretClient(c.var.env).rpc("is_open_invitation", asked))) return;
  throw problem(invitationInvalid, {
    detail: "This invitation is not valid any more, or is for another address.",
    errors: [{ pointer: "/token", message: "is not valid any more, or is for another address" }],
  });
}
