import { Hono } from "hono";
import { z } from "zod";
import type { AppEnv } from "../../../../shared/core/context.ts";
import { data, found, unwrap } from "../../../../shared/data/data.ts";
import { created, expectedVersion, sendRow } from "../../../../shared/data/etag.ts";
import { idParam, uuid } from "../../../../shared/schema/fields.ts";
import { afterKey } from "../../../../shared/data/keyset.ts";
import { page } from "../../../../shared/data/paging.ts";
import { describeRoute } from "../../../../shared/schema/route-parts.ts";
import { type CountOptions, countOptions, withTotal } from "../../../../shared/data/count.ts";
import { validate } from "../../../../shared/schema/validation.ts";
import { namedListQuery, service, serviceCreate, servicePage, servicePatch } from "../schemas.ts";

const COLUMNS = "*, resources:service_resources(practitioner_id, room_id)";

const withResources = z.looseObject({
  resources: z.array(z.object({ practitioner_id: uuid.nullable(), room_id: uuid.nullable() })),
});

/** A service out of what the database answers: who gives it and where, as lists of ids. */
function asService(answer: unknown) {
  const { resources, ...rest } = withResources.parse(answer);
  const ids = (column: "practitioner_id" | "room_id") =>
    resources.flatMap(({ [column]: id }) => id === null ? [] : [id]);
  return service.parse({ ...rest, practitioner_ids: ids("practitioner_id"), room_ids: ids("room_id") });
}

/** What can be booked. */
export const services = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      summary: "List services by name",
      description: "Staff see those of their hospital, patients those that they may book.",
      responses: { 200: servicePage },
    }),
    validate("query", namedListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const matching = (options: CountOptions) => {
        let rows = data(c).from("services").select(COLUMNS, options);
        if (query.organization_id !== undefined) rows = rows.eq("organization_id", query.organization_id);
        return query.active === undefined ? rows : rows.eq("active", query.active);
      };
      let rows = matching(countOptions(query)).order("name").order("id").limit(query.limit + 1);
      if (query.cursor !== undefined) {
        const { name, id } = query.cursor;
        rows = rows.or(afterKey([{ column: "name", value: name }, { column: "id", value: id }]));
      }
      const { rows: listed, total } = await withTotal(rows, query, matching);
      const key = ({ name, id }: { name: string; id: string }) => ({ name, id });
      return c.json(page({ rows: listed.map(asService), total, limit: query.limit, key }), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      summary: "Add a service",
      description: "For those who keep the schedule. Slots start every `duration_minutes` unless said otherwise.",
      responses: { 201: service },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", serviceCreate),
    async (c) => {
      const added = asService(unwrap(await data(c).rpc("create_service", { p_input: c.req.valid("json") })));
      return created(c, added, `appointments/services/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "Read a service", responses: { 200: service } }),
    validate("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return sendRow(c, asService(found(await data(c).from("services").select(COLUMNS).eq("id", id).maybeSingle())));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      summary: "Change a service",
      description:
        "For those who keep the schedule. Appointments that exist keep their length. Lists take the place of those before.",
      responses: { 200: service },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", servicePatch),
    async (c) => {
      const args = {
        p_id: c.req.valid("param").id,
        p_changes: c.req.valid("json"),
        p_expected_version: expectedVersion(c),
      };
      return sendRow(c, asService(unwrap(await data(c).rpc("change_service", args))));
    },
  );
