import type { Rule } from "../../rule.ts";
import { shelf } from "./rows.ts";

/** The product was changed last in another transaction than this one. */
const before = `set local session_replication_role = replica;
  update public.products set updated_at = '2026-01-01' where id = '${shelf.product}';
  set local session_replication_role = origin`;

/** What is in a product and how it is packed is a part of it. */
export const partRules: Rule[] = ([
  [
    "a new substance",
    `insert into public.product_ingredients (product_id, substance) values ('${shelf.product}', 'Rlsmore')`,
  ],
  ["a changed substance", `update public.product_ingredients set strength = 250 where id = '${shelf.substance}'`],
  ["a removed substance", `delete from public.product_ingredients where id = '${shelf.substance}'`],
  ["a new pack", `insert into public.packs (product_id, units) values ('${shelf.product}', 7)`],
  ["a changed pack", `update public.packs set description = 'Blister' where id = '${shelf.pack}'`],
  ["a removed pack", `delete from public.packs where id = '${shelf.pack}'`],
] satisfies [string, string][]).map(([what, given]): Rule => ({
  rule: `${what} is a change of the product`,
  before,
  given,
  statement: `select 1 from public.products where id = '${shelf.product}' and version > 1 and updated_at = now()`,
  expected: "yes",
}));
