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
  availabilityException,
  availabilityExceptionCreate,
  availabilityExceptionListQuery,
  availabilityExceptionPage,
  availabilityExceptionRow,
} from "./schemas.ts";

const table = rowsOf({
  table: "availability_exceptions",
  schema: availabilityExceptionRow,
  filters: ["organization_id", "practitioner_id"],
  order: ["from_day", "id"],
});

/** Holidays, absences and additional hours. They are not changed, but removed and added anew. */
export const availabilityExceptions = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listAvailabilityExceptions",
      summary: "List days that differ from the weekly hours",
      description: "For hospital staff, by their first day.",
      responses: { 200: availabilityExceptionPage },
    }),
    validate("query", availabilityExceptionListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .post(
    "/",
    describeRoute({
      id: "addAvailabilityException",
      summary: "Add days that differ from the weekly hours",
      description:
        "For those who keep the schedule. `closed` takes hours or whole days away, from everybody where it names no practitioner; `open` adds hours.",
      responses: { 201: availabilityException },
      problems: ["forbidden"],
    }),
    validate("json", availabilityExceptionCreate),
    async (c) => {
      const answer = unwrap(await data(c).rpc("create_availability_exception", { p_input: c.req.valid("json") }));
      const added = availabilityExceptionRow.parse(answer);
      return created(c, added, `appointments/availability-exceptions/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({
      id: "readAvailabilityException",
      summary: "Read days that differ",
      responses: { 200: availabilityException },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  )
  .delete(
    "/:id",
    describeRoute({
      id: "removeAvailabilityException",
      summary: "Remove days that differ",
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
