-- The words by which products are found: of the name, the brand, the substances, and the names and synonyms of the
-- ingredients. So the generic and the brand of one medicine are found together.

create table private.product_search (
  product_id uuid primary key references public.products (id) on delete cascade,
  sort_name text not null,
  heads tsvector not null,
  terms tsvector not null
);
comment on table private.product_search is
  'The words of each product in use, as private.name_tokens makes them; `heads` are those that its name and its brand '
  'begin with.';
create index product_search_heads on private.product_search using gin (heads);
create index product_search_terms on private.product_search using gin (terms);

create table private.product_words (word text collate "C" primary key);
comment on table private.product_words is
  'Every word by which a product is found, once, but for those with digits: where typing errors are looked up, because '
  'words are far fewer than products. A word that no product has any more finds nothing.';
create index product_words_similar on private.product_words using gin (word extensions.gin_trgm_ops);

-- Makes the words of some products what their rows say. Of what has thousands of names the first 300 words count.
create function private.index_products(p_ids uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from private.product_search s
  using unnest(p_ids) as c (id)
  where s.product_id = c.id
    and not exists (select from public.products p where p.id = s.product_id and p.active);
  with wanted as (
    select p.id, left(private.normalise(p.name), 300) as sort_name,
      array_to_tsvector(private.name_tokens(concat_ws(' ', split_part(p.name, ' ', 1), split_part(p.brand, ' ', 1))))
        as heads,
      (private.name_tokens(concat_ws(' ', p.name, p.brand, (
        select string_agg(concat_ws(' ', x.substance, i.name, array_to_string(i.synonyms, ' ')), ' ')
        from public.product_ingredients x left join public.ingredients i on i.id = x.ingredient_id
        where x.product_id = p.id))))[1:300] as words
    from unnest(p_ids) as c (id) join public.products p on p.id = c.id
    where p.active
  ), indexed as (
    insert into private.product_search as s (product_id, sort_name, heads, terms)
    select w.id, w.sort_name, w.heads, array_to_tsvector(w.words) from wanted w
    on conflict (product_id) do update
    set sort_name = excluded.sort_name, heads = excluded.heads, terms = excluded.terms
    where (s.sort_name, s.heads, s.terms) is distinct from (excluded.sort_name, excluded.heads, excluded.terms)
  )
  insert into private.product_words (word)
  select distinct t from wanted w cross join lateral unnest(w.words) as t where t !~ '[[:digit:]]'
  on conflict do nothing;
end;
$$;

-- Trigger after products, what is in them, or ingredients change. An import makes the words of all its products itself,
-- once and not after every statement, and says so for its transaction.
create function private.follow_products() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if current_setting('hub.words_come_later', true) = 'yes' then
    return null;
  end if;
  perform private.index_products(case tg_table_name
    when 'products' then array(select (to_jsonb(c) ->> 'id')::uuid from changed c)
    when 'product_ingredients' then array(select distinct (to_jsonb(c) ->> 'product_id')::uuid from changed c)
    else array(
      select distinct x.product_id from changed c join public.product_ingredients x
        on x.ingredient_id = (to_jsonb(c) ->> 'id')::uuid) end);
  return null;
end;
$$;
create trigger products_lock before insert or update or delete on public.products
  for each statement execute function private.lock_catalogue();
create trigger products_index_new after insert on public.products
  referencing new table as changed for each statement execute function private.follow_products();
create trigger products_index_changed after update on public.products
  referencing new table as changed for each statement execute function private.follow_products();
create trigger product_ingredients_index_new after insert on public.product_ingredients
  referencing new table as changed for each statement execute function private.follow_products();
create trigger product_ingredients_index_changed after update on public.product_ingredients
  referencing new table as changed for each statement execute function private.follow_products();
create trigger product_ingredients_index_gone after delete on public.product_ingredients
  referencing old table as changed for each statement execute function private.follow_products();
create trigger ingredients_index_changed after update on public.ingredients
  referencing new table as changed for each statement execute function private.follow_products();
