-- Mapping: the substances of products lead to ingredients by their names. What leads nowhere stays unmapped, and
-- follows by itself when a curator adds the ingredient, or the name as a synonym.

-- The key by which names of substances are compared: words without case, accents and signs.
create function private.substance_key(p_name text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return btrim(regexp_replace(private.normalise(p_name), '[^[:alnum:]]+', ' ', 'g'));
end;
$$;
grant execute on function private.substance_key to authenticated, service_role;

-- The same without the words at the end that name a salt, an ester or water and not what acts: "metformin
-- hydrochloride" and "metformin" are one. At least one word stays. A name of several things keeps all of them, because
-- what stands last may act by itself: "cholecalciferol, calcium". Tenofovir alafenamide is no salt of the other one.
create function private.base_substance_key(p_name text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  c_salts constant text[] :=
    '{hydrochloride, dihydrochloride, monohydrochloride, hcl, hydrobromide, dihydrobromide, sodium, disodium,
      potassium, calcium, magnesium, sulfate, sulphate, bisulfate, phosphate, diphosphate, acetate, diacetate,
      citrate, maleate, malate, mesylate, mesilate, besylate, besilate, tosylate, tartrate, bitartrate, fumarate,
      hemifumarate, succinate, lactate, nitrate, gluconate, pamoate, hyclate, medoxomil, axetil, proxetil, cilexetil,
      etexilate, disoproxil, propionate, dipropionate, valerate, furoate, cypionate, enanthate,
      decanoate, xinafoate, bromide, iodide, trihydrate, dihydrate, monohydrate, hemihydrate, sesquihydrate, hydrate,
      anhydrous, anhydride, tromethamine, meglumine, lysine, arginine}';
  v_words text[] := string_to_array(private.substance_key(p_name), ' ');
  v_count int := cardinality(v_words);
begin
  if p_name ~* '[,;+/&|]|\m(and|with|plus)\M' then
    return array_to_string(v_words, ' ');
  end if;
  while v_count > 1 and v_words[v_count] = any (c_salts) loop
    v_count := v_count - 1;
  end loop;
  return array_to_string(v_words[1:v_count], ' ');
end;
$$;
grant execute on function private.base_substance_key to authenticated, service_role;

create index product_ingredients_substance on public.product_ingredients (private.substance_key(substance));
create index product_ingredients_base_substance on public.product_ingredients (private.base_substance_key(substance));

create table private.ingredient_names (
  key text primary key,
  ingredient_id uuid not null references public.ingredients (id) on delete cascade
);
comment on table private.ingredient_names is
  'Which ingredient a name leads to: its own and its synonyms, by private.substance_key. A name leads to one '
  'ingredient alone, because a wrong one would be checked in place of the right one.';
create index ingredient_names_ingredient on private.ingredient_names (ingredient_id);

-- The ingredient that a substance is called by, or null: by its whole name, or else without the words for a salt.
create function private.ingredient_called(p_substance text) returns uuid
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_id uuid := (
    select n.ingredient_id from private.ingredient_names n where n.key = private.substance_key(p_substance));
begin
  if v_id is null then
    v_id := (
      select n.ingredient_id from private.ingredient_names n where n.key = private.base_substance_key(p_substance));
  end if;
  return v_id;
end;
$$;
grant execute on function private.ingredient_called to authenticated, service_role;

create trigger ingredients_lock before insert or update or delete on public.ingredients
  for each statement execute function private.lock_catalogue();
create trigger product_ingredients_lock before insert or update or delete on public.product_ingredients
  for each statement execute function private.lock_catalogue();

-- Maps a substance that comes without an ingredient. One that somebody maps by hand stays so.
create function private.map_substance() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' and new.ingredient_id is null then
    new.ingredient_id := private.ingredient_called(new.substance);
    new.mapped_by_name := new.ingredient_id is not null;
  elsif tg_op = 'UPDATE' then
    new.mapped_by_name := false;
  end if;
  return new;
end;
$$;
create trigger product_ingredients_map before insert on public.product_ingredients
  for each row when (new.ingredient_id is null) execute function private.map_substance();
create trigger product_ingredients_map_by_hand before update of ingredient_id on public.product_ingredients
  for each row when (old.ingredient_id is distinct from new.ingredient_id and pg_trigger_depth() = 0)
  execute function private.map_substance();

-- Keeps the keys equal to the names of ingredients, and maps the substances anew that these keys lead to or led to.
create function private.follow_names() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_keys text[];
  v_pointer text;
begin
  select case when n.name = c.name then '/name' else '/synonyms' end into v_pointer
  from changed c
  cross join lateral unnest(c.name || c.synonyms) as n (name)
  join private.ingredient_names o on o.key = private.substance_key(n.name) and o.ingredient_id <> c.id
  limit 1;
  if found then
    perform private.refuse(409, 'already_exists', 'Another ingredient is called so already.',
      jsonb_build_object('pointer', v_pointer));
  end if;
  with wanted as (
    select distinct private.substance_key(n) as key, c.id
    from changed c cross join lateral unnest(c.name || c.synonyms) as n
    where private.substance_key(n) <> ''
  ), gone as (
    delete from private.ingredient_names n using changed c
    where n.ingredient_id = c.id
      and not exists (select from wanted w where w.id = n.ingredient_id and w.key = n.key)
    returning n.key
  )
  select array_agg(g.key) into v_keys from gone g;
  with made as (
    insert into private.ingredient_names (key, ingredient_id)
    select distinct private.substance_key(n), c.id
    from changed c cross join lateral unnest(c.name || c.synonyms) as n
    where private.substance_key(n) <> ''
      and not exists (
        select from private.ingredient_names o where o.key = private.substance_key(n) and o.ingredient_id = c.id)
    returning key
  )
  select v_keys || array_agg(m.key) into v_keys from made m;
  with affected as (
    select p.id from public.product_ingredients p where private.substance_key(p.substance) = any (v_keys)
    union
    select p.id from public.product_ingredients p where private.base_substance_key(p.substance) = any (v_keys)
  ), mapped as (
    select p.id, private.ingredient_called(p.substance) as ingredient_id
    from affected a join public.product_ingredients p on p.id = a.id
    where p.ingredient_id is null or p.mapped_by_name
  )
  update public.product_ingredients p
  set ingredient_id = m.ingredient_id, mapped_by_name = m.ingredient_id is not null
  from mapped m
  where p.id = m.id and p.ingredient_id is distinct from m.ingredient_id;
  return null;
end;
$$;
create trigger ingredients_follow_new_names after insert on public.ingredients
  referencing new table as changed for each statement execute function private.follow_names();
create trigger ingredients_follow_names after update on public.ingredients
  referencing new table as changed for each statement execute function private.follow_names();
