-- The check of medicines as people and functions call it.

-- Refuses what is no list of 1 to 50 medicines, or names one that is in no catalogue (422, pointer to the field). The
-- catalogue is everybody's to read, so a refusal tells nothing.
create function private.require_checkable(p_medicines jsonb) returns void
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_routes text[] := enum_range(null::public.drug_route);
  v_pointer text;
  v_message text;
begin
  if jsonb_typeof(p_medicines) is distinct from 'array' then
    perform private.refuse(422, 'invalid_input', 'This must be a list of medicines.', '{"pointer": "/medicines"}');
  end if;
  if jsonb_array_length(p_medicines) not between 1 and 50 or pg_column_size(p_medicines) > 131072 then
    perform private.refuse(422, 'invalid_input', 'One check takes 1 to 50 medicines, of 128 KB together.',
      '{"pointer": "/medicines"}');
  end if;
  with medicines as materialized (
    select e.n - 1 as place, case jsonb_typeof(e.medicine) when 'object' then jsonb_strip_nulls(e.medicine) end as m
    from jsonb_array_elements(p_medicines) with ordinality as e (medicine, n)
  ), fields as (
    select m.place, k.key as field, jsonb_typeof(k.value) as type, k.value #>> '{}' as said, case k.key
      when 'dose' then 1000000 when 'times_per_day' then 48 when 'max_per_day' then 10000000 end as most
    from medicines m
    cross join lateral jsonb_each(m.m) as k
  ), faults as (
    select f.place, f.field, case
      when f.most is not null then case
        when f.type <> 'number' then 'This must be a number.'
        when f.said::numeric <= 0 or f.said::numeric > f.most
          then format('This must be greater than 0 and at most %s.', f.most) end
      when f.field not in ('product_id', 'ingredient_id', 'text', 'dose_unit', 'route') then 'This field is not known.'
      when f.type <> 'string' then 'This must be a text.'
      when f.field = 'text' then case when not private.is_plain_text(f.said, 300)
        then 'This must be one line of plain text of at most 300 characters.' end
      when f.field = 'dose_unit' then case when (select u.unit from private.dose_units u where u.unit = f.said) is null
        then 'This must be one of: ' || (
          select string_agg(u.unit, ', ' order by u.unit) from private.dose_units u) || '.' end
      when f.field = 'route' then case when f.said <> all (v_routes)
        then 'This must be one of: ' || array_to_string(v_routes, ', ') || '.' end
      when octet_length(f.said) <> 36 or f.said !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){4}[0-9a-fA-F]{8}$'
        then 'This must be a UUID.' end as message
    from fields f
    union all
    select m.place, x.field, x.message
    from medicines m
    cross join lateral (values
      (null, 'This must be an object.', m.m is null),
      (null, 'Name a medicine by exactly one of product_id, ingredient_id and text.',
        (m.m ? 'product_id')::int + (m.m ? 'ingredient_id')::int + (m.m ? 'text')::int <> 1),
      ('dose_unit', 'A dose needs a unit, and a unit needs a dose.', (m.m ? 'dose') <> (m.m ? 'dose_unit')),
      ('max_per_day', 'The daily maximum must be at least one dose.', m.m ? 'max_per_day'
        and not (m.m -> 'dose' is not null and m.m -> 'max_per_day' >= m.m -> 'dose'))) as x (field, message, is_fault)
    where x.is_fault
  )
  select concat_ws('/', '/medicines', f.place, f.field), f.message into v_pointer, v_message
  from faults f
  where f.message is not null
  order by f.place, f.field limit 1;
  if v_message is null then
    select
      concat_ws('/', '/medicines', m.n - 1, case when m.product_id is null then 'ingredient_id' else 'product_id' end),
      'This is not in the catalogue.'
    into v_pointer, v_message
    from rows from (jsonb_to_recordset(p_medicines) as (product_id uuid, ingredient_id uuid)) with ordinality
      as m (product_id, ingredient_id, n)
    where m.product_id is not null and (select p.id from public.products p where p.id = m.product_id) is null
      or m.ingredient_id is not null
        and (select i.id from public.ingredients i where i.id = m.ingredient_id) is null
    order by m.n limit 1;
  end if;
  if v_message is not null then
    perform private.refuse(422, 'invalid_input', v_message, jsonb_build_object('pointer', v_pointer));
  end if;
end;
$$;
grant execute on function private.require_checkable to authenticated;

-- The check for the caller, in one snapshot; null while the chart is closed to them. Without an organization the
-- policies of the hospital count through which the caller has the chart open.
create function private.check_medicines(p_patient_id uuid, p_medicines jsonb, p_organization_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_scope public.chart_scope := private.chart_scope(p_patient_id);
begin
  if v_scope is null then
    return null;
  end if;
  return private.judge_medicines(p_medicines, private.check_facts(p_patient_id, v_scope),
    coalesce(p_organization_id, (
      select a.organization_id from public.chart_accesses a
      where a.patient_id = p_patient_id and a.user_id = auth.uid() and a.closed_at is null and a.expires_at > now()
      order by a.opened_at desc limit 1)));
end;
$$;
grant execute on function private.check_medicines to authenticated;

create function public.check_medicines(p_patient_id uuid, p_medicines jsonb, p_organization_id uuid default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_answer jsonb;
begin
  perform private.require_checkable(p_medicines);
  if p_organization_id is not null and p_organization_id <> all (array(select private.my_organizations())) then
    perform private.refuse(403, 'forbidden', 'Only members of an organization can use its policies.',
      '{"pointer": "/organization_id"}');
  end if;
  v_answer := private.check_medicines(p_patient_id, p_medicines, p_organization_id);
  return coalesce(v_answer, private.explain_closed_chart(p_patient_id));
end;
$$;
comment on function public.check_medicines is
  'What 1 to 50 new medicines would do to a patient beside each other, the active prescriptions of every hospital, '
  'what the patient takes from elsewhere, allergies, conditions, pregnancy and limits of doses. Nothing is stored. '
  'p_medicines: [{product_id | ingredient_id | text, dose?, dose_unit?, route?, times_per_day?, max_per_day?}]; '
  'p_organization_id: whose policies say how findings are shown. {status: complete | incomplete, reasons: [{reason, '
  'item, detail}], findings: [cards], compared, knowledge_version, review, checked_at}. "No findings" is an all-clear '
  'in a complete check alone. 422; 403 chart_not_open or no_consent, or 404, where the chart is closed to the caller.';
grant execute on function public.check_medicines to authenticated;
