import { type AppEnv, describeRoute, Hono, idParam, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import { doseLimit, doseLimitListQuery, doseLimitPage, storedDoseLimit } from "./schemas.ts";

const table = rowsOf({
  table: "dose_limits",
  schema: storedDoseLimit,
  filters: ["ingredient_id", "verification"],
  order: ["ingredient_id", "age_from_months", "id"],
});

/** How much of an ingredient is too much. */
export const doseLimits = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listDoseLimits",
      summary: "List the dose limits in force",
      description:
        "By ingredient and age. An ingredient without one was not given a limit; that does not mean that there is none.",
      responses: { 200: doseLimitPage },
    }),
    validate("query", doseLimitListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query"), [["until_version", "is", null]]), 200),
  )
  .get(
    "/:id",
    describeRoute({
      id: "readDoseLimit",
      summary: "Read a dose limit",
      description: "In force or not.",
      responses: { 200: doseLimit },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  );
