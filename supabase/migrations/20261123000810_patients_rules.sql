-- Patients, the rules: what a birth date may be, who changes what, who may care, and how a patient is made, changed and
-- hidden.

-- A birth date lies in the past of every time zone. A trigger, because a CHECK may not depend on the day.
create function private.check_patient() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.birth_date > (now() at time zone 'Pacific/Kiritimati')::date then
    perform private.refuse(422, 'invalid_input', 'The birth date is in the future.', '{"pointer": "/birth_date"}');
  end if;
  return new;
end;
$$;
create trigger patients_check before insert or update of birth_date on private.patients
  for each row execute function private.check_patient();

-- Only hospital staff change what identifies a person or decides a treatment; patients keep their own contact data.
create function private.check_patient_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_field text;
begin
  if old.user_id is distinct from auth.uid() or old.hospital_ids && private.my_hospitals() then
    return new;
  end if;
  select f into v_field
  from unnest(array['given_name', 'family_name', 'birth_date', 'sex', 'blood_type']) as f
  where to_jsonb(old) -> f is distinct from to_jsonb(new) -> f
  limit 1;
  if v_field is not null then
    perform private.refuse(403, 'forbidden', case when old.hospital_ids = '{}'
      then 'Only a hospital that cares for you changes this field. Choose a hospital and ask there.'
      else 'Only your hospital changes this field.' end, jsonb_build_object('pointer', '/' || v_field));
  end if;
  return new;
end;
$$;
create trigger patients_fields_of_the_hospital before update of given_name, family_name, birth_date, sex,
  blood_type on private.patients
  for each row execute function private.check_patient_change();

-- Only an open hospital enters into a care relationship.
create function private.check_care_relationship() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if not exists (select from public.organizations where id = new.organization_id and kind = 'hospital' and active) then
    perform private.refuse(422, 'invalid_input', 'This is not an open hospital.', '{"pointer": "/organization_id"}');
  end if;
  return new;
end;
$$;
create trigger care_relationships_check before insert on public.care_relationships
  for each row execute function private.check_care_relationship();

-- Notes when a care relationship ended and who ended it.
create function private.stamp_care_end() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.ended_at := now();
  new.ended_by := auth.uid();
  return new;
end;
$$;
create trigger care_relationships_stamp_end before update of status on public.care_relationships
  for each row when (old.status = 'active' and new.status = 'ended') execute function private.stamp_care_end();

-- Keeps patients.hospital_ids equal to the active care relationships.
create function private.follow_care_relationships() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient_id uuid;
  v_hospital_ids uuid[];
begin
  for v_patient_id in select distinct p from unnest(array[old.patient_id, new.patient_id]) as p where p is not null
    order by p loop
    perform 1 from private.patients where id = v_patient_id for no key update;
    select coalesce(array_agg(organization_id order by organization_id), '{}') into v_hospital_ids
    from public.care_relationships where patient_id = v_patient_id and status = 'active';
    update private.patients set hospital_ids = v_hospital_ids
    where id = v_patient_id and hospital_ids <> v_hospital_ids;
  end loop;
  return null;
end;
$$;
create trigger care_relationships_follow after insert or update or delete on public.care_relationships
  for each row when (not private.is_in_act('care_relationships')) execute function private.follow_care_relationships();

-- A changed contact or identifier is a change of the patient: it raises the version that If-Match compares. Not while
-- the patient is being made, or is merged away.
create function private.count_related_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update private.patients p set related_changes = p.related_changes + 1
  where p.id in (select c.patient_id from changed c) and p.created_at < now() and p.merged_into is null;
  return null;
end;
$$;
create trigger patient_contacts_added after insert on public.patient_contacts
  referencing new table as changed for each statement when (not private.is_in_act('patient_contacts'))
  execute function private.count_related_change();
create trigger patient_contacts_changed after update on public.patient_contacts
  referencing new table as changed for each statement execute function private.count_related_change();
create trigger patient_contacts_removed after delete on public.patient_contacts
  referencing old table as changed for each statement execute function private.count_related_change();
create trigger patient_identifiers_added after insert on public.patient_identifiers
  referencing new table as changed for each statement when (not private.is_in_act('patient_identifiers'))
  execute function private.count_related_change();
create trigger patient_identifiers_changed after update on public.patient_identifiers
  referencing new table as changed for each statement execute function private.count_related_change();
create trigger patient_identifiers_removed after delete on public.patient_identifiers
  referencing old table as changed for each statement execute function private.count_related_change();

-- A national id belongs to one patient of a hospital of the caller. Nothing is said about patients of other hospitals,
-- even when the patient is in care there as well: the overseers are told (private.notify_of_shared_numbers). The lock
-- makes two registrations of one number wait for each other.
create function private.keep_national_id() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('national_id:' || new.country || ':' || new.value, 0));
  if exists (
    select from public.patient_identifiers i
    join private.patients o on o.id = i.patient_id and o.deleted_at is null
    join private.patients p on p.id = new.patient_id
    where o.hospital_ids && array(
        select h from unnest(p.hospital_ids) as h
        where auth.uid() is null or h = any ((select private.my_hospitals())::uuid[]))
      and i.value = new.value and i.system = 'national_id' and i.country = new.country
        and i.patient_id <> new.patient_id
  ) then
    perform private.refuse(409, 'already_exists', 'Another patient of the hospital has this national id.',
      '{"pointer": "/national_id/value"}');
  end if;
  return new;
end;
$$;
create trigger patient_identifiers_keep_national_id before insert on public.patient_identifiers
  for each row when (new.system = 'national_id') execute function private.keep_national_id();

-- Medical record numbers that a hospital does not give itself: "H" and a number that counts through the network.
create sequence private.mrn_seq start 1000001;

-- Every patient in the care of a hospital has a medical record number there: its own choice, else the next free one.
create function private.number_patient() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (
    select from public.patient_identifiers
    where patient_id = new.patient_id and organization_id = new.organization_id and use = 'official'
  ) then
    return null;
  end if;
  -- A hospital may have given a number of this form itself, of its own choice: then it is the one after.
  loop
    insert into public.patient_identifiers (patient_id, system, organization_id, value)
    values (new.patient_id, 'mrn', new.organization_id, 'H' || nextval('private.mrn_seq'))
    on conflict on constraint patient_identifiers_mrn_once do nothing;
    exit when found;
  end loop;
  return null;
end;
$$;
create trigger care_relationships_number after insert on public.care_relationships
  for each row execute function private.number_patient();
