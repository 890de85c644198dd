import { Hono } from "hono";
import type { AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { page } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import { consent, consentGive, consentListQuery, consentPage, consentParams } from "../chart/schemas.ts";

const COLUMNS =
  "id, patient_id, organization_id, scope, valid_until, status, given_at, ended_at, version, created_at, updated_at";

/** What the patient lets each hospital see. */
export const consents = new Hono<AppEnv>()
  .get(
    "/:id/consents",
    describeRoute({
      summary: "List the consents of a patient",
      description: "Patients see all of theirs, hospital staff those about their hospital. Newest first.",
      responses: { 200: consentPage },
    }),
    validate("param", idParam),
    validate("query", consentListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        const rows = data(c).from("consents").select(COLUMNS, options).eq("patient_id", c.req.valid("param").id);
        return query.status === undefined ? rows : rows.eq("status", query.status);
      };
      let rows = matching(countOptions(query)).order("given_at", { ascending: false }).order("id").limit(
        query.limit + 1,
      );
      if (query.cursor !== undefined) {
        rows = rows.or(afterKey([
          { column: "given_at", value: query.cursor.given_at, descending: true },
          { column: "id", value: query.cursor.id },
        ]));
      }
      const { rows: listed, total } = await withTotal(rows, query, matching);
      const answered = listed.map((one) => consent.parse(one));
      return c.json(
        page({ rows: answered, total, limit: query.limit, key: ({ given_at, id }) => ({ given_at, id }) }),
        200,
      );
    },
  )
  .post(
    "/:id/consents",
    describeRoute({
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
    describeRoute({ summary: "Read a consent", responses: { 200: consent } }),
    validate("param", consentParams),
    async (c) => {
      const { id, consent_id } = c.req.valid("param");
      const answer = await data(c).from("consents").select(COLUMNS).eq("patient_id", id).eq("id", consent_id)
        .maybeSingle();
      return sendRow(c, consent.parse(found(answer)));
    },
  )
  .post(
    "/:id/consents/:consent_id/withdraw",
    describeRoute({
      summary: "Withdraw a consent",
      description: "The next read of the hospital is refused.",
      responses: { 200: consent },
      problems: ["forbidden", "illegal_transition"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", consentParams),
    async (c) => {
      const { id, consent_id } = c.req.valid("param");
      const args = { p_id: consent_id, p_patient_id: id, p_expected_version: expectedVersion(c) };
      return sendRow(c, consent.parse(unwrap(await data(c).rpc("withdraw_consent", args))));
    },
  );
