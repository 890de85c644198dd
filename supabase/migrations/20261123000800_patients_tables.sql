-- Patients: who they are, how to reach them, by which numbers they are known, and which hospitals care for them.

create type public.sex as enum ('female', 'male', 'other', 'unknown');
create type public.blood_type as enum ('A+', 'A-', 'B+', 'B-', 'AB+', 'AB-', 'O+', 'O-');
create type public.identifier_system as enum ('mrn', 'national_id');
-- The number in use, or one that a merge left behind: it finds the patient and is not given out any more (HL7 FHIR
-- Identifier.use).
create type public.identifier_use as enum ('official', 'old');
create type public.contact_kind as enum ('emergency', 'next_of_kin', 'guardian');
create type public.care_status as enum ('active', 'ended');

create table private.patients (
  id uuid primary key default gen_random_uuid(),
  user_id uuid unique references public.profiles (id) on delete set null,
  given_name text not null check (private.is_plain_text(given_name, 100)),
  family_name text not null check (private.is_plain_text(family_name, 100)),
  birth_date date check (birth_date >= '1875-01-01'),
  sex public.sex not null default 'unknown',
  blood_type public.blood_type,
  language text not null default 'en' check (private.is_language(language)),
  phone text check (private.is_phone(phone)),
  email text check (private.is_email(email)),
  address_line text check (private.is_plain_text(address_line, 200)),
  city text check (private.is_plain_text(city, 100)),
  region text check (private.is_plain_text(region, 100)),
  postal_code text check (private.is_plain_text(postal_code, 20)),
  country text check (country ~ '^[A-Z]{2}$'),
  sort_name text not null generated always as (private.normalise(left(family_name, 100) || ' '
    || left(given_name, 100))) stored,
  hospital_ids uuid[] not null default '{}',
  related_changes int not null default 0,
  deleted_at timestamptz,
  deletion_reason text check (private.is_plain_text(deletion_reason, 500)),
  merged_into uuid references private.patients (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patients_deletion_has_reason check ((deleted_at is null) = (deletion_reason is null)),
  constraint patients_merged_is_hidden check (merged_into is null or (deleted_at is not null and merged_into <> id))
);
comment on table private.patients is
  'A person who is or was treated; a login is optional (walk-ins) and never owns the row. `sex` is the administrative '
  'one (HL7 FHIR administrative-gender). `hospital_ids` repeats the active care relationships so that the policies '
  'need no join. One hospital may not learn of another, so nobody of the API reads it: clients have the view '
  'public.patients. (In a table of its own it would cost a look-up for each row that a policy judges.) '
  '`related_changes` counts changes of contacts and identifiers, so that they raise the version too. Nothing deletes '
  'a row; `deleted_at` hides it. A row that was merged into another one is hidden and names it in `merged_into`.';
create index patients_merged_into on private.patients (merged_into);
create index patients_sort_name on private.patients (sort_name, id) where deleted_at is null;
create index patients_birth_date on private.patients (birth_date) where deleted_at is null;
create index patients_phone on private.patients (phone) where deleted_at is null;

create table public.patient_identifiers (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  system public.identifier_system not null,
  organization_id uuid references public.organizations (id) on delete restrict,
  country text check (country ~ '^[A-Z]{2}$'),
  value text not null check (value ~ '^[A-Z0-9][A-Z0-9 ./-]{0,49}$'),
  use public.identifier_use not null default 'official',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patient_identifiers_names_its_issuer check (
    (system = 'mrn' and organization_id is not null and country is null)
    or (system = 'national_id' and organization_id is null and country is not null)),
  constraint patient_identifiers_mrn_once unique (organization_id, value)
);
comment on table public.patient_identifiers is
  'A number that a patient is known by: the medical record number (MRN) of one hospital, or a national id of one '
  'country. A national id is what somebody typed, and nobody has checked it: it is unique among the patients of a '
  'hospital (private.keep_national_id), and not in the network, where a refusal would tell one hospital of the '
  'patients of another one. Of several patients with one, the first counts in an emergency.';
create unique index patient_identifiers_one_per_issuer
  on public.patient_identifiers (patient_id, system, coalesce(organization_id::text, country)) where use = 'official';
create index patient_identifiers_patient on public.patient_identifiers (patient_id);
create index patient_identifiers_value on public.patient_identifiers (value);

create table public.patient_contacts (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  kind public.contact_kind not null,
  priority smallint not null default 1 check (priority between 1 and 20),
  name text not null check (private.is_plain_text(name, 200)),
  relationship text check (private.is_plain_text(relationship, 100)),
  phone text check (private.is_phone(phone)),
  email text check (private.is_email(email)),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patient_contacts_can_be_reached check (phone is not null or email is not null)
);
comment on table public.patient_contacts is 'A person to reach for a patient; the lowest `priority` is called first.';
create index patient_contacts_patient on public.patient_contacts (patient_id);

create table public.care_relationships (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  status public.care_status not null default 'active',
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint care_relationships_end_is_dated check ((status = 'ended') = (ended_at is not null))
);
comment on table public.care_relationships is
  'A hospital cares for a patient; while one is active, the staff of that hospital see the patient. `ended_by` is the '
  'login that ended it: a hospital takes back patients that it dismissed itself; a patient who left comes back by '
  'their own choice.';
create unique index care_relationships_active_once on public.care_relationships (patient_id, organization_id)
  where status = 'active';
create index care_relationships_patient on public.care_relationships (patient_id);
create index care_relationships_ended_by on public.care_relationships (ended_by);
create index care_relationships_organization on public.care_relationships (organization_id, status);

-- The hospitals in whose staff the caller is, as one array: compared with patients.hospital_ids once per row.
create function private.my_hospitals() returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return array(
    select m.organization_id from private.memberships_in_force m
    where m.user_id = (select auth.uid()) and m.role = 'hospital_staff'
  );
end;
$$;
grant execute on function private.my_hospitals to authenticated;

-- The caller's own patient row; null for staff without one.
create function private.my_patient_id() returns uuid
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select p.id from private.patients p where p.user_id = (select auth.uid()) and p.deleted_at is null
  );
end;
$$;
grant execute on function private.my_patient_id to authenticated;

-- Whether a patient is cared for by one of p_hospitals: for the policies of tables that carry a patient_id. Costs about
-- 4 microseconds a row.
create function private.is_in_care(p_patient_id uuid, p_hospitals uuid[]) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (
    select from private.patients p
    where p.id = p_patient_id and p.deleted_at is null and p.hospital_ids && p_hospitals);
end;
$$;
grant execute on function private.is_in_care to authenticated;

alter table private.patients enable row level security;
grant select (id, user_id, given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line,
  city, region, postal_code,
  country, sort_name, deleted_at, deletion_reason, merged_into, version, created_at, updated_at) on private.patients
    to authenticated;
grant update (given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line, city, region,
  postal_code, country)
  on private.patients to authenticated;
grant all on private.patients to service_role;
create policy "Patients see themselves, hospital staff those in their care" on private.patients
  for select to authenticated
  using (deleted_at is null and (user_id = (select auth.uid()) or hospital_ids && (select private.my_hospitals())));
create policy "Patients change themselves, hospital staff those in their care" on private.patients
  for update to authenticated
  using (deleted_at is null and (user_id = (select auth.uid()) or hospital_ids && (select private.my_hospitals())))
  with check (deleted_at is null and (user_id = (select auth.uid())
    or hospital_ids && (select private.my_hospitals())));

-- Patients as clients have them, under the policies of the table. People see no row that is hidden; the secret key
-- does, and why it is.
create view public.patients with (security_invoker = true) as
  select id, user_id, given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line, city,
    region, postal_code,
    country, sort_name, deleted_at, deletion_reason, merged_into, version, created_at, updated_at
  from private.patients;
grant select on public.patients to authenticated;
grant update (given_name, family_name, birth_date, sex, blood_type, language, phone, email, address_line, city, region,
  postal_code, country)
  on public.patients to authenticated;
grant all on public.patients to service_role;

alter table public.patient_identifiers enable row level security;
grant select on public.patient_identifiers to authenticated;
grant all on public.patient_identifiers to service_role;
create policy "Patients see their numbers, hospital staff those they may know" on public.patient_identifiers
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or ((organization_id is null or organization_id = any ((select private.my_hospitals())::uuid[]))
      and private.is_in_care(patient_id, (select private.my_hospitals()))));

alter table public.patient_contacts enable row level security;
grant select, delete on public.patient_contacts to authenticated;
grant insert (patient_id, kind, priority, name, relationship, phone, email) on public.patient_contacts to authenticated;
grant update (kind, priority, name, relationship, phone, email) on public.patient_contacts to authenticated;
grant all on public.patient_contacts to service_role;
create policy "Patients see their contacts, hospital staff those in care" on public.patient_contacts
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or private.is_in_care(patient_id, (select private.my_hospitals())));
create policy "Patients add their contacts, hospital staff for those in care" on public.patient_contacts
  for insert to authenticated
  with check (patient_id = (select private.my_patient_id())
    or private.is_in_care(patient_id, (select private.my_hospitals())));
create policy "Patients change their contacts, hospital staff those in care" on public.patient_contacts
  for update to authenticated
  using (patient_id = (select private.my_patient_id())
    or private.is_in_care(patient_id, (select private.my_hospitals())))
  with check (patient_id = (select private.my_patient_id())
    or private.is_in_care(patient_id, (select private.my_hospitals())));
create policy "Patients remove their contacts, hospital staff those in care" on public.patient_contacts
  for delete to authenticated
  using (patient_id = (select private.my_patient_id())
    or private.is_in_care(patient_id, (select private.my_hospitals())));

alter table public.care_relationships enable row level security;
grant select on public.care_relationships to authenticated;
grant insert (patient_id, organization_id) on public.care_relationships to authenticated;
grant update (status) on public.care_relationships to authenticated;
grant all on public.care_relationships to service_role;
create policy "Patients see who cares for them, hospital staff whom they treat" on public.care_relationships
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[]));
create policy "Patients choose the hospitals that care for them" on public.care_relationships
  for insert to authenticated
  with check (patient_id = (select private.my_patient_id()));
create policy "Patients and the hospital end a care relationship" on public.care_relationships
  for update to authenticated
  using (status = 'active' and (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[])))
  with check (status = 'ended' and (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[])));

-- Refuses a row for a patient who was merged while the insert waited for the lock; it would be lost on the hidden row.
-- Runs after the check of the foreign key, which does the waiting; audit_table puts it on every table with a patient.
create function private.refuse_merged_patient() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from private.patients where id = new.patient_id and merged_into is not null) then
    perform private.refuse(410, 'merged', 'This patient was merged into another one. Read the patient again.');
  end if;
  return null;
end;
$$;

-- Moving a row to another patient, as a merge does, is no change of the row; nor is what happens to a patient while it
-- is merged.
create trigger patients_touch before update on private.patients
  for each row when (old.merged_into is null and new.merged_into is null) execute function private.touch_row();
create trigger patient_identifiers_touch before update on public.patient_identifiers
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
create trigger patient_contacts_touch before update on public.patient_contacts
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
create trigger care_relationships_touch before update on public.care_relationships
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('private.patients', 'sort_name', 'hospital_ids', 'related_changes');
call private.audit_table('public.patient_identifiers');
call private.audit_table('public.patient_contacts');
call private.audit_table('public.care_relationships');
