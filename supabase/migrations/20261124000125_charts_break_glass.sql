-- Break-glass: opening a chart in an emergency, past care relationship and consent.

create function public.break_glass(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('break_glass', p_input,
    '{patient_id, national_id, given_name, family_name, birth_date, purpose, reason, organization_id}',
    'private.opened_chart_json($1)');
end;
$$;
comment on function public.break_glass is
  'Opens a chart in an emergency, past care relationship and consent, for an hour. The hospital''s privacy officer '
  'and the patient are told. {patient_id | national_id: {country, value} | given_name, family_name, birth_date; '
  'purpose, reason, organization_id?} -> the entry, with the `chart`.';
grant execute on function public.break_glass to authenticated;

-- Refuses what does not name a patient in just one of the three ways, whole and in their form, before anybody is looked
-- for.
create function private.require_naming(p_input jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_names text[] := '{given_name,family_name,birth_date}';
  v_wrong text;
begin
  if (p_input ? 'patient_id')::int + (p_input ? 'national_id')::int + (p_input ?| v_names)::int <> 1 then
    perform private.refuse(422, 'invalid_input',
      'Name the patient by id, by national id, or by full name and birth date.', '{"pointer": ""}');
  end if;
  v_wrong := case
    when p_input ? 'patient_id' then case when p_input ->> 'patient_id' is null then '/patient_id' end
    when p_input ? 'national_id' then case
      when (p_input #>> '{national_id,country}' ~ '^[A-Z]{2}$') is not true then '/national_id/country'
      when (p_input #>> '{national_id,value}' ~* '^[A-Z0-9][A-Z0-9 ./-]{0,49}$') is not true
        then '/national_id/value' end
    when p_input ->> 'given_name' is null or not private.is_plain_text(p_input ->> 'given_name', 100) then '/given_name'
    when p_input ->> 'family_name' is null or not private.is_plain_text(p_input ->> 'family_name', 100)
      then '/family_name'
    when private.date_or_null(p_input ->> 'birth_date') is null then '/birth_date' end;
  if v_wrong is not null then
    perform private.refuse(422, 'invalid_input', 'This names no patient.', jsonb_build_object('pointer', v_wrong));
  end if;
end;
$$;

-- The one patient that somebody in an emergency can name: by id, by national id, or by full name and birth date. Null
-- unless it is just one.
create function private.identify_patient(p_input jsonb) returns uuid
language plpgsql stable
set search_path = ''
as $$
declare
  v_ids uuid[];
begin
  if p_input ? 'patient_id' then
    v_ids := array[(p_input ->> 'patient_id')::uuid];
  elsif p_input ? 'national_id' then
    -- The first who had it: whoever types it for somebody else later does not hide the patient, nor take their place.
    v_ids := array(
      select i.patient_id from public.patient_identifiers i
      join private.patients p on p.id = i.patient_id and p.deleted_at is null
      where i.system = 'national_id' and i.country = p_input #>> '{national_id,country}'
        and i.value = upper(p_input #>> '{national_id,value}')
      order by i.created_at, i.id limit 1);
  else
    select array_agg(p.id) into v_ids from private.patients p
    where p.deleted_at is null and p.birth_date = (p_input ->> 'birth_date')::date
      and p.sort_name = private.normalise((p_input ->> 'family_name') || ' ' || (p_input ->> 'given_name'));
  end if;
  return (select p.id from private.patients p where cardinality(v_ids) = 1 and p.id = v_ids[1]
    and p.deleted_at is null);
end;
$$;

-- How often somebody may break the glass without finding the patient. Each try is in the audit log; so many in an hour
-- are a search.
insert into private.attempt_policies (action, subject, capacity, window_seconds, lock_seconds)
values ('break_glass', 'account', 10, 3600, 3600);

-- The boundary of public.break_glass. All of the input is judged before anybody is looked for, and nothing is raised
-- afterwards: whether there is such a patient is told by opening the chart alone, and a try that opens none leaves an
-- entry and is counted. Who is not staff of the hospital is refused whether or not there is such a patient.
create function private.break_glass(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_in public.chart_accesses := private.read_opening(p_input);
  v_patient_id uuid;
  v_hospital uuid;
  v_attempt record;
  v_consent public.consents;
begin
  if v_in.purpose is null then
    perform private.refuse(422, 'invalid_input', 'Give the purpose of breaking the glass.', '{"pointer": "/purpose"}');
  end if;
  if v_in.reason is null or char_length(v_in.reason) < 10 then
    perform private.refuse(422, 'invalid_input', 'Give a reason of at least 10 characters for breaking the glass.',
      '{"pointer": "/reason"}');
  end if;
  perform private.require_naming(p_input);
  v_patient_id := private.identify_patient(p_input);
  v_hospital := private.chosen_hospital(v_in.organization_id, v_patient_id);
  if v_hospital is null then
    return private.refuse_stranger('Only staff of a hospital break the glass for it.',
      v_in.organization_id);
  end if;
  select * into v_attempt from public.take_attempt('break_glass', null, auth.uid()::text);
  if not v_attempt.allowed then
    perform private.record_denial(null, v_hospital, 'break_glass_too_often');
    return private.refuse_committed(429, 'rate_limited', 'Too many attempts that led to no patient. Try again later.',
      jsonb_build_object('retry_after', v_attempt.retry_after_seconds));
  end if;
  if v_patient_id is null then
    perform private.record_denial(null, v_hospital, 'break_glass_no_match');
    return private.refuse_committed(404, 'not_found', 'These details do not identify one patient.');
  end if;
  select * into v_consent from public.consents
  where patient_id = v_patient_id and organization_id = v_hospital and status <> 'replaced';
  if private.granted_scope(private.is_in_care(v_patient_id, array[v_hospital]), v_consent) = 'everything' then
    return private.refuse_committed(409, 'conflict', 'Your hospital may open this chart without breaking the glass.');
  end if;
  perform public.clear_attempts('break_glass', null, auth.uid()::text);
  return private.enter_chart_access(v_patient_id, v_hospital, 'break_glass', 'everything', v_in.purpose, v_in.reason);
end;
$$;
grant execute on function private.break_glass to authenticated;
