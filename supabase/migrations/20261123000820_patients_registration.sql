-- Patients: registering, changing and hiding them.

create function public.create_patient(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_patient', p_input,
    '{given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line, city, region,
      postal_code, country, organization_id, mrn, national_id, contacts}',
    'private.patient_json($1)');
end;
$$;
comment on function public.create_patient is
  'Registers a patient at a hospital of the caller: the row, its MRN (given here, or by the trigger of the care '
  'relationship), a national id, contacts and the care relationship, or nothing. Idempotent. `organization_id` may be '
  'left out by staff of one hospital. {given_name, family_name, birth_date?, sex?, blood_type?, language?, phone?, '
  'email?, address_line?, city?, region?, postal_code?, country?, organization_id?, mrn?, national_id?: {country, '
  'value}, contacts?: [{kind, name, relationship?, phone?, email?}]} -> the patient.';
grant execute on function public.create_patient to authenticated;

create function private.create_patient(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hospital uuid := private.chosen_hospital((p_input ->> 'organization_id')::uuid);
  v_patient private.patients;
begin
  if v_hospital is null then
    return private.refuse_stranger('Only staff of a hospital register patients there.',
      (p_input ->> 'organization_id')::uuid);
  end if;
  perform private.begin_act('patients', 'patient_identifiers', 'patient_contacts', 'care_relationships');
  insert into private.patients (
    given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line, city, region,
    postal_code, country, hospital_ids)
  select
    i.given_name, i.family_name, i.birth_date, coalesce(i.sex, 'unknown'), i.blood_type, coalesce(i.language, 'en'),
    i.phone, lower(i.email), i.address_line, i.city, i.region, i.postal_code, i.country, array[v_hospital]
  from jsonb_populate_record(null::private.patients, p_input) as i
  returning * into v_patient;
  if p_input ->> 'mrn' is not null then
    insert into public.patient_identifiers (patient_id, system, organization_id, value)
    values (v_patient.id, 'mrn', v_hospital, upper(p_input ->> 'mrn'));
  end if;
  if jsonb_typeof(p_input -> 'national_id') = 'object' then
    insert into public.patient_identifiers (patient_id, system, country, value)
    values (v_patient.id, 'national_id', p_input #>> '{national_id,country}', upper(p_input #>> '{national_id,value}'));
  end if;
  insert into public.care_relationships (patient_id, organization_id) values (v_patient.id, v_hospital);
  if p_input ? 'contacts' then
    perform private.add_contacts(v_patient.id, p_input -> 'contacts');
  end if;
  perform private.end_act('patients', to_jsonb(v_patient) - '{sort_name, hospital_ids, related_changes}'::text[],
    private.registered_rows(v_patient.id), v_hospital, v_patient.id);
  return private.made(v_patient.id);
end;
$$;
grant execute on function private.create_patient to authenticated;

create function public.update_patient(p_id uuid, p_changes jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_known_keys(p_changes,
    array['given_name', 'family_name', 'birth_date', 'sex', 'blood_type', 'language', 'phone', 'email',
    'address_line', 'city', 'region', 'postal_code', 'country', 'national_id', 'contacts']);
  perform private.guarded('update_patient', jsonb_build_object('id', p_id, 'changes', p_changes), p_expected_version);
  return private.patient_json(p_id);
end;
$$;
comment on function public.update_patient is
  'Changes the fields named in p_changes and leaves the others; `contacts` and `national_id` replace what was there. '
  'The answer is the patient. 412 when p_expected_version is given and is not the current one.';
grant execute on function public.update_patient to authenticated;

create function private.update_patient(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_changes jsonb := p_input -> 'changes';
  v_version int;
begin
  select version into v_version from private.patients where id = v_id for update;
  perform private.require_version(v_version, p_expected_version);
  update private.patients p
  set given_name = n.given_name, family_name = n.family_name, birth_date = n.birth_date, sex = n.sex,
    blood_type = n.blood_type,
    language = n.language, phone = n.phone, email = lower(n.email), address_line = n.address_line, city = n.city,
      region = n.region,
    postal_code = n.postal_code, country = n.country
  from (
    select c.*
    from jsonb_to_record(private.patient_json(v_id)::jsonb || v_changes) as c (
      given_name text, family_name text, birth_date date, sex public.sex, blood_type public.blood_type, language text,
        phone text, email text,
      address_line text, city text, region text, postal_code text, country text)
  ) as n
  where p.id = v_id;
  if not found then
    perform private.require_version(null, null);
  end if;
  if v_changes ? 'contacts' then
    delete from public.patient_contacts where patient_id = v_id;
    perform private.add_contacts(v_id, v_changes -> 'contacts');
  end if;
  if v_changes ? 'national_id' then
    perform private.set_national_id(v_id, v_changes -> 'national_id');
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.update_patient to authenticated;

create function public.delete_patient(p_id uuid, p_reason text, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_reason, 500, '/reason');
  return private.guarded('delete_patient', jsonb_build_object('id', p_id, 'reason', p_reason), p_expected_version);
end;
$$;
comment on function public.delete_patient is
  'Hides a patient of the caller''s hospital, with a reason; the answer is null. The chart stays; it is refused while '
  'another hospital cares for the patient.';
grant execute on function public.delete_patient to authenticated;

create function private.delete_patient(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_reason text := p_input ->> 'reason';
  v_hospitals uuid[] := private.my_hospitals();
  v_patient private.patients;
begin
  if v_reason is null then
    perform private.refuse(422, 'invalid_input', 'Give a reason for the deletion.', '{"pointer": "/reason"}');
  end if;
  select * into v_patient from private.patients
  where id = v_id and deleted_at is null and (hospital_ids && v_hospitals or user_id = auth.uid()) for update;
  perform private.require_version(v_patient.version, p_expected_version);
  if not v_patient.hospital_ids && v_hospitals then
    perform private.record_denial(v_id, null, 'not_staff');
    return private.refuse_committed(403, 'forbidden', 'Only hospital staff delete a patient.');
  end if;
  if not v_patient.hospital_ids <@ v_hospitals then
    perform private.refuse(409, 'in_care_elsewhere',
      'Another hospital cares for this patient. End the care relationship instead.');
  end if;
  update private.patients set deleted_at = now(), deletion_reason = v_reason where id = v_id;
  return null;
end;
$$;
grant execute on function private.delete_patient to authenticated;

-- A calendar date out of unchecked text; null when it is none.
create function private.date_or_null(p_text text) returns date
language plpgsql immutable
set search_path = ''
as $$
begin
  return case when p_text ~ '^\d{4}-\d{2}-\d{2}$' then p_text::date end;
exception when data_exception then
  return null;
end;
$$;

-- Creates the patient row of a person who registers on their own (private.make_person).
create function private.register_patient(p_user_id uuid, p_data jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_birth_date date := private.date_or_null(p_data ->> 'birth_date');
begin
  insert into private.patients (user_id, given_name, family_name, birth_date, language, phone, email)
  select p.id, p.given_name, p.family_name,
    case when v_birth_date between '1875-01-01' and (now() at time zone 'Pacific/Kiritimati')::date
      then v_birth_date end, p.language, p.phone, p.email
  from public.profiles p where p.id = p_user_id;
end;
$$;

-- The hospital at which the caller, one of its staff, acts: the named one, or the only one; 422 when it must be named.
-- Null for everybody else: the attempt is then in the audit log, on p_patient_id where there is one, and the API
-- function answers private.refuse_stranger.
create function private.chosen_hospital(p_organization_id uuid, p_patient_id uuid default null) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
begin
  if cardinality(v_hospitals) = 0 or p_organization_id <> all (v_hospitals) then
    perform private.record_denial(p_patient_id, p_organization_id, 'not_staff');
    return null;
  end if;
  if p_organization_id is null and cardinality(v_hospitals) > 1 then
    perform private.refuse(422, 'invalid_input', 'You work at several hospitals. Name one.',
      '{"pointer": "/organization_id"}');
  end if;
  return coalesce(p_organization_id, v_hospitals[1]);
end;
$$;

-- The answer when private.chosen_hospital found no hospital: 403, with a pointer to the hospital that the caller named.
create function private.refuse_stranger(p_message text, p_organization_id uuid) returns jsonb
language sql
set search_path = ''
as $$
  select private.refuse_committed(403, 'forbidden', p_message,
    case when p_organization_id is not null then '{"pointer": "/organization_id"}'::jsonb end);
$$;
grant execute on function private.refuse_stranger to authenticated;

-- The rows that came with the registration of a patient, for the audit log: [{table_name, row}].
create function private.registered_rows(p_patient_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(jsonb_build_object('table_name', r.table_name, 'row',
      jsonb_strip_nulls(r.content) - '{patient_id, version, created_at, updated_at}'::text[]))
    from (
      select 'patient_identifiers' as table_name, to_jsonb(i) as content
      from public.patient_identifiers i where i.patient_id = p_patient_id
      union all
      select 'care_relationships', to_jsonb(c) from public.care_relationships c where c.patient_id = p_patient_id
      union all
      select 'patient_contacts', to_jsonb(c) from public.patient_contacts c where c.patient_id = p_patient_id
    ) as r);
end;
$$;

-- Adds contacts in the order of a JSON array, at most 20, under the caller's policies.
create function private.add_contacts(p_patient_id uuid, p_contacts jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  if jsonb_path_exists(p_contacts, '$[20]') then
    perform private.refuse(422, 'invalid_input', 'This list has at most 20 elements.', '{"pointer": "/contacts"}');
  end if;
  insert into public.patient_contacts (patient_id, kind, priority, name, relationship, phone, email)
  select p_patient_id, i.kind, c.place, i.name, i.relationship, i.phone, lower(i.email)
  from jsonb_array_elements(case when jsonb_typeof(p_contacts) = 'array' then p_contacts
    else '[]' end) with ordinality as c (contact, place),
    jsonb_populate_record(null::public.patient_contacts, c.contact) as i;
end;
$$;
grant execute on function private.add_contacts to authenticated;

-- Replaces or, given null, removes the national id of a patient in the caller's care.
create function private.set_national_id(p_patient_id uuid, p_national_id jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  if not private.is_in_care(p_patient_id, private.my_hospitals()) then
    perform private.refuse(403, 'forbidden', 'Only your hospital changes this field.', '{"pointer": "/national_id"}');
  end if;
  delete from public.patient_identifiers
  where patient_id = p_patient_id and system = 'national_id' and use = 'official'
    and (p_national_id = 'null' or country <> p_national_id ->> 'country' or value <> upper(p_national_id ->> 'value'));
  insert into public.patient_identifiers (patient_id, system, country, value)
  select p_patient_id, 'national_id', p_national_id ->> 'country', upper(p_national_id ->> 'value')
  where p_national_id <> 'null' and not exists (
    select from public.patient_identifiers
    where patient_id = p_patient_id and system = 'national_id' and use = 'official');
end;
$$;
grant execute on function private.set_national_id to authenticated;
