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
} from "../../../shared/route.ts";
import { ownPatientId } from "../registry/queries.ts";
import { patient } from "../registry/schemas.ts";
import {
  careListQuery,
  careParams,
  careRelationship,
  careRelationshipPage,
  careStart,
  ownCareRelationship,
  patientReinstate,
} from "./schemas.ts";

const table = rowsOf({
  table: "care_relationships",
  schema: careRelationship,
  filters: ["patient_id", "status"],
  order: ["-started_at", "id"],
});

/** The caller's own, by whose record it is: what a person may see is more than what is their own. */
const own = rowsOf({
  table: "care_relationships",
  schema: ownCareRelationship,
  filters: ["status"],
  order: ["-started_at", "id"],
  embed: { patient: "patients!inner" },
});
const ofCaller = (c: AppContext) => [["patient.user_id", "eq", c.var.caller.id]] as const;

/** Which hospitals care for a patient: their own view, and that of the hospital's staff. */
export const care = new Hono<AppEnv>()
  .get(
    "/me/care-relationships",
    describeRoute({
      id: "listMyCareRelationships",
      summary: "List the hospitals that care for me",
      responses: { 200: careRelationshipPage },
    }),
    validate("query", careListQuery),
    async (c) => c.json(await own.list(c, c.req.valid("query"), ofCaller(c)), 200),
  )
  .post(
    "/me/care-relationships",
    describeRoute({
      id: "startMyCareRelationship",
      summary: "Let a hospital care for me",
      description: "Its staff see the caller's record from now on.",
      responses: { 201: careRelationship },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", careStart),
    async (c) => {
      const started = careRelationship.parse(unwrap(await data(c).rpc("start_care", { p_input: c.req.valid("json") })));
      return created(c, started, `patients/me/care-relationships/${started.id}`);
    },
  )
  .get(
    "/me/care-relationships/:id",
    describeRoute({
      id: "readMyCareRelationship",
      summary: "Read one of my care relationships",
      responses: { 200: careRelationship },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await own.read(c, c.req.valid("param"), ofCaller(c))),
  )
  .post(
    "/me/care-relationships/:id/end",
    transition("End the care of a hospital for me", careRelationship, { id: "endMyCareRelationship" }),
    validate("param", idParam),
    async (c) => sendRow(c, await endCare(c, c.req.valid("param").id, await ownPatientId(c))),
  )
  .post(
    "/reinstatements",
    describeRoute({
      id: "reinstatePatient",
      summary: "Take a former patient back into care",
      description:
        "By the medical record number that the hospital gave. A patient who ended the care begins it again themselves.",
      responses: { 201: patient },
      problems: ["forbidden", "not_found", "conflict"],
    }),
    validate("json", patientReinstate),
    async (c) =>
      created(c, patient.parse(unwrap(await data(c).rpc("reinstate_patient", { p_input: c.req.valid("json") })))),
  )
  .get(
    "/:id/care-relationships",
    describeRoute({
      id: "listCareRelationships",
      summary: "List a patient's care relationships",
      description: "Staff see those with their own hospitals.",
      responses: { 200: careRelationshipPage },
    }),
    validate("param", idParam),
    validate("query", careListQuery),
    async (c) => c.json(await table.list(c, { ...c.req.valid("query"), patient_id: c.req.valid("param").id }), 200),
  )
  .post(
    "/:id/care-relationships/:care_relationship_id/end",
    transition("End the care of my hospital for a patient", careRelationship, {
      id: "endCareRelationship",
      description: "The hospital's staff do not see the patient any more.",
    }),
    validate("param", careParams),
    async (c) => {
      const { id, care_relationship_id } = c.req.valid("param");
      return sendRow(c, await endCare(c, care_relationship_id, id));
    },
  );

/** Ends a care relationship of this patient; 404 for one of somebody else. */
async function endCare(c: AppContext, id: string, patientId: string) {
  const args = { p_id: id, p_patient_id: patientId, p_expected_version: expectedVersion(c) };
  return careRelationship.parse(unwrap(await data(c).rpc("end_care", args)));
}
