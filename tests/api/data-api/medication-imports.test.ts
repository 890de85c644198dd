import { afterAll, expect, test } from "vitest";
import { dataApi } from "../../../supabase/local/imports/api.ts";
import { sql, sqlValue } from "../../support/database.ts";
import {
  cited,
  faultsOf,
  imported,
  inForce,
  linesOf,
  product,
  rule,
  secretImports,
  terms,
  version,
  word,
} from "../../support/medication-imports.ts";
import { signIn, stackInfo } from "../../support/stack.ts";

afterAll(() => sql().query("update public.products set active = false where name like $1", [`${word}%`]));

test("a file takes effect as one version with one entry in the audit log, and a second time changes nothing", async () => {
  const before = Number(await version());
  const rows = { ...terms, rules: [rule("1"), rule("2", { kind: "food", other: undefined, food: "milk" })] };
  expect(await imported(rows, { dryRun: true })).toMatchObject({ status: "dry_run", counts: { rules: { added: 2 } } });
  expect([await version(), await inForce("1")]).toEqual([before, []]);
  const since = await sqlValue("select coalesce(max(id), 0) from audit.entries");
  expect(await imported(rows)).toMatchObject({
    status: "imported",
    knowledge_version: before + 1,
    counts: { ingredients: { added: 3, changed: 0, unchanged: 0, ended: 0 }, rules: { added: 2 } },
  });
  expect(await inForce("1")).toEqual([{ severity: "major", since_version: before + 1 }]);
  const pairs = `select count(*) from private.interaction_pairs p
    join public.interaction_rules r on r.id = p.rule_id where r.rule_key = $1`;
  expect(await sqlValue(pairs, [`${word}-1`])).toBe("2");
  const { rows: entries } = await sql().query(
    "select table_name, actor_role, after ->> 'sha256' as sha256, after #>> '{counts,rules,added}' as rules from audit.entries where id > $1",
    [since],
  );
  expect(entries).toEqual([
    {
      table_name: "medication_imports",
      actor_role: "service_role",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      rules: "2",
    },
  ]);
  expect(await imported(rows)).toMatchObject({ status: "unchanged", counts: { rules: { added: 0, unchanged: 2 } } });
  expect(await version()).toBe(before + 1);
});

test("what a newer file changes or no longer says ends, and stays readable", async () => {
  const before = Number(await version());
  const members = (terms.ingredient_classes ?? []).slice(0, 1);
  expect(
    await imported({ ...terms, ingredient_classes: members, rules: [rule("1", { severity: "minor" })] }),
  ).toMatchObject({
    status: "imported",
    counts: { rules: { added: 0, changed: 1, ended: 1 }, ingredient_classes: { ended: 1 } },
  });
  expect([await inForce("1"), await inForce("2")]).toEqual([[{ severity: "minor", since_version: before + 1 }], []]);
  const { rows } = await sql().query(
    "select rule_key, until_version from public.interaction_rules where rule_key like $1 and until_version is not null order by 1",
    [`${word}-%`],
  );
  expect(rows).toEqual([1, 2].map((key) => ({ rule_key: `${word}-${key}`, until_version: before + 1 })));
  expect(await sqlValue("select private.pairs_are_current()")).toBe(true);
});

test("what a curator changed stays until the file changes the same row", async () => {
  await sql().query("update public.medication_classes set title = 'Theirs' where name = $1", [`${word}_betas`]);
  await imported({ ...terms, rules: [rule("1", { severity: "moderate" })] });
  const title = () => sqlValue("select title from public.medication_classes where name = $1", [`${word}_betas`]);
  expect(await title()).toBe("Theirs");
  await imported({
    ...terms,
    classes: [{ name: `${word}_betas`, title: "Ours" }],
    rules: [rule("1", { severity: "moderate" })],
  });
  expect(await title()).toBe("Ours");
});

test("products are known again by their key, map by their substances, and become inactive when a file has them no more", async () => {
  const source = { kind: "catalogue", source: `${word}-products` } as const;
  const unknown = { substance: `${word} unknown`, strength: 1, strength_unit: "mg" };
  const first = [product("a", { key: "a" }), product("b", { key: "b", contents: [unknown] })];
  expect(await imported({ products: first }, source)).toMatchObject({
    status: "imported",
    counts: { products: { added: 2 } },
  });
  const rows = () =>
    sql().query(
      `select p.name, p.active, i.name as ingredient, array_agg(k.units || case when k.active then '' else ' gone' end order by k.units) as packs
       from public.products p join public.product_ingredients x on x.product_id = p.id
       left join public.ingredients i on i.id = x.ingredient_id join public.packs k on k.product_id = p.id
       where p.name like $1 group by 1, 2, 3 order by 1`,
      [`${word} %`],
    ).then(({ rows }) => rows);
  expect(await rows()).toEqual([
    { name: `${word} a`, active: true, ingredient: "warfarin", packs: ["100"] },
    { name: `${word} b`, active: true, ingredient: null, packs: ["100"] },
  ]);
  const second = [product("a, renamed", { key: "a", packs: [{ units: 30 }] })];
  expect(await imported({ products: second }, source)).toMatchObject({
    counts: { products: { changed: 1, ended: 1 } },
  });
  expect(await rows()).toEqual([
    { name: `${word} a, renamed`, active: true, ingredient: "warfarin", packs: ["30", "100 gone"] },
    { name: `${word} b`, active: false, ingredient: null, packs: ["100"] },
  ]);
  expect(await faultsOf({ products: [product("a", { key: "a", base_unit: "capsule" })] }, "catalogue", source.source))
    .toEqual([["products.csv:2", "/base_unit", expect.stringContaining("never changes")]]);
});

test("curators import, others do not, and nobody goes on with the import of another", async () => {
  const { url, publishableKey } = stackInfo();
  const as = async (email: string) => dataApi(url, publishableKey, await signIn(email));
  const curator = await as("pharmacist@demo.health");
  const source = `${word}-curator`;
  const rows = {
    dose_limits: [{ ingredient: `${word} beta`, per_day: 5, unit: "mg", management: "Less", ...cited }],
  };
  expect(await imported(rows, { api: curator, source })).toMatchObject({ status: "imported" });
  const doctor = await as("doctor@demo.health");
  await expect(imported(rows, { api: doctor, source: `${word}-doctor` })).rejects.toThrow("changed by curators");
  const begun = await curator.start("knowledge", `${word}-own`, "0".repeat(64));
  const id = begun.status === "open" ? begun.id : "";
  await expect(secretImports().stage(id, linesOf(rows))).rejects.toThrow("There is no such object");
  await expect(secretImports().run(id, false)).rejects.toThrow("There is no such object");
  await expect(doctor.run(id, false)).rejects.toThrow("changed by curators");
});

test("an import is begun with a kind, a source and a hash", async () => {
  await expect(secretImports().start("knowledge", "My Rules", "0".repeat(64))).rejects.toThrow("A source is named");
  await expect(secretImports().start("knowledge", word, "none")).rejects.toThrow("A SHA-256 has");
});
