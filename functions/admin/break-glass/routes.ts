import { Hono } from "hono";
import { z } from "zod";
import type { AppEnv } from "../../../shared/core/context.ts";
import { Constants } from "../../../shared/data/database.types.ts";
import { data, unwrap } from "../../../shared/data/data.ts";
import { expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam, instant, plainText, rowFields, uuid } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { page, pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";

const { purpose_of_use, review_outcome } = Constants.public.Enums;

const COLUMNS =
  `id, review_id, patient_id, user_id, organization_id, reviewing_organization_id, purpose, reason, opened_at, expires_at, reviewed_at, review_outcome, version, created_at, updated_at`;

/** A chart that was opened in an emergency, with the review of one organization: a hospital that cares for the patient has its own. */
const emergencyAccess = z.object({
  id: rowFields.id,
  review_id: uuid,
  patient_id: uuid,
  user_id: uuid,
  organization_id: uuid.meta({ description: "The hospital for which the chart was opened." }),
  reviewing_organization_id: uuid.meta({
    description: "The hospital whose review this is: that one, or one that cared for the patient.",
  }),
  purpose: z.enum(purpose_of_use),
  reason: z.string().nullable().meta({ example: "Unconscious, no relatives present" }),
  opened_at: instant,
  expires_at: instant,
  reviewed_at: instant.nullable().meta({ example: null }),
  review_outcome: z.enum(review_outcome).nullable(),
  version: rowFields.version,
  created_at: rowFields.created_at,
  updated_at: rowFields.updated_at,
}).meta({ id: "EmergencyAccess" });

const listQuery = z.strictObject({
  ...pageQuery(z.strictObject({ opened_at: instant, review_id: uuid })),
  organization_id: uuid.optional().meta({ description: "Only the reviews of this organization." }),
  reviewed: z.enum(["true", "false"]).optional().meta({ description: "Only those that were, or were not, reviewed." }),
});

const review = z.strictObject({
  outcome: z.enum(review_outcome),
  comment: plainText(500).optional().meta({ example: "Patient was unconscious" }),
  organization_id: uuid.optional().meta({
    description: "For this organization only; else for all of the caller's that have not reviewed it.",
  }),
});

/** What was opened by break-glass, for those who oversee the organization: the list to review, and the review. */
export const breakGlass = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "List charts opened by break-glass",
      description: "At the organizations that the caller administers or is the privacy officer of. Newest first.",
      responses: { 200: pageOf(emergencyAccess) },
    }),
    validate("query", listQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let rows = data(c).from("break_glass").select(COLUMNS, options);
        if (query.organization_id !== undefined) rows = rows.eq("reviewing_organization_id", query.organization_id);
        if (query.reviewed === undefined) return rows;
        return query.reviewed === "true" ? rows.not("reviewed_at", "is", null) : rows.is("reviewed_at", null);
      };
      let rows = matching(countOptions(query)).order("opened_at", { ascending: false }).order("review_id").limit(
        query.limit + 1,
      );
      if (query.cursor !== undefined) {
        rows = rows.or(afterKey([
          { column: "opened_at", value: query.cursor.opened_at, descending: true },
          { column: "review_id", value: query.cursor.review_id },
        ]));
      }
      const { rows: listed, total } = await withTotal(rows, query, matching);
      const answered = listed.map((one) => emergencyAccess.parse(one));
      return c.json(
        page({
          rows: answered,
          total,
          limit: query.limit,
          key: ({ opened_at, review_id }) => ({ opened_at, review_id }),
        }),
        200,
      );
    },
  )
  .post(
    "/:id/review",
    describeRoute({
      summary: "Review a break-glass",
      description: "Once for each hospital that has to, and by nobody their own.",
      responses: { 200: emergencyAccess },
      problems: ["forbidden", "illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    validate("json", review),
    async (c) => {
      const { outcome, comment, organization_id } = c.req.valid("json");
      const args = {
        p_id: c.req.valid("param").id,
        p_outcome: outcome,
        p_comment: comment ?? undefined,
        p_organization_id: organization_id,
        p_expected_version: expectedVersion(c),
      };
      return sendRow(c, emergencyAccess.parse(unwrap(await data(c).rpc("review_break_glass", args))));
    },
  );
