import { Hono } from "hono";
import type { z } from "zod";
import type { AppContext, AppEnv } from "../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../shared/data/data.ts";
import { expectedVersion, sendRow } from "../../../shared/data/etag.ts";
import { idParam } from "../../../shared/schema/fields.ts";
import { afterKey } from "../../../shared/data/keyset.ts";
import { missed, ofVersion } from "../../../shared/data/update-conflict.ts";
import { page } from "../../../shared/data/paging.ts";
import { describeRoute } from "../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../shared/data/count.ts";
import { validate } from "../../../shared/schema/validation.ts";
import {
  organization,
  organizationListQuery,
  organizationPage,
  organizationPatch,
  organizationPut,
} from "../schemas.ts";

const COLUMNS =
  `id, kind, name, time_zone, address_line, city, region, postal_code, country, phone, email, active, version, created_at,
  updated_at`;

/**
 * The organizations of the network: open ones are known to everybody who is signed in, admins change their own. There is no way to open one here: that is for
 * the network's operator, in SQL (`private.open_organization`).
 */
export const organizations = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({ summary: "List organizations by name", responses: { 200: organizationPage } }),
    validate("query", organizationListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        const rows = data(c).from("organizations").select(COLUMNS, options);
        return query.kind === undefined ? rows : rows.eq("kind", query.kind);
      };
      let rows = matching(countOptions(query)).order("name").order("id").limit(query.limit + 1);
      if (query.cursor !== undefined) {
        const { name, id } = query.cursor;
        rows = rows.or(afterKey([{ column: "name", value: name }, { column: "id", value: id }]));
      }
      const listed = await withTotal(rows, query, matching);
      return c.json(page({ ...listed, limit: query.limit, key: ({ name, id }) => ({ name, id }) }), 200);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read an organization", responses: { 200: organization } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return sendRow(c, found(await data(c).from("organizations").select(COLUMNS).eq("id", id).maybeSingle()));
    },
  )
  .put(
    "/:id",
    describeRoute({
      summary: "Replace an organization",
      description: "Takes the whole mutable organization: every field is named, null clears one.",
      responses: { 200: organization },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", organizationPut),
    async (c) => sendRow(c, await update(c, c.req.valid("param").id, c.req.valid("json"))),
  )
  .patch(
    "/:id",
    describeRoute({ summary: "Change an organization", responses: { 200: organization }, problems: ["forbidden"] }),
    validate("param", idParam),
    validate("json", organizationPatch),
    async (c) => sendRow(c, await update(c, c.req.valid("param").id, c.req.valid("json"))),
  );

async function update(c: AppContext, id: string, changes: z.output<typeof organizationPatch>) {
  c.var.record.organizationId = id;
  const expected = expectedVersion(c);
  const own = data(c).from("organizations").update(changes).eq("id", id);
  const changed = unwrap(await ofVersion(own, expected).select(COLUMNS).maybeSingle());
  if (changed !== null) return changed;
  throw await missed(data(c).from("organizations").select("version").eq("id", id).maybeSingle(), expected);
}
