import type { z } from "zod";
import {
  type AppContext,
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
import {
  correction,
  correctionAnswer,
  correctionAsk,
  correctionListQuery,
  correctionPage,
  correctionParams,
  correctionQuery,
} from "./schemas.ts";

const table = rowsOf({
  table: "correction_requests",
  schema: correction,
  filters: ["patient_id", "organization_id", "status"],
  order: ["-created_at", "id"],
});

/** What patients ask to be corrected, and what hospitals answer. */
export const corrections = new Hono<AppEnv>()
  .get(
    "/correction-requests",
    describeRoute({
      id: "listCorrectionRequests",
      summary: "List requests for corrections",
      description: "Patients see their own, staff those to their hospitals from patients in care. Newest first.",
      responses: { 200: correctionPage },
    }),
    validate("query", correctionListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id/correction-requests",
    describeRoute({
      id: "listPatientCorrectionRequests",
      summary: "List the requests of a patient",
      description: "Newest first.",
      responses: { 200: correctionPage },
    }),
    validate("param", idParam),
    validate("query", correctionQuery),
    async (c) => c.json(await table.list(c, { ...c.req.valid("query"), patient_id: c.req.valid("param").id }), 200),
  )
  .post(
    "/:id/correction-requests",
    describeRoute({
      id: "requestCorrection",
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
    describeRoute({
      id: "readCorrectionRequest",
      summary: "Read a request for a correction",
      responses: { 200: correction },
    }),
    validate("param", correctionParams),
    async (c) => {
      const { id, correction_request_id } = c.req.valid("param");
      return sendRow(c, await table.read(c, { id: correction_request_id, patient_id: id }));
    },
  )
  .post(
    "/:id/correction-requests/:correction_request_id/accept",
    transition("Accept a request for a correction", correction, { id: "acceptCorrectionRequest" }),
    validate("param", correctionParams),
    validate("json", correctionAnswer),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), "accepted", c.req.valid("json").reason)),
  )
  .post(
    "/:id/correction-requests/:correction_request_id/reject",
    transition("Reject a request for a correction", correction, { id: "rejectCorrectionRequest" }),
    validate("param", correctionParams),
    validate("json", correctionAnswer),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), "rejected", c.req.valid("json").reason)),
  )
  .post(
    "/:id/correction-requests/:correction_request_id/withdraw",
    transition("Withdraw my request for a correction", correction, { id: "withdrawCorrectionRequest" }),
    validate("param", correctionParams),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), "withdrawn")),
  );

type Params = z.output<typeof correctionParams>;

async function decide(
  c: AppContext,
  { id, correction_request_id }: Params,
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
