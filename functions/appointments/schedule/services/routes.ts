import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import { namedListQuery } from "../fields.ts";
import { service, serviceCreate, servicePage, servicePatch, serviceRow } from "./schemas.ts";

const table = rowsOf({
  table: "services",
  schema: serviceRow,
  embed: { resources: "service_resources" },
  filters: ["organization_id", "active"],
  order: ["name", "id"],
});

/** The services that can be booked. */
export const services = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listServices",
      summary: "List services by name",
      description: "Staff see those of their hospital, patients those that they may book.",
      responses: { 200: servicePage },
    }),
    validate("query", namedListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addService",
      summary: "Add a service",
      description: "For those who keep the schedule. Slots start every `duration_minutes` unless said otherwise.",
      responses: { 201: service },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", serviceCreate),
    async (c) => {
      const added = serviceRow.parse(unwrap(await data(c).rpc("create_service", { p_input: c.req.valid("json") })));
      return created(c, added, `appointments/services/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readService", summary: "Read a service", responses: { 200: service } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeService",
      summary: "Change a service",
      description:
        "For those who keep the schedule. Appointments that exist keep their length. Lists take the place of those before.",
      responses: { 200: service },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", servicePatch),
    async (c) => {
      const { id: p_id } = c.req.valid("param");
      const args = { p_id, p_changes: c.req.valid("json"), p_expected_version: expectedVersion(c) };
      return sendRow(c, serviceRow.parse(unwrap(await data(c).rpc("change_service", args))));
    },
  );
