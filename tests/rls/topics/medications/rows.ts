import { people } from "../../people.ts";

const id = (number: number) => `a4000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Rows of the catalogue that no content brings: their names begin with `rls`. The pharmacist of the seeds is the curator of the matrix; the suspended person has the flag, too. */
export const shelf = {
  curator: "50000000-0000-4000-8000-000000000041",
  suspendedCurator: id(2),
  schedule: id(3),
  alpha: id(4),
  beta: id(5),
  gamma: id(6),
  alphas: id(7),
  betas: id(8),
  member: id(9),
  product: id(10),
  substance: id(11),
  unmapped: id(12),
  pack: id(13),
  code: id(14),
  rule: id(15),
  endedRule: id(16),
  group: id(17),
  crossReaction: id(18),
  exception: id(19),
  doseLimit: id(20),
  version: id(21),
  bare: id(22),
  import: id(23),
} as const;

/** Numbers of versions that no content reaches. */
export const versions = { first: 1_000_000, second: 1_000_001 } as const;

/** Columns of a rule that have to be there, and values. */
export const ruleColumns = "severity, effect, mechanism, management, evidence, source_label, source_section";
export const ruleValues = "'major', 'Harm', 'A way', 'Do not', 'label', 'A label', '7'";

export const arrangement = `
  insert into private.medication_imports (id, kind, source, sha256, made_by) values
    ('${shelf.import}', 'catalogue', 'rls-other', repeat('0', 64), '${people.suspended}');
  insert into public.medication_curators (id, user_id) values
    ('${shelf.suspendedCurator}', '${people.suspended}');
  insert into public.knowledge_versions (id, number, note) values
    ('${shelf.version}', ${versions.first}, 'First'), (gen_random_uuid(), ${versions.second}, 'Second');
  update private.knowledge set version = ${versions.second};
  insert into public.control_schedules (id, code, name, refills_allowed, valid_days) values
    ('${shelf.schedule}', 'ZZ-RLS', 'Of the tests', 0, 7);
  insert into public.ingredients (id, name, synonyms) values
    ('${shelf.alpha}', 'rlsalpha', '{rlsalfa}'), ('${shelf.beta}', 'rlsbeta', '{}'), ('${shelf.gamma}', 'rlsgamma', '{}');
  insert into public.medication_classes (id, name, title) values
    ('${shelf.alphas}', 'rls_alphas', 'Alphas'), ('${shelf.betas}', 'rls_betas', 'Betas');
  insert into public.ingredient_classes (id, ingredient_id, class_id) values
    ('${shelf.member}', '${shelf.alpha}', '${shelf.alphas}'), (gen_random_uuid(), '${shelf.beta}', '${shelf.betas}');
  insert into public.products (id, name, brand, dose_form, routes, base_unit) values
    ('${shelf.product}', 'rlsalpha 500 mg tablet', 'Rlsbrand', 'tablet', '{oral}', 'tablet'),
    ('${shelf.bare}', 'rlsbare 5 mg tablet', null, 'tablet', '{oral}', 'tablet');
  insert into public.product_ingredients (id, product_id, substance, strength, strength_unit) values
    ('${shelf.substance}', '${shelf.product}', 'RLSALPHA HYDROCHLORIDE', 500, 'mg'),
    ('${shelf.unmapped}', '${shelf.product}', 'Rlsnew', null, null);
  insert into public.packs (id, product_id, units, gtin) values ('${shelf.pack}', '${shelf.product}', 20, '4006381333931');
  insert into public.medication_codes (id, system, code, product_id) values
    ('${shelf.code}', 'ndc', '999999-999', '${shelf.product}');
  insert into public.interaction_rules (id, rule_key, kind, class_id, other_class_id, since_version, until_version, ${ruleColumns}) values
    ('${shelf.rule}', 'rls-1', 'drug', '${shelf.alphas}', '${shelf.betas}', ${versions.first}, null, ${ruleValues}),
    ('${shelf.endedRule}', 'rls-2', 'drug', '${shelf.alphas}', '${shelf.betas}', ${versions.first}, ${versions.second}, ${ruleValues});
  insert into public.allergy_groups (id, name, class_id) values ('${shelf.group}', 'Rls group', '${shelf.alphas}');
  insert into public.allergy_cross_reactions (id, group_id, class_id, level) values
    ('${shelf.crossReaction}', '${shelf.group}', '${shelf.betas}', 'warning');
  insert into public.duplicate_exceptions (id, class_id, description) values
    ('${shelf.exception}', '${shelf.alphas}', 'Rls exception');
  insert into public.dose_limits (id, ingredient_id, per_day, unit, management, source_label, source_section, since_version) values
    ('${shelf.doseLimit}', '${shelf.alpha}', 4000, 'mg', 'Less', 'A label', '2', ${versions.first});
`;

const own = "where id::text like 'a4000000-0000-4000-8000-%'";

/** Runs with triggers and foreign keys off. */
export const removal = `
  delete from private.interaction_pairs where rule_id::text like 'a4000000-0000-4000-8000-%';
  delete from private.product_search where product_id::text like 'a4000000-0000-4000-8000-%';
  delete from private.ingredient_names where ingredient_id::text like 'a4000000-0000-4000-8000-%';
  delete from public.ingredient_classes where ingredient_id::text like 'a4000000-0000-4000-8000-%';
  delete from private.medication_imports where id = '${shelf.import}';
  delete from public.knowledge_versions where number >= ${versions.first};
  update private.knowledge set version = (select coalesce(max(number), 0) from public.knowledge_versions);
  ${
  [
    "medication_curators",
    "control_schedules",
    "ingredients",
    "medication_classes",
    "products",
    "product_ingredients",
    "packs",
    "medication_codes",
    "interaction_rules",
    "allergy_groups",
    "allergy_cross_reactions",
    "duplicate_exceptions",
    "dose_limits",
  ].map((table) => `delete from public.${table} ${own};`).join("\n  ")
}
`;
