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
  availabilityException,
  availabilityExceptionCreate,
  availabilityExceptionListQuery,
  availabilityExceptionPage,
} from "../schemas.ts";
import { toTheMinute } from "../times.ts";

const COLUMNS =
  "id, organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason, version, created_at, updated_at";

const asException = (answer: unknown) => availabilityException.parse(toTheMinute.parse(answer));

/** Holidays, absences and additional hours. They are not changed, but removed and added anew. */
export const availabilityExceptions = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "List days that differ from the weekly hours",
      description: "For hospital staff, by their first day.",
      responses: { 200: availabilityExceptionPage },
    }),
    validate("query", availabilityExceptionListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let rows = data(c).from("availability_exceptions").select(COLUMNS, options);
        if (query.organization_id !== undefined) rows = rows.eq("organization_id", query.organization_id);
        return query.practitioner_id === undefined ? rows : rows.eq("practitioner_id", query.practitioner_id);
      };
      let rows = matching(countOptions(query)).order("from_day").order("id").limit(query.limit + 1);
      if (query.cursor !== undefined) {
        const { from_day, id } = query.cursor;
        rows = rows.or(afterKey([{ column: "from_day", value: from_day }, { column: "id", value: id }]));
      }
      const { rows: listed, total } = await withTotal(rows, query, matching);
      return c.json(
        page({
          rows: listed.map(asException),
          total,
          limit: query.limit,
          key: ({ from_day, id }) => ({ from_day, id }),
        }),
        200,
      );
    },
  )
  .post(
    "/",
    describeRoute({
      summary: "Add days that differ from the weekly hours",
      description:
        "For those who keep the schedule. `closed` takes hours or whole days away, from everybody where it names no practitioner; `open` adds hours.",
      responses: { 201: availabilityException },
      problems: ["forbidden"],
    }),
    validate("json", availabilityExceptionCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_availability_exception", { p_input: c.req.valid("json") }));
      const added = asException(answer);
      return created(c, added, `appointments/availability-exceptions/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read days that differ", responses: { 200: availabilityException } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const answer = await data(c).from("availability_exceptions").select(COLUMNS).eq("id", id).maybeSingle();
      return sendRow(c, asException(found(answer)));
    },
  )
  .delete(
    "/:id",
    describeRoute({
      summary: "Remove days that differ",
      description: "For those who keep the schedule. Appointments that exist stay.",
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const expected = expectedVersion(c);
      const one = data(c).from("availability_exceptions").delete().eq("id", id);
      const gone = await ofVersion(one, expected).select("id").maybeSingle();
      if (unwrap(gone) !== null) return c.body(null, 204);
      throw await missed(
        data(c).from("availability_exceptions").select("version").eq("id", id).maybeSingle(),
        expected,
      );
    },
  );
