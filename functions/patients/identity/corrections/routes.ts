import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../../shared/data/etag.ts";
import { idParam } from "../../../../shared/schema/fields.ts";
import { newestFirst } from "../../../../shared/data/newest-first.ts";
import { page } from "../../../../shared/data/paging.ts";
import { describeRoute, type RouteDescription } from "../../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../../shared/data/count.ts";
import { validate } from "../../../../shared/schema/validation.ts";
import {
  correction,
  correctionAnswer,
  correctionAsk,
  correctionListQuery,
  correctionPage,
  correctionParams,
  correctionQuery,
} from "../schemas.ts";

const COLUMNS =
  `id, patient_id, organization_id, field, record_kind, record_id, text, status, decided_by, decided_at, decision_reason, version, created_at, updated_at`;

const step = (summary: string): RouteDescription => ({
  summary,
  responses: { 200: correction },
  problems: ["illegal_transition"],
  idempotent: true,
  versioned: true,
});

/** What patients ask to be corrected, and what hospitals answer. */
export const corrections = new Hono<AppEnv>()
  .get(
    "/correction-requests",
    describeRoute({
      summary: "List requests for corrections",
      description: "Patients see their own, staff those to their hospitals from patients in care. Newest first.",
      responses: { 200: correctionPage },
    }),
    validate("query", correctionListQuery),
    async (c) => c.json(await list(c, undefined, c.req.valid("query")), 200),
  )
  .get(
    "/:id/correction-requests",
    describeRoute({
      summary: "List the requests of a patient",
      description: "Newest first.",
      responses: { 200: correctionPage },
    }),
    validate("param", idParam),
    validate("query", correctionQuery),
    async (c) => c.json(await list(c, c.req.valid("param").id, c.req.valid("query")), 200),
  )
  .post(
    "/:id/correction-requests",
    describeRoute({
      summary: "Ask for a correction of my data",
      description: "Of a field of the patient, or of a record in the chart.",
      responses: { 201: correction },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", correctionAsk),
    async (c) => {
      const { id } = c.req.valid("param");
      const input = { patient_id: id, ...c.req.valid("json") };
      const asked = correction.parse(unwrap(await data(c).rpc("create_correction_request", { p_input: input })));
      return created(c, asked, `patients/${id}/correction-requests/${asked.id}`);
    },
  )
  .get(
    "/:id/correction-requests/:correction_request_id",
    describeRoute({ summary: "Read a request for a correction", responses: { 200: correction } }),
    validate("param", correctionParams),
    async (c) => {
      const { id, correction_request_id } = c.req.valid("param");
      const answer = await data(c).from("correction_requests").select(COLUMNS).eq("patient_id", id)
        .eq("id", correction_request_id).maybeSingle();
      return sendRow(c, correction.parse(found(answer)));
    },
  )
  .post(
    "/:id/correction-requests/:correction_request_id/accept",
    describeRoute(step("Accept a request for a correction")),
    validate("param", correctionParams),
    validate("json", correctionAnswer),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), "accepted", c.req.valid("json").reason)),
  )
  .post(
    "/:id/correction-requests/:correction_request_id/reject",
    describeRoute(step("Reject a request for a correction")),
    validate("param", correctionParams),
    validate("json", correctionAnswer),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), "rejected", c.req.valid("json").reason)),
  )
  .post(
    "/:id/correction-requests/:correction_request_id/withdraw",
    describeRoute(step("Withdraw my request for a correction")),
    validate("param", correctionParams),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), "withdrawn")),
  );

async function list(
  c: AppContext,
  patientId: string | undefined,
  query: z.output<typeof correctionQuery> & { organization_id?: string | undefined },
) {
  const matching = (options: CountOptions) => {
    let rows = data(c).from("correction_requests").select(COLUMNS, options);
    if (patientId !== undefined) rows = rows.eq("patient_id", patientId);
    if (query.organization_id !== undefined) rows = rows.eq("organization_id", query.organization_id);
    return query.status === undefined ? rows : rows.eq("status", query.status);
  };
  const { rows, total } = await withTotal(newestFirst(matching(countOptions(query)), query), query, matching);
  const listed = rows.map((one) => correction.parse(one));
  return page({ rows: listed, total, limit: query.limit, key: ({ created_at, id }) => ({ created_at, id }) });
}

type Step = z.output<typeof correctionParams>;

async function decide(
  c: AppContext,
  { id, correction_request_id }: Step,
  status: "accepted" | "rejected" | "withdrawn",
  reason?: string,
) {
  const args = {
    p_id: correction_request_id,
    p_patient_id: id,
    p_status: status,
    p_reason: reason,
    p_expected_version: expectedVersion(c),
  };
  return correction.parse(unwrap(await data(c).rpc("decide_correction_request", args)));
}
