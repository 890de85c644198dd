-- Care: how a hospital begins to care for a patient that it did not register, and how care ends.

create function public.start_care(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('start_care', p_input, '{organization_id}',
    '(select to_jsonb(c) from public.care_relationships c where c.id = $1)');
end;
$$;
comment on function public.start_care is
  'The caller, a patient, chooses a hospital. Idempotent; 409 when it cares for them already. {organization_id} -> '
  'the care relationship.';
grant execute on function public.start_care to authenticated;

create function private.start_care(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_organization_id uuid := (p_input ->> 'organization_id')::uuid;
  v_patient_id uuid := private.my_patient_id();
  v_id uuid;
begin
  if v_patient_id is null then
    perform private.refuse(403, 'forbidden', 'Only patients choose a hospital for themselves.');
  end if;
  insert into public.care_relationships (patient_id, organization_id) values (v_patient_id, v_organization_id)
  returning id into v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.start_care to authenticated;

create function public.end_care(
  p_id uuid,
  p_patient_id uuid default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('end_care',
    jsonb_strip_nulls(jsonb_build_object('id', p_id, 'patient_id', p_patient_id)),
    '{id, patient_id}', '(select to_jsonb(c) from public.care_relationships c where c.id = $1)', p_expected_version);
end;
$$;
comment on function public.end_care is
  'Ends an active care relationship of the caller, or of the caller''s hospital; given a patient, of that patient '
  'alone. Idempotent. Answers the care relationship.';
grant execute on function public.end_care to authenticated;

create function private.end_care(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_version int;
begin
  select c.version into v_version from public.care_relationships c
  where c.id = v_id and c.patient_id = coalesce(v_patient_id, c.patient_id);
  perform private.require_version(v_version, p_expected_version);
  update public.care_relationships set status = 'ended' where id = v_id and status = 'active';
  if not found then
    perform private.refuse(409, 'illegal_transition', 'This care relationship has ended already.', '{"allowed": []}');
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.end_care to authenticated;

create function public.reinstate_patient(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('reinstate_patient', p_input, '{mrn, organization_id}', 'private.patient_json($1)');
end;
$$;
comment on function public.reinstate_patient is
  'Takes a former patient of the caller''s hospital back into its care, by the medical record number that it gave. '
  '409 while it cares for them, 403 when the patient ended the care: then it is theirs to begin again. Idempotent. '
  '{mrn, organization_id?} -> the patient.';
grant execute on function public.reinstate_patient to authenticated;

create function private.reinstate_patient(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_organization_id uuid := (p_input ->> 'organization_id')::uuid;
  v_hospital uuid := private.chosen_hospital(v_organization_id);
  v_patient private.patients;
begin
  if v_hospital is null then
    return private.refuse_stranger('Only staff of a hospital take patients back there.',
      v_organization_id);
  end if;
  select p.* into v_patient
  from public.patient_identifiers i join private.patients p on p.id = i.patient_id
  where i.organization_id = v_hospital and i.value = upper(p_input ->> 'mrn') and p.deleted_at is null
  for update of p;
  if v_patient.id is null then
    perform private.refuse(404, 'not_found', 'The hospital knows no patient by this number.');
  end if;
  if v_hospital = any (v_patient.hospital_ids) then
    perform private.refuse(409, 'conflict', 'The hospital cares for this patient already.');
  end if;
  if private.patient_ended_care(v_patient.id, v_hospital) is not null then
    perform private.record_denial(v_patient.id, v_hospital, 'patient_ended_care');
    return private.refuse_committed(403, 'forbidden',
      'The patient ended the care, so only the patient can begin it again.');
  end if;
  insert into public.care_relationships (patient_id, organization_id) values (v_patient.id, v_hospital);
  return private.made(v_patient.id);
end;
$$;
grant execute on function private.reinstate_patient to authenticated;

-- When a patient ended the care of a hospital; null while it cares for them, or when the hospital ended the care.
create function private.patient_ended_care(p_patient_id uuid, p_organization_id uuid) returns timestamptz
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select case when c.ended_by = p.user_id then c.ended_at end
    from private.patients p
    join public.care_relationships c on c.patient_id = p.id
    where p.id = p_patient_id and c.organization_id = p_organization_id and p_organization_id <> all (p.hospital_ids)
    order by c.ended_at desc
    limit 1);
end;
$$;
