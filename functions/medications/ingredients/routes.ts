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
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../shared/route.ts";
import {
  ingredient,
  ingredientCreate,
  ingredientListQuery,
  ingredientPage,
  ingredientPatch,
  ingredientWhole,
  storedIngredientWhole,
} from "./schemas.ts";

const table = rowsOf({ table: "ingredients", schema: ingredient, order: ["name", "id"] });

/** The substances that act, which rules and doses are about. */
export const ingredients = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listIngredients",
      summary: "List ingredients by name",
      description: '`reviewed=false` lists those for which "no rule found" is no all-clear.',
      responses: { 200: ingredientPage },
    }),
    validate("query", ingredientListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_ingredients", {
        p_class_id: query.class_id,
        p_reviewed: query.reviewed,
        p_control_schedule_id: query.control_schedule_id,
        p_active: query.active,
        p_limit: query.limit + 1,
        p_after_name: query.cursor?.name,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, ingredientPage, query, ["name", "id"]), 200);
    },
  )
  .post(
    "/",
    describeRoute({
      id: "addIngredient",
      summary: "Add an ingredient",
      description:
        "For curators. Products that name it, or one of its synonyms, and were not mapped to an ingredient are mapped at once. It is not reviewed until somebody says so.",
      responses: { 201: ingredient },
      problems: ["forbidden", "already_exists"],
    }),
    validate("json", ingredientCreate),
    async (c) => {
      const added = ingredient.parse(
        unwrap(await data(c).rpc("create_ingredient", { p_input: c.req.valid("json") })),
      );
      return created(c, added, `medications/ingredients/${added.id}`);
    },
  )
  .get(
    "/:id",
    describeRoute({
      id: "readIngredient",
      summary: "Read an ingredient",
      description: "With its classes, its codes and its dose limits in force.",
      responses: { 200: ingredientWhole },
    }),
    validate("param", idParam),
    async (c) => {
      const answer = await data(c).rpc("get_ingredient", { p_id: c.req.valid("param").id });
      return sendRow(c, storedIngredientWhole.parse(found(answer)));
    },
  )
  .patch(
    "/:id",
    describeRoute({
      id: "changeIngredient",
      summary: "Change an ingredient",
      description: "For curators. `synonyms` replace those before.",
      responses: { 200: ingredient },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", ingredientPatch),
    async (c) => sendRow(c, await table.change(c, c.req.valid("param"), c.req.valid("json"))),
  )
  .post(
    "/:id/review",
    describeRoute({
      id: "reviewIngredient",
      summary: "Say that the rules of an ingredient were reviewed",
      description:
        "For curators, at the present version of the knowledge. From then on a check in which no rule is found for it counts as complete.",
      responses: { 200: ingredient },
      problems: ["forbidden", "conflict"],
      idempotent: true,
      versioned: true,
    }),
    validate("param", idParam),
    async (c) => {
      const args = { p_id: c.req.valid("param").id, p_expected_version: expectedVersion(c) };
      return sendRow(c, ingredient.parse(unwrap(await data(c).rpc("review_ingredient", args))));
    },
  );
