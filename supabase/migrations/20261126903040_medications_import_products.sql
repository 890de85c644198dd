-- Imports: what is wrong with products and codes of a file, and how they take effect. A product is known again by its
-- key in the file. What a new file no longer names becomes inactive; nothing is deleted that stock may count.

create function private.import_product_faults(p_import_id uuid)
returns table (number int, pointer text, message text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with products as materialized (
    select l.number, l.row_id, l.content as c, l.change from private.import_lines l
    where l.import_id = p_import_id and l.section = 'products' and l.faults is null and l.change <> 'gone'
  ), contents as materialized (
    select p.number, '/contents/' || o.nth - 1 as pointer, o.part, row_number() over (
      partition by p.number, o.part ->> 'substance' order by o.nth) as again
    from products p cross join lateral jsonb_array_elements(p.c -> 'contents') with ordinality as o (part, nth)
  ), packs as materialized (
    select p.number, p.row_id, '/packs/' || o.nth - 1 as pointer, lpad(o.part ->> 'gtin', 14, '0') as gtin
    from products p cross join lateral jsonb_array_elements(p.c -> 'packs') with ordinality as o (part, nth)
  )
  select p.number, '/base_unit', format('The base unit of a product never changes: this one counts in %s. '
    'Give it another key.', r.base_unit)
  from products p join public.products r on r.id = p.row_id
  where p.change = 'changed' and r.base_unit::text <> p.c ->> 'base_unit'
  union all
  select c.number, c.pointer || '/strength', 'A strength has a unit, and a unit a strength.'
  from contents c
  where (c.part ->> 'strength' is null) <> (c.part ->> 'strength_unit' is null)
  union all
  select c.number, c.pointer || '/substance', 'This substance stands in the product already.'
  from contents c
  where c.again > 1
  union all
  select k.number, k.pointer || '/gtin', 'Another pack of this file has this GTIN.'
  from (select p.*, row_number() over (partition by p.gtin order by p.number, p.pointer) as nth from packs p
    where p.gtin is not null) as k
  where k.nth > 1
  union all
  select k.number, k.pointer || '/gtin', 'A pack of another product has this GTIN already.'
  from packs k join public.packs o on o.gtin = k.gtin
  where o.product_id <> k.row_id;
end;
$$;

-- The packs and contents that lines with products name, for rows that are new or changed.
create view private.import_contents as
  select l.import_id, l.row_id as product_id, l.change, o.part ->> 'substance' as substance,
    (o.part ->> 'strength')::numeric as strength, o.part ->> 'strength_unit' as strength_unit
  from private.import_lines l
  cross join lateral jsonb_array_elements(l.content -> 'contents') as o (part)
  where l.section = 'products' and l.change in ('new', 'changed');

create view private.import_packs as
  select l.import_id, l.row_id as product_id, l.change, (o.part ->> 'units')::int as units,
    o.part ->> 'description' as description, lpad(o.part ->> 'gtin', 14, '0') as gtin
  from private.import_lines l
  cross join lateral jsonb_array_elements(l.content -> 'packs') as o (part)
  where l.section = 'products' and l.change in ('new', 'changed');

create unlogged table private.import_substances (
  import_id uuid not null references private.medication_imports (id) on delete cascade,
  substance text not null,
  ingredient_id uuid,
  primary key (import_id, substance)
);
comment on table private.import_substances is
  'The ingredients that the substances of an import lead to while it takes effect: each is looked up once, not once '
  'for every product.';

create function private.import_products(p_import_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('hub.words_come_later', 'yes', true);
  insert into public.products (id, name, brand, dose_form, routes, base_unit, import_id)
  select l.row_id, l.content ->> 'name', l.content ->> 'brand', (l.content ->> 'dose_form')::public.dose_form,
    private.import_list(l.content -> 'routes')::public.drug_route[], (l.content ->> 'base_unit')::public.base_unit,
    p_import_id
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'products' and l.change = 'new';
  update public.products p
  set name = l.content ->> 'name', brand = l.content ->> 'brand',
    dose_form = (l.content ->> 'dose_form')::public.dose_form,
    routes = private.import_list(l.content -> 'routes')::public.drug_route[], active = true, import_id = p_import_id
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'products' and l.change = 'changed' and p.id = l.row_id;
  update public.products p
  set active = false
  from private.import_lines g
  where g.import_id = p_import_id and g.section = 'products' and g.change = 'gone' and p.id = g.row_id and p.active;

  delete from public.product_ingredients i
  using private.import_lines l
  where l.import_id = p_import_id and l.section = 'products' and l.change = 'changed' and i.product_id = l.row_id
    and not exists (
      select from private.import_contents c
      where c.import_id = p_import_id and c.product_id = i.product_id and c.substance = i.substance
        and c.strength is not distinct from i.strength and c.strength_unit is not distinct from i.strength_unit);
  insert into private.import_substances (import_id, substance, ingredient_id)
  select p_import_id, s.substance, private.ingredient_called(s.substance)
  from (select distinct c.substance from private.import_contents c where c.import_id = p_import_id) as s;
  analyze private.import_substances;
  insert into public.product_ingredients (product_id, ingredient_id, mapped_by_name, substance, strength, strength_unit)
  select c.product_id, s.ingredient_id, s.ingredient_id is not null, c.substance, c.strength, c.strength_unit
  from private.import_contents c
  join private.import_substances s on s.import_id = c.import_id and s.substance = c.substance
  where c.import_id = p_import_id
  on conflict (product_id, substance) do nothing;

  update public.packs k
  set active = n.wanted
  from (
    select o.id, exists (
      select from private.import_packs p
      where p.import_id = p_import_id and p.product_id = o.product_id and p.units = o.units
        and p.gtin is not distinct from o.gtin) as wanted
    from private.import_lines l join public.packs o on o.product_id = l.row_id
    where l.import_id = p_import_id and l.section = 'products' and l.change = 'changed'
  ) as n
  where k.id = n.id and k.active <> n.wanted;
  insert into public.packs (product_id, units, description, gtin)
  select p.product_id, p.units, p.description, p.gtin
  from private.import_packs p
  where p.import_id = p_import_id and (p.change = 'new' or not exists (
    select from public.packs o
    where o.product_id = p.product_id and o.units = p.units and o.gtin is not distinct from p.gtin));
  perform set_config('hub.words_come_later', '', true);
  perform private.index_products(array(
    select l.row_id from private.import_lines l
    where l.import_id = p_import_id and l.section = 'products' and l.change <> 'same'));
end;
$$;

-- Codes, of lines of their own or of products. What is gone is deleted, so that it is free for another.
create function private.import_codes(p_import_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.medication_codes m
  using private.import_lines g
  where g.import_id = p_import_id and g.section = 'codes' and g.change = 'gone'
    and m.system::text || '|' || m.code = g.key;
  insert into public.medication_codes (system, code, ingredient_id, class_id)
  select (l.content ->> 'system')::public.medication_code_system, l.content ->> 'code', i.id, k.id
  from private.import_lines l
  left join public.ingredients i on lower(i.name) = lower(l.content ->> 'target')
  left join public.medication_classes k on 'class:' || k.name = l.content ->> 'target'
  where l.import_id = p_import_id and l.section = 'codes' and l.change in ('new', 'changed')
  on conflict (system, code) do nothing;

  delete from public.medication_codes m
  using private.import_lines l
  where l.import_id = p_import_id and l.section = 'products' and l.change = 'changed' and m.product_id = l.row_id
    and not coalesce(l.content -> 'codes', '[]')
      @> jsonb_build_array(jsonb_build_object('system', m.system, 'code', m.code));
  insert into public.medication_codes (system, code, product_id)
  select (o.part ->> 'system')::public.medication_code_system, o.part ->> 'code', l.row_id
  from private.import_lines l cross join lateral jsonb_array_elements(l.content -> 'codes') as o (part)
  where l.import_id = p_import_id and l.section = 'products' and l.change in ('new', 'changed')
  on conflict (system, code) do nothing;
end;
$$;

-- How many substances of the active products lead to no ingredient, and those of most products. No check of such a
-- product can be complete.
create function private.unmapped_substances() returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    with unmapped as materialized (
      select lower(i.substance) as substance, count(distinct i.product_id) as products
      from public.product_ingredients i join public.products p on p.id = i.product_id and p.active
      where i.ingredient_id is null
      group by 1
    )
    select jsonb_build_object(
      'substances', (select count(*) from unmapped),
      'products', (
        select count(distinct i.product_id)
        from public.product_ingredients i join public.products p on p.id = i.product_id and p.active
        where i.ingredient_id is null),
      'most', (
        select coalesce(jsonb_agg(to_jsonb(u)), '[]')
        from (select m.* from unmapped m order by m.products desc, m.substance limit 20) as u)));
end;
$$;
