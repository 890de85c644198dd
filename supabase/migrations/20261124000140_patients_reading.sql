-- Patients, reading: the patient as the API shows it.

create function public.get_patient(p_id uuid default null) returns json
language plpgsql stable
set search_path = ''
as $$
declare
  v_patient json := private.patient_json(coalesce(p_id, private.my_patient_id()));
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
  'Reads a patient with `identifiers` and `contacts`, or without an id the caller''s own; null when there is none that '
  'the caller may see, 410 with `merged_into` when it was merged into one that they see.';
grant execute on function public.get_patient to authenticated;

-- Patients as the API shows them, those that the caller may see. It is decided once for each patient whether the caller
-- may see it, as the policies of patients, identifiers and contacts do for each row, because policies cost as much
-- again as the reading. The permission matrix covers the functions that read this view by name.
create view private.patient_records as
  select
    p.id,
    p.user_id,
    p.given_name,
    p.family_name,
    p.birth_date,
    p.sex,
    p.blood_type,
    p.language,
    p.phone,
    p.email,
    p.address_line,
    p.city,
    p.region,
    p.postal_code,
    p.country,
    p.sort_name,
    coalesce((
      select json_agg(i)
      from (
        select n.id, n.system, n.organization_id, n.country, n.value, n.use
        from public.patient_identifiers n
        where n.patient_id = p.id
          and (p.user_id = p.me or p.hospital_ids && p.my_hospitals
            and (n.organization_id is null or n.organization_id = any (p.my_hospitals)))
        order by n.system, n.use, n.created_at, n.id
      ) as i), '[]') as identifiers,
    coalesce((
      select json_agg(c)
      from (
        select n.id, n.kind, n.name, n.relationship, n.phone, n.email
        from public.patient_contacts n
        where n.patient_id = p.id
        order by n.priority, n.id
      ) as c), '[]') as contacts,
    p.version,
    p.created_at,
    p.updated_at
  from private.visible_patients p;

-- One patient; null when there is none that the caller may see.
create function private.patient_json(p_id uuid) returns json
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (select row_to_json(r) from private.patient_records r where r.id = p_id);
end;
$$;
grant execute on function private.patient_json to authenticated;

-- Several patients, in no order.
create function private.patients_json(p_ids uuid[]) returns table (id uuid, sort_name text, patient json)
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query select r.id, r.sort_name, row_to_json(r) from private.patient_records r where r.id = any (p_ids);
end;
$$;
grant execute on function private.patients_json to authenticated;

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
