import { z } from "zod";
import { pageOf, pageQuery } from "../../../shared/data/paging.ts";
import { instant, userId, uuid } from "../../../shared/schema/fields.ts";
import { made, own } from "../fields.ts";

/** Somebody who keeps the catalogue and the knowledge. */
export const curator = z.object({
  ...own,
  user_id: userId.describe("The login of the curator."),
  given_by: userId.nullable().meta({ example: null, description: "Who gave the flag; null for the database owner." }),
  person: z.object({
    given_name: z.string().meta({ example: "Petra", description: "First names, as the person writes them." }),
    family_name: z.string().meta({ example: "Novak", description: "Surname, as the person writes it." }),
  }).nullable().describe("Who it is; null for somebody who is no colleague of yours."),
  ...made,
}).meta({ id: "MedicationCurator" });
export const curatorPage = pageOf(curator);
export const curatorListQuery = z.strictObject(pageQuery(z.strictObject({ created_at: instant, id: uuid })));
export const curatorCreate = z.strictObject({
  user_id: userId.meta({
    description: "The login of somebody on the staff of an organization, as the list of memberships has it.",
  }),
});
