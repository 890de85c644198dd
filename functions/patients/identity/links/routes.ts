import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../../shared/data/etag.ts";
import { idParam } from "../../../../shared/schema/fields.ts";
import { newestFirst } from "../../../../shared/data/newest-first.ts";
import { page } from "../../../../shared/data/paging.ts";
import { describeRoute, type RouteDescription } from "../../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../../shared/data/count.ts";
import { validate } from "../../../../shared/schema/validation.ts";
import { linkCodeInvalid } from "../../problems.ts";
import { patient } from "../../schemas.ts";
import {
  createdLinkCode,
  linkCode,
  linkCodeListQuery,
  linkCodePage,
  linkCodeParams,
  linkRedeem,
  pendingLink,
} from "../schemas.ts";

const COLUMNS =
  `id, patient_id, organization_id, tries, expires_at, used_at, used_by, revoked_at, needs_confirmation, confirmed, decided_at, decided_by, created_by, version, created_at, updated_at`;

const decision = (summary: string): RouteDescription => ({
  summary,
  description:
    "A member of the staff who redeems a code waits for a second one, who neither made the code nor redeemed it.",
  responses: { 200: linkCode },
  problems: ["forbidden", "conflict", "illegal_transition"],
  idempotent: true,
  versioned: true,
});

/** How a walk-in patient and a login become one. */
export const links = new Hono<AppEnv>()
  .post(
    "/link",
    describeRoute({
      summary: "Link my login to my record at a hospital",
      description:
        "With the code that the hospital handed over, and the birth date. Five tries an hour; whatever is wrong reads the same. Nobody redeems a code that they made. The record of the hospital has to fit the caller's name, birth date and sex, and the caller's own record must be empty still (409). A member of the hospital is answered 202: the link waits for a second member to confirm it.",
      responses: { 200: patient, 202: pendingLink },
      problems: ["forbidden", "conflict", linkCodeInvalid],
      idempotent: true,
    }),
    validate("json", linkRedeem),
    async (c) => {
      const redeemed = unwrap(await data(c).rpc("redeem_link_code", { p_input: c.req.valid("json") }));
      const pending = pendingLink.safeParse(redeemed);
      return pending.success ? c.json(pending.data, 202) : sendRow(c, patient.parse(redeemed));
    },
  )
  .get(
    "/link-codes",
    describeRoute({
      summary: "List codes of the caller's hospitals",
      description: "Newest first; with `waiting=true` those whose link waits for a second member.",
      responses: { 200: linkCodePage },
    }),
    validate("query", linkCodeListQuery),
    async (c) => c.json(await list(c, c.req.valid("query")), 200),
  )
  .post(
    "/:id/link-codes",
    describeRoute({
      summary: "Make a code that links a patient to a login",
      description:
        "For a patient without a login; twenty a day for a member. The answer carries the code, once, and not to a repetition with the same Idempotency-Key. Former codes of the patient are revoked.",
      responses: { 201: createdLinkCode },
      problems: ["forbidden", "conflict"],
    }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const made = createdLinkCode.parse(
        unwrap(await data(c).rpc("create_link_code", { p_input: { patient_id: id } })),
      );
      return created(c, made, `patients/${id}/link-codes/${made.id}`);
    },
  )
  .get(
    "/:id/link-codes/:link_code_id",
    describeRoute({ summary: "Read what became of a code", responses: { 200: linkCode } }),
    validate("param", linkCodeParams),
    async (c) => {
      const { id, link_code_id } = c.req.valid("param");
      const answer = await data(c).from("patient_link_codes").select(COLUMNS).eq("patient_id", id).eq(
        "id",
        link_code_id,
      )
        .maybeSingle();
      return sendRow(c, linkCode.parse(found(answer)));
    },
  )
  .post(
    "/:id/link-codes/:link_code_id/confirm",
    describeRoute(decision("Confirm the link of a colleague")),
    validate("param", linkCodeParams),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), true)),
  )
  .post(
    "/:id/link-codes/:link_code_id/decline",
    describeRoute(decision("Decline the link of a colleague")),
    validate("param", linkCodeParams),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), false)),
  );

async function list(c: AppContext, query: z.output<typeof linkCodeListQuery>) {
  const matching = (options: CountOptions) => {
    const rows = data(c).from("patient_link_codes").select(COLUMNS, options);
    return query.waiting === undefined ? rows : rows.eq("needs_confirmation", true).is("confirmed", null);
  };
  const { rows, total } = await withTotal(newestFirst(matching(countOptions(query)), query), query, matching);
  const listed = rows.map((one) => linkCode.parse(one));
  return page({ rows: listed, total, limit: query.limit, key: ({ created_at, id }) => ({ created_at, id }) });
}

type Params = z.output<typeof linkCodeParams>;

async function decide(c: AppContext, { id, link_code_id }: Params, confirmed: boolean) {
  const args = {
    p_id: link_code_id,
    p_patient_id: id,
    p_confirmed: confirmed,
    p_expected_version: expectedVersion(c),
  };
  return linkCode.parse(unwrap(await data(c).rpc("decide_link", args)));
}
