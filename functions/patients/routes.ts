import type { Json } from "../../shared/data/database.types.ts";
import type { AppContext } from "../../shared/core/context.ts";
import { createApp } from "../../shared/http/app.ts";
import { problems } from "../problems.ts";
import { data, unwrap } from "../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../shared/data/etag.ts";
import { idParam } from "../../shared/schema/fields.ts";
import { listed } from "../../shared/data/listed.ts";
import { describeRoute } from "../../shared/schema/route-parts.ts";
import { validate } from "../../shared/schema/validation.ts";
import { inCareElsewhere, merged } from "./problems.ts";
import { care } from "./care/routes.ts";
import { chart } from "./chart/routes.ts";
import { consents } from "./consents/routes.ts";
import { identity } from "./identity/routes.ts";
import { ownPatientId, readPatient } from "./queries.ts";
import { records } from "./records/routes.ts";
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

/** The function `patients`: the people who are treated, as they themselves and the staff of their hospitals see them. */
export const app = createApp("patients", { problems })
  .get(
    "/",
    describeRoute({
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
      summary: "Register a patient",
      description:
        "At a hospital of the caller, which then cares for the patient. Without `mrn` the next free number is given.",
      responses: { 201: patient },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", patientCreate),
    async (c) => {
      const input = c.req.valid("json");
      c.var.record.organizationId = input.organization_id;
      return created(c, patient.parse(unwrap(await data(c).rpc("create_patient", { p_input: input }))));
    },
  )
  .get(
    "/me",
    describeRoute({
      summary: "Read my own patient record",
      responses: { 200: patient },
      problems: ["not_found"],
    }),
    async (c) => sendRow(c, await readPatient(c)),
  )
  .patch(
    "/me",
    describeRoute({
      summary: "Change how I can be reached",
      description: "Language, telephone, e-mail, address and contacts; the rest is changed by the hospital.",
      responses: { 200: patient },
      problems: ["not_found", "stale_version"],
      versioned: true,
    }),
    validate("json", selfPatch),
    async (c) => sendRow(c, await updatePatient(c, await ownPatientId(c), c.req.valid("json"))),
  )
  .route("/", care)
  .route("/", chart)
  .route("/", consents)
  .route("/", records)
  .route("/", identity)
  .get(
    "/:id",
    describeRoute({
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
