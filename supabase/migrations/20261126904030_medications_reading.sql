-- Reading the catalogue: lists with filters, and single rows with all that belongs to them; and what checks know.

create function public.get_ingredient(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(i) || jsonb_build_object(
      'classes', (
        select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'title', c.title) order by c.name),
          '[]')
        from public.ingredient_classes m join public.medication_classes c on c.id = m.class_id
        where m.ingredient_id = i.id),
      'codes', (
        select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'system', c.system, 'code', c.code)
          order by c.system, c.code), '[]')
        from public.medication_codes c where c.ingredient_id = i.id),
      'dose_limits', (
        select coalesce(jsonb_agg(to_jsonb(d) order by d.age_from_months, d.route, d.id), '[]')
        from public.dose_limits d where d.ingredient_id = i.id and d.until_version is null))
    from public.ingredients i where i.id = p_id);
end;
$$;
comment on function public.get_ingredient is
  'An ingredient with its classes, its codes and its dose limits in force; null when there is none.';
grant execute on function public.get_ingredient to authenticated;

create function public.list_ingredients(
  p_class_id uuid default null,
  p_reviewed boolean default null,
  p_control_schedule_id uuid default null,
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
  perform private.require_length(p_after_name, 200, '/cursor');
  return (
    with matching as not materialized (
      select i as ingredient, i.name, i.id from public.ingredients i
      where (p_reviewed is null or p_reviewed = (i.reviewed_version is not null))
        and (p_control_schedule_id is null or i.control_schedule_id = p_control_schedule_id)
        and (p_active is null or i.active = p_active)
        and (p_class_id is null or exists (
          select from public.ingredient_classes m where m.ingredient_id = i.id and m.class_id = p_class_id))
    ), listed as materialized (
      select m.* from matching m
      where p_after_id is null or (m.name, m.id) > (p_after_name, p_after_id)
      order by m.name, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(to_jsonb(l.ingredient) order by l.name, l.id), '[]'),
      'total', case when p_count then (select count(*) from matching) end)
    from listed l);
end;
$$;
comment on function public.list_ingredients is
  'The ingredients by name, as {rows, total}: members of a class, reviewed or not, in a schedule of controlled drugs, '
  'active or not. The p_after_ parameters are those of the last one seen; total is null unless p_count.';
grant execute on function public.list_ingredients to authenticated;

create function public.list_class_members(
  p_class_id uuid,
  p_limit int default 25,
  p_after_name text default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_length(p_after_name, 200, '/cursor');
  if not exists (select from public.medication_classes where id = p_class_id) then
    return null;
  end if;
  return (
    with listed as materialized (
      select m.id, i.name from public.ingredient_classes m join public.ingredients i on i.id = m.ingredient_id
      where m.class_id = p_class_id and (p_after_id is null or (i.name, m.id) > (p_after_name, p_after_id))
      order by i.name, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(private.class_member_json(l.id) || jsonb_build_object('name', l.name)
        order by l.name, l.id), '[]'),
      'total', case when p_count then (select count(*) from public.ingredient_classes where class_id = p_class_id) end)
    from listed l);
end;
$$;
comment on function public.list_class_members is
  'The members of a class by the name of the ingredient, as {rows, total}; null when there is no such class. The '
  'p_after_ parameters are those of the last one seen; total is null unless p_count.';
grant execute on function public.list_class_members to authenticated;

-- Whether pairs of ingredients are being rebuilt, which no caller may read themselves.
create function private.knowledge_is_rebuilding() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (select k.rebuilding from private.knowledge k);
end;
$$;
grant execute on function private.knowledge_is_rebuilding to authenticated;

create function public.knowledge_report() returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'knowledge_version', private.knowledge_version(),
    'rebuilding', private.knowledge_is_rebuilding())
    || (select jsonb_build_object('rules', count(*), 'rules_unverified',
        count(*) filter (where r.verification = 'unverified'))
      from public.interaction_rules r where r.until_version is null)
    || (select jsonb_build_object('ingredients', count(*), 'ingredients_not_reviewed',
        count(*) filter (where i.reviewed_version is null))
      from public.ingredients i where i.active)
    || (select jsonb_build_object('products', count(*), 'products_unmapped', count(*) filter (where u.id is null))
      from public.products p
      left join (
        select x.product_id as id from public.product_ingredients x group by 1
        having bool_and(x.ingredient_id is not null)) as u on u.id = p.id
      where p.active);
end;
$$;
comment on function public.knowledge_report is
  'What checks know at present: the version of the knowledge, whether it is being rebuilt (every check is incomplete '
  'then), and how many rules are unverified, ingredients not reviewed and products not mapped as a whole.';
grant execute on function public.knowledge_report to authenticated;
