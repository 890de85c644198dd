-- Products as curators add and change them: with their ingredients and packs, or not at all.

-- A change of ingredients or packs is a change of the product: who changes it by the version that they read is told.
-- Counted once in a transaction, in which the product itself may have been changed, or made.
create function private.count_product_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.products p set related_changes = p.related_changes + 1
  where p.id in (select c.product_id from changed c) and p.updated_at <> now();
  return null;
end;
$$;
create trigger product_ingredients_added after insert on public.product_ingredients
  referencing new table as changed for each statement execute function private.count_product_change();
create trigger product_ingredients_changed after update on public.product_ingredients
  referencing new table as changed for each statement execute function private.count_product_change();
create trigger product_ingredients_removed after delete on public.product_ingredients
  referencing old table as changed for each statement execute function private.count_product_change();
create trigger packs_added after insert on public.packs
  referencing new table as changed for each statement execute function private.count_product_change();
create trigger packs_changed after update on public.packs
  referencing new table as changed for each statement execute function private.count_product_change();
create trigger packs_removed after delete on public.packs
  referencing old table as changed for each statement execute function private.count_product_change();

-- Refuses the first element of the lists of a product that is not as it must be (422, pointer to its field).
create function private.require_product_lists(p_input jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_list text;
  v_known text[];
  v_pointer text;
  v_fault text;
begin
  for v_list, v_known in
    select * from (values
      ('ingredients', '{ingredient_id, substance, strength, strength_unit}'::text[]),
      ('packs', '{units, description, gtin}')) as l (list, known)
    where p_input ? l.list
  loop
    if jsonb_typeof(p_input -> v_list) <> 'array' or jsonb_array_length(p_input -> v_list) > 100 then
      perform private.refuse(422, 'invalid_input', 'This must be a list of at most 100 elements.',
        jsonb_build_object('pointer', '/' || v_list));
    end if;
    select format('/%s/%s%s', v_list, e.place - 1, '/' || k.key),
      case when k.key is null then 'This must be an object.' else 'This field is not known.' end
    into v_pointer, v_fault
    from jsonb_array_elements(p_input -> v_list) with ordinality as e (item, place)
    left join lateral jsonb_object_keys(case when jsonb_typeof(e.item) = 'object' then e.item end) as k (key)
      on k.key <> all (v_known)
    where k.key is not null or jsonb_typeof(e.item) <> 'object'
    order by e.place limit 1;
    if found then
      perform private.refuse(422, 'invalid_input', v_fault, jsonb_build_object('pointer', v_pointer));
    end if;
  end loop;
  select format('/ingredients/%s/%s', e.place - 1, f.field), f.fault into v_pointer, v_fault
  from (
    select place, item ->> 'ingredient_id' as id, item ->> 'substance' as substance, item -> 'strength' as strength,
      item ->> 'strength_unit' as unit
    from jsonb_array_elements(p_input -> 'ingredients') with ordinality as l (item, place)) as e
  cross join lateral (values
    (1, 'ingredient_id', 'Name the ingredient or the substance.', e.id is null and e.substance is null),
    (2, 'ingredient_id', 'There is no such ingredient.', e.id is not null
      and not exists (select from public.ingredients i where i.id::text = lower(e.id))),
    (3, 'substance', 'This must be a line of plain text.', not private.is_plain_text(e.substance, 300)),
    (4, 'strength', 'A strength is a number above 0.', jsonb_typeof(e.strength) not in ('number', 'null')
      or (case when jsonb_typeof(e.strength) = 'number' then e.strength::numeric end)
        not between 0.000000001 and 1000000000),
    (5, 'strength_unit', 'Strength and unit go together.',
      coalesce(jsonb_typeof(e.strength) = 'number', false) <> (e.unit is not null)),
    (6, 'strength_unit', 'This must be a unit such as mg.', not private.is_plain_text(e.unit, 30))
  ) as f (rank, field, fault, holds)
  where f.holds order by e.place, f.rank limit 1;
  if not found then
    select format('/packs/%s/%s', e.place - 1, f.field), f.fault into v_pointer, v_fault
    from jsonb_array_elements(p_input -> 'packs') with ordinality as e (item, place)
    cross join lateral (values
      (1, 'units', 'A pack has a whole number of base units.', case when jsonb_typeof(e.item -> 'units') = 'number'
        then (e.item ->> 'units')::numeric not between 1 and 1000000 or (e.item ->> 'units')::numeric % 1 <> 0
        else true end),
      (2, 'description', 'This must be a line of plain text.',
        not private.is_plain_text(e.item ->> 'description', 300)),
      (3, 'gtin', 'This is no GTIN: 8, 12, 13 or 14 digits, of which the last one is the check digit.',
        not private.is_gtin(e.item ->> 'gtin'))
    ) as f (rank, field, fault, holds)
    where f.holds order by e.place, f.rank limit 1;
  end if;
  if v_pointer is not null then
    perform private.refuse(422, 'invalid_input', v_fault, jsonb_build_object('pointer', v_pointer));
  end if;
end;
$$;
grant execute on function private.require_product_lists to authenticated;

-- Makes a product of exactly these ingredients; null leaves those that it has. An element without a substance gets the
-- name of its ingredient; one without an ingredient is mapped by its substance, or stays unmapped.
create function private.set_product_ingredients(p_product_id uuid, p_list jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_list jsonb := (
    select jsonb_agg(e.item || jsonb_build_object('substance', coalesce(btrim(e.item ->> 'substance'), i.name),
      'place', e.place) order by e.place)
    from jsonb_array_elements(p_list) with ordinality as e (item, place)
    left join public.ingredients i on i.id = (e.item ->> 'ingredient_id')::uuid);
  v_twice int := (
    select min(b.place) from jsonb_to_recordset(v_list) as a (place int, substance text)
    join jsonb_to_recordset(v_list) as b (place int, substance text)
      on b.substance = a.substance and b.place > a.place);
begin
  if v_twice is not null then
    perform private.refuse(422, 'invalid_input', 'A substance is in a product once.',
      jsonb_build_object('pointer', format('/ingredients/%s/substance', v_twice - 1)));
  end if;
  if p_list is null then
    return;
  end if;
  delete from public.product_ingredients x
  where x.product_id = p_product_id
    and not exists (
      select from jsonb_to_recordset(v_list) as w (ingredient_id uuid, substance text, strength numeric,
        strength_unit text)
      where w.substance = x.substance and coalesce(w.ingredient_id = x.ingredient_id, w.ingredient_id is null
        and (x.mapped_by_name or x.ingredient_id is null))
        and (w.strength, w.strength_unit) is not distinct from (x.strength, x.strength_unit));
  insert into public.product_ingredients (product_id, ingredient_id, substance, strength, strength_unit)
  select p_product_id, w.ingredient_id, w.substance, w.strength, w.strength_unit
  from jsonb_to_recordset(v_list) as w (place int, ingredient_id uuid, substance text, strength numeric,
    strength_unit text)
  where not exists (
    select from public.product_ingredients x where x.product_id = p_product_id and x.substance = w.substance)
  order by w.place;
end;
$$;
grant execute on function private.set_product_ingredients to authenticated;

-- Makes a product come in exactly these packs; null leaves those that it has. A pack that stays keeps its id: one with
-- the same GTIN and as many units, or without a GTIN, as many units and the same description.
create function private.set_product_packs(p_product_id uuid, p_list jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_list jsonb := (
    select jsonb_agg(e.item || jsonb_build_object('gtin', lpad(e.item ->> 'gtin', 14, '0'), 'place', e.place)
      order by e.place)
    from jsonb_array_elements(p_list) with ordinality as e (item, place));
  v_taken int := (
    select min(w.place) from jsonb_to_recordset(v_list) as w (place int, gtin text)
    where exists (select from public.packs p where p.gtin = w.gtin and p.product_id <> p_product_id)
      or exists (
        select from jsonb_to_recordset(v_list) as o (place int, gtin text)
        where o.gtin = w.gtin and o.place < w.place));
begin
  if v_taken is not null then
    perform private.refuse(409, 'already_exists', 'This GTIN is that of another pack.',
      jsonb_build_object('pointer', format('/packs/%s/gtin', v_taken - 1)));
  end if;
  if p_list is null then
    return;
  end if;
  delete from public.packs x
  where x.product_id = p_product_id
    and not exists (
      select from jsonb_to_recordset(v_list) as w (units int, description text, gtin text)
      where w.units = x.units and w.gtin is not distinct from x.gtin
        and (w.gtin is not null or w.description is not distinct from x.description));
  update public.packs x set description = w.description
  from jsonb_to_recordset(v_list) as w (description text, gtin text)
  where x.product_id = p_product_id and w.gtin = x.gtin and w.description is distinct from x.description;
  insert into public.packs (product_id, units, description, gtin)
  select p_product_id, w.units, w.description, w.gtin
  from jsonb_to_recordset(v_list) as w (place int, units int, description text, gtin text)
  where not exists (
    select from public.packs x
    where x.product_id = p_product_id and x.units = w.units and x.gtin is not distinct from w.gtin
      and (w.gtin is not null or w.description is not distinct from x.description))
  order by w.place;
end;
$$;
grant execute on function private.set_product_packs to authenticated;
