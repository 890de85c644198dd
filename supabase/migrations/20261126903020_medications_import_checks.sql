-- Imports: what is wrong with the lines of a file, all of it at once.

-- What is wrong with lines of any section: each by itself, sections that there are not, and lines that say something
-- about the same twice.
create function private.import_common_faults(p_import_id uuid)
returns table (number int, pointer text, message text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  select l.number, f ->> 'pointer', f ->> 'message'
  from private.import_lines l cross join lateral jsonb_array_elements(l.faults) as f
  where l.import_id = p_import_id and l.faults is not null
  union all
  select l.number, '', format('There is no section %s here.', l.section)
  from private.import_lines l
  join private.medication_imports i on i.id = l.import_id
  where l.import_id = p_import_id and l.section <> all (case i.kind
    when 'catalogue' then array['products', 'codes']
    else array['control_schedules', 'classes', 'ingredients', 'ingredient_classes', 'rules', 'allergy_groups',
      'allergy_cross_reactions', 'duplicate_exceptions', 'dose_limits', 'codes'] end)
  union all
  select d.number, '', 'The same stands at ' || d.first_place || ' already.'
  from (
    select l.number, first_value(l.place) over w as first_place, row_number() over w as nth
    from private.import_lines l
    where l.import_id = p_import_id and l.key <> '' and l.change <> 'gone'
    window w as (partition by l.section, l.key order by l.number)
  ) as d
  where d.nth > 1;
end;
$$;

-- What lines name that there is neither in the file nor in the tables: ingredients, classes, schedules, groups.
create function private.import_reference_faults(p_import_id uuid)
returns table (number int, pointer text, message text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with lines as materialized (
    select l.number, l.section, l.content from private.import_lines l
    where l.import_id = p_import_id and l.faults is null and l.change <> 'gone'
  ), named as (
    select l.number, f.field, f.kind, case when f.kind = 'class' then f.name else lower(f.name) end as name
    from lines l cross join lateral (
      values
        ('subject', l.content ->> 'subject', 'any'), ('other', l.content ->> 'other', 'any'),
        ('target', l.content ->> 'target', 'any'), ('ingredient', l.content ->> 'ingredient', 'ingredient'),
        ('class', l.content ->> 'class', 'class'), ('other_class', l.content ->> 'other_class', 'class'),
        ('control_schedule', upper(l.content ->> 'control_schedule'), 'schedule'),
        ('group', l.content ->> 'group', 'group')
    ) as v (field, value, form)
    cross join lateral (
      select
        case when v.form <> 'any' then v.form when v.value like 'class:%' then 'class' else 'ingredient' end as kind,
        case when v.form = 'any' and v.value like 'class:%' then substr(v.value, 7) else v.value end as name, v.field
    ) as f
    where v.value is not null
  ), known as (
    select 'ingredient' as kind, lower(i.name) as name from public.ingredients i
    union select 'class', c.name from public.medication_classes c
    union select 'schedule', lower(s.code) from public.control_schedules s
    union select 'group', lower(g.name) from public.allergy_groups g
    union
    select case l.section when 'ingredients' then 'ingredient' when 'classes' then 'class'
        when 'control_schedules' then 'schedule' else 'group' end,
      case when l.section = 'classes' then l.content ->> 'name'
        else lower(coalesce(l.content ->> 'code', l.content ->> 'name')) end
    from private.import_lines l
    where l.import_id = p_import_id
      and l.section in ('ingredients', 'classes', 'control_schedules', 'allergy_groups')
  )
  select n.number, '/' || n.field, format('There is no %s of this name.', n.kind)
  from named n
  where not exists (select from known k where k.kind = n.kind and k.name = n.name);
end;
$$;

-- What is wrong with rules and limits as a whole.
create function private.import_rule_faults(p_import_id uuid)
returns table (number int, pointer text, message text)
language plpgsql stable
set search_path = ''
as $$
declare
  v_source text := (select i.source from private.medication_imports i where i.id = p_import_id);
begin
  return query
  with recursive rules as materialized (
    select l.number, l.key, l.content as c, coalesce(l.content -> 'refines', '[]') as refines
    from private.import_lines l
    where l.import_id = p_import_id and l.section = 'rules' and l.faults is null and l.change <> 'gone'
      and jsonb_typeof(coalesce(l.content -> 'refines', '[]')) = 'array'
  ), others as materialized (
    select r.rule_key, r.refines from public.interaction_rules r
    where r.until_version is null and not exists (
      select from private.imported_rows o
      where o.kind = 'knowledge' and o.source = v_source and o.section = 'rules' and o.key = r.rule_key
        and o.hash <> '')
  ), edges (key, refined) as (
    select r.key, k from rules r cross join lateral jsonb_array_elements_text(r.refines) as k
    union
    select o.rule_key, k from others o cross join lateral unnest(o.refines) as k
  ), reached (key, refined) as (
    select e.key, e.refined from edges e
    union
    select p.key, e.refined from reached p join edges e on e.key = p.refined
  )
  select r.number, f.pointer, f.message
  from rules r cross join lateral (
    values
      ('/other', 'A rule between drugs has another side, and no other rule has one.',
        (r.c ->> 'kind' = 'drug') = (r.c ->> 'other' is not null)),
      ('/other', 'An ingredient does not interact with itself.',
        lower(r.c ->> 'other') is distinct from lower(r.c ->> 'subject') or r.c ->> 'subject' like 'class:%'),
      ('/code_prefix', 'A rule for a condition has the beginning of a code, and no other rule has one.',
        (r.c ->> 'kind' = 'condition') = (r.c ->> 'code_prefix' is not null)),
      ('/food', 'A rule about food names it, and no other rule does.',
        (r.c ->> 'kind' = 'food') = (r.c ->> 'food' is not null)),
      ('/verification', 'What was verified has an address or the set id of its label.',
        r.c ->> 'verification' is distinct from 'verified'
          or coalesce(r.c ->> 'source_url', r.c ->> 'label_set_id') is not null),
      ('/rule_key', 'A rule of this key stands in force that this source did not bring.',
        not exists (select from others o where o.rule_key = r.key)),
      ('/refines', 'There is no such rule to refine.', not exists (
        select from jsonb_array_elements_text(r.refines) as k
        where not exists (select from rules n where n.key = k)
          and not exists (select from others o where o.rule_key = k))),
      ('/refines', 'The rule would refine itself, through others or at once.',
        not exists (select from reached p where p.key = r.key and p.refined = r.key))
  ) as f (pointer, message, holds)
  where f.holds is false
  union all
  select l.number, f.pointer, f.message
  from private.import_lines l cross join lateral (
    values
      ('/age_to_months', 'This is above age_from_months.',
        (l.content ->> 'age_to_months')::int > coalesce((l.content ->> 'age_from_months')::int, 0)),
      ('/per_dose', 'A limit limits a dose, a day or an interval.', l.content ?| array['per_dose', 'per_day',
        'per_kg_dose', 'per_kg_day', 'shortest_interval_hours']),
      ('/verification', 'What was verified has an address or the set id of its label.',
        l.content ->> 'verification' is distinct from 'verified' or l.content ?| array['source_url', 'label_set_id']),
      ('/ingredient', 'A limit for this ingredient, route and age stands in force that this source did not bring.',
        not exists (
          select from public.dose_limits d join public.ingredients i on i.id = d.ingredient_id
          where d.until_version is null
            and concat(lower(i.name), '|', d.route, '|', d.age_from_months, '|', d.egfr_below) = l.key
            and not exists (
              select from private.imported_rows o
              where o.kind = 'knowledge' and o.source = v_source and o.section = 'dose_limits' and o.key = l.key
                and o.hash <> '')))
  ) as f (pointer, message, holds)
  where l.import_id = p_import_id and l.section = 'dose_limits' and l.faults is null and l.change <> 'gone'
    and f.holds is false
  union all
  select l.number, '', 'This stands already, and this source did not bring it.'
  from private.import_lines l
  where l.import_id = p_import_id and l.section in ('allergy_groups', 'allergy_cross_reactions') and l.faults is null
    and l.change <> 'gone' and not private.is_only_source('knowledge', v_source, l.section, l.key)
    and (exists (select from public.allergy_groups g where l.section = 'allergy_groups' and lower(g.name) = l.key)
      or exists (
        select from public.allergy_cross_reactions x
        join public.allergy_groups g on g.id = x.group_id
        left join public.ingredients i on i.id = x.ingredient_id
        left join public.medication_classes c on c.id = x.class_id
        where l.section = 'allergy_cross_reactions'
          and l.key = lower(g.name) || '|' || coalesce(lower(i.name), 'class:' || c.name)));
end;
$$;

-- What is wrong with names of ingredients: one that leads to two of them would be checked in place of the other. Names
-- of the file, and then those of ingredients that the file does not speak of.
create function private.import_name_faults(p_import_id uuid)
returns table (number int, pointer text, message text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with names as materialized (
    select l.number, l.key, n.field, private.substance_key(n.name) as name
    from private.import_lines l cross join lateral (
      select 'name' as field, l.content ->> 'name' as name
      union all
      select 'synonyms', s from jsonb_array_elements_text(
        case when jsonb_typeof(l.content -> 'synonyms') = 'array' then l.content -> 'synonyms' else '[]' end) as s
    ) as n
    where l.import_id = p_import_id and l.section = 'ingredients' and l.faults is null and l.change <> 'gone'
  )
  select distinct n.number, '/' || n.field, 'Another ingredient has this name too.'
  from names n
  where exists (select from names o where o.name = n.name and o.key <> n.key)
    or exists (
      select from private.ingredient_names k join public.ingredients i on i.id = k.ingredient_id
      where k.key = n.name and lower(i.name) <> n.key
        and not exists (select from names o where o.key = lower(i.name)));
end;
$$;

-- What is wrong with codes: their form, and that they stand for something else already.
create function private.import_code_faults(p_import_id uuid)
returns table (number int, pointer text, message text)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
  with codes as materialized (
    select l.number, '/code' as pointer, l.content ->> 'system' as system, l.content ->> 'code' as code,
      lower(l.content ->> 'target') as target, null::uuid as product_id
    from private.import_lines l
    where l.import_id = p_import_id and l.section = 'codes' and l.faults is null and l.change <> 'gone'
    union all
    select l.number, '/codes/' || o.nth - 1 || '/code', o.part ->> 'system', o.part ->> 'code', null, l.row_id
    from private.import_lines l
    cross join lateral jsonb_array_elements(l.content -> 'codes') with ordinality as o (part, nth)
    where l.import_id = p_import_id and l.section = 'products' and l.faults is null and l.change <> 'gone'
  )
  select c.number, c.pointer, 'This code has not the form of its system.'
  from codes c
  where not private.is_medication_code(c.system::public.medication_code_system, c.code)
  union all
  select c.number, c.pointer, 'Another line of this file has this code.'
  from (select d.*, row_number() over (partition by d.system, d.code order by d.number) as nth from codes d) as c
  where c.nth > 1
  union all
  select c.number, c.pointer, 'This code stands for something else already.'
  from codes c
  join public.medication_codes m on m.system = c.system::public.medication_code_system and m.code = c.code
  left join public.ingredients i on i.id = m.ingredient_id
  left join public.medication_classes k on k.id = m.class_id
  where coalesce(m.product_id <> c.product_id, true)
    and coalesce(lower(i.name), 'class:' || k.name) is distinct from c.target;
end;
$$;
