import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../../shared/data/etag.ts";
import { idParam } from "../../../../shared/schema/fields.ts";
import { afterKey } from "../../../../shared/data/keyset.ts";
import { listed } from "../../../../shared/data/listed.ts";
import { page } from "../../../../shared/data/paging.ts";
import { describeRoute } from "../../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../../shared/data/count.ts";
import { validate } from "../../../../shared/schema/validation.ts";
import { duplicatePage, duplicateQuery, listedPair, pair, pairDismiss, pairPage, pairQuery } from "../schemas.ts";

const BRIEF = "id, given_name, family_name, birth_date, sex, phone";
const COLUMNS =
  `id, organization_id, patient_id, other_patient_id, score, reasons, status, decided_by, decided_at, decision_reason, version, created_at, updated_at,
  patient:patients!patient_duplicates_patient_id_fkey(${BRIEF}), other_patient:patients!patient_duplicates_other_patient_id_fkey(${BRIEF})` as const;

/** Patients who may be the same person: the worklist of a hospital, the candidates of one patient, and what is decided about a pair. */
export const duplicates = new Hono<AppEnv>()
  .get(
    "/duplicates",
    describeRoute({
      summary: "List pairs of patients who may be one person",
      description:
        "The worklist of the caller's hospitals, best first. New and changed patients are in it within two minutes.",
      responses: { 200: pairPage },
    }),
    validate("query", pairQuery),
    async (c) => c.json(await listPairs(c, c.req.valid("query")), 200),
  )
  .get(
    "/duplicates/:id",
    describeRoute({ summary: "Read a pair of patients", responses: { 200: listedPair } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const answer = await data(c).from("patient_duplicates").select(COLUMNS).eq("id", id).maybeSingle();
      return sendRow(c, listedPair.parse(found(answer)));
    },
  )
  .post(
    "/duplicates/:id/reopen",
    describeRoute({
      summary: "Take back that two patients are different people",
      responses: { 200: pair },
      problems: ["illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, pair.parse(unwrap(await data(c).rpc("reopen_duplicate", args))));
    },
  )
  .get(
    "/:id/duplicates",
    describeRoute({
      summary: "Find patients who may be the same person",
      description: "Among the patients of the caller's hospitals, computed anew, best first; without dismissed ones.",
      responses: { 200: duplicatePage },
    }),
    validate("param", idParam),
    validate("query", duplicateQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("find_duplicates", {
        p_id: c.req.valid("param").id,
        p_limit: query.limit + 1,
        p_after_score: query.cursor?.score,
        p_after_id: query.cursor?.id,
      });
      return c.json(listed(answer, duplicatePage, query, ["score", "id"]), 200);
    },
  )
  .post(
    "/:id/duplicates/dismiss",
    describeRoute({
      summary: "Say that two patients are different people",
      description: "The pair does not come up again, and is not merged, until it is reopened.",
      responses: { 201: pair },
      problems: ["illegal_transition"],
    }),
    validate("param", idParam),
    validate("json", pairDismiss),
    async (c) => {
      const input = { patient_id: c.req.valid("param").id, ...c.req.valid("json") };
      const dismissed = pair.parse(unwrap(await data(c).rpc("dismiss_duplicate", { p_input: input })));
      return created(c, dismissed, `patients/duplicates/${dismissed.id}`);
    },
  );

async function listPairs(c: AppContext, query: z.output<typeof pairQuery>) {
  const { limit, cursor, organization_id, status } = query;
  const matching = (options: CountOptions) => {
    const rows = data(c).from("patient_duplicates").select(COLUMNS, options).eq("status", status);
    return organization_id === undefined ? rows : rows.eq("organization_id", organization_id);
  };
  let rows = matching(countOptions(query)).order("score", { ascending: false }).order("id").limit(limit + 1);
  if (cursor !== undefined) {
    rows = rows.or(afterKey([
      { column: "score", value: cursor.score, descending: true },
      { column: "id", value: cursor.id },
    ]));
  }
  const { rows: listed, total } = await withTotal(rows, query, matching);
  const answered = listed.map((one) => listedPair.parse(one));
  return page({ rows: answered, total, limit, key: ({ score, id }) => ({ score, id }) });
}
