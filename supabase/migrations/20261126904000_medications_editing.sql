-- Editing the catalogue: what curators add to it by the API, and that the rules of an ingredient were reviewed. The
-- policies of the tables say who may.

create function public.create_ingredient(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_ingredient', p_input, '{name, synonyms, control_schedule_id}',
    '(select to_jsonb(i) from public.ingredients i where i.id = $1)');
end;
$$;
comment on function public.create_ingredient is
  'Adds an ingredient, for curators. Idempotent. {name, synonyms?, control_schedule_id?} -> the ingredient. Substances '
  'of products that are called so are mapped to it; it is not reviewed. 409 where a name leads to another ingredient.';
grant execute on function public.create_ingredient to authenticated;

create function private.create_ingredient(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if exists (select from public.ingredients where lower(name) = lower(p_input ->> 'name')) then
    perform private.refuse(409, 'already_exists', 'There is an ingredient of this name.', '{"pointer": "/name"}');
  end if;
  return private.add_row('public.ingredients', p_input);
end;
$$;
grant execute on function private.create_ingredient to authenticated;

create function public.review_ingredient(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('review_ingredient', jsonb_build_object('id', p_id), '{id}',
    '(select to_jsonb(i) from public.ingredients i where i.id = $1)', p_expected_version);
end;
$$;
comment on function public.review_ingredient is
  'Says that a curator has reviewed the rules of an ingredient as they are in the present version of the knowledge: '
  'from now on "no rule found" is an all-clear for it. Idempotent. Answers the ingredient; 409 before there is any.';
grant execute on function public.review_ingredient to authenticated;

create function private.review_ingredient(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_version int;
begin
  -- Only who may change the row can lock it; who merely sees it is refused.
  select i.version into v_version from public.ingredients i where i.id = v_id for update;
  if not found and exists (select from public.ingredients where id = v_id) then
    perform private.require_curator();
  end if;
  perform private.require_version(v_version, p_expected_version);
  if private.knowledge_version() = 0 then
    perform private.refuse(409, 'conflict', 'There are no rules yet that could have been reviewed.');
  end if;
  update public.ingredients set reviewed_version = private.knowledge_version() where id = v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.review_ingredient to authenticated;

create function public.create_medication_class(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_medication_class', p_input, '{name, title, duplicate_therapy}',
    '(select to_jsonb(c) from public.medication_classes c where c.id = $1)');
end;
$$;
comment on function public.create_medication_class is
  'Adds a class of ingredients, for curators. Idempotent. {name, title, duplicate_therapy?} -> the class.';
grant execute on function public.create_medication_class to authenticated;

create function private.create_medication_class(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row('public.medication_classes', p_input);
end;
$$;
grant execute on function private.create_medication_class to authenticated;

-- A membership as the API shows it.
create function private.class_member_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(m) || jsonb_build_object('ingredient', jsonb_build_object('name', i.name))
    from public.ingredient_classes m join public.ingredients i on i.id = m.ingredient_id
    where m.id = p_id);
end;
$$;
grant execute on function private.class_member_json to authenticated;

create function public.add_class_member(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('add_class_member', p_input, '{class_id, ingredient_id}', 'private.class_member_json($1)');
end;
$$;
comment on function public.add_class_member is
  'Adds an ingredient to a class, for curators: the rules of the class hold for it at once. Idempotent. {class_id, '
  'ingredient_id} -> the membership; 404 without such a class.';
grant execute on function public.add_class_member to authenticated;

create function private.add_class_member(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from public.medication_classes where id = (p_input ->> 'class_id')::uuid) then
    perform private.require_version(null, null);
  end if;
  perform private.require_medicines(p_input);
  return private.add_row('public.ingredient_classes', p_input);
end;
$$;
grant execute on function private.add_class_member to authenticated;

create function public.create_medication_code(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_medication_code', p_input, '{system, code, ingredient_id, class_id, product_id}',
    '(select to_jsonb(c) from public.medication_codes c where c.id = $1)');
end;
$$;
comment on function public.create_medication_code is
  'Adds a code of an ingredient, a class or a product, for curators. Idempotent. {system, code, and one of '
  'ingredient_id, class_id, product_id} -> the code; 409 where it means something already.';
grant execute on function public.create_medication_code to authenticated;

create function private.create_medication_code(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_medicines(p_input);
  if p_input ->> 'product_id' is not null
    and not exists (select from public.products where id = (p_input ->> 'product_id')::uuid) then
    perform private.refuse(422, 'invalid_input', 'There is no such product.', '{"pointer": "/product_id"}');
  end if;
  return private.add_row('public.medication_codes', p_input);
end;
$$;
grant execute on function private.create_medication_code to authenticated;

-- A curator as the API shows one; without the name where the caller is no colleague.
create function private.curator_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(c) || jsonb_build_object('person', case when p.id is not null then
      jsonb_build_object('given_name', p.given_name, 'family_name', p.family_name) end)
    from public.medication_curators c left join public.profiles p on p.id = c.user_id
    where c.id = p_id);
end;
$$;
grant execute on function private.curator_json to authenticated;

create function public.create_medication_curator(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_medication_curator', p_input, '{user_id}', 'private.curator_json($1)');
end;
$$;
comment on function public.create_medication_curator is
  'Makes somebody of the staff of an organization a curator, for curators. Idempotent. {user_id} -> the curator; 403 '
  'for whoever is not on a staff.';
grant execute on function public.create_medication_curator to authenticated;

create function private.create_medication_curator(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row('public.medication_curators', p_input);
end;
$$;
grant execute on function private.create_medication_curator to authenticated;
