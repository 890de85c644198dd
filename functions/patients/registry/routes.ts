import type { Json } from "../../../shared/data/database.types.ts";
import {
  type AppContext,
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  listed,
  sendRow,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { inCareElsewhere, merged } from "../problems.ts";
import { ownPatientId, readPatient } from "./queries.ts";
import {
  foundPatientPage,
  patient,
  patientCreate,
  patientDelete,
  patientListQuery,
  patientPage,
  patientPatch,
  patientPut,
  patientSearch,
  selfPatch,
} from "./schemas.ts";

/** The people who are treated, as they themselves and the staff of their hospitals see them. */
export const registry = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listPatients",
      summary: "List patients by name",
      description:
        "Staff see the patients in the care of their hospitals, patients themselves. Sorted by family and given name.",
      responses: { 200: patientPage },
    }),
    validate("query", patientListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_patients", {
        p_organization_id: query.organization_id,
        p_limit: query.limit + 1,
        p_after_sort_name: query.cursor?.sort_name,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, patientPage, query, ["sort_name", "id"]), 200);
    },
  )
  .post(
    "/search",
    describeRoute({
      id: "searchPatients",
      summary: "Search patients",
      description:
        "By name, birth date, medical record number or telephone number; best match first. A name alone finds at most 200. A POST, because addresses are logged on their way and the criteria name a person.",
      responses: { 200: foundPatientPage },
    }),
    validate("json", patientSearch),
    async (c) => {
      const { name, birth_date, mrn, phone, ...query } = c.req.valid("json");
      const answer = await data(c).rpc("search_patients", {
        p_name: name,
        p_birth_date: birth_date,
        p_mrn: mrn,
        p_phone: phone,
        p_limit: query.limit + 1,
        p_after_score: query.cursor?.score,
        p_after_sort_name: query.cursor?.sort_name,
        p_after_id: query.cursor?.id,
      });
      return c.json(listed(answer, foundPatientPage, query, ["score", "sort_name", "id"]), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      id: "registerPatient",
      summary: "Register a patient",
      description:
        "At a hospital of the caller, which then cares for the patient. Without `mrn` the next free number is given.",
      responses: { 201: patient },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", patientCreate),
    async (c) => {
      const registered = await data(c).rpc("create_patient", { p_input: c.req.valid("json") });
      return created(c, patient.parse(unwrap(registered)));
    },
  )
  .get(
    "/me",
    describeRoute({
      id: "readMyPatient",
      summary: "Read my own patient record",
      responses: { 200: patient },
      problems: ["not_found"],
    }),
    async (c) => sendRow(c, await readPatient(c)),
  )
  .patch(
    "/me",
    describeRoute({
      id: "changeMyPatient",
      summary: "Change how I can be reached",
      description: "Language, telephone, e-mail, address and contacts; the rest is changed by the hospital.",
      responses: { 200: patient },
      problems: ["not_found", "stale_version"],
      versioned: true,
    }),
    validate("json", selfPatch),
    async (c) => sendRow(c, await updatePatient(c, await ownPatientId(c), c.req.valid("json"))),
  );

/** One patient by id. Mounted last: `/:id` would answer for paths such as `/duplicates` too. */
export const onePatient = new Hono<AppEnv>()
  .get(
    "/:id",
    describeRoute({
      id: "readPatient",
      summary: "Read a patient",
      description: "One that was merged into another answers 410 with `merged_into` to those who see the other one.",
      responses: { 200: patient },
      problems: [merged],
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await readPatient(c, c.req.valid("param").id)),
  )
  .put(
    "/:id",
    describeRoute({
      id: "replacePatient",
      summary: "Replace what is known about a patient",
      description: "Takes the whole mutable patient: every field is named, null clears one.",
      responses: { 200: patient },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", patientPut),
    async (c) => sendRow(c, await updatePatient(c, c.req.valid("param").id, c.req.valid("json"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changePatient",
      summary: "Change a patient",
      description: "`contacts` and `national_id` replace what was there.",
      responses: { 200: patient },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", patientPatch),
    async (c) => sendRow(c, await updatePatient(c, c.req.valid("param").id, c.req.valid("json"))),
  )
  .delete(
    "/:id",
    describeRoute({
      id: "deactivatePatient",
      summary: "Hide a patient",
      description:
        "The record is kept, and nobody finds it any more. Refused while another hospital cares for the patient.",
      responses: { 204: null },
      problems: ["forbidden", inCareElsewhere],
    }),
    validate("param", idParam),
    validate("json", patientDelete),
    async (c) => {
      const { reason } = c.req.valid("json");
      const args = { p_id: c.req.valid("param").id, p_reason: reason, p_expected_version: expectedVersion(c) };
      unwrap(await data(c).rpc("delete_patient", args));
      return c.body(null, 204);
    },
  );

async function updatePatient(c: AppContext, id: string, changes: { [field: string]: Json | undefined }) {
  const args = { p_id: id, p_changes: changes, p_expected_version: expectedVersion(c) };
  return patient.parse(unwrap(await data(c).rpc("update_patient", args)));
}
