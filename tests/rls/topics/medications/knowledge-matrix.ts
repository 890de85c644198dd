import { tableLines } from "../../matrix.ts";
import { shelf } from "./rows.ts";

/** A table of the knowledge: everybody reads it, and nobody of the API writes it as a table. */
const read = (relation: string, rows: Record<string, string>) =>
  tableLines({
    relation,
    rows: Object.fromEntries(Object.entries(rows).map(([name, id]) => [name, () => `id = '${id}'`])),
    expected: `
      verb  row  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      ${
      Object.keys(rows).map((name) =>
        `select  ${name}  deny  yes      yes     yes    yes         yes    yes        yes`
      ).join("\n")
    }
      closed  insert, update, delete
    `,
  });

export const knowledge = [
  ...read("public.knowledge_versions", { "a version": shelf.version }),
  ...read("public.interaction_rules", { "a rule": shelf.rule, "an ended one": shelf.endedRule }),
  ...read("public.allergy_groups", { "a group": shelf.group }),
  ...read("public.allergy_cross_reactions", { "one": shelf.crossReaction }),
  ...read("public.duplicate_exceptions", { "one": shelf.exception }),
  ...read("public.dose_limits", { "a limit": shelf.doseLimit }),
];
