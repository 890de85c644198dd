import { Hono } from "hono";
import type { AppEnv } from "../../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../../shared/data/etag.ts";
import { idParam } from "../../../../shared/schema/fields.ts";
import { afterKey } from "../../../../shared/data/keyset.ts";
import { missed, ofVersion } from "../../../../shared/data/update-conflict.ts";
import { page } from "../../../../shared/data/paging.ts";
import { describeRoute } from "../../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../../shared/data/count.ts";
import { validate } from "../../../../shared/schema/validation.ts";
import { namedListQuery, room, roomCreate, roomPage, roomPatch } from "../schemas.ts";

const COLUMNS = "id, organization_id, name, active, version, created_at, updated_at";

/** The rooms in which appointments take place. */
export const rooms = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({ summary: "List rooms by name", description: "For hospital staff.", responses: { 200: roomPage } }),
    validate("query", namedListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let matched = data(c).from("rooms").select(COLUMNS, options);
        if (query.organization_id !== undefined) matched = matched.eq("organization_id", query.organization_id);
        return query.active === undefined ? matched : matched.eq("active", query.active);
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
  .post(
    "/",
    describeRoute({
      summary: "Add a room",
      description: "For those who keep the schedule.",
      responses: { 201: room },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", roomCreate),
    async (c) => {
      const added = room.parse(unwrap(await data(c).rpc("create_room", { p_input: c.req.valid("json") })));
      return created(c, added, `appointments/rooms/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read a room", responses: { 200: room } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return sendRow(c, found(await data(c).from("rooms").select(COLUMNS).eq("id", id).maybeSingle()));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      summary: "Change a room",
      description: "For those who keep the schedule. A room that is no longer active takes no new appointments.",
      responses: { 200: room },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", roomPatch),
    async (c) => {
      const { id } = c.req.valid("param");
      const expected = expectedVersion(c);
      const one = data(c).from("rooms").update(c.req.valid("json")).eq("id", id);
      const changed = unwrap(await ofVersion(one, expected).select(COLUMNS).maybeSingle());
      if (changed !== null) return sendRow(c, changed);
      throw await missed(data(c).from("rooms").select("version").eq("id", id).maybeSingle(), expected);
    },
  );
