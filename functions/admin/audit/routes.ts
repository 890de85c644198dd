import type { z } from "zod";
import {
  type AppContext,
  type AppEnv,
  data,
  describeRoute,
  Hono,
  listed,
  rowsOf,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import {
  auditAnchor,
  auditAnchorPage,
  auditAnchorQuery,
  auditPage,
  auditQuery,
  auditVerification,
  auditVerify,
} from "./schemas.ts";

const anchors = rowsOf({ table: "audit_anchors", schema: auditAnchor, filters: ["chain"], order: ["-id"] });

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
      id: "searchAudit",
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
      id: "listAuditAnchors",
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
      id: "verifyAudit",
      summary: "Verify the audit log",
      description:
        "Names the first entry that was changed, inserted or removed after it was sealed. A check of the whole log takes up to 55 seconds; one that would take longer is answered 504 and made with `since`.",
      responses: { 200: auditVerification },
      problems: ["forbidden"],
    }),
    validate("json", auditVerify),
    async (c) => {
      const { since, anchors } = c.req.valid("json");
      const args = { p_since: since, p_anchors: anchors };
      const checked = unwrap(await data(c, { timeout: CHECK_TIMEOUT }).rpc("verify_audit", args));
      return c.json(auditVerification.parse(checked), 200);
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
  const entries = listed(answer, auditPage, query, ["occurred_at", "id"]);
  if (entries.data.length === 0) await refuseClosedLog(c);
  return entries;
}

async function listAnchors(c: AppContext, query: z.output<typeof auditAnchorQuery>) {
  const listedAnchors = await anchors.list(c, query, [["made_at", "gte", query.from]]);
  if (listedAnchors.data.length === 0) await refuseClosedLog(c);
  return listedAnchors;
}

/** Of those to whom a read showed nothing, refuses who may not read the log at all; the attempt goes into it. */
async function refuseClosedLog(c: AppContext): Promise<void> {
  unwrap(await data(c).rpc("explain_closed_log"));
}

/** The filters that were given. */
const present = (filters: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(filters).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]));
