import { z } from "zod";
import { createApp } from "../../shared/http/app.ts";
import { data, found, unwrap } from "../../shared/data/data.ts";
import type { Env } from "../../shared/core/env.ts";
import { created, etag, expectedVersion, sendRow } from "../../shared/data/etag.ts";
import { birthDate, idParam, phone, rowFields, text, uuid } from "../../shared/schema/fields.ts";
import { afterKey } from "../../shared/data/keyset.ts";
import { page, pageOf, pageQuery } from "../../shared/data/paging.ts";
import { describeRoute } from "../../shared/schema/route-parts.ts";
import { problemKind } from "../../shared/core/problem.ts";
import { validate } from "../../shared/schema/validation.ts";

/** A refusal of the sample's own, with a member. */
export const outOfStock = problemKind("out_of_stock", 409, "There is not enough of it", {
  missing: z.int().describe("how many there are too few."),
});

const fields = {
  given_name: text(100).meta({ example: "Ada" }),
  birth_date: birthDate,
  contacts: z.array(z.strictObject({ name: text(100), phone })).max(10).default([]),
};
const input = z.strictObject(fields);
const thing = z.object({ ...rowFields, ...fields });
const query = z.strictObject({
  ...pageQuery(z.strictObject({ name: z.string(), id: uuid })),
  name: text(100).optional(),
});

/** An app as a function would have it, over a data API of the test's own. */
export const sampleApp = (env: Env) =>
  createApp("things", { problems: [outOfStock], env, public: ["POST /echo", "GET /"] })
    .get(
      "/",
      describeRoute({ summary: "Say hello", responses: { 200: z.object({ ok: z.boolean() }) } }),
      (c) => c.json({ ok: true }),
    )
    .post(
      "/echo",
      describeRoute({ summary: "Answer the input", responses: { 200: input } }),
      validate("json", input),
      (c) => c.json(c.req.valid("json"), 200),
    )
    .get(
      "/list",
      describeRoute({ summary: "List things", responses: { 200: pageOf(z.object({ id: uuid })) } }),
      validate("query", query),
      async (c) => {
        const { limit, cursor } = c.req.valid("query");
        let select = data(c).from("profiles").select("id, family_name").order("family_name").order("id").limit(
          limit + 1,
        );
        if (cursor) {
          select = select.or(
            afterKey([{ column: "family_name", value: cursor.name }, { column: "id", value: cursor.id }]),
          );
        }
        const rows = unwrap(await select);
        return c.json(page({ rows, limit, key: (one) => ({ name: one.family_name, id: one.id }) }), 200);
      },
    )
    .post(
      "/list",
      describeRoute({ summary: "Create a thing", responses: { 201: thing }, problems: ["already_exists", outOfStock] }),
      validate("json", input),
      async (c) => {
        const made = unwrap(await data(c).rpc("create_patient", { p_input: c.req.valid("json") }));
        return created(c, z.looseObject({ id: z.string(), version: z.number() }).parse(made));
      },
    )
    .get(
      "/list/:id",
      describeRoute({ summary: "Read a thing", responses: { 200: thing } }),
      validate("param", idParam),
      async (c) => {
        const { id } = c.req.valid("param");
        return sendRow(c, found(await data(c).from("profiles").select("id, version").eq("id", id).maybeSingle()));
      },
    )
    .patch(
      "/list/:id",
      describeRoute({ summary: "Change a thing", responses: { 200: thing }, problems: ["stale_version"] }),
      validate("param", idParam),
      validate("json", input.partial()),
      (c) => {
        c.header("ETag", etag(1));
        return c.json({ expected: expectedVersion(c) ?? null, ...c.req.valid("json") }, 200);
      },
    )
    .get("/boom", () => {
      throw new Error("secret value 4711");
    });
