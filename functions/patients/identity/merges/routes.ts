import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import { inCareElsewhere } from "../../problems.ts";
import { merge, mergePage, mergeQuery, mergeStart } from "./schemas.ts";

const table = rowsOf({
  table: "patient_merges",
  schema: merge,
  filters: ["patient_id"],
  order: ["-created_at", "id"],
});

/** Two rows of one person become one, and for a day two again. */
export const merges = new Hono<AppEnv>()
  .get(
    "/merges/:id",
    describeRoute({ id: "readMerge", summary: "Read a merge", responses: { 200: merge } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .post(
    "/merges/:id/unmerge",
    transition("Undo a merge", merge, {
      id: "unmergePatients",
      description:
        "Until `undo_until`. Every moved row goes back as it was, with what was changed in it since; rows made after the merge stay with the patient, but for those that belong to a moved row. Both charts are closed for everybody. Merges into one patient are undone in the reverse order.",
      problems: ["forbidden", "conflict"],
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
      id: "listMerges",
      summary: "List what was merged into a patient",
      description: "Newest first. Staff see the merges of their hospitals.",
      responses: { 200: mergePage },
    }),
    validate("param", idParam),
    validate("query", mergeQuery),
    async (c) => {
      const query = { ...c.req.valid("query"), patient_id: c.req.valid("param").id };
      return c.json(await table.list(c, query), 200);
    },
  )
  .post(
    "/:id/merge",
    describeRoute({
      id: "mergePatients",
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
