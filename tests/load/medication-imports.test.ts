import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataApi } from "../../supabase/local/imports/api.ts";
import { importFile } from "../../supabase/local/imports/import-file.ts";
import { sql, sqlValue } from "../support/database.ts";
import { secretImports, word } from "../support/medication-imports.ts";
import { writeDirectory } from "../support/ndc-directory.ts";
import { reduced } from "../support/reduced.ts";
import { signIn, stackInfo } from "../support/stack.ts";

const COUNT = reduced(100_000, 4_000);
const ENDED = 20;
let folder: string;
let whole: string;
let newer: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hub-medication-imports-"));
  [whole, newer] = [join(folder, "whole.json"), join(folder, "newer.json")];
  const named = (entry: Record<string, unknown>) => ({ ...entry, brand_name: `${word} ${entry.brand_name}` });
  await writeDirectory(whole, COUNT, named);
  await writeDirectory(
    newer,
    COUNT - ENDED,
    (entry, number) => number < 10 ? { ...named(entry), route: ["BUCCAL"] } : named(entry),
  );
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await sql().query("update public.products set active = false where brand like $1", [`${word}%`]);
});

const source = { kind: "catalogue", source: `${word}-load` } as const;
const products = () =>
  sqlValue("select count(*)::int from public.products where brand like $1 and active", [`${word}%`]);

test("an import that is cut off while it takes effect leaves nothing", async () => {
  const importing = importFile(secretImports(), { ...source, path: whole }).then(() => "done", () => "cut off");
  const cut = `select pg_cancel_backend(a.pid) from pg_stat_activity a
    where a.state = 'active' and a.query like '%run_medication_import%' and a.query_start < now() - interval '0.1 s' and a.pid <> pg_backend_pid()`;
  let outcome: string | undefined;
  void importing.then((it) => outcome = it);
  while (outcome === undefined) await sql().query(cut).then(() => new Promise((go) => setTimeout(go, 50)));
  expect(outcome).toBe("cut off");
  expect(await products()).toBe(0);
});

test(`${COUNT} products are imported once, though two people import them at the same time`, async () => {
  const { url, publishableKey } = stackInfo();
  const curator = dataApi(url, publishableKey, await signIn("pharmacist@demo.health"));
  const reports = await Promise.all(
    [secretImports(), curator].map((api) => importFile(api, { ...source, path: whole })),
  );
  expect(reports.map(({ report }) => report?.counts.products?.added).sort()).toEqual([0, COUNT].sort());
  expect(await products()).toBe(COUNT);
}, 600_000);

test("a newer file changes what differs, and ends what it has no more", async () => {
  expect(await importFile(secretImports(), { ...source, path: newer })).toMatchObject({
    report: {
      status: "imported",
      counts: { products: { added: 0, changed: 10, unchanged: COUNT - ENDED - 10, ended: ENDED } },
    },
  });
  expect(await products()).toBe(COUNT - ENDED);
  expect(await importFile(secretImports(), { ...source, path: newer })).toMatchObject({ report: null });
}, 600_000);
