import { Hono } from "hono";
import type { AppEnv } from "../../../shared/context.ts";
import { data, found, unwrap } from "../../../shared/data.ts";
import { created, row } from "../../../shared/etag.ts";
import { idParam } from "../../../shared/fields.ts";
import { toldOnce } from "../../../shared/one-time-secret.ts";
import { describe } from "../../../shared/route-parts.ts";
import { sha256Hex } from "../../../shared/sha256.ts";
import { validate } from "../../../shared/validation.ts";
import { patient } from "../schemas.ts";
import { linkCode as makeCode } from "./link-code.ts";
import { createdLinkCode, linkCode, linkCodeParams, linkRedeem } from "./schemas.ts";

const COLUMNS =
  "id, patient_id, organization_id, tries, expires_at, used_at, revoked_at, created_by, version, created_at, updated_at";

/** How a walk-in patient and a login become one. */
export const links = new Hono<AppEnv>()
  .post(
    "/link",
    describe({
      summary: "Link my login to my record at a hospital",
      description:
        "With the code that the hospital handed over, and the birth date. Five tries an hour; whatever is wrong reads the same. Nobody redeems a code that they made. What the caller's own record held moves along.",
      responses: { 200: patient },
      problems: ["forbidden", "conflict", "link_code_invalid"],
      idempotent: true,
    }),
    validate("json", linkRedeem),
    async (c) => row(c, patient.parse(unwrap(await data(c).rpc("redeem_link_code", { p_input: c.req.valid("json") })))),
  )
  .post(
    "/:id/link-codes",
    describe({
      summary: "Make a code that links a patient to a login",
      description:
        "For a patient without a login. The answer carries the code, once, and not to a repetition with the same Idempotency-Key. Former codes of the patient are revoked.",
      responses: { 201: createdLinkCode },
      problems: ["forbidden", "conflict"],
    }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const code = await makeCode(c);
      const input = { patient_id: id, code_hash: await sha256Hex(code.replace("-", "")) };
      const made = linkCode.parse(unwrap(await data(c).rpc("create_link_code", { p_input: input })));
      return created(c, { ...made, ...toldOnce(c, { code }) }, `patients/${id}/link-codes/${made.id}`);
    },
  )
  .get(
    "/:id/link-codes/:link_code_id",
    describe({ summary: "Read what became of a code", responses: { 200: linkCode } }),
    validate("param", linkCodeParams),
    async (c) => {
      const { id, link_code_id } = c.req.valid("param");
      const answer = await data(c).from("patient_link_codes").select(COLUMNS).eq("patient_id", id).eq(
        "id",
        link_code_id,
      )
        .maybeSingle();
      return row(c, linkCode.parse(found(answer)));
    },
  );
