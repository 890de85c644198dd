import { readFileSync } from "node:fs";
import type pg from "pg";
import { actAs } from "../../../support/database.ts";
import { type Bench, DOCTOR_ID, progress } from "../../bench.ts";
import { generateProducts } from "../../data/medications.ts";
import { atLeast, below, holding, type Outcome } from "../../part.ts";
import { quantile } from "../../stats.ts";
import { count, ms } from "../../table.ts";

const MOST_MS = 25;
const NOTHING = "what nothing has";

/** A product, with what a person types to find it. */
type Wanted = { name: string; word: string; synonym: string | null; brand: string | null; code: string };
/** Milliseconds of the clock and of the processor. */
type Time = { clock: number; processor: number };
type Search = { of: string; searches: number; found: number; p50: Time; p95: Time };

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
  [NOTHING]: ({ word }) => `${word}${word.slice(0, 4)}`,
  "a word that a fifth of all have": () => "tablet",
};

/** Searches for medicines of every kind among so many products, by a doctor, in the database. */
export async function searches({ options, largest: { db } }: Bench): Promise<Outcome> {
  await generateProducts(db, options.products, progress);
  const { rows: wanted } = await db.query<Wanted>(WANTED, [options.counted]);
  const result: Search[] = [];
  const all: Time[] = [];
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
      `Searches for medicines, ${stored} products stored, by the clock (of the processor):`,
      ...result.map((one) =>
        `  ${one.of}: p50 ${asText(one.p50)}, p95 ${asText(one.p95)}; ${one.found} of ${one.searches} found something`
      ),
    ].join("\n"),
    targets: [holding(atLeast("share of searches that find what is there", shareFound(result), 0.95)), {
      ...below(`search for medicines among ${stored} products, p95 over all kinds`, p95.clock, MOST_MS, " ms"),
      held: holding(below("processor time of it", p95.processor, MOST_MS, " ms")),
    }],
  };
}

/** Of the searches for what is there. */
function shareFound(searches: readonly Search[]): number {
  const there = searches.filter(({ of }) => of !== NOTHING);
  const sum = (of: (one: Search) => number) => there.reduce((all, one) => all + of(one), 0);
  return sum(({ found }) => found) / sum((one) => one.searches);
}

const asText = ({ clock, processor }: Time) => `${ms(clock)} ms (${ms(processor)} ms)`;

function quantiles(times: readonly Time[]): { p50: Time; p95: Time } {
  const clock = times.map((time) => time.clock).sort((a, b) => a - b);
  const processor = times.map((time) => time.processor).sort((a, b) => a - b);
  const at = (share: number): Time => ({ clock: quantile(clock, share), processor: quantile(processor, share) });
  return { p50: at(0.5), p95: at(0.95) };
}

async function search(db: pg.Client, texts: readonly string[]): Promise<{ times: Time[]; found: number }> {
  const times: Time[] = [];
  let found = 0;
  const { rows: [own] } = await db.query<{ pid: number }>("select pg_backend_pid() as pid");
  const spent = () => Number(readFileSync(`/proc/${own?.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  await db.query("begin");
  await actAs(db, { role: "authenticated", userId: DOCTOR_ID });
  for (const text of texts) {
    const [startedAt, spentBefore] = [performance.now(), spent()];
    const { rows: [row] } = await db.query<{ found: number }>(
      "select jsonb_array_length(a -> 'rows') as found from public.search_medications($1, 25) as a",
      [text],
    );
    times.push({ clock: performance.now() - startedAt, processor: spent() - spentBefore });
    if (row !== undefined && row.found > 0) found++;
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
