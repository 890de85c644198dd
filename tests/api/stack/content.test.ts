import { join } from "node:path";
import { expect, test } from "vitest";
import { importFiles, sha256Of, sourceOf } from "../../../supabase/local/imports/read-lines.ts";
import type { ImportKind } from "../../../supabase/local/imports/line.ts";
import { sql, sqlValue } from "../../support/database.ts";
import { secretImports } from "../../support/medication-imports.ts";

const content = new URL("../../../supabase/content/", import.meta.url).pathname;

test.each<[ImportKind]>([["knowledge"], ["catalogue"]])("the shipped %s is what a new stack has", async (kind) => {
  const folder = join(content, kind);
  expect(await secretImports().start(kind, sourceOf(folder), await sha256Of(importFiles(folder))))
    .toEqual({ status: "unchanged" });
});

test("the shipped rules, ingredients and products are all there, and their pairs are current", async () => {
  const { rows: [counts] } = await sql().query(`
    select
      (select count(*)::int from public.interaction_rules where rule_key ~ '^(onc|t2)-\\d+$' and until_version is null) as drugs,
      (select count(*)::int from public.interaction_rules where rule_key ~ '^onc-' and until_version is null) as onc,
      (select count(*)::int from public.ingredient_classes m join public.medication_classes c on c.id = m.class_id
        where c.name = 'qt_prolonging') as qt,
      (select count(*)::int from private.imported_rows where source = 'catalogue' and section = 'products') as products,
      (select count(*)::int from private.imported_rows where source = 'knowledge' and section = 'ingredients') as ingredients`);
  expect(counts).toMatchObject({ drugs: 380, onc: 15, qt: 44, ingredients: 420 });
  expect(counts.products).toBeGreaterThan(250);
  expect(await sqlValue("select private.pairs_are_current()")).toBe(true);
});

test("no substance of a shipped product is unmapped", async () => {
  expect(
    await sqlValue(`select array_agg(distinct x.substance) from public.product_ingredients x
      join private.imported_rows r on r.row_id = x.product_id and r.source = 'catalogue' where x.ingredient_id is null`),
  ).toBeNull();
});
