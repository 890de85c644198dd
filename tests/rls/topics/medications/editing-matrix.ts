import { callLines } from "../../matrix.ts";
import { people } from "../../people.ts";
import { shelf } from "./rows.ts";

const product = (more: string) =>
  `'{"name": "rlsdelta 1 mg tablet", "dose_form": "tablet", "routes": ["oral"], "base_unit": "tablet",
    "ingredients": [{"substance": "rlsdelta"}], ${more}}'`;

/** Functions that change the catalogue: the curator, who is the pharmacist, calls them. */
const changing = callLines(
  {
    "create_ingredient": () => `select public.create_ingredient('{"name": "rlsdelta", "synonyms": ["rlsdelt"]}')`,
    "create_ingredient again": () => `select public.create_ingredient('{"name": "RlsAlpha"}')`,
    "create_medication_class": () =>
      `select public.create_medication_class('{"name": "rls_deltas", "title": "Deltas"}')`,
    "add_class_member": () =>
      `select public.add_class_member('{"class_id": "${shelf.alphas}", "ingredient_id": "${shelf.gamma}"}')`,
    "create_medication_code": () =>
      `select public.create_medication_code('{"system": "atc", "code": "Z98", "ingredient_id": "${shelf.gamma}"}')`,
    "create_medication_curator": () => `select public.create_medication_curator('{"user_id": "${people.admin}"}')`,
    "create_product": () => `select public.create_product(${product(`"packs": [{"units": 30, "gtin": "96385074"}]`)})`,
    "create_product of a taken GTIN": () =>
      `select public.create_product(${product(`"packs": [{"units": 30, "gtin": "4006381333931"}]`)})`,
    "change_product": () => `select public.change_product('${shelf.product}', '{"brand": "Other", "packs": []}')`,
    "import_medications": () =>
      `select public.import_medications('catalogue', 'rls', '[{"section": "codes",
        "row": {"system": "atc", "code": "Z97", "target": "rlsalpha"}}]', true)`,
    "review_ingredient": () => `select public.review_ingredient('${shelf.alpha}')`,
    "review_ingredient of none": () => `select public.review_ingredient('ffffffff-0000-4000-8000-000000000000')`,
    "retire_interaction_rule": () => `select public.retire_interaction_rule('${shelf.rule}')`,
    "retire_interaction_rule that has ended": () => `select public.retire_interaction_rule('${shelf.endedRule}')`,
  },
  `
    function                                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    create_ingredient                       deny       deny     deny    deny   yes         deny   deny       deny
    create_ingredient again                 deny       PT409    PT409   PT409  PT409       PT409  PT409      deny
    create_medication_class                 deny       deny     deny    deny   yes         deny   deny       deny
    add_class_member                        deny       deny     deny    deny   yes         deny   deny       deny
    create_medication_code                  deny       deny     deny    deny   yes         deny   deny       deny
    create_medication_curator               deny       deny     deny    deny   yes         deny   deny       deny
    create_product                          deny       deny     deny    deny   yes         deny   deny       deny
    create_product of a taken GTIN          deny       deny     deny    deny   PT409       deny   deny       deny
    change_product                          deny       PT403    PT403   PT403  yes         PT403  PT403      deny
    import_medications                      deny       PT403    PT403   PT403  yes         PT403  PT403      deny
    review_ingredient                       deny       PT403    PT403   PT403  yes         PT403  PT403      deny
    review_ingredient of none               deny       PT404    PT404   PT404  PT404       PT404  PT404      deny
    retire_interaction_rule                 deny       PT403    PT403   PT403  yes         PT403  PT403      deny
    retire_interaction_rule that has ended  deny       PT403    PT403   PT403  PT409       PT403  PT403      deny
  `,
);

/** Functions that read it: for everybody who is signed in. */
const reading = callLines(
  {
    "get_ingredient": () => `select public.get_ingredient('${shelf.alpha}')`,
    "list_ingredients": () => "select public.list_ingredients()",
    "list_class_members": () => `select public.list_class_members('${shelf.alphas}')`,
    "get_product": () => `select public.get_product('${shelf.product}')`,
    "list_products": () => "select public.list_products()",
    "get_interaction_rule": () => `select public.get_interaction_rule('${shelf.endedRule}')`,
    "list_interaction_rules": () => `select public.list_interaction_rules(p_ingredient_id => '${shelf.alpha}')`,
    "knowledge_report": () => "select public.knowledge_report()",
  },
  `
    function                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
    get_ingredient          deny       yes      yes     yes    yes         yes    yes        deny
    list_ingredients        deny       yes      yes     yes    yes         yes    yes        deny
    list_class_members      deny       yes      yes     yes    yes         yes    yes        deny
    get_product             deny       yes      yes     yes    yes         yes    yes        deny
    list_products           deny       yes      yes     yes    yes         yes    yes        deny
    get_interaction_rule    deny       yes      yes     yes    yes         yes    yes        deny
    list_interaction_rules  deny       yes      yes     yes    yes         yes    yes        deny
    knowledge_report        deny       yes      yes     yes    yes         yes    yes        deny
  `,
);

export const editing = [...changing, ...reading];

/** Names and ids of the catalogue, which everybody may look up; and who becomes a curator, whom curators choose from all staff. */
export const namedInCatalogue = [
  "create_medication_curator user_id",
  "add_class_member class_id",
  "add_class_member ingredient_id",
  "change_product name",
  "change_product p_id",
  "create_ingredient control_schedule_id",
  "create_ingredient name",
  "create_medication_class name",
  ...["code", "ingredient_id", "class_id", "product_id"].map((key) => `create_medication_code ${key}`),
  "create_product name",
  ...["get_ingredient", "get_product", "get_interaction_rule", "review_ingredient", "retire_interaction_rule"].map((
    name,
  ) => `${name} p_id`),
  "list_class_members p_class_id",
  "list_ingredients p_class_id",
  "list_ingredients p_control_schedule_id",
  "list_interaction_rules p_class_id",
  "list_interaction_rules p_ingredient_id",
  "list_products p_ingredient_id",
];
