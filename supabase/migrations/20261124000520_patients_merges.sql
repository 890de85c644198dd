-- Merging: when two rows are one person, every row of the one (the source) goes to the other (the patient), and the source is hidden. What was
-- moved is written down row by row, so that for a day the merge can be undone to the exact former state.

create type public.merge_status as enum ('done', 'undone');

-- A merge of `source_id` into `patient_id`, by whom, for which hospital and why. `moved_login` is the login that went along.
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
create unique index patient_merges_source_once on public.patient_merges (source_id) where status = 'done';
create index patient_merges_patient on public.patient_merges (patient_id, created_at desc, id);
create index patient_merges_source on public.patient_merges (source_id);
create index patient_merges_organization on public.patient_merges (organization_id);
create index patient_merges_moved_login on public.patient_merges (moved_login);
create index patient_merges_merged_by on public.patient_merges (merged_by);
create index patient_merges_undone_by on public.patient_merges (undone_by);

alter table public.patient_merges enable row level security;
grant select on public.patient_merges to authenticated, service_role;
create policy "Patients see what was merged into them, hospital staff what their hospital merged" on public.patient_merges
  for select to authenticated
  using (patient_id = (select private.my_patient_id()) or organization_id = any ((select private.my_hospitals())::uuid[]));
create trigger patient_merges_touch before update on public.patient_merges
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.patient_merges');

-- A row that a merge moved: the patient it came from, and what else was changed in it, as it was. Written before the merge itself is.
create table private.patient_merge_rows (
  merge_id uuid not null references public.patient_merges (id) on delete restrict deferrable initially deferred,
  table_name text not null,
  column_name text not null,
  row_id uuid not null,
  came_from uuid not null,
  former jsonb,
  primary key (merge_id, table_name, column_name, row_id)
);

-- Every column that says whose a row is, out of the catalog, so that tables of later topics are covered by themselves: single-column foreign
-- keys to patients. Left out is what speaks of the rows of patients, and not of the person: merges and pairs of duplicates. A table whose
-- foreign key on that column leads to another one of them (a note to its encounter) comes after it, and may have been moved along with it.
create function private.patient_references() returns table (table_name text, column_name text)
language sql stable
set search_path = ''
as $$
  with recursive columns as (
    select k.conrelid, k.conkey[1] as attnum
    from pg_catalog.pg_constraint k
    where k.contype = 'f' and k.confrelid = 'private.patients'::regclass and cardinality(k.conkey) = 1 and k.conparentid = 0
      and k.connamespace = 'public'::regnamespace
      and k.conrelid <> all ('{private.patients, public.patient_merges, public.patient_duplicates}'::regclass[])
  ), depths as (
    select c.conrelid, c.attnum, 0 as depth from columns c
    union
    select c.conrelid, c.attnum, d.depth + 1
    from depths d
    join pg_catalog.pg_constraint k on k.contype = 'f' and k.confrelid = d.conrelid and k.conrelid <> d.conrelid and d.attnum = any (k.confkey)
    join columns c on c.conrelid = k.conrelid and c.attnum = any (k.conkey)
    where d.depth < 10
  )
  select format('%I.%I', n.nspname, t.relname), a.attname::text
  from depths d
  join pg_catalog.pg_class t on t.oid = d.conrelid
  join pg_catalog.pg_namespace n on n.oid = t.relnamespace
  join pg_catalog.pg_attribute a on a.attrelid = d.conrelid and a.attnum = d.attnum
  group by 1, 2
  order by max(d.depth), 1, 2;
$$;

-- Takes the rows of patients for itself, always in the same order, so that two merges of the same patients come one after the other. Whoever
-- adds a row for one of them has to wait as well.
create function private.lock_patients(p_ids uuid[]) returns void
language sql
set search_path = ''
as $$
  select 1 from private.patients where id = any (p_ids) order by id for update;
$$;

-- Locks those of the patients whom the caller may know, and answers them. Whoever asks for a stranger takes no lock and waits for
-- none: how long an answer takes does not tell that there is somebody.
create function private.lock_known_patients(p_ids uuid[]) returns uuid[]
language plpgsql
set search_path = ''
as $$
declare
  v_known uuid[] := array(
    select p.id from private.patients p
    where p.id = any (p_ids) and (p.hospital_ids && (select private.my_hospitals()) or p.user_id = (select auth.uid())));
begin
  perform private.lock_patients(v_known);
  return v_known;
end;
$$;

-- Closes the charts of patients for everybody who has them open. An entry is for the records that a patient had when it was made: it would open
-- those of the other one past the log and the consent of that one. Whoever needs the chart opens it again.
create function private.close_charts(p_patient_ids uuid[]) returns void
language sql
set search_path = ''
as $$
  update public.chart_accesses set closed_at = now() where patient_id = any (p_patient_ids) and closed_at is null and expires_at > now();
$$;

-- Numbers of one issuer on both: the patient's own stays in use, that of the source comes along as an old one and still finds the patient.
create function private.settle_identifiers(p_merge_id uuid, p_source_id uuid, p_patient_id uuid) returns void
language sql
set search_path = ''
as $$
  with moved as (
    update public.patient_identifiers i set patient_id = p_patient_id, use = 'old'
    where i.patient_id = p_source_id and i.use = 'official' and exists (
      select from public.patient_identifiers o
      where o.patient_id = p_patient_id and o.use = 'official' and o.system = i.system
        and o.organization_id is not distinct from i.organization_id and o.country is not distinct from i.country)
    returning i.id
  )
  insert into private.patient_merge_rows (merge_id, table_name, column_name, row_id, came_from, former)
  select p_merge_id, 'public.patient_identifiers', 'patient_id', id, p_source_id, '{"use": "official"}' from moved;
$$;

-- Decisions of both about one hospital: the stricter one stays the newest, the other one is replaced by it. A patient's laxer one makes place
-- on the hidden row; what it was is kept for each of the source, because a decision made after the merge replaces it.
create function private.settle_consents(p_merge_id uuid, p_source_id uuid, p_patient_id uuid) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_laxer uuid[];
begin
  select coalesce(array_agg(case when (private.granted_scope(false, s), coalesce(s.valid_until, 'infinity'))
      < (private.granted_scope(false, o), coalesce(o.valid_until, 'infinity')) then o.id else s.id end), '{}')
  into v_laxer
  from public.consents s
  join public.consents o on o.patient_id = p_patient_id and o.organization_id = s.organization_id and o.status <> 'replaced'
  where s.patient_id = p_source_id and s.status <> 'replaced';
  insert into private.patient_merge_rows (merge_id, table_name, column_name, row_id, came_from, former)
  select p_merge_id, 'public.consents', 'patient_id', c.id, c.patient_id, jsonb_build_object('status', c.status, 'ended_at', c.ended_at)
  from public.consents c
  where (c.patient_id = p_source_id and c.status <> 'replaced') or c.id = any (v_laxer);
  update public.consents c
  set patient_id = case c.patient_id when p_source_id then p_patient_id else p_source_id end, status = 'replaced', ended_at = coalesce(c.ended_at, now())
  where c.id = any (v_laxer);
  update public.consents c set patient_id = p_patient_id where c.patient_id = p_source_id and c.status <> 'replaced';
end;
$$;

-- Moves every other row of the source and says how many rows there were in all. Only an active care relationship stays, where the same hospital
-- cares for the patient as well. A row that another one of the patient excludes is for people to settle first (409).
create function private.move_patient_rows(p_merge_id uuid, p_source_id uuid, p_patient_id uuid) returns int
language plpgsql
set search_path = ''
as $$
declare
  v_reference record;
  v_staying uuid[] := array(
    select s.id from public.care_relationships s
    where s.patient_id = p_source_id and s.status = 'active' and exists (
      select from public.care_relationships o
      where o.patient_id = p_patient_id and o.organization_id = s.organization_id and o.status = 'active'));
begin
  perform private.settle_identifiers(p_merge_id, p_source_id, p_patient_id);
  perform private.settle_consents(p_merge_id, p_source_id, p_patient_id);
  for v_reference in select * from private.patient_references() loop
    execute format('insert into private.patient_merge_rows (merge_id, table_name, column_name, row_id, came_from)
        select $1, %L, %L, t.id, $2 from %s t where t.%I = $2 and t.id <> all ($3) on conflict do nothing',
      v_reference.table_name, v_reference.column_name, v_reference.table_name, v_reference.column_name)
    using p_merge_id, p_source_id, v_staying;
  end loop;
  for v_reference in select * from private.patient_references() loop
    begin
      execute format('update %1$s t set %2$I = $3 from private.patient_merge_rows m
          where m.merge_id = $1 and m.table_name = %1$L and m.column_name = %2$L and m.came_from = $2 and t.id = m.row_id and t.%2$I = $2',
        v_reference.table_name, v_reference.column_name)
      using p_merge_id, p_source_id, p_patient_id;
    exception when unique_violation or exclusion_violation then
      perform private.refuse(409, 'conflict', format('Both patients have rows in %s that exclude one another. Settle that first.',
        v_reference.table_name));
    end;
  end loop;
  return (select count(*) from private.patient_merge_rows where merge_id = p_merge_id);
end;
$$;

-- Makes two patients one: their charts are closed, the rows move, the source is hidden, its login goes along. Whoever calls has decided that it may
-- be, and holds the locks.
create function private.join_patients(p_source private.patients, p_patient private.patients, p_organization_id uuid, p_reason text)
returns public.patient_merges
language plpgsql security definer
set search_path = ''
as $$
declare
  v_merge_id uuid := gen_random_uuid();
  v_merge public.patient_merges;
begin
  perform private.close_charts(array[p_patient.id, p_source.id]);
  update private.patients set merged_into = p_patient.id, deleted_at = now(), deletion_reason = 'Merged into another patient', user_id = null
  where id = p_source.id;
  insert into public.patient_merges (id, patient_id, source_id, organization_id, reason, moved_rows, moved_login, merged_by)
  values (v_merge_id, p_patient.id, p_source.id, p_organization_id, p_reason,
    private.move_patient_rows(v_merge_id, p_source.id, p_patient.id), p_source.user_id, auth.uid())
  returning * into v_merge;
  update private.patients set related_changes = related_changes + 1, user_id = coalesce(p_source.user_id, user_id) where id = p_patient.id;
  return v_merge;
end;
$$;

-- Writes down that the caller asked for a patient whom they may not know, where there is one.
create function private.record_stranger(p_patient_id uuid) returns void
language sql
set search_path = ''
as $$
  select private.record_denial(p.id, null, 'not_in_care') from private.patients p
  where p.id = p_patient_id and p.deleted_at is null and not p.hospital_ids && private.my_hospitals();
$$;

-- Merges a patient in the care of the caller's hospitals into another one. Idempotent. 409 when the source is in care elsewhere (merge the other
-- way round), when both have a login, or when the pair was dismissed as two people. Nobody merges their own record: they would read the other one
-- as its patient, without an entry in its log. {patient_id, source_id, reason} -> the merge.
create function public.merge_patients(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('merge_patients', p_input, '{patient_id, source_id, reason}',
    '(select to_jsonb(m) from public.patient_merges m where m.id = $1)', p_expected_version);
end;
$$;
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
    perform private.refuse(422, 'invalid_input', 'A merge has a reason.', '{"pointer": "/reason"}');
  end if;
  v_known := private.lock_known_patients(array[v_patient_id, v_source_id]);
  select * into v_patient from private.patients
  where id = v_patient_id and id = any (v_known) and deleted_at is null and (hospital_ids && v_hospitals or user_id = auth.uid());
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
  where id = v_source_id and id <> v_patient_id and id = any (v_known) and deleted_at is null and hospital_ids && v_hospitals;
  if v_source.id is null then
    perform private.record_stranger(v_source_id);
    return private.refuse_committed(422, 'invalid_input', 'This names no other patient in your care.', '{"pointer": "/source_id"}');
  end if;
  select o into v_hospital from unnest(v_hospitals) as o
  where v_patient.hospital_ids @> array[o] order by v_source.hospital_ids @> array[o] desc, o limit 1;
  if private.is_own_record(v_patient_id) or private.is_own_record(v_source_id) then
    perform private.record_denial(case when private.is_own_record(v_patient_id) then v_source_id else v_patient_id end, v_hospital, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'Nobody merges their own record. Ask a colleague.');
  end if;
  if not v_source.hospital_ids <@ v_hospitals then
    perform private.refuse(409, 'in_care_elsewhere', 'Another hospital cares for the patient who would be hidden. Merge the other way round.');
  end if;
  if v_source.user_id is not null and v_patient.user_id is not null then
    perform private.refuse(409, 'conflict', 'Both patients have a login, and one person has one.');
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
