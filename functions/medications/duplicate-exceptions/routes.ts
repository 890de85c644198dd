import { type AppEnv, describeRoute, Hono, idParam, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import {
  duplicateException,
  duplicateExceptionListQuery,
  duplicateExceptionPage,
  storedDuplicateException,
} from "./schemas.ts";

const table = rowsOf({
  table: "duplicate_exceptions",
  schema: storedDuplicateException,
  filters: ["class_id"],
  order: ["created_at", "id"],
});

/** What is no duplicate although it looks like one. */
export const duplicateExceptions = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listDuplicateExceptions",
      summary: "List medicines that are given together on purpose",
      description: "Oldest first.",
      responses: { 200: duplicateExceptionPage },
    }),
    validate("query", duplicateExceptionListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({
      id: "readDuplicateException",
      summary: "Read an exception",
      responses: { 200: duplicateException },
    }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  );
