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
import {
  practitioner,
  practitionerCreate,
  practitionerListQuery,
  practitionerPage,
  practitionerPatch,
} from "../schemas.ts";

const COLUMNS = "id, organization_id, membership_id, display_name, specialty, active, version, created_at, updated_at";

/** The members of the staff who take appointments. */
export const practitioners = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "List practitioners by name",
      description: "Staff see those of their hospital, patients those whom they may book.",
      responses: { 200: practitionerPage },
    }),
    validate("query", practitionerListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let rows = data(c).from("practitioners").select(COLUMNS, options);
        if (query.organization_id !== undefined) rows = rows.eq("organization_id", query.organization_id);
        if (query.specialty !== undefined) rows = rows.eq("specialty", query.specialty);
        return query.active === undefined ? rows : rows.eq("active", query.active);
      };
      let rows = matching(countOptions(query)).order("display_name").order("id").limit(query.limit + 1);
      if (query.cursor !== undefined) {
        const { display_name, id } = query.cursor;
        rows = rows.or(afterKey([{ column: "display_name", value: display_name }, { column: "id", value: id }]));
      }
      const listed = await withTotal(rows, query, matching);
      const key = ({ display_name, id }: { display_name: string; id: string }) => ({ display_name, id });
      return c.json(page({ ...listed, limit: query.limit, key }), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      summary: "Make a member of the staff a practitioner",
      description: "For those who keep the schedule.",
      responses: { 201: practitioner },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", practitionerCreate),
    async (c) => {
      const answer = await data(c).rpc("create_practitioner", { p_input: c.req.valid("json") });
      const added = practitioner.parse(unwrap(answer));
      return created(c, added, `appointments/practitioners/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read a practitioner", responses: { 200: practitioner } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return sendRow(c, found(await data(c).from("practitioners").select(COLUMNS).eq("id", id).maybeSingle()));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      summary: "Change a practitioner",
      description: "For those who keep the schedule. One who is no longer active takes no new appointments.",
      responses: { 200: practitioner },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", practitionerPatch),
    async (c) => {
      const { id } = c.req.valid("param");
      const expected = expectedVersion(c);
      const one = data(c).from("practitioners").update(c.req.valid("json")).eq("id", id);
      const changed = unwrap(await ofVersion(one, expected).select(COLUMNS).maybeSingle());
      if (changed !== null) return sendRow(c, changed);
      throw await missed(data(c).from("practitioners").select("version").eq("id", id).maybeSingle(), expected);
    },
  );
