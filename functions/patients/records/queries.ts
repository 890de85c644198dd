import { z } from "zod";
import { Constants, type Json } from "../../../shared/data/database.types.ts";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { type AppContext, data, expectedVersion, listed, problem, unwrap } from "../../../shared/route.ts";
import { instant, uuid } from "../../../shared/schema/fields.ts";

/** How much of a chart the caller sees; `without_sensitive` says that records may be missing from an answer. */
export const scope = z.enum(Constants.public.Enums.chart_scope).meta({
  example: "everything",
  description: "`without_sensitive`: sensitive records are left out.",
});

/** Query parameters of a list out of a chart, newest first. */
export const chartPageQuery = {
  ...pageQuery(z.strictObject({ occurred_at: instant, id: uuid })),
  from: instant.optional().meta({ description: "The first instant." }),
  to: instant.optional().meta({ description: "The instant before which records end." }),
};

/** The parsed query of a list out of a chart. */
export type RecordQuery = {
  limit: number;
  cursor?: { occurred_at: string; id: string } | undefined;
  count?: "exact" | undefined;
  from?: string | undefined;
  to?: string | undefined;
  status?: string | undefined;
  category?: string | undefined;
  code?: string | undefined;
  encounter_id?: string | undefined;
};

/** Why the caller may not read a chart that a read found closed: always a refusal, and the attempt goes into the audit log. */
export async function refuseClosedChart(c: AppContext, patientId: string): Promise<never> {
  unwrap(await data(c).rpc("explain_closed_chart", { p_patient_id: patientId }));
  throw problem("not_found");
}

/**
 * Records of one kind, or without one the timeline, each as `item` takes it out of `{kind, id, occurred_at, record}`, and `besides` what the kind says beside
 * them; 403 or 404 while the chart is closed, never an empty list.
 */
export async function listRecords<Item extends z.ZodType>(
  c: AppContext,
  patientId: string,
  kind: string | undefined,
  query: RecordQuery,
  item: Item,
  besides: z.ZodRawShape = {},
) {
  const answer = await data(c).rpc("list_records", {
    p_patient_id: patientId,
    p_kind: kind,
    p_status: query.status,
    p_category: query.category,
    p_code: query.code,
    p_encounter_id: query.encounter_id,
    p_from: query.from,
    p_to: query.to,
    p_limit: query.limit + 1,
    p_after_at: query.cursor?.occurred_at,
    p_after_id: query.cursor?.id,
    p_count: query.count !== undefined,
  });
  if (unwrap(answer) === null) return await refuseClosedChart(c, patientId);
  return listed(answer, pageOf(item).extend({ scope, ...besides }), query, ["occurred_at", "id"]);
}

const read = z.object({
  record: z.unknown(),
  versions: z.array(z.object({
    version: z.int(),
    written_by: uuid.nullable(),
    written_at: instant,
    record: z.unknown(),
  })).nullable(),
});

/** One record with its former versions; 404 when the chart has none of this kind and id. */
export async function readRecord(c: AppContext, patientId: string, kind: string, id: string, withVersions = false) {
  const args = { p_patient_id: patientId, p_kind: kind, p_id: id, p_with_versions: withVersions };
  const answer = unwrap(await data(c).rpc("read_record", args));
  if (answer === null) return await refuseClosedChart(c, patientId);
  const { record, versions } = read.parse(answer);
  if (record === null) throw problem("not_found");
  return { record, versions: versions ?? [] };
}

/** Columns of a record as an author sends them. */
export type Fields = { [field: string]: Json | undefined };

/** Adds a record; the answer is the record. */
export const addRecord = async (c: AppContext, patientId: string, kind: string, input: Fields) =>
  unwrap(await data(c).rpc("add_record", { p_patient_id: patientId, p_kind: kind, p_input: input }));

/** Changes a record of the version that `If-Match` names, if it does; the answer is the record. */
export const changeRecord = async (c: AppContext, patientId: string, kind: string, id: string, changes: Fields) =>
  unwrap(
    await data(c).rpc("change_record", {
      p_patient_id: patientId,
      p_kind: kind,
      p_id: id,
      p_changes: changes,
      p_expected_version: expectedVersion(c),
    }),
  );

/** Marks a record as entered in error; the answer is the record. */
export const enterInError = async (c: AppContext, patientId: string, kind: string, id: string, reason: string) =>
  unwrap(
    await data(c).rpc("enter_in_error", {
      p_patient_id: patientId,
      p_kind: kind,
      p_id: id,
      p_reason: reason,
      p_expected_version: expectedVersion(c),
    }),
  );
