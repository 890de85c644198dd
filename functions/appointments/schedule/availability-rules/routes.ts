import {
  type AppEnv,
  created,
  data,
  describeRoute,
  Hono,
  idParam,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import {
  availabilityRule,
  availabilityRuleCreate,
  availabilityRuleListQuery,
  availabilityRulePage,
  availabilityRulePatch,
  availabilityRuleRow,
} from "./schemas.ts";

const table = rowsOf({
  table: "availability_rules",
  schema: availabilityRuleRow,
  filters: ["organization_id", "practitioner_id"],
  order: ["weekday", "start_time", "id"],
});

/** When practitioners see patients, each week. */
export const availabilityRules = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listAvailabilityRules",
      summary: "List weekly hours",
      description: "For hospital staff, by day and time. In the wall time of the hospital's zone.",
      responses: { 200: availabilityRulePage },
    }),
    validate("query", availabilityRuleListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addAvailabilityRule",
      summary: "Add weekly hours of a practitioner",
      description: "For those who keep the schedule. Hours over midnight are two: until 24:00, and from 00:00.",
      responses: { 201: availabilityRule },
      problems: ["forbidden"],
    }),
    validate("json", availabilityRuleCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_availability_rule", { p_input: c.req.valid("json") }));
      const added = availabilityRuleRow.parse(answer);
      return created(c, added, `appointments/availability-rules/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({ id: "readAvailabilityRule", summary: "Read weekly hours", responses: { 200: availabilityRule } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeAvailabilityRule",
      summary: "Change weekly hours",
      description: "For those who keep the schedule. Appointments that exist stay.",
      responses: { 200: availabilityRule },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    validate("json", availabilityRulePatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  )
  .delete(
    "/:id",
    describeRoute({
      id: "removeAvailabilityRule",
      summary: "Remove weekly hours",
      description: "For those who keep the schedule. Appointments that exist stay.",
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", idParam),
    async (c) => {
      await table.remove(c, c.req.valid("param"));
      return c.body(null, 204);
    },
  );
