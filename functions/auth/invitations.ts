import { Hono } from "hono";
import type { AppEnv } from "../../shared/context.ts";
import { data, unwrap } from "../../shared/data.ts";
import { created } from "../../shared/etag.ts";
import { describe } from "../../shared/route-parts.ts";
import { validate } from "../../shared/validation.ts";
import { acceptInvitationInput, membership } from "./schemas.ts";

/** Invitations, seen by those who were invited. */
export const invitations = new Hono<AppEnv>()
  .post(
    "/invitations/accept",
    describe({
      summary: "Accept an invitation",
      description:
        "For somebody who is signed in with the address that the invitation was sent to. Answers the new membership. It changes nothing of what the person is there already: 409 for who has the role, or is suspended.",
      responses: { 201: membership },
      problems: ["conflict", "invitation_invalid"],
    }),
    validate("json", acceptInvitationInput),
    async function accept(c) {
      const { token } = c.req.valid("json");
      const made = membership.parse(unwrap(await data(c).rpc("accept_invitation", { p_input: { token } })));
      c.var.record.organizationId = made.organization_id;
      return created(c, made, "auth/me");
    },
  );
