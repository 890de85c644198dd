-- Search for products: by name, brand, substance, synonym and code. Words count with or without accents and case, and
-- the beginning of a word is enough. Typing errors are looked up only where nothing has the words as typed, because
-- names of medicines that look alike are taken for one another.

create function public.search_medications(
  p_text text,
  p_limit int default 25,
  p_after_score real default null,
  p_after_sort_name text default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return private.search_medications(p_text, least(greatest(p_limit, 1), 101), p_after_score, p_after_sort_name,
    p_after_id, p_count);
end;
$$;
comment on function public.search_medications is
  'Finds products in use, best first, at most 200 in all: by the words of their names, brands, substances and '
  'synonyms, or by a code of the product, an ingredient or a class (of any system, or system|code), or a GTIN. Answers '
  '{rows, total}: products with their `ingredients`, `score` and `sort_name`; the p_after_ parameters are score, '
  'sort_name and id of the last one seen, total is null unless p_count.';
grant execute on function public.search_medications to authenticated;

-- The boundary of the search: reads the words, which no role of the API may. Everybody may read every product.
create function private.search_medications(
  p_text text,
  p_limit int,
  p_after_score real,
  p_after_sort_name text,
  p_after_id uuid,
  p_count boolean
) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform private.require_length(p_text, 200, '/text'), private.require_length(p_after_sort_name, 1000, '/cursor');
  return (
    with found as materialized (
      select f.product_id, f.score, f.sort_name from private.products_found(p_text) f
    ), page as materialized (
      select f.product_id, f.score, f.sort_name
      from found f
      where p_after_id is null or (f.score, p_after_sort_name, p_after_id) < (p_after_score, f.sort_name, f.product_id)
      order by f.score desc, f.sort_name, f.product_id
      limit p_limit
    )
    select jsonb_build_object(
      'total', case when p_count then (select count(*) from found) end,
      'rows', coalesce(
        jsonb_agg(private.product_json(p.product_id)
          || jsonb_build_object('score', p.score, 'sort_name', p.sort_name)
          order by p.score desc, p.sort_name, p.product_id),
        '[]'))
    from page p);
end;
$$;
grant execute on function private.search_medications to authenticated;

-- A product as the API shows it: with what is in one base unit of it. An ingredient that is null is unmapped.
create function private.product_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(p) || jsonb_build_object('ingredients', (
      select coalesce(jsonb_agg(jsonb_build_object('ingredient_id', x.ingredient_id, 'name', i.name,
        'substance', x.substance, 'strength', x.strength, 'strength_unit', x.strength_unit) order by x.substance), '[]')
      from public.product_ingredients x left join public.ingredients i on i.id = x.ingredient_id
      where x.product_id = p.id))
    from public.products p
    where p.id = p_id);
end;
$$;
grant execute on function private.product_json to authenticated, service_role;

-- The best 200 products for a text: those of a code where it is one, else those that have its words, of which the first
-- six count, else those that have them with typing errors. The words are in their order, for the last one may be half
-- typed.
create function private.products_found(p_text text) returns table (product_id uuid, score real, sort_name text)
language plpgsql stable rows 200
set search_path = ''
as $$
declare
  v_tokens text[];
begin
  return query select c.product_id, c.score, c.sort_name from private.products_by_code(btrim(p_text)) c;
  if found then
    return;
  end if;
  v_tokens := array(
    select w from regexp_split_to_table(private.normalise(p_text), '[^[:alnum:]]+') with ordinality as s (w, n)
    where w <> '' group by w order by max(n) limit 6);
  if v_tokens = '{}' then
    return;
  end if;
  return query select w.product_id, w.score, w.sort_name from private.products_by_words(v_tokens, false) w;
  if not found then
    return query select w.product_id, w.score, w.sort_name from private.products_by_words(v_tokens, true) w;
  end if;
end;
$$;

-- Products by a code or a GTIN: of the product or a pack of it, of an ingredient in it, or of a class of one. The NDC
-- of a package is that of its product and the size. Before the code may stand its system: atc|N02BE01.
create function private.products_by_code(p_code text)
returns table (product_id uuid, score real, sort_name text)
language plpgsql stable rows 20
set search_path = ''
as $$
declare
  v_system text := substring(p_code from '^([a-z_]+)\|');
  v_code text := substr(p_code, coalesce(length(v_system) + 2, 1));
  v_systems public.medication_code_system[] := array(
    select s from unnest(enum_range(null::public.medication_code_system)) as s
    where v_system is null or s::text = v_system);
begin
  if octet_length(v_code) > 20 or v_code !~ '^[[:alnum:]-]*[[:digit:]][[:alnum:]-]*$' then
    return;
  end if;
  return query
    with coded as (
      select c.product_id, c.ingredient_id, c.class_id from public.medication_codes c
      where c.system = any (v_systems)
        and c.code = any (array[upper(v_code), substring(v_code from '^(\d+-\d+)-\d+$')])
    ), products as (
      select c.product_id, 1.0 as score from coded c where c.product_id is not null
      union all
      select k.product_id, 1.0 from public.packs k
      where v_system is null and v_code ~ '^\d{8}$|^\d{12,14}$' and k.gtin = lpad(v_code, 14, '0')
      union all
      select x.product_id, 0.9 from coded c join public.product_ingredients x on x.ingredient_id = c.ingredient_id
      union all
      select x.product_id, 0.8
      from coded c
      join public.ingredient_classes m on m.class_id = c.class_id
      join public.product_ingredients x on x.ingredient_id = m.ingredient_id
    )
    select s.product_id, max(p.score)::real, s.sort_name
    from products p join private.product_search s on s.product_id = p.product_id
    group by s.product_id, s.sort_name
    order by 2 desc, 3, 1 limit 200;
end;
$$;

-- The words that a typed one may mean by one typing error, and those by two (edit distance; none in words of up to 4
-- letters), at most 30 each. Trigrams find the candidates: two words of 4 letters that differ in one share a fifth of
-- theirs. A number is never a typing error of another: 5 mg are not 50.
create function private.misspelt_terms(p_token text, out near tsquery, out far tsquery)
language plpgsql stable
set search_path = ''
set pg_trgm.similarity_threshold = 0.2
as $$
declare
  v_most int := case when char_length(p_token) <= 4 then 1 else 2 end;
begin
  if p_token ~ '[[:digit:]]' then
    return;
  end if;
  select
    (string_agg(quote_literal(c.word), ' | ') filter (where c.errors = 1 and c.n <= 30))::tsquery,
    (string_agg(quote_literal(c.word), ' | ') filter (where c.errors = 2 and c.n <= 30))::tsquery
  into near, far
  from (
    select w.word, w.errors, row_number() over (partition by w.errors order by w.word) as n
    from (
      select s.word, extensions.levenshtein_less_equal(left(s.word, 60), left(p_token, 60), v_most) as errors
      from private.product_words s
      where s.word operator(extensions.%) p_token
        and char_length(s.word) between char_length(p_token) - v_most and char_length(p_token) + v_most
      offset 0) as w
    where w.errors between 1 and v_most) as c;
end;
$$;

-- The best 200 products that have every one of some words: as it is (1), as a beginning (0.9; a word of one or two
-- letters is one only where it is the last) or, where typing errors are allowed, with one (0.7) or two (0.5). The mean
-- of them makes up nine tenths of the score; the rest is for names and brands that begin with one of them and for those
-- with few other words. Of very many products the first 1,500 are weighed, before all others those whose name or brand
-- begins with one of the words.
create function private.products_by_words(p_tokens text[], p_misspelt boolean)
returns table (product_id uuid, score real, sort_name text)
language plpgsql stable rows 200
set search_path = ''
as $$
declare
  v_whole tsquery[];
  v_begun tsquery[];
  v_near tsquery[];
  v_far tsquery[];
  v_query tsquery;
  v_any tsquery;
begin
  select array_agg(q.whole order by q.n), array_agg(q.begun order by q.n), array_agg(q.near order by q.n),
    array_agg(q.far order by q.n),
    string_agg('(' || q.means || ')', ' & ')::tsquery, string_agg(q.means, ' | ')::tsquery
  into v_whole, v_begun, v_near, v_far, v_query, v_any
  from (
    select a.*, concat_ws(' | ', a.begun::text, a.near::text, a.far::text) as means
    from (
      select t.n, quote_literal(t.token)::tsquery as whole,
        case when char_length(t.token) > 2 or t.n = cardinality(p_tokens) then (quote_literal(t.token) || ':*')::tsquery
          else quote_literal(t.token)::tsquery end as begun,
        m.near, m.far
      from unnest(p_tokens) with ordinality as t (token, n)
      left join lateral private.misspelt_terms(t.token) m on p_misspelt) as a) as q;
  return query
    select c.product_id,
      (0.9 * m.fit / cardinality(p_tokens)
        + c.head
        + 0.04 * cardinality(p_tokens) / greatest(length(c.terms), cardinality(p_tokens)))::real,
      c.sort_name
    from (
      (select s.product_id, s.sort_name, s.terms, 0.06 as head
        from private.product_search s where s.terms @@ v_query and s.heads @@ v_any limit 1500)
      union all
      (select s.product_id, s.sort_name, s.terms, 0
        from private.product_search s where s.terms @@ v_query and not s.heads @@ v_any limit 1500)
      limit 1500) as c
    cross join lateral (
      select sum(case
        when c.terms @@ v_whole[n] then 1.0
        when c.terms @@ v_begun[n] then 0.9
        when c.terms @@ v_near[n] then 0.7
        else 0.5 end) as fit
      from generate_subscripts(p_tokens, 1) as n) as m
    order by 2 desc, 3, 1 limit 200;
end;
$$;
