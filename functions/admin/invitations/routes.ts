import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  oneTimeToken,
  rowsOf,
  sendRow,
  sha256Hex,
  toldOnce,
  transition,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import {
  createdInvitation,
  invitation,
  invitationCreate,
  invitationListQuery,
  invitationPage,
  type InvitationStatus,
  storedInvitation,
} from "./schemas.ts";

const table = rowsOf({
  table: "invitations",
  schema: storedInvitation,
  filters: ["organization_id"],
  order: ["-created_at", "id"],
});

/** Invitations into the organizations that the caller administers. */
export const invitations = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listInvitations",
      summary: "List invitations",
      description: "Newest first.",
      responses: { 200: invitationPage },
    }),
    validate("query", invitationListQuery),
    async (c) => {
      const query = c.req.valid("query");
      return c.json(await table.list(c, query, ofStatus(query.status)), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      id: "invite",
      summary: "Invite somebody into an organization",
      description:
        "The answer carries the token, once. A repetition with the same Idempotency-Key answers the invitation without it: who lost the answer revokes it and invites anew. 409 for somebody who is suspended there: lift that instead.",
      responses: { 201: createdInvitation },
      problems: ["forbidden", "conflict"],
    }),
    validate("json", invitationCreate),
    async (c) => {
      const token = await oneTimeToken(c, "invitation");
      const p_input = { ...c.req.valid("json"), token_hash: await sha256Hex(token) };
      const invited = storedInvitation.parse(unwrap(await data(c).rpc("create_invitation", { p_input })));
      return created(c, { ...invited, ...toldOnce(c, { token }) }, `admin/invitations/${invited.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readInvitation", summary: "Read an invitation", responses: { 200: invitation } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .post(
    "/:id/revoke",
    transition("Take an invitation back", invitation, { id: "revokeInvitation" }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, storedInvitation.parse(unwrap(await data(c).rpc("revoke_invitation", args))));
    },
  );

/** The conditions that an invitation of this status meets. */
function ofStatus(status: InvitationStatus | undefined) {
  const neither = [["accepted_at", "is", null], ["revoked_at", "is", null]] as const;
  const now = new Date().toISOString();
  switch (status) {
    case undefined:
      return [];
    case "accepted":
      return [["accepted_at", "not.is", null]] as const;
    case "revoked":
      return [["revoked_at", "not.is", null]] as const;
    case "open":
      return [...neither, ["expires_at", "gt", now]] as const;
    case "expired":
      return [...neither, ["expires_at", "lte", now]] as const;
  }
}
