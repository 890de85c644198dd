-- Encounters and the notes about them.

create type public.encounter_kind as enum ('ambulatory', 'emergency', 'inpatient', 'virtual', 'home');
create type public.encounter_status as enum ('in_progress', 'completed', 'cancelled', 'entered_in_error');

create table public.encounters (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  kind public.encounter_kind not null,
  status public.encounter_status not null default 'in_progress',
  error_reason text check (private.is_plain_text(error_reason, 500)),
  reason text check (private.is_plain_text(reason, 500)),
  occurred_at timestamptz not null default now(),
  ended_at timestamptz,
  sensitivity public.sensitivity,
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint encounters_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null)),
  constraint encounters_end_in_order check (ended_at >= occurred_at),
  constraint encounters_end_is_known check (status <> 'completed' or ended_at is not null),
  constraint encounters_of_patient unique (id, patient_id)
);
comment on table public.encounters is 'A contact of a patient with a hospital. `occurred_at` is its beginning.';
call private.make_record_table('encounter', 'encounters', true,
  array['kind', 'status', 'reason', 'occurred_at', 'ended_at', 'sensitivity'],
    array['kind', 'reason', 'occurred_at', 'ended_at', 'sensitivity']);

-- An encounter that turns out to be sensitive makes so what was recorded in it, of every kind that can be, and what was
-- entered in error too.
create function private.pass_sensitivity_on() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_table text;
begin
  for v_table in select k.table_name from private.record_kinds k where k.set_columns @> '{encounter_id,sensitivity}'
    order by 1 loop
    execute format('update public.%I set sensitivity = $1 where encounter_id = $2 and sensitivity is null', v_table)
    using new.sensitivity, new.id;
  end loop;
  return null;
end;
$$;
create trigger encounters_pass_sensitivity_on after update of sensitivity on public.encounters
  for each row when (old.sensitivity is null and new.sensitivity is not null)
    execute function private.pass_sensitivity_on();

create type public.note_kind as enum ('history', 'progress', 'assessment', 'plan', 'procedure', 'discharge', 'nursing',
  'other');
create type public.note_status as enum ('final', 'amended', 'entered_in_error');

create table public.notes (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  encounter_id uuid not null,
  kind public.note_kind not null,
  text text not null check (private.is_long_text(text, 20000)),
  status public.note_status not null default 'final',
  amendment_reason text check (private.is_plain_text(amendment_reason, 500)),
  error_reason text check (private.is_plain_text(error_reason, 500)),
  occurred_at timestamptz not null default now(),
  sensitivity public.sensitivity,
  recorded_by uuid references public.profiles (id) on delete restrict,
  updated_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notes_patient foreign key (patient_id) references private.patients (id) on delete restrict,
  constraint notes_encounter foreign key (encounter_id, patient_id) references public.encounters (id, patient_id)
    on delete restrict on update cascade,
  constraint notes_error_has_reason check ((status = 'entered_in_error') = (error_reason is not null))
);
comment on table public.notes is
  'What somebody wrote about an encounter. It is amended with a reason and never overwritten: record_versions keeps '
  'every former text.';
create index notes_encounter on public.notes (encounter_id, patient_id);
call private.make_record_table('note', 'notes', true,
  array['encounter_id', 'kind', 'text', 'occurred_at', 'sensitivity'],
    array['text', 'amendment_reason', 'sensitivity']);

-- A new text is an amendment: it says why, and the note says that it is one. Without one, neither the reason nor the
-- status tells of an amendment, or of none; a note can only be entered in error (409 illegal_transition). What was
-- entered in error is left to private.change_record.
create function private.amend_note() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.text is distinct from old.text then
    if new.amendment_reason is null or new.amendment_reason is not distinct from old.amendment_reason then
      perform private.refuse(422, 'invalid_input', 'Give a reason for the amendment.',
        '{"pointer": "/amendment_reason"}');
    end if;
    if new.status = 'final' then
      new.status := 'amended';
    end if;
  elsif new.status not in (old.status, 'entered_in_error') then
    perform private.refuse(409, 'illegal_transition', 'Only a new text makes a note amended, and it stays so.',
      '{"allowed": ["entered_in_error"]}');
  elsif new.amendment_reason is distinct from old.amendment_reason then
    perform private.refuse(422, 'invalid_input', 'Send the reason of an amendment together with the new text.',
      '{"pointer": "/amendment_reason"}');
  end if;
  return new;
end;
$$;
create trigger notes_amend before update of text, status, amendment_reason on public.notes
  for each row when (old.status <> 'entered_in_error') execute function private.amend_note();
