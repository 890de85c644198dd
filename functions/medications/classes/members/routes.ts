import {
  type AppEnv,
  created,
  data,
  describeRoute,
  Hono,
  idParam,
  listed,
  rowsOf,
  sendRow,
  unwrap,
  validate,
} from "../../../../shared/route.ts";
import { classMember, classMemberCreate, classMemberListQuery, classMemberPage, classMemberParams } from "./schemas.ts";

const table = rowsOf({
  table: "ingredient_classes",
  schema: classMember,
  order: ["id"],
  embed: { ingredient: "ingredients" },
});

/** The ingredients of a class. A change of members changes at once which pairs of ingredients interact. */
export const classMembers = new Hono<AppEnv>()
  .get(
    "/:id/members",
    describeRoute({
      id: "listClassMembers",
      summary: "List the ingredients of a class by name",
      responses: { 200: classMemberPage },
    }),
    validate("param", idParam),
    validate("query", classMemberListQuery),
    async (c) => {
      const query = c.req.valid("query");
      const answer = await data(c).rpc("list_class_members", {
        p_class_id: c.req.valid("param").id,
        p_limit: query.limit + 1,
        p_after_name: query.cursor?.name,
        p_after_id: query.cursor?.id,
        p_count: query.count !== undefined,
      });
      return c.json(listed(answer, classMemberPage, query, ["name", "id"]), 200);
    },
  )
  .post(
    "/:id/members",
    describeRoute({
      id: "addClassMember",
      summary: "Add an ingredient to a class",
      description: "For curators. The rules of the class hold for it at once.",
      responses: { 201: classMember },
      problems: ["forbidden", "already_exists"],
    }),
    validate("param", idParam),
    validate("json", classMemberCreate),
    async (c) => {
      const { id } = c.req.valid("param");
      const p_input = { class_id: id, ...c.req.valid("json") };
      const added = classMember.parse(unwrap(await data(c).rpc("add_class_member", { p_input })));
      return created(c, added, `medications/classes/${id}/members/${added.id}`);
    },
  )
  .get(
    "/:id/members/:member_id",
    describeRoute({
      id: "readClassMember",
      summary: "Read the membership of an ingredient in a class",
      responses: { 200: classMember },
    }),
    validate("param", classMemberParams),
    async (c) => {
      const { id, member_id } = c.req.valid("param");
      return sendRow(c, await table.read(c, { id: member_id, class_id: id }));
    },
  )
  .delete(
    "/:id/members/:member_id",
    describeRoute({
      id: "removeClassMember",
      summary: "Take an ingredient out of a class",
      description: "For curators. The rules of the class hold for it no more, from the next check on.",
      responses: { 204: null },
      problems: ["forbidden"],
    }),
    validate("param", classMemberParams),
    async (c) => {
      const { id, member_id } = c.req.valid("param");
      await table.remove(c, { id: member_id, class_id: id });
      return c.body(null, 204);
    },
  );
