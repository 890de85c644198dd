import { callLines, tableLines } from "../../matrix.ts";
import { people } from "../../people.ts";
import { ruleInput } from "./publishing-rules.ts";
import { shelf } from "./rows.ts";

const row = (id: string) => () => `id = '${id}'`;

/** The catalogue: everybody reads it, the curator, who is the pharmacist, keeps it. */
export const catalogue = [
  ...tableLines({
    relation: "public.medication_curators",
    rows: { "the pharmacist": row(shelf.curator), "the suspended one": row(shelf.suspendedCurator) },
    inserts: {
      "a colleague": () => `(user_id) values ('${people.admin}')`,
      "a patient": () => `(user_id) values ('${people.paula}')`,
      "nobody": () => "(user_id) values ('ffffffff-0000-4000-8000-000000000000')",
    },
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  the pharmacist     deny       none     none    none   yes         none   none       yes
      select  the suspended one  deny       none     none    none   yes         none   yes        yes
      insert  a colleague        deny       deny     deny    deny   yes         deny   deny       yes
      insert  a patient          deny       deny     deny    deny   deny        deny   deny       yes
      insert  nobody             deny       deny     deny    deny   deny        deny   deny       23503
      delete  the pharmacist     deny       none     none    none   yes         none   none       yes
      delete  the suspended one  deny       none     none    none   yes         none   none       yes
      closed  update
    `,
  }),
  ...tableLines({
    relation: "public.control_schedules",
    rows: { "one": row(shelf.schedule) },
    expected: `
      verb    row  anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one  deny       yes      yes     yes    yes         yes    yes        yes
      closed  insert, update, delete
    `,
  }),
  ...tableLines({
    relation: "public.ingredients",
    rows: { "one": row(shelf.alpha), "one in no use": row(shelf.gamma) },
    inserts: {
      "a new one": () => "(name, synonyms) values ('rlsdelta', '{rlsdelt}')",
      "one of the same name": () => "(name) values ('RlsAlpha')",
    },
    set: "name = 'rlsother'",
    expected: `
      verb    row                   anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one                   deny       yes      yes     yes    yes         yes    yes        yes
      select  one in no use         deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new one             deny       deny     deny    deny   yes         deny   deny       yes
      insert  one of the same name  deny       deny     deny    deny   23505       deny   deny       23505
      update  one                   deny       none     none    none   yes         none   none       yes
      update  one in no use         deny       none     none    none   yes         none   none       yes
      delete  one                   deny       deny     deny    deny   deny        deny   deny       23503
      delete  one in no use         deny       deny     deny    deny   deny        deny   deny       yes
      closed  delete
    `,
  }),
  ...tableLines({
    relation: "public.medication_classes",
    rows: { "one": row(shelf.alphas) },
    inserts: { "a new one": () => "(name, title) values ('rls_gammas', 'Gammas')" },
    set: "duplicate_therapy = true",
    expected: `
      verb    row        anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one        deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new one  deny       deny     deny    deny   yes         deny   deny       yes
      update  one        deny       none     none    none   yes         none   none       yes
      closed  delete
    `,
  }),
  ...tableLines({
    relation: "public.ingredient_classes",
    rows: { "a member": row(shelf.member) },
    inserts: {
      "a new member": () => `(ingredient_id, class_id) values ('${shelf.gamma}', '${shelf.alphas}')`,
      "one who is one": () => `(ingredient_id, class_id) values ('${shelf.alpha}', '${shelf.alphas}')`,
    },
    expected: `
      verb    row             anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  a member        deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new member    deny       deny     deny    deny   yes         deny   deny       yes
      insert  one who is one  deny       deny     deny    deny   23505       deny   deny       23505
      delete  a member        deny       none     none    none   yes         none   none       yes
      closed  update
    `,
  }),
  ...tableLines({
    relation: "public.products",
    rows: { "one": row(shelf.product) },
    inserts: {
      "a new one": () =>
        "(name, dose_form, routes, base_unit) values ('rlsbeta 5 mg tablet', 'tablet', '{oral}', 'tablet')",
    },
    set: "brand = 'Other'",
    expected: `
      verb    row        anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  one        deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new one  deny       deny     deny    deny   yes         deny   deny       yes
      update  one        deny       none     none    none   yes         none   none       yes
      closed  delete
    `,
  }),
  ...tableLines({
    relation: "public.product_ingredients",
    rows: { "a substance": row(shelf.substance) },
    inserts: {
      "a new one": () => `(product_id, substance) values ('${shelf.product}', 'Rlsbeta')`,
      "one that is there": () => `(product_id, substance) values ('${shelf.product}', 'Rlsnew')`,
    },
    set: "strength = 250",
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  a substance        deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new one          deny       deny     deny    deny   yes         deny   deny       yes
      insert  one that is there  deny       deny     deny    deny   23505       deny   deny       23505
      update  a substance        deny       none     none    none   yes         none   none       yes
      delete  a substance        deny       none     none    none   yes         none   none       yes
    `,
  }),
  ...tableLines({
    relation: "public.packs",
    rows: { "a pack": row(shelf.pack) },
    inserts: {
      "a new one": () => `(product_id, units, gtin) values ('${shelf.product}', 30, '96385074')`,
      "one whose GTIN is taken": () => `(product_id, units, gtin) values ('${shelf.product}', 30, '04006381333931')`,
    },
    set: "description = 'Blister'",
    expected: `
      verb    row                      anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  a pack                   deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new one                deny       deny     deny    deny   yes         deny   deny       yes
      insert  one whose GTIN is taken  deny       deny     deny    deny   23505       deny   deny       23505
      update  a pack                   deny       none     none    none   yes         none   none       yes
      delete  a pack                   deny       none     none    none   yes         none   none       yes
    `,
  }),
  ...tableLines({
    relation: "public.medication_codes",
    rows: { "a code": row(shelf.code) },
    inserts: {
      "a new one": () => `(system, code, class_id) values ('atc', 'Z99', '${shelf.alphas}')`,
      "one that is taken": () => `(system, code, ingredient_id) values ('ndc', '999999-999', '${shelf.beta}')`,
    },
    expected: `
      verb    row                anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      select  a code             deny       yes      yes     yes    yes         yes    yes        yes
      insert  a new one          deny       deny     deny    deny   yes         deny   deny       yes
      insert  one that is taken  deny       deny     deny    deny   23505       deny   deny       23505
      delete  a code             deny       none     none    none   yes         none   none       yes
      closed  update
    `,
  }),
  ...callLines(
    {
      "knowledge_version": () => "select public.knowledge_version()",
      "publish_rule": () => `select public.publish_rule(${ruleInput()})`,
      "retire_rule one that there is not": () => "select public.retire_rule('rls-nowhere')",
      "search_medications": () => "select public.search_medications('rlsalpha')",
      "start_medication_import": () => `select public.start_medication_import('catalogue', 'rls', repeat('0', 64))`,
      "stage_medication_import of another": () =>
        `select public.stage_medication_import('${shelf.import}', '[{"section": "codes", "place": "1", "row": {}}]')`,
      "run_medication_import of another": () => `select public.run_medication_import('${shelf.import}', true)`,
    },
    `
      function                            anonymous  patient  doctor  nurse  pharmacist  admin  suspended  service
      knowledge_version                   deny       yes      yes     yes    yes         yes    yes        yes
      publish_rule                        deny       PT403    PT403   PT403  yes         PT403  PT403      deny
      retire_rule one that there is not   deny       PT403    PT403   PT403  PT404       PT403  PT403      deny
      search_medications                  deny       yes      yes     yes    yes         yes    yes        deny
      start_medication_import             deny       PT403    PT403   PT403  yes         PT403  PT403      yes
      stage_medication_import of another  deny       PT403    PT403   PT403  PT404       PT403  PT403      PT404
      run_medication_import of another    deny       PT403    PT403   PT403  PT404       PT403  PT403      PT404
    `,
  ),
];
