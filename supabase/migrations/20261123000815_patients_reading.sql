-- Patients, reading: the patient as the API shows it.

create function public.get_patient(p_id uuid default null) returns json
language plpgsql stable
set search_path = ''
as $$
declare
  v_patient json := (select j.patient from private.patients_json(array[coalesce(p_id, private.my_patient_id())]) j);
  v_merged_into uuid;
begin
  if v_patient is null and p_id is not null then
    v_merged_into := private.merged_into(p_id);
    if v_merged_into is not null then
      perform private.refuse(410, 'merged', 'This patient was merged into another one.',
        jsonb_build_object('merged_into', v_merged_into));
    end if;
  end if;
  return v_patient;
end;
$$;
comment on function public.get_patient is
  'Reads a patient with `identifiers` and `contacts`, or without an id the caller''s own; null when there is none '
  'that the caller may see, 410 with `merged_into` when it was merged into one that they see.';
grant execute on function public.get_patient to authenticated;

-- The boundary of reading: patients by id as the API shows them, those that the caller may see. It decides that once
-- for each patient, as the policies of patients, identifiers and contacts do for each row, because policies cost as
-- much again as the reading; the permission matrix covers it by name.
create function private.patients_json(p_ids uuid[]) returns table (id uuid, sort_name text, patient json)
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_me uuid := auth.uid();
  v_hospitals uuid[] := private.my_hospitals();
begin
  return query
    select v.id, v.sort_name, row_to_json(j)
    from private.patients v
    cross join lateral (
      select
        v.id,
        v.user_id,
        v.given_name,
        v.family_name,
        v.birth_date,
        v.sex,
        v.blood_type,
        v.language,
        v.phone,
        v.email,
        v.address_line,
        v.city,
        v.region,
        v.postal_code,
        v.country,
        v.sort_name,
        coalesce((
          select json_agg(i)
          from (
            select n.id, n.system, n.organization_id, n.country, n.value, n.use
            from public.patient_identifiers n
            where n.patient_id = v.id
              and (v.user_id = v_me or n.organization_id is null or n.organization_id = any (v_hospitals))
            order by n.system, n.use, n.created_at, n.id) as i), '[]') as identifiers,
        coalesce((
          select json_agg(c)
          from (
            select n.id, n.kind, n.name, n.relationship, n.phone, n.email
            from public.patient_contacts n
            where n.patient_id = v.id
            order by n.priority, n.id) as c), '[]') as contacts,
        v.version,
        v.created_at,
        v.updated_at
    ) as j
    where v.id = any (p_ids) and v.deleted_at is null and (v.user_id = v_me or v.hospital_ids && v_hospitals);
end;
$$;
grant execute on function private.patients_json to authenticated;

-- One patient as the API shows it; null when there is none that the caller may see.
create function private.patient_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (select j.patient from private.patients_json(array[p_id]) j);
end;
$$;
grant execute on function private.patient_json to authenticated;

-- The patient that a merged one has become, if the caller may see it.
create function private.merged_into(p_id uuid) returns uuid
language sql stable security definer
set search_path = ''
as $$
  with recursive chain as (
    select p.merged_into as id from private.patients p where p.id = p_id
    union all
    select p.merged_into from chain c join private.patients p on p.id = c.id
  )
  select v.id from chain c join private.visible_patients v on v.id = c.id;
$$;
grant execute on function private.merged_into to authenticated;
