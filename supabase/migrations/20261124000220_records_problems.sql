-- Problems: allergies and conditions. Coded or not is visible: what is not coded no program can check.

create type public.allergy_category as enum ('medication', 'food', 'environment', 'biologic');
create type public.allergy_kind as enum ('allergy', 'intolerance');
create type public.allergy_severity as enum ('mild', 'moderate', 'severe', 'life_threatening');
create type public.allergy_status as enum ('active', 'inactive', 'resolved', 'entered_in_error');
create type public.verification as enum ('unconfirmed', 'confirmed', 'refuted');

create table public.allergies (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  kind public.allergy_kind not null default 'allergy',
  category public.allergy_category not null,
  substance text not null check (private.is_plain_text(substance, 200)),
  is_class boolean not null default false,
  code_system public.code_system check (code_system in ('rxnorm', 'atc', 'snomed_ct')),
  code text,
  coded boolean not null generated always as (code is not null) stored,
  reaction text check (private.is_plain_text(reaction, 500)),
  severity public.allergy_severity,
  verification public.verification not null default 'unconfirmed',
  status public.allergy_status not null default 'active',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  occurred_at timestamptz not null default now(),
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint allergies_code_check check (private.is_code(code_system, code)),
  constraint allergies_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null))
);
comment on table public.allergies is
  'What a patient does not tolerate: a substance, or a class of them. `coded` tells whether a program can check it: '
  'an uncoded allergy is shown and read by people alone.';
call private.make_record_table('allergy', 'allergies', false,
  array['kind', 'category', 'substance', 'is_class', 'code_system', 'code', 'reaction', 'severity', 'verification',
    'status', 'occurred_at'],
  array['kind', 'category', 'substance', 'is_class', 'code_system', 'code', 'reaction', 'severity', 'verification',
    'occurred_at']);

create type public.condition_severity as enum ('mild', 'moderate', 'severe');
create type public.condition_status as enum ('active', 'remission', 'resolved', 'entered_in_error');

create table public.conditions (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  encounter_id uuid,
  name text not null check (private.is_plain_text(name, 200)),
  code_system public.code_system check (code_system in ('icd10', 'icd10_cm', 'snomed_ct')),
  code text,
  coded boolean not null generated always as (code is not null) stored,
  severity public.condition_severity,
  verification public.verification not null default 'confirmed',
  status public.condition_status not null default 'active',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  onset_on date check (onset_on >= '1875-01-01'),
  resolved_on date,
  occurred_at timestamptz not null default now(),
  sensitivity public.sensitivity,
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint conditions_encounter foreign key (encounter_id, patient_id) references public.encounters (id, patient_id)
    on delete restrict on update cascade,
  constraint conditions_code_check check (private.is_code(code_system, code)),
  constraint conditions_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null)),
  constraint conditions_resolved_on_check check (resolved_on >= onset_on),
  constraint conditions_resolution_is_one check (resolved_on is null or status in ('resolved', 'entered_in_error'))
);
comment on table public.conditions is
  'A problem or diagnosis, by ICD-10 where it is coded. Days of onset and resolution are days of the calendar, as '
  'patients know them.';
create index conditions_encounter on public.conditions (encounter_id, patient_id);
call private.make_record_table('condition', 'conditions', true,
  array['encounter_id', 'name', 'code_system', 'code', 'severity', 'verification', 'status', 'onset_on', 'resolved_on',
    'occurred_at', 'sensitivity'],
  array['name', 'code_system', 'code', 'severity', 'verification', 'onset_on', 'resolved_on', 'occurred_at',
    'sensitivity']);
