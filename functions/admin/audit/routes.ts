import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, unwrap } from "../../../shared/data/data.ts";
import { listed } from "../../../shared/data/listed.ts";
import { page } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { auditAnchorPage, auditAnchorQuery, auditPage, auditQuery, auditVerification, auditVerify } from "./schemas.ts";

/**
 * How long a check of the log is waited for, in milliseconds: longer than the database gives it (verify_audit: 55 s), so that the database
 * says that it was too long, and no longer than the platform's gateway waits for the data API (60 s).
 */
const CHECK_TIMEOUT = 60_000;

/** The log of changes and denied attempts in the organizations of which the caller is an admin or privacy officer. */
export const audit = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "Search the audit log",
      description:
        "By person, patient, row, time, kind and request, for admins and privacy officers. Newest first. Says which fields were changed, never what they hold. What patients changed before a hospital cared for them is found by `patient_id`.",
      responses: { 200: auditPage },
      problems: ["forbidden"],
    }),
    validate("query", auditQuery),
    async (c) => c.json(await list(c, c.req.valid("query")), 200),
  )
  .get(
    "/anchors",
    describeRoute({
      summary: "List the anchors of the audit log",
      description:
        "Newest first; `?limit=16` gives those of the last night. Keep them elsewhere, and hand them to `POST /admin/audit/verify` as they are.",
      responses: { 200: auditAnchorPage },
      problems: ["forbidden"],
    }),
    validate("query", auditAnchorQuery),
    async (c) => c.json(await listAnchors(c, c.req.valid("query")), 200),
  )
  .post(
    "/verify",
    describeRoute({
      summary: "Verify the audit log",
      description:
        "Names the first entry that was changed, inserted or removed after it was sealed. A check of the whole log takes up to 55 seconds; one that would take longer is answered 504 and made with `since`.",
      responses: { 200: auditVerification },
      problems: ["forbidden"],
    }),
    validate("json", auditVerify),
    async (c) => {
      const { since, anchors } = c.req.valid("json");
      const found = unwrap(
        await data(c, { timeout: CHECK_TIMEOUT }).rpc("verify_audit", { p_since: since, p_anchors: anchors }),
      );
      return c.json(auditVerification.parse(found), 200);
    },
  );

async function list(c: AppContext, query: z.output<typeof auditQuery>) {
  const { limit, cursor, count, ...filters } = query;
  const answer = await data(c).rpc("search_audit", {
    p_filters: present(filters),
    p_limit: limit + 1,
    p_after_occurred_at: cursor?.occurred_at,
    p_after_id: cursor?.id,
    p_count: count !== undefined,
  });
  const found = listed(answer, auditPage, query, ["occurred_at", "id"]);
  if (found.data.length === 0) await refuseClosedLog(c);
  return found;
}

async function listAnchors(c: AppContext, query: z.output<typeof auditAnchorQuery>) {
  const { limit, cursor, chain, from } = query;
  const matching = (options: CountOptions) => {
    let rows = data(c).from("audit_anchors").select("id, made_at, chain, position, hash", options);
    if (from !== undefined) rows = rows.gte("made_at", from);
    return chain === undefined ? rows : rows.eq("chain", chain);
  };
  let rows = matching(countOptions(query)).order("id", { ascending: false }).limit(limit + 1);
  if (cursor !== undefined) rows = rows.lt("id", cursor.id);
  const listed = await withTotal(rows, query, matching);
  if (listed.rows.length === 0) await refuseClosedLog(c);
  return page({ ...listed, limit, key: ({ id }) => ({ id }) });
}

/** Of those to whom a read showed nothing, refuses who may not read the log at all; the attempt goes into it. */
async function refuseClosedLog(c: AppContext): Promise<void> {
  unwrap(await data(c).rpc("explain_closed_log"));
}

/** The filters that were given. */
const present = (filters: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]));
