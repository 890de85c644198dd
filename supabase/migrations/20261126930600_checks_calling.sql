-- The check of medicines as people and functions call it.

-- What is wrong with one field of a medicine, as a sentence; null when nothing is.
create function private.medicine_field_fault(p_name text, p_value jsonb) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  v_type text := jsonb_typeof(p_value);
  v_text text := p_value #>> '{}';
  v_most numeric := case p_name when 'dose' then 1000000 when 'times_per_day' then 48 when 'max_per_day' then 10000000
    end;
begin
  if p_name not in ('product_id', 'ingredient_id', 'text', 'dose', 'dose_unit', 'route', 'times_per_day', 'max_per_day')
  then
    return 'This field is not known.';
  elsif v_type = 'null' then
    return null;
  elsif v_most is not null then
    return case
      when v_type <> 'number' then 'This must be a number.'
      when v_text::numeric <= 0 or v_text::numeric > v_most
        then format('This must be greater than 0 and at most %s.', v_most) end;
  elsif v_type <> 'string' then
    return 'This must be a text.';
  end if;
  return case p_name
    when 'text' then case when not private.is_plain_text(v_text, 300) then
      'This must be one line of plain text of at most 300 characters.' end
    when 'dose_unit' then case when not exists (select from private.dose_units u where u.unit = v_text) then
      (select 'This must be one of: ' || string_agg(u.unit, ', ' order by u.unit) || '.' from private.dose_units u) end
    when 'route' then case when v_text <> all (enum_range(null::public.drug_route)::text[]) then
      'This must be one of: ' || array_to_string(enum_range(null::public.drug_route), ', ') || '.' end
    else case when v_text !~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$' then 'This must be a UUID.' end
  end;
end;
$$;

-- Refuses what is no list of 1 to 50 medicines, or names one that is in no catalogue (422, pointer to the field). The
-- catalogue is everybody's to read, so a refusal tells nothing.
create function private.require_checkable(p_medicines jsonb) returns void
language plpgsql stable security definer
set search_path = ''
as $$
declare
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
  select concat_ws('/', '/medicines', e.n - 1, f.field), f.message into v_pointer, v_message
  from jsonb_array_elements(p_medicines) with ordinality as e (medicine, n)
  cross join lateral (
    select jsonb_strip_nulls(case jsonb_typeof(e.medicine) when 'object' then e.medicine else '{}' end) as given) as m
  cross join lateral (
    select null as field, 'This must be an object.' as message where jsonb_typeof(e.medicine) <> 'object'
    union all
    select k.key, private.medicine_field_fault(k.key, k.value) from jsonb_each(m.given) as k
    union all
    select null, 'A medicine is named by one of product_id, ingredient_id and text.'
    where (m.given ? 'product_id')::int + (m.given ? 'ingredient_id')::int + (m.given ? 'text')::int <> 1
    union all
    select 'dose_unit', 'A dose has a unit, and a unit belongs to a dose.'
    where (m.given ? 'dose') <> (m.given ? 'dose_unit')
    union all
    select 'max_per_day', 'The most of a day is at least one dose.'
    where m.given ? 'max_per_day' and not coalesce(case when jsonb_typeof(m.given -> 'max_per_day') = 'number'
      and jsonb_typeof(m.given -> 'dose') = 'number'
      then (m.given ->> 'max_per_day')::numeric >= (m.given ->> 'dose')::numeric end, false)) as f
  where f.message is not null
  order by e.n, f.field limit 1;
  if v_message is null then
    select
      concat_ws('/', '/medicines', m.n - 1, case when m.product_id is null then 'ingredient_id' else 'product_id' end),
      'This is not in the catalogue.'
    into v_pointer, v_message
    from rows from (jsonb_to_recordset(p_medicines) as (product_id uuid, ingredient_id uuid)) with ordinality
      as m (product_id, ingredient_id, n)
    where m.product_id is not null and not exists (select from public.products p where p.id = m.product_id)
      or m.ingredient_id is not null and not exists (select from public.ingredients i where i.id = m.ingredient_id)
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
    perform private.refuse(403, 'forbidden', 'The policies of an organization are for its members.',
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
