import { type AppEnv, describeRoute, Hono, idParam, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import { pack, packListQuery, packPage } from "./schemas.ts";

const table = rowsOf({
  table: "packs",
  schema: pack,
  embed: { product: "products" },
  filters: ["gtin", "product_id"],
  order: ["product_id", "units", "id"],
});

/** The packs of all products. They are changed with their product. */
export const packs = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listPacks",
      summary: "List packs, or find the one with a GTIN",
      description: "`gtin` takes the number as it is printed or scanned; its check digit must be right.",
      responses: { 200: packPage },
    }),
    validate("query", packListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({ id: "readPack", summary: "Read a pack", responses: { 200: pack } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  );
