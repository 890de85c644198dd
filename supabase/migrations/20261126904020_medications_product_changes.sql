-- Products: adding, changing and reading them as wholes.

create index products_name on public.products (name, id);

-- A product with the packs that it comes in and its codes.
create function private.whole_product_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return private.product_json(p_id) || jsonb_build_object(
    'packs', (
      select coalesce(jsonb_agg(jsonb_build_object('id', k.id, 'units', k.units, 'description', k.description,
        'gtin', k.gtin, 'active', k.active) order by k.units, k.id), '[]')
      from public.packs k where k.product_id = p_id),
    'codes', (
      select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'system', c.system, 'code', c.code)
        order by c.system, c.code), '[]')
      from public.medication_codes c where c.product_id = p_id));
end;
$$;
grant execute on function private.whole_product_json to authenticated;

create function public.get_product(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return private.whole_product_json(p_id);
end;
$$;
comment on function public.get_product is
  'A product with its ingredients, packs and codes; null when there is none. An ingredient without an `ingredient_id` '
  'is unmapped: no check of the product can be complete.';
grant execute on function public.get_product to authenticated;

create function public.list_products(
  p_ingredient_id uuid default null,
  p_unmapped boolean default null,
  p_active boolean default null,
  p_limit int default 25,
  p_after_name text default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_length(p_after_name, 500, '/cursor');
  return (
    with matching as not materialized (
      select p.name, p.id from public.products p
      where (p_active is null or p.active = p_active)
        and (p_ingredient_id is null or exists (
          select from public.product_ingredients x where x.product_id = p.id and x.ingredient_id = p_ingredient_id))
        and (p_unmapped is null or p_unmapped = (
          select coalesce(bool_or(x.ingredient_id is null), true)
          from public.product_ingredients x where x.product_id = p.id))
    ), listed as materialized (
      select m.* from matching m
      where p_after_id is null or (m.name, m.id) > (p_after_name, p_after_id)
      order by m.name, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(private.whole_product_json(l.id) order by l.name, l.id), '[]'),
      'total', case when p_count then (select count(*) from matching) end)
    from listed l);
end;
$$;
comment on function public.list_products is
  'The products by name, as {rows, total}: with an ingredient, those that a check cannot look at as a whole or the '
  'others, active or not. The p_after_ parameters are those of the last one seen; total is null unless p_count.';
grant execute on function public.list_products to authenticated;

create function public.create_product(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_product', p_input,
    '{name, brand, dose_form, routes, base_unit, ingredients, packs}', 'public.get_product($1)');
end;
$$;
comment on function public.create_product is
  'Adds a product with its ingredients and packs, for curators. Idempotent. {name, brand?, dose_form, routes, '
  'base_unit, ingredients: [{ingredient_id or substance, strength and strength_unit for ONE base unit}], packs?: '
  '[{units, description?, gtin?}]} -> the product. 422 points into the lists; 409 for a GTIN of another pack.';
grant execute on function public.create_product to authenticated;

create function private.create_product(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_made jsonb;
begin
  if not p_input ? 'ingredients' then
    perform private.refuse(422, 'invalid_input', 'Say what is in the product.', '{"pointer": "/ingredients"}');
  end if;
  perform private.require_product_lists(p_input);
  v_made := private.add_row('public.products', p_input - '{ingredients, packs}'::text[]);
  perform private.set_product_ingredients((v_made ->> 'id')::uuid, p_input -> 'ingredients');
  perform private.set_product_packs((v_made ->> 'id')::uuid, p_input -> 'packs');
  return v_made;
end;
$$;
grant execute on function private.create_product to authenticated;

create function public.change_product(p_id uuid, p_changes jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_known_keys(p_changes, '{name, brand, dose_form, routes, active, ingredients, packs}');
  perform private.guarded('change_product', jsonb_build_object('id', p_id, 'changes', p_changes), p_expected_version);
  return public.get_product(p_id);
end;
$$;
comment on function public.change_product is
  'Changes a product, for curators; what is left out stays, lists take the place of those before. The base unit is '
  'never changed. {name?, brand?, dose_form?, routes?, active?, ingredients?, packs?} -> the product.';
grant execute on function public.change_product to authenticated;

create function private.change_product(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_changes jsonb := p_input -> 'changes';
  v_product public.products;
begin
  perform private.require_product_lists(v_changes);
  -- Only who may change the row can lock it; who merely sees it is refused.
  select * into v_product from public.products where id = v_id for update;
  if not found and exists (select from public.products where id = v_id) then
    perform private.require_curator();
  end if;
  perform private.require_version(v_product.version, p_expected_version);
  v_product := jsonb_populate_record(v_product, v_changes);
  update public.products
  set name = v_product.name,
    brand = v_product.brand,
    dose_form = v_product.dose_form,
    routes = v_product.routes,
    active = v_product.active
  where id = v_id;
  perform private.set_product_ingredients(v_id, v_changes -> 'ingredients');
  perform private.set_product_packs(v_id, v_changes -> 'packs');
  return private.made(v_id);
end;
$$;
grant execute on function private.change_product to authenticated;
