import { Hono } from "hono";
import type { AppEnv } from "../../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../../shared/data/etag.ts";
import { idParam } from "../../../../shared/schema/fields.ts";
import { newestFirst } from "../../../../shared/data/newest-first.ts";
import { page } from "../../../../shared/data/paging.ts";
import { describeRoute } from "../../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../../shared/data/count.ts";
import { validate } from "../../../../shared/schema/validation.ts";
import { inCareElsewhere } from "../../problems.ts";
import { merge, mergePage, mergeQuery, mergeStart } from "../schemas.ts";

const COLUMNS =
  `id, patient_id, source_id, organization_id, reason, status, moved_rows, merged_by, undo_until, undone_at, undone_by, version, created_at, updated_at`;

/** Two rows of one person become one, and for a day two again. */
export const merges = new Hono<AppEnv>()
  .get(
    "/merges/:id",
    describeRoute({ summary: "Read a merge", responses: { 200: merge } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const answer = await data(c).from("patient_merges").select(COLUMNS).eq("id", id).maybeSingle();
      return sendRow(c, merge.parse(found(answer)));
    },
  )
  .post(
    "/merges/:id/unmerge",
    describeRoute({
      summary: "Undo a merge",
      description:
        "Until `undo_until`. Every moved row goes back as it was, with what was changed in it since; rows made after the merge stay with the patient, but for those that belong to a moved row. Both charts are closed for everybody. Merges into one patient are undone in the reverse order.",
      responses: { 200: merge },
      problems: ["forbidden", "conflict", "illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, merge.parse(unwrap(await data(c).rpc("unmerge_patients", args))));
    },
  )
  .get(
    "/:id/merges",
    describeRoute({
      summary: "List what was merged into a patient",
      description: "Newest first. Staff see the merges of their hospitals.",
      responses: { 200: mergePage },
    }),
    validate("param", idParam),
    validate("query", mergeQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) =>
        data(c).from("patient_merges").select(COLUMNS, options).eq("patient_id", c.req.valid("param").id);
      const { rows, total } = await withTotal(newestFirst(matching(countOptions(query)), query), query, matching);
      const listed = rows.map((one) => merge.parse(one));
      return c.json(
        page({ rows: listed, total, limit: query.limit, key: ({ created_at, id }) => ({ created_at, id }) }),
        200,
      );
    },
  )
  .post(
    "/:id/merge",
    describeRoute({
      summary: "Merge another patient into this one",
      description:
        "Both in the care of the caller's hospitals. Every row of the source moves here; the source is hidden, and reading it answers 410 with `merged_into`. Both charts are closed for everybody who had them open. `If-Match` is about this patient.",
      responses: { 201: merge },
      problems: ["forbidden", "conflict", inCareElsewhere],
      versioned: true,
    }),
    validate("param", idParam),
    validate("json", mergeStart),
    async (c) => {
      const input = { patient_id: c.req.valid("param").id, ...c.req.valid("json") };
      const args = { p_input: input, p_expected_version: expectedVersion(c) };
      const done = merge.parse(unwrap(await data(c).rpc("merge_patients", args)));
      return created(c, done, `patients/merges/${done.id}`);
    },
  );
