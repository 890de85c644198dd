-- Immunizations, and references to documents.

create type public.immunization_status as enum ('completed', 'not_done', 'entered_in_error');

create table public.immunizations (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  encounter_id uuid,
  vaccine text not null check (private.is_plain_text(vaccine, 200)),
  code_system public.code_system check (code_system in ('cvx', 'atc', 'snomed_ct')),
  code text,
  coded boolean not null generated always as (code is not null) stored,
  status public.immunization_status not null default 'completed',
  not_done_reason text check (private.is_plain_text(not_done_reason, 500)),
  error_reason text check (private.is_plain_text(error_reason, 500)),
  lot_number text check (private.is_plain_text(lot_number, 50)),
  dose_number smallint check (dose_number between 1 and 20),
  site text check (private.is_plain_text(site, 100)),
  occurred_at timestamptz not null default now(),
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint immunizations_encounter foreign key (encounter_id, patient_id) references public.encounters (id,
    patient_id)
    on delete restrict on update cascade,
  constraint immunizations_code_check check (private.is_code(code_system, code)),
  constraint immunizations_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null)),
  constraint immunizations_omission_has_reason check (status = 'entered_in_error'
    or (status = 'not_done') = (not_done_reason is not null))
);
comment on table public.immunizations is 'A vaccination that was given, or was not and why.';
create index immunizations_encounter on public.immunizations (encounter_id, patient_id);
call private.make_record_table('immunization', 'immunizations', false,
  array['encounter_id', 'vaccine', 'code_system', 'code', 'status', 'not_done_reason', 'lot_number', 'dose_number',
    'site', 'occurred_at'],
  array['vaccine', 'code_system', 'code', 'not_done_reason', 'lot_number', 'dose_number', 'site', 'occurred_at']);

create type public.document_category as enum ('discharge_summary', 'referral', 'report', 'imaging', 'consent_form',
  'identification', 'other');
create type public.document_status as enum ('current', 'superseded', 'entered_in_error');

create table public.documents (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  encounter_id uuid,
  category public.document_category not null,
  title text not null check (private.is_plain_text(title, 200)),
  url text not null check (octet_length(url) <= 8000 and char_length(url) <= 2000 and url ~ '^https://[^\s<>"]+$'),
  media_type text not null check (octet_length(media_type) <= 200
    and media_type ~ '^[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}$'),
  size_bytes bigint check (size_bytes > 0),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  status public.document_status not null default 'current',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  occurred_at timestamptz not null default now(),
  sensitivity public.sensitivity,
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint documents_encounter foreign key (encounter_id, patient_id) references public.encounters (id, patient_id)
    on delete restrict on update cascade,
  constraint documents_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null))
);
comment on table public.documents is
  'A reference to a document that is kept elsewhere; `sha256` is the digest of its bytes, in hexadecimal, so that '
  'another file is noticed.';
create index documents_encounter on public.documents (encounter_id, patient_id);
call private.make_record_table('document', 'documents', true,
  array['encounter_id', 'category', 'title', 'url', 'media_type', 'size_bytes', 'sha256', 'status', 'occurred_at',
    'sensitivity'],
  array['category', 'title', 'url', 'media_type', 'size_bytes', 'sha256', 'occurred_at', 'sensitivity']);
