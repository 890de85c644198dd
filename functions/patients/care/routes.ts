import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { page } from "../../../shared/data/paging.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { ownPatientId } from "../queries.ts";
import {
  careListQuery,
  careParams,
  careRelationship,
  careRelationshipPage,
  careStart,
  patient,
  patientReadmit,
} from "../schemas.ts";

/** With whose record it is: what a person may see is more than what is their own. */
const COLUMNS =
  "id, patient_id, organization_id, status, started_at, ended_at, version, created_at, updated_at, patient:patients(user_id)";

/** Which hospitals care for a patient: their own view, and that of the hospital's staff. */
export const care = new Hono<AppEnv>()
  .get(
    "/me/care-relationships",
    describeRoute({ summary: "List the hospitals that care for me", responses: { 200: careRelationshipPage } }),
    validate("query", careListQuery),
    async (c) => c.json(await listCare(c, undefined, c.req.valid("query")), 200),
  )
  .post(
    "/me/care-relationships",
    describeRoute({
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
    describeRoute({ summary: "Read one of my care relationships", responses: { 200: careRelationship } }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).from("care_relationships").select(COLUMNS).eq("id", c.req.valid("param").id)
        .filter("patient.user_id", "eq", c.var.caller.id).not("patient", "is", null).maybeSingle();
      return sendRow(c, careRelationship.parse(found(answer)));
    },
  )
  .post(
    "/me/care-relationships/:id/end",
    describeRoute({
      summary: "End the care of a hospital for me",
      responses: { 200: careRelationship },
      problems: ["illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await endCare(c, c.req.valid("param").id, await ownPatientId(c))),
  )
  .post(
    "/readmissions",
    describeRoute({
      summary: "Take a former patient back into care",
      description:
        "By the medical record number that the hospital gave. A patient who ended the care begins it again themselves.",
      responses: { 201: patient },
      problems: ["forbidden", "not_found", "conflict"],
    }),
    validate("json", patientReadmit),
    async (c) => {
      const input = c.req.valid("json");
      c.var.record.organizationId = input.organization_id;
      return created(c, patient.parse(unwrap(await data(c).rpc("readmit_patient", { p_input: input }))));
    },
  )
  .get(
    "/:id/care-relationships",
    describeRoute({
      summary: "List a patient's care relationships",
      description: "Staff see those with their own hospitals.",
      responses: { 200: careRelationshipPage },
    }),
    validate("param", idParam),
    validate("query", careListQuery),
    async (c) => c.json(await listCare(c, c.req.valid("param").id, c.req.valid("query")), 200),
  )
  .post(
    "/:id/care-relationships/:care_relationship_id/end",
    describeRoute({
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
      return sendRow(c, await endCare(c, params.care_relationship_id, params.id));
    },
  );

/** The care relationships of a patient, or without an id the caller's own, newest first. */
async function listCare(c: AppContext, patientId: string | undefined, query: z.output<typeof careListQuery>) {
  const { limit, cursor, status } = query;
  const matching = (options: CountOptions) => {
    const all = data(c).from("care_relationships").select(COLUMNS, options);
    const rows = patientId === undefined
      ? all.filter("patient.user_id", "eq", c.var.caller.id).not("patient", "is", null)
      : all.eq("patient_id", patientId);
    return status === undefined ? rows : rows.eq("status", status);
  };
  let rows = matching(countOptions(query)).order("started_at", { ascending: false }).order("id").limit(limit + 1);
  if (cursor !== undefined) {
    rows = rows.or(afterKey([
      { column: "started_at", value: cursor.started_at, descending: true },
      { column: "id", value: cursor.id },
    ]));
  }
  const { rows: found, total } = await withTotal(rows, query, matching);
  const listed = found.map((one) => careRelationship.parse(one));
  return page({ rows: listed, total, limit, key: ({ started_at, id }) => ({ started_at, id }) });
}

/** Ends a care relationship of this patient; 404 for one of somebody else. */
async function endCare(c: AppContext, id: string, patientId: string) {
  const args = { p_id: id, p_patient_id: patientId, p_expected_version: expectedVersion(c) };
  return careRelationship.parse(unwrap(await data(c).rpc("end_care", args)));
}
