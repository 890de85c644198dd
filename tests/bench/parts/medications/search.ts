import type pg from "pg";
import { actAs } from "../../../support/database.ts";
import { type Bench, DOCTOR_ID, progress } from "../../bench.ts";
import { generateProducts } from "../../data/medications.ts";
import { below, type Outcome } from "../../part.ts";
import { quantile } from "../../stats.ts";
import { count, ms } from "../../table.ts";

const MOST_MS = 25;

/** A product, with what a person types to find it. */
type Wanted = { name: string; word: string; synonym: string | null; brand: string | null; code: string };
type Search = { of: string; searches: number; found: number; p50: number; p95: number };

/** What is typed, by its kind; undefined where a product has no such thing. */
const kinds: Record<string, (wanted: Wanted) => string | undefined> = {
  "a generic name": ({ word }) => word,
  "the beginning of a name": ({ word }) => word.slice(0, 4),
  "name, strength and form": ({ name }) => name,
  "a brand": ({ brand }) => brand ?? undefined,
  "a synonym": ({ synonym }) => synonym ?? undefined,
  "a name with a typing error": ({ word }) => `${word.slice(0, 4)}q${word.slice(5)}`,
  "a name with two typing errors and a strength": ({ name, word }) =>
    `${word.slice(0, 3)}q${word.slice(4, -2)}x${word.slice(-1)} ${name.replace(/\D/g, "")}`,
  "a code": ({ code }) => code,
  "what nothing has": ({ word }) => `${word}${word.slice(0, 4)}`,
  "a word that a fifth of all have": () => "tablet",
};

/** Searches for medicines of every kind among so many products, by a doctor; milliseconds in the database. */
export async function searches({ options, largest: { db } }: Bench): Promise<Outcome> {
  await generateProducts(db, options.products, progress);
  const { rows: wanted } = await db.query<Wanted>(WANTED, [options.counted]);
  const result: Search[] = [];
  const all: number[] = [];
  for (const [of, typed] of Object.entries(kinds)) {
    const texts = wanted.flatMap((one) => typed(one) ?? []);
    const { times, found } = await search(db, texts);
    all.push(...times);
    result.push({ of, searches: texts.length, found, ...quantiles(times) });
  }
  const { p95 } = quantiles(all);
  const stored = count(options.products);
  return {
    result,
    text: [
      `Searches for medicines, ${stored} products stored:`,
      ...result.map((one) =>
        `  ${one.of}: p50 ${ms(one.p50)} ms, p95 ${ms(one.p95)} ms; ${one.found} of ${one.searches} found something`
      ),
    ].join("\n"),
    targets: [below(`search for medicines among ${stored} products, p95 over all kinds`, p95, MOST_MS, " ms")],
  };
}

const quantiles = (times: readonly number[]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
};

async function search(db: pg.Client, texts: readonly string[]): Promise<{ times: number[]; found: number }> {
  const times: number[] = [];
  let found = 0;
  await db.query("begin");
  await actAs(db, { role: "authenticated", userId: DOCTOR_ID });
  for (const text of texts) {
    const startedAt = performance.now();
    const { rows: [row] } = await db.query<{ total: number }>(
      "select (a ->> 'total')::int as total from public.search_medications($1, 25) as a",
      [text],
    );
    times.push(performance.now() - startedAt);
    if (row !== undefined && row.total > 0) found++;
  }
  await db.query("rollback");
  return { times, found };
}

/** Products from everywhere in the catalogue. */
const WANTED = `
  select p.name, split_part(p.name, ' ', 1) as word, i.synonyms[1] as synonym, p.brand, c.code
  from public.products p
  join public.product_ingredients x on x.product_id = p.id
  join public.ingredients i on i.id = x.ingredient_id
  join public.medication_codes c on c.product_id = p.id
  where p.id::text like 'be200000-%'
  order by md5(p.id::text) limit $1`;
