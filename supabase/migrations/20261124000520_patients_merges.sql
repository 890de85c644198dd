-- Merging: when two rows are one person, every row of the one (the source) goes to the other (the patient), and the
-- source is hidden. What was moved is written down row by row, so that for a day the merge can be undone to the exact
-- former state.

create type public.merge_status as enum ('done', 'undone');

create table public.patient_merges (
  id uuid primary key default gen_random_uuid(),
  patient_id uuid not null references private.patients (id) on delete restrict,
  source_id uuid not null references private.patients (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  reason text not null check (private.is_plain_text(reason, 500)),
  status public.merge_status not null default 'done',
  moved_rows int not null,
  moved_login uuid references public.profiles (id) on delete restrict,
  merged_by uuid references public.profiles (id) on delete restrict,
  undo_until timestamptz not null default now() + interval '24 hours',
  undone_at timestamptz,
  undone_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint patient_merges_are_two check (patient_id <> source_id),
  constraint patient_merges_undo_is_dated check ((status = 'undone') = (undone_at is not null))
);
comment on table public.patient_merges is
  'A merge of `source_id` into `patient_id`, by whom, for which hospital and why. `moved_login` is the login that '
  'went along.';
create unique index patient_merges_source_once on public.patient_merges (source_id) where status = 'done';
create index patient_merges_patient on public.patient_merges (patient_id, created_at desc, id);
create index patient_merges_source on public.patient_merges (source_id);
create index patient_merges_organization on public.patient_merges (organization_id);
create index patient_merges_moved_login on public.patient_merges (moved_login);
create index patient_merges_merged_by on public.patient_merges (merged_by);
create index patient_merges_undone_by on public.patient_merges (undone_by);

alter table public.patient_merges enable row level security;
grant select on public.patient_merges to authenticated, service_role;
create policy "Patients see merges into them, hospital staff merges of their hospital" on public.patient_merges
  for select to authenticated
  using (patient_id = (select private.my_patient_id())
    or organization_id = any ((select private.my_hospitals())::uuid[]));
create trigger patient_merges_touch before update on public.patient_merges
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.patient_merges');

create function public.merge_patients(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('merge_patients', p_input, '{patient_id, source_id, reason}',
    '(select to_jsonb(m) from public.patient_merges m where m.id = $1)', p_expected_version);
end;
$$;
comment on function public.merge_patients is
  'Merges a patient in the care of the caller''s hospitals into another one. Idempotent. 409 when the source is in '
  'care elsewhere (merge the other way round), when both have a login, or when the pair was dismissed as two people. '
  'Nobody merges their own record: they would read the other one as its patient, without an entry in its log. '
  '{patient_id, source_id, reason} -> the merge.';
grant execute on function public.merge_patients to authenticated;

create function private.merge_patients(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_source_id uuid := (p_input ->> 'source_id')::uuid;
  v_reason text := p_input ->> 'reason';
  v_hospitals uuid[] := private.my_hospitals();
  v_patient private.patients;
  v_source private.patients;
  v_hospital uuid;
  v_known uuid[];
begin
  if v_reason is null then
    perform private.refuse(422, 'invalid_input', 'Give a reason for the merge.', '{"pointer": "/reason"}');
  end if;
  v_known := private.lock_known_patients(array[v_patient_id, v_source_id]);
  select * into v_patient from private.patients
  where id = v_patient_id and id = any (v_known) and deleted_at is null
    and (hospital_ids && v_hospitals or user_id = auth.uid());
  if v_patient.id is null then
    perform private.record_stranger(v_patient_id);
    return private.refuse_committed(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  perform private.require_version(v_patient.version, p_expected_version);
  if not v_patient.hospital_ids && v_hospitals then
    perform private.record_denial(v_patient_id, v_patient.hospital_ids[1], 'not_staff');
    return private.refuse_committed(403, 'forbidden', 'Only hospital staff merge patients.');
  end if;
  select * into v_source from private.patients
  where id = v_source_id and id <> v_patient_id and id = any (v_known) and deleted_at is null
    and hospital_ids && v_hospitals;
  if v_source.id is null then
    perform private.record_stranger(v_source_id);
    return private.refuse_committed(422, 'invalid_input', 'This names no other patient in your care.',
      '{"pointer": "/source_id"}');
  end if;
  select o into v_hospital from unnest(v_hospitals) as o
  where v_patient.hospital_ids @> array[o] order by v_source.hospital_ids @> array[o] desc, o limit 1;
  if private.is_own_record(v_patient_id) or private.is_own_record(v_source_id) then
    perform private.record_denial(case when private.is_own_record(v_patient_id) then v_source_id else v_patient_id end,
      v_hospital, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'You cannot merge your own record. Ask a colleague.');
  end if;
  if not v_source.hospital_ids <@ v_hospitals then
    perform private.refuse(409, 'in_care_elsewhere',
      'Another hospital cares for the patient who would be hidden. Merge the other way round.');
  end if;
  if v_source.user_id is not null and v_patient.user_id is not null then
    perform private.refuse(409, 'conflict', 'Both patients have a login, and a person has only one.');
  end if;
  if exists (
    select from public.patient_duplicates d
    where d.status = 'dismissed' and d.organization_id = any (v_hospitals)
      and d.patient_id = least(v_patient_id, v_source_id) and d.other_patient_id = greatest(v_patient_id, v_source_id)
  ) then
    perform private.refuse(409, 'conflict', 'These two were found not to be the same person. Reopen the pair first.');
  end if;
  return private.made((private.join_patients(v_source, v_patient, v_hospital, v_reason)).id);
end;
$$;
grant execute on function private.merge_patients to authenticated;

-- Makes two patients one: their charts are closed, the rows move, the source is hidden, its login goes along. Whoever
-- calls has decided that it may be, and holds the locks.
create function private.join_patients(
  p_source private.patients,
  p_patient private.patients,
  p_organization_id uuid,
  p_reason text
) returns public.patient_merges
language plpgsql security definer
set search_path = ''
as $$
declare
  v_merge_id uuid := gen_random_uuid();
  v_merge public.patient_merges;
begin
  perform private.close_charts(array[p_patient.id, p_source.id]);
  update private.patients set merged_into = p_patient.id, deleted_at = now(),
    deletion_reason = 'Merged into another patient', user_id = null
  where id = p_source.id;
  insert into public.patient_merges (id, patient_id, source_id, organization_id, reason, moved_rows, moved_login,
    merged_by)
  values (v_merge_id, p_patient.id, p_source.id, p_organization_id, p_reason,
    private.move_patient_rows(v_merge_id, p_source.id, p_patient.id), p_source.user_id, auth.uid())
  returning * into v_merge;
  update private.patients set related_changes = related_changes + 1, user_id = coalesce(p_source.user_id, user_id)
  where id = p_patient.id;
  return v_merge;
end;
$$;

-- Records that the caller asked for a patient that they may not know, if there is one.
create function private.record_stranger(p_patient_id uuid) returns void
language sql
set search_path = ''
as $$
  select private.record_denial(p.id, null, 'not_in_care') from private.patients p
  where p.id = p_patient_id and p.deleted_at is null and not p.hospital_ids && private.my_hospitals();
$$;
