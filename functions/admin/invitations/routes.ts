import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { toldOnce } from "../../../shared/auth/derive-secret.ts";
import { page } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { sha256Hex } from "../../../shared/core/sha256.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import {
  createdInvitation,
  invitation,
  invitationCreate,
  invitationListQuery,
  invitationPage,
  storedInvitation,
} from "../schemas.ts";
import { invitationToken } from "./token.ts";

const COLUMNS =
  `id, organization_id, email, role, position, is_prescriber, licence_number, expires_at, accepted_at, accepted_by, revoked_at,
  created_by, version, created_at, updated_at`;

/** Invitations into the organizations that the caller administers. */
export const invitations = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({ summary: "List invitations", description: "Newest first.", responses: { 200: invitationPage } }),
    validate("query", invitationListQuery),
    async (c) => c.json(await list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      summary: "Invite somebody into an organization",
      description:
        "The answer carries the token, once. A repetition with the same Idempotency-Key answers the invitation without it: who lost the answer revokes it and invites anew. 409 for somebody who is suspended there: lift that instead.",
      responses: { 201: createdInvitation },
      problems: ["forbidden", "conflict"],
    }),
    validate("json", invitationCreate),
    async (c) => {
      const input = c.req.valid("json");
      c.var.record.organizationId = input.organization_id;
      const token = await invitationToken(c);
      const made = await data(c).rpc("create_invitation", {
        p_input: { ...input, token_hash: await sha256Hex(token) },
      });
      const invited = present(storedInvitation.parse(unwrap(made)));
      return created(c, { ...invited, ...toldOnce(c, { token }) }, `admin/invitations/${invited.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read an invitation", responses: { 200: invitation } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return sendRow(c, present(found(await data(c).from("invitations").select(COLUMNS).eq("id", id).maybeSingle())));
    },
  )
  .post(
    "/:id/revoke",
    describeRoute({
      summary: "Take an invitation back",
      responses: { 200: invitation },
      problems: ["illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, present(storedInvitation.parse(unwrap(await data(c).rpc("revoke_invitation", args)))));
    },
  );

async function list(c: AppContext, query: z.output<typeof invitationListQuery>) {
  const { limit, cursor, organization_id, status } = query;
  const now = new Date().toISOString();
  const matching = (options: CountOptions) => {
    let rows = data(c).from("invitations").select(COLUMNS, options);
    if (organization_id !== undefined) rows = rows.eq("organization_id", organization_id);
    if (status === "accepted") return rows.not("accepted_at", "is", null);
    if (status === "revoked") return rows.not("revoked_at", "is", null);
    if (status === undefined) return rows;
    const neither = rows.is("accepted_at", null).is("revoked_at", null);
    return status === "open" ? neither.gt("expires_at", now) : neither.lte("expires_at", now);
  };
  let rows = matching(countOptions(query)).order("created_at", { ascending: false }).order("id").limit(limit + 1);
  if (cursor !== undefined) {
    rows = rows.or(afterKey([
      { column: "created_at", value: cursor.created_at, descending: true },
      { column: "id", value: cursor.id },
    ]));
  }
  const key = ({ created_at, id }: { created_at: string; id: string }) => ({ created_at, id });
  const { rows: stored, total } = await withTotal(rows, query, matching);
  return page({ rows: stored.map(present), total, limit, key });
}

/** An invitation with the status that follows from its dates. */
function present(stored: z.output<typeof storedInvitation>): z.output<typeof invitation> {
  const ended = stored.accepted_at !== null ? "accepted" : stored.revoked_at !== null ? "revoked" : undefined;
  return { ...stored, status: ended ?? (Date.parse(stored.expires_at) > Date.now() ? "open" : "expired") };
}
