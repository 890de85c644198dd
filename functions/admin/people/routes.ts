import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, unwrap } from "../../../shared/data/data.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { page } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { lastAdmin } from "../problems.ts";
import { personListQuery, personPage, personSearch, personStatus } from "../schemas.ts";

const COLUMNS = `id, email, given_name, family_name, phone, language, login_deleted_at,
  memberships!inner(id, user_id, organization_id, role, position, is_prescriber, licence_number, may_schedule, may_overbook, status, version, created_at, updated_at),
  version, created_at, updated_at`;

/** The people of the caller's organizations. */
export const people = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "List the people of my organizations",
      description: "By family name. `organization_id` also narrows the memberships shown.",
      responses: { 200: personPage },
    }),
    validate("query", personListQuery),
    async (c) => c.json(await list(c, c.req.valid("query")), 200),
  )
  .post(
    "/search",
    describeRoute({
      summary: "Find a person by e-mail address",
      description: "Among the people of my organizations. `organization_id` also narrows the memberships shown.",
      responses: { 200: personPage },
    }),
    validate("json", personSearch),
    async (c) => c.json(await search(c, c.req.valid("json")), 200),
  )
  .post(
    "/:id/suspend",
    describeRoute({
      summary: "Suspend a person",
      description: "In every organization that the caller administers; takes effect on the person's next request.",
      responses: { 200: personStatus },
      problems: [lastAdmin],
      idempotent: true,
    }),
    validate("param", idParam),
    async (c) => c.json(await setStatus(c, c.req.valid("param").id, "suspended"), 200),
  )
  .post(
    "/:id/reinstate",
    describeRoute({
      summary: "Let a suspended person back in",
      description: "In every organization that the caller administers.",
      responses: { 200: personStatus },
      idempotent: true,
    }),
    validate("param", idParam),
    async (c) => c.json(await setStatus(c, c.req.valid("param").id, "active"), 200),
  );

async function list(c: AppContext, query: z.output<typeof personListQuery>) {
  const { limit, cursor, organization_id } = query;
  const matching = (options: CountOptions) => {
    const rows = data(c).from("profiles").select(COLUMNS, options);
    return organization_id === undefined ? rows : rows.filter("memberships.organization_id", "eq", organization_id);
  };
  let rows = matching(countOptions(query)).order("family_name").order("given_name").order("id")
    .order("created_at", { referencedTable: "memberships" }).limit(limit + 1);
  if (cursor !== undefined) {
    rows = rows.or(afterKey([
      { column: "family_name", value: cursor.family_name },
      { column: "given_name", value: cursor.given_name },
      { column: "id", value: cursor.id },
    ]));
  }
  const listed = await withTotal(rows, query, matching);
  return page({ ...listed, limit, key: ({ family_name, given_name, id }) => ({ family_name, given_name, id }) });
}

/** An address is one person's, so there is one page; the address goes on in a body as well. */
async function search(c: AppContext, { limit, cursor, organization_id, email }: z.output<typeof personSearch>) {
  let rows = data(c).rpc("people_by_email", { p_email: email }).select(COLUMNS).order("id")
    .order("created_at", { referencedTable: "memberships" }).limit(limit + 1);
  if (organization_id !== undefined) rows = rows.filter("memberships.organization_id", "eq", organization_id);
  if (cursor !== undefined) rows = rows.gt("id", cursor.id);
  return page({ rows: unwrap(await rows), limit, key: ({ id }) => ({ id }) });
}

async function setStatus(c: AppContext, userId: string, status: "active" | "suspended") {
  return personStatus.parse(unwrap(await data(c).rpc("set_person_status", { p_user_id: userId, p_status: status })));
}
