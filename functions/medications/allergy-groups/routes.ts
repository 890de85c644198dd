import { type AppEnv, describeRoute, Hono, idParam, rowsOf, sendRow, validate } from "../../../shared/route.ts";
import { allergyGroup, allergyGroupListQuery, allergyGroupPage, storedAllergyGroup } from "./schemas.ts";

const table = rowsOf({
  table: "allergy_groups",
  schema: storedAllergyGroup,
  embed: { cross_reactions: "allergy_cross_reactions" },
  filters: ["class_id", "verification"],
  order: ["name", "id"],
});

/** Allergies that count for more than one ingredient. */
export const allergyGroups = new Hono<AppEnv>()
  .get(
    "/",
    describeRoute({
      id: "listAllergyGroups",
      summary: "List groups of medicines that share allergies",
      description: "By name, each with what may react besides.",
      responses: { 200: allergyGroupPage },
    }),
    validate("query", allergyGroupListQuery),
    async (c) => c.json(await table.list(c, c.req.valid("query")), 200),
  )
  .get(
    "/:id",
    describeRoute({ id: "readAllergyGroup", summary: "Read a group", responses: { 200: allergyGroup } }),
    validate("param", idParam),
    async (c) => sendRow(c, await table.read(c, c.req.valid("param"))),
  );
