import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { missed, ofVersion } from "../../../shared/data/update-conflict.ts";
import { page } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { lastAdmin } from "../problems.ts";
import { membership, membershipListQuery, membershipPage, membershipPatch } from "../schemas.ts";

const COLUMNS =
  `id, user_id, organization_id, role, position, is_prescriber, licence_number, may_schedule, may_overbook, status,
  person:profiles(given_name, family_name, email), version, created_at, updated_at`;

/** Who is what in which organization. Colleagues see each other; admins change the memberships of their organizations. */
export const memberships = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({ summary: "List memberships", description: "Oldest first.", responses: { 200: membershipPage } }),
    validate("query", membershipListQuery),
    async (c) => c.json(await list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read a membership", responses: { 200: membership } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return sendRow(c, found(await data(c).from("memberships").select(COLUMNS).eq("id", id).maybeSingle()));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      summary: "Change position, licence or permissions of a member",
      responses: { 200: membership },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", membershipPatch),
    async (c) => {
      const { id } = c.req.valid("param");
      const expected = expectedVersion(c);
      const own = data(c).from("memberships").update(c.req.valid("json")).eq("id", id);
      const changed = unwrap(await ofVersion(own, expected).select(COLUMNS).maybeSingle());
      if (changed !== null) return sendRow(c, changed);
      throw await missed(data(c).from("memberships").select("version").eq("id", id).maybeSingle(), expected);
    },
  )
  .post(
    "/:id/suspend",
    describeRoute({
      summary: "Suspend a membership",
      description: "Its rights end with the next statement.",
      responses: { 200: membership },
      problems: ["forbidden", "illegal_transition", lastAdmin],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await setStatus(c, c.req.valid("param").id, "suspended")),
  )
  .post(
    "/:id/activate",
    describeRoute({
      summary: "Take a suspended membership back into force",
      responses: { 200: membership },
      problems: ["forbidden", "illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await setStatus(c, c.req.valid("param").id, "active")),
  );

async function list(c: AppContext, query: z.output<typeof membershipListQuery>) {
  const { limit, cursor, organization_id, user_id, role, status } = query;
  const matching = (options: CountOptions) => {
    let rows = data(c).from("memberships").select(COLUMNS, options);
    if (organization_id !== undefined) rows = rows.eq("organization_id", organization_id);
    if (user_id !== undefined) rows = rows.eq("user_id", user_id);
    if (role !== undefined) rows = rows.eq("role", role);
    return status === undefined ? rows : rows.eq("status", status);
  };
  let rows = matching(countOptions(query)).order("created_at").order("id").limit(limit + 1);
  if (cursor !== undefined) {
    const { created_at, id } = cursor;
    rows = rows.or(afterKey([{ column: "created_at", value: created_at }, { column: "id", value: id }]));
  }
  const listed = await withTotal(rows, query, matching);
  return page({ ...listed, limit, key: ({ created_at, id }) => ({ created_at, id }) });
}

async function setStatus(c: AppContext, id: string, status: "active" | "suspended") {
  const args = { p_id: id, p_status: status, p_expected_version: expectedVersion(c) };
  return membership.parse(unwrap(await data(c).rpc("set_membership_status", args)));
}
