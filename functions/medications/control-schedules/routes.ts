import { type AppEnv, describeRoute, Hono, idParam, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import { controlSchedule, controlScheduleListQuery, controlSchedulePage } from "./schemas.ts";

const table = rowsOf({ table: "control_schedules", schema: controlSchedule, order: ["code", "id"] });

/** What holds for controlled drugs. The operator sets it for the country. */
export const controlSchedules = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listControlSchedules",
      summary: "List the schedules of controlled drugs",
      description: "By code. Those of the United States are a demonstration.",
      responses: { 200: controlSchedulePage },
    }),
    validate("query", controlScheduleListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({ id: "readControlSchedule", summary: "Read a schedule", responses: { 200: controlSchedule } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  );
