import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  listed,
  rowsOf,
  sendRow,
  transition,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import { duplicatePage, duplicateQuery, listedPair, pair, pairDismiss, pairPage, pairQuery } from "./schemas.ts";

const table = rowsOf({
  table: "patient_duplicates",
  schema: listedPair,
  filters: ["organization_id", "status"],
  order: ["-score", "id"],
  embed: {
    patient: "patients!patient_duplicates_patient_id_fkey",
    other_patient: "patients!patient_duplicates_other_patient_id_fkey",
  },
});

/** Patients who may be the same person: the worklist of a hospital, the candidates of one patient, and what is decided about a pair. */
export const duplicates = new Hono<AppEnv>()
  .get(
    "/duplicates",
    describeRoute({
      id: "listDuplicatePairs",
      summary: "List pairs of patients who may be one person",
      description:
        "The worklist of the caller's hospitals, best first. New and changed patients are in it within two minutes.",
      responses: { 200: pairPage },
    }),
    validate("query", pairQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/duplicates/:id",
    describeRoute({ id: "readDuplicatePair", summary: "Read a pair of patients", responses: { 200: listedPair } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .post(
    "/duplicates/:id/reopen",
    transition("Take back that two patients are different people", pair, { id: "reopenDuplicatePair" }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, pair.parse(unwrap(await data(c).rpc("reopen_duplicate", args))));
    },
  )
  .get(
    "/:id/duplicates",
    describeRoute({
      id: "findDuplicates",
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
      id: "dismissDuplicate",
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
