import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../shared/context.ts";
import { data, unwrap } from "../../shared/data.ts";
import { page } from "../../shared/paging.ts";
import { describe } from "../../shared/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../shared/total.ts";
import { validate } from "../../shared/validation.ts";
import {
  auditAnchorPage,
  auditAnchorQuery,
  auditPage,
  auditQuery,
  auditVerification,
  auditVerify,
} from "./audit-schemas.ts";

const COLUMNS =
  `id, occurred_at, actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action, changed_fields, reason`;

/** The log of changes and denied attempts in the organizations of which the caller is an admin or privacy officer. */
export const audit = new Hono<AppEnv>()
  .get(
    "/",
    describe({
      summary: "Search the audit log",
      description:
        "For admins and privacy officers. Newest first. Says which fields were changed, never what they hold.",
      responses: { 200: auditPage },
    }),
    validate("query", auditQuery),
    async (c) => c.json(await list(c, c.req.valid("query")), 200),
  )
  .get(
    "/anchors",
    describe({
      summary: "List the anchors of the audit log",
      description: "Newest first. Keep them elsewhere, and compare with `POST /admin/audit/verify`.",
      responses: { 200: auditAnchorPage },
    }),
    validate("query", auditAnchorQuery),
    async (c) => c.json(await listAnchors(c, c.req.valid("query")), 200),
  )
  .post(
    "/verify",
    describe({
      summary: "Verify the audit log",
      description: "Names the first entry that was changed, inserted or removed after it was sealed.",
      responses: { 200: auditVerification },
      problems: ["forbidden"],
    }),
    validate("json", auditVerify),
    async (c) => {
      const { since, anchors } = c.req.valid("json");
      const found = unwrap(await data(c).rpc("verify_audit", { p_since: since, p_anchors: anchors }));
      return c.json(auditVerification.parse(found), 200);
    },
  );

async function list(c: AppContext, query: z.output<typeof auditQuery>) {
  const { limit, cursor, count: _, from, to, ...columns } = query;
  const matching = (options: CountOptions) => {
    let rows = data(c).from("audit_entries").select(COLUMNS, options).match(present(columns));
    if (from !== undefined) rows = rows.gte("occurred_at", from);
    return to === undefined ? rows : rows.lt("occurred_at", to);
  };
  let rows = matching(countOptions(query)).order("id", { ascending: false }).limit(limit + 1);
  if (cursor !== undefined) rows = rows.lt("id", cursor.id);
  return page({ ...await withTotal(rows, query, matching), limit, key: ({ id }) => ({ id }) });
}

async function listAnchors(c: AppContext, query: z.output<typeof auditAnchorQuery>) {
  const { limit, cursor, chain } = query;
  const matching = (options: CountOptions) => {
    const rows = data(c).from("audit_anchors").select("id, made_at, chain, position, hash", options);
    return chain === undefined ? rows : rows.eq("chain", chain);
  };
  let rows = matching(countOptions(query)).order("id", { ascending: false }).limit(limit + 1);
  if (cursor !== undefined) rows = rows.lt("id", cursor.id);
  return page({ ...await withTotal(rows, query, matching), limit, key: ({ id }) => ({ id }) });
}

/** The filters that were given. */
const present = (filters: Record<string, string | undefined>) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
