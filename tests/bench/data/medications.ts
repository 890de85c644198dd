import type pg from "pg";

/** Syllables of generic names, whose end tells the class, and the forms in which they come. */
const WORDS = `
  starts as (select w, row_number() over () as n from unnest(array['ab','ace','bi','ci','dex','do','flu','gli','keto',
    'la','levo','lo','meto','nor','oxa','pra','qui','ro','su','thio','tri','ver','xa','zo']) as w),
  middles as (select w, row_number() over () as n from unnest(array['bi','ca','da','fe','go','li','ma','ni','po','ra',
    'si','ta','vo','xi','zu','pro','thi','lam','ver']) as w),
  ends as (select w, row_number() over () as n from unnest(array['cillin','mycin','pril','sartan','olol','statin',
    'azole','pine','zepam','mab','tinib','profen','oxacin','dipine','formin','gliptin','vir','parin','setron',
    'triptan']) as w),
  generics as (
    select row_number() over (order by md5(word)) as n, word
    from (select distinct s.w || m.w || o.w || e.w as word from starts s, middles m, middles o, ends e) as all_words
    order by md5(word) limit 3000)`;

const INGREDIENTS = `
  with ${WORDS}
  insert into public.ingredients (name, synonyms)
  select word, case when n % 4 = 0 then array['x' || reverse(word)] else '{}' end from generics`;

/** A brand for two of three, on which the generic does not show. Every seventh is a salt. */
const PRODUCTS = `
  insert into public.products (id, name, brand, dose_form, routes, base_unit)
  select ('be200000-0000-4000-8000-' || lpad(g::text, 12, '0'))::uuid,
    i.name || case when g % 7 = 0 then ' hydrochloride ' else ' ' end
      || (array[5, 10, 20, 25, 40, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500])[1 + g % 15] || ' mg '
      || (array['tablet', 'capsule', 'oral solution', 'injection', 'cream'])[1 + g % 5],
    case when g % 3 > 0 then initcap(translate(left(md5((g / 5)::text), 7), '0123456789', 'ghiklmnoru')) end,
    'tablet', '{oral}', 'tablet'
  from generate_series(1, $1::int) as g
  join (select name, row_number() over (order by name) as n from public.ingredients) as i
    on i.n = 1 + abs(hashtext(g::text)::bigint) % (select count(*) from public.ingredients)`;

/** One substance each, and a second one for every tenth. */
const SUBSTANCES = `
  insert into public.product_ingredients (product_id, substance, strength, strength_unit)
  select p.id, upper(split_part(p.name, ' ', 1)), 10, 'mg'
  from public.products p where p.id::text like 'be200000-%'
  union all
  select p.id, i.name || ' sodium', 5, 'mg'
  from (select id, row_number() over (order by id) as n from public.products where id::text like 'be200000-%0') as p
  join (select name, row_number() over (order by md5(name)) as n from public.ingredients) as i on i.n = 1 + p.n % 2500`;

const CODES = `
  insert into public.medication_codes (system, code, product_id)
  select 'ndc', '99' || substr(id::text, 31, 3) || '-' || substr(id::text, 34, 3), id
  from public.products where id::text like 'be200000-%'`;

/** Fills the catalogue up with so many products of 3,000 ingredients, unless they are there. */
export async function generateProducts(db: pg.Client, size: number, progress: (text: string) => void): Promise<void> {
  const { rows: [row] } = await db.query<{ count: number }>(
    "select count(*)::int as count from public.products where id::text like 'be200000-%'",
  );
  if ((row?.count ?? 0) >= size) return;
  progress(`${size.toLocaleString("en")} products`);
  await db.query("begin; set local role postgres");
  await db.query("select private.begin_act('ingredients', 'products', 'product_ingredients', 'medication_codes')");
  await db.query(INGREDIENTS);
  await db.query(PRODUCTS, [size]);
  await db.query(SUBSTANCES);
  await db.query(CODES);
  await db.query("commit");
  await db.query("vacuum analyze public.products, public.product_ingredients, public.medication_codes");
  await db.query("vacuum analyze private.product_search, private.product_words");
}
