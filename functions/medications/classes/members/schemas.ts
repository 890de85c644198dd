import { z } from "zod";
import { pageOf, pageQuery } from "../../../../shared/data/paging.ts";
import { uuid } from "../../../../shared/schema/fields.ts";
import { classId, ingredientId, made, own } from "../../fields.ts";

const memberName = z.string().meta({ example: "sertraline", description: "Name of the ingredient." });

/** The membership of an ingredient in a class. */
export const classMember = z.object({
  ...own,
  class_id: classId,
  ingredient_id: ingredientId,
  ingredient: z.object({ name: memberName }).describe("The ingredient."),
  ...made,
}).meta({ id: "ClassMember" });
export const classMemberPage = pageOf(classMember);
export const classMemberListQuery = z.strictObject(pageQuery(z.strictObject({ name: z.string(), id: uuid })));
export const classMemberCreate = z.strictObject({ ingredient_id: ingredientId });
export const classMemberParams = z.strictObject({
  id: uuid.describe("Id of the class."),
  member_id: uuid.describe("Id of the membership."),
});
