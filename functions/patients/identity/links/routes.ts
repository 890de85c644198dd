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
import { linkCodeInvalid } from "../../problems.ts";
import { patient } from "../../registry/schemas.ts";
import {
  createdLinkCode,
  linkCode,
  linkCodeListQuery,
  linkCodePage,
  linkCodeParams,
  linkRedeem,
  pendingLink,
} from "./schemas.ts";

const table = rowsOf({ table: "patient_link_codes", schema: linkCode, order: ["-created_at", "id"] });

const decision = (summary: string, id: string) =>
  transition(summary, linkCode, {
    id,
    description:
      "A member of the staff who redeems a code waits for a second one, who neither made the code nor redeemed it.",
    problems: ["forbidden", "conflict"],
  });

/** How a walk-in patient and a login become one. */
export const links = new Hono<AppEnv>()
  .post(
    "/link",
    describeRoute({
      id: "linkLogin",
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
      id: "listLinkCodes",
      summary: "List codes of the caller's hospitals",
      description: "Newest first; with `waiting=true` those whose link waits for a second member.",
      responses: { 200: linkCodePage },
    }),
    validate("query", linkCodeListQuery),
    async (c) => {
      const { waiting, ...query } = c.req.valid("query");
      const where = [["needs_confirmation", "eq", true], ["confirmed", "is", null]] as const;
      return c.json(await table.list(c, query, waiting === undefined ? [] : where), 200);
    },
  )
  .post(
    "/:id/link-codes",
    describeRoute({
      id: "createLinkCode",
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
    describeRoute({ id: "readLinkCode", summary: "Read what became of a code", responses: { 200: linkCode } }),
    validate("param", linkCodeParams),
    async (c) => {
      const { id, link_code_id } = c.req.valid("param");
      return sendRow(c, await table.read(c, { id: link_code_id, patient_id: id }));
    },
  )
  .post(
    "/:id/link-codes/:link_code_id/confirm",
    decision("Confirm the link of a colleague", "confirmLink"),
    validate("param", linkCodeParams),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), true)),
  )
  .post(
    "/:id/link-codes/:link_code_id/decline",
    decision("Decline the link of a colleague", "declineLink"),
    validate("param", linkCodeParams),
    async (c) => sendRow(c, await decide(c, c.req.valid("param"), false)),
  );

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
