import {
  type AppEnv,
  created,
  data,
  describeRoute,
  expectedVersion,
  found,
  Hono,
  idParam,
  listed,
  sendRow,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import { product, productCreate, productListQuery, productPage, productPatch } from "./schemas.ts";

/** What is prescribed and dispensed. */
export const products = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listProducts",
      summary: "List products by name",
      description: "`unmapped=true` lists those that a check cannot look at as a whole.",
      responses: { 200: productPage },
    }),
    validate("query", productListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_products", {
        p_ingredient_id: query.ingredient_id,
        p_unmapped: query.unmapped,
        p_active: query.active,
        p_limit: query.limit + 1,
        p_after_name: query.cursor?.name,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, productPage, query, ["name", "id"]), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      id: "addProduct",
      summary: "Add a product",
      description:
        "For curators; with its ingredients and packs, or not at all. Name every ingredient of a combination: checks look at each.",
      responses: { 201: product },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", productCreate),
    async (c) => {
      const added = product.parse(
        unwrap(await data(c).rpc("create_product", { p_input: c.req.valid("json") })),
      );
      return created(c, added, `medications/products/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({
      id: "readProduct",
      summary: "Read a product",
      description: "With its ingredients, packs and codes.",
      responses: { 200: product },
    }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).rpc("get_product", { p_id: c.req.valid("param").id });
      return sendRow(c, product.parse(found(answer)));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeProduct",
      summary: "Change a product, or take it out of use",
      description:
        "For curators. `ingredients` and `packs` replace those before; packs that stay keep their ids. One with `active: false` is prescribed no more.",
      responses: { 200: product },
      problems: ["forbidden", "already_exists", "conflict"],
    }),
    validate("param", idParam),
    validate("json", productPatch),
    async (c) => {
      const { id: p_id } = c.req.valid("param");
      const args = { p_id, p_changes: c.req.valid("json"), p_expected_version: expectedVersion(c) };
      return sendRow(c, product.parse(unwrap(await data(c).rpc("change_product", args))));
    },
  );
