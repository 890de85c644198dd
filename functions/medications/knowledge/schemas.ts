import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, userId, uuid } from "../../../shared/schema/fields.ts";
import { made, own } from "../fields.ts";

/** One version of the knowledge: what changed, when, and by whom. */
export const knowledgeVersion = z.object({
  ...own,
  number: z.int().min(1).meta({ example: 1, description: "The number of the version; each change is the next one." }),
  note: z.string().meta({ example: "Shipped content", description: "What changed." }),
  import_id: uuid.nullable().meta({ example: null, description: "The import that made it; null for another change." }),
  made_by: userId.nullable().meta({ example: null, description: "Who made it; null for the database owner." }),
  made_at: instant.describe("When it came into force."),
  ...made,
}).meta({ id: "KnowledgeVersion" });
export const knowledgeVersionPage = pageOf(knowledgeVersion);
export const knowledgeVersionListQuery = z.strictObject(pageQuery(z.strictObject({ number: z.int(), id: uuid })));

const count = (example: number, description: string) => z.int().min(0).meta({ example, description });

/** What everybody has to know of the content, before they use it. */
export const NOTICE = "This content is a demonstration. A pharmacist must review it before real use.";

/** What the checks know at present, as the database counts it. */
export const knowledgeReport = z.object({
  knowledge_version: count(1, "The version in force; 0 while there is none."),
  rebuilding: z.boolean().meta({ example: false, description: "While it is true every check is incomplete." }),
  rules: count(380, "Rules in force."),
  rules_unverified: count(365, "Of these not compared with their source."),
  ingredients: count(420, "Ingredients in use."),
  ingredients_not_reviewed: count(420, "Of these not reviewed: no rule found is no all-clear for them."),
  products: count(250, "Products in use."),
  products_unmapped: count(0, "Of these not mapped as a whole: checks of them are incomplete."),
});

/** What the checks know at present, and how far to trust it. */
export const knowledge = knowledgeReport.extend({
  notice: z.literal(NOTICE).describe("What users have to know of the content."),
}).meta({ id: "Knowledge" });
