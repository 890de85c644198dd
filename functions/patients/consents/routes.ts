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
} from "../../../shared/route.ts";
import { consent, consentGive, consentListQuery, consentPage, consentParams } from "./schemas.ts";

const table = rowsOf({
  table: "consents",
  schema: consent,
  filters: ["patient_id", "status"],
  order: ["-given_at", "id"],
});

/** What the patient lets each hospital see. */
export const consents = new Hono<AppEnv>()
  .get(
    "/:id/consents",
    describeRoute({
      id: "listConsents",
      summary: "List the consents of a patient",
      description: "Patients see all of theirs, hospital staff those about their hospital. Newest first.",
      responses: { 200: consentPage },
    }),
    validate("param", idParam),
    validate("query", consentListQuery),
    async (c) => {
      const query = { ...c.req.valid("query"), patient_id: c.req.valid("param").id };
      return c.json(await table.list(c, query), 200);
    },
  )
  .post(
    "/:id/consents",
    describeRoute({
      id: "giveConsent",
      summary: "Decide what a hospital sees of my chart",
      description: "Takes the place of the decision before it. `nothing` closes the chart to the hospital.",
      responses: { 201: consent },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", consentGive),
    async (c) => {
      const { id } = c.req.valid("param");
      const input = { patient_id: id, ...c.req.valid("json") };
      const given = consent.parse(unwrap(await data(c).rpc("give_consent", { p_input: input })));
      return created(c, given, `patients/${id}/consents/${given.id}`);
    },
  )
  .get(
    "/:id/consents/:consent_id",
    describeRoute({ id: "readConsent", summary: "Read a consent", responses: { 200: consent } }),
    validate("param", consentParams),
    async (c) => {
      const { id, consent_id } = c.req.valid("param");
      return sendRow(c, await table.read(c, { id: consent_id, patient_id: id }));
    },
  )
  .post(
    "/:id/consents/:consent_id/withdraw",
    transition("Withdraw a consent", consent, {
      id: "withdrawConsent",
      description: "The next read of the hospital is refused.",
      problems: ["forbidden"],
    }),
    validate("param", consentParams),
    async (c) => {
      const { id, consent_id } = c.req.valid("param");
      const args = { p_id: consent_id, p_patient_id: id, p_expected_version: expectedVersion(c) };
      return sendRow(c, consent.parse(unwrap(await data(c).rpc("withdraw_consent", args))));
    },
  );
