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
  availabilityRule,
  availabilityRuleCreate,
  availabilityRuleListQuery,
  availabilityRulePage,
  availabilityRulePatch,
} from "../schemas.ts";
import { toTheMinute } from "../times.ts";

const COLUMNS =
  "id, organization_id, practitioner_id, weekday, start_time, end_time, valid_from, valid_to, version, created_at, updated_at";

const asRule = (answer: unknown) => availabilityRule.parse(toTheMinute.parse(answer));

/** When practitioners see patients, each week. */
export const availabilityRules = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "List weekly hours",
      description: "For hospital staff, by day and time. In the wall time of the hospital's zone.",
      responses: { 200: availabilityRulePage },
    }),
    validate("query", availabilityRuleListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let rows = data(c).from("availability_rules").select(COLUMNS, options);
        if (query.organization_id !== undefined) rows = rows.eq("organization_id", query.organization_id);
        return query.practitioner_id === undefined ? rows : rows.eq("practitioner_id", query.practitioner_id);
      };
      let rows = matching(countOptions(query)).order("weekday").order("start_time").order("id").limit(query.limit + 1);
      if (query.cursor !== undefined) {
        const { weekday, start_time, id } = query.cursor;
        rows = rows.or(afterKey([
          { column: "weekday", value: weekday },
          { column: "start_time", value: start_time },
          { column: "id", value: id },
        ]));
      }
      const { rows: listed, total } = await withTotal(rows, query, matching);
      return c.json(
        page({
          rows: listed.map(asRule),
          total,
          limit: query.limit,
          key: ({ weekday, start_time, id }) => ({ weekday, start_time, id }),
        }),
        200,
      );
    },
  )
  .post(
    "/",
    describeRoute({
      summary: "Add weekly hours of a practitioner",
      description: "For those who keep the schedule. Hours over midnight are two: until 24:00, and from 00:00.",
      responses: { 201: availabilityRule },
      problems: ["forbidden"],
    }),
    validate("json", availabilityRuleCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_availability_rule", { p_input: c.req.valid("json") }));
      const added = asRule(answer);
      return created(c, added, `appointments/availability-rules/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read weekly hours", responses: { 200: availabilityRule } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const answer = await data(c).from("availability_rules").select(COLUMNS).eq("id", id).maybeSingle();
      return sendRow(c, asRule(found(answer)));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      summary: "Change weekly hours",
      description: "For those who keep the schedule. Appointments that exist stay.",
      responses: { 200: availabilityRule },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", availabilityRulePatch),
    async (c) => {
      const { id } = c.req.valid("param");
      const expected = expectedVersion(c);
      const one = data(c).from("availability_rules").update(c.req.valid("json")).eq("id", id);
      const changed = unwrap(await ofVersion(one, expected).select(COLUMNS).maybeSingle());
      if (changed !== null) return sendRow(c, asRule(changed));
      throw await missed(data(c).from("availability_rules").select("version").eq("id", id).maybeSingle(), expected);
    },
  )
  .delete(
    "/:id",
    describeRoute({
      summary: "Remove weekly hours",
      description: "For those who keep the schedule. Appointments that exist stay.",
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const expected = expectedVersion(c);
      const one = data(c).from("availability_rules").delete().eq("id", id);
      const gone = await ofVersion(one, expected).select("id").maybeSingle();
      if (unwrap(gone) !== null) return c.body(null, 204);
      throw await missed(data(c).from("availability_rules").select("version").eq("id", id).maybeSingle(), expected);
    },
  );
