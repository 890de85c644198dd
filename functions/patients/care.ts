import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../shared/context.ts";
import { data, found, unwrap } from "../../shared/data.ts";
import { created, expectedVersion, row } from "../../shared/etag.ts";
import { idParam } from "../../shared/fields.ts";
import { afterKey } from "../../shared/keyset.ts";
import { page } from "../../shared/paging.ts";
import { type CountOptions, countOptions, withTotal } from "../../shared/total.ts";
import { describe } from "../../shared/route-parts.ts";
import { validate } from "../../shared/validation.ts";
import { ownPatientId } from "./read.ts";
import { careListQuery, careParams, careRelationship, careRelationshipPage, careStart } from "./schemas.ts";

const COLUMNS = "id, patient_id, organization_id, status, started_at, ended_at, version, created_at, updated_at";

/** Which hospitals care for a patient: their own view, and that of the hospital's staff. */
export const care = new Hono<AppEnv>()
  .get(
    "/me/care-relationships",
    describe({ summary: "List the hospitals that care for me", responses: { 200: careRelationshipPage } }),
    validate("query", careListQuery),
    async (c) => c.json(await listCare(c, "patient.user_id", c.var.caller.id, c.req.valid("query")), 200),
  )
  .post(
    "/me/care-relationships",
    describe({
      summary: "Let a hospital care for me",
      description: "Its staff see the caller's record from now on.",
      responses: { 201: careRelationship },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", careStart),
    async (c) => {
      const input = c.req.valid("json");
      c.var.record.organizationId = input.organization_id;
      const started = careRelationship.parse(unwrap(await data(c).rpc("start_care", { p_input: input })));
      return created(c, started, `patients/me/care-relationships/${started.id}`);
    },
  )
  .get(
    "/me/care-relationships/:id",
    describe({ summary: "Read one of my care relationships", responses: { 200: careRelationship } }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).from("care_relationships").select(`${COLUMNS}, patient:patients!inner()`)
        .eq("id", c.req.valid("param").id).eq("patient.user_id", c.var.caller.id).maybeSingle();
      return row(c, found(answer));
    },
  )
  .post(
    "/me/care-relationships/:id/end",
    describe({
      summary: "End the care of a hospital for me",
      responses: { 200: careRelationship },
      problems: ["illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => row(c, await endCare(c, c.req.valid("param").id, await ownPatientId(c))),
  )
  .get(
    "/:id/care-relationships",
    describe({
      summary: "List a patient's care relationships",
      description: "Staff see those with their own hospitals.",
      responses: { 200: careRelationshipPage },
    }),
    validate("param", idParam),
    validate("query", careListQuery),
    async (c) => c.json(await listCare(c, "patient_id", c.req.valid("param").id, c.req.valid("query")), 200),
  )
  .post(
    "/:id/care-relationships/:care_relationship_id/end",
    describe({
      summary: "End the care of my hospital for a patient",
      description: "The hospital's staff do not see the patient any more.",
      responses: { 200: careRelationship },
      problems: ["illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", careParams),
    async (c) => {
      const params = c.req.valid("param");
      return row(c, await endCare(c, params.care_relationship_id, params.id));
    },
  );

/** Care relationships of one patient, newest first. */
async function listCare(
  c: AppContext,
  column: "patient_id" | "patient.user_id",
  value: string,
  query: z.output<typeof careListQuery>,
) {
  const { limit, cursor, status } = query;
  const matching = (options: CountOptions) => {
    const rows = data(c).from("care_relationships").select(`${COLUMNS}, patient:patients!inner()`, options)
      .eq(column, value);
    return status === undefined ? rows : rows.eq("status", status);
  };
  let rows = matching(countOptions(query)).order("started_at", { ascending: false }).order("id").limit(limit + 1);
  if (cursor !== undefined) {
    rows = rows.or(afterKey([
      { column: "started_at", value: cursor.started_at, descending: true },
      { column: "id", value: cursor.id },
    ]));
  }
  const key = ({ started_at, id }: { started_at: string; id: string }) => ({ started_at, id });
  return page({ ...await withTotal(rows, query, matching), limit, key });
}

/** Ends a care relationship of this patient; 404 for one of somebody else. */
async function endCare(c: AppContext, id: string, patientId: string) {
  const args = { p_input: { id, patient_id: patientId }, p_expected_version: expectedVersion(c) };
  return careRelationship.parse(unwrap(await data(c).rpc("end_care", args)));
}
