-- Unmerging: for a day a merge is undone to the exact former state. Each moved row that is still there goes back, with
-- what was changed in it since; rows made after the merge stay with the patient, but for those that belong to a moved
-- row: a note to its encounter, a former version to its record, an offer to who waits, and what belongs to these in
-- turn.

create function public.unmerge_patients(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('unmerge_patients', jsonb_build_object('id', p_id), '{id}',
    '(select to_jsonb(m) from public.patient_merges m where m.id = $1)', p_expected_version);
end;
$$;
comment on function public.unmerge_patients is
  'Undoes a merge of the caller''s hospital within its time. Merges into one patient are undone in the reverse order, '
  'and nobody undoes one of their own record. Idempotent. Answers the merge.';
grant execute on function public.unmerge_patients to authenticated;

create function private.unmerge_patients(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_hospitals uuid[] := private.my_hospitals();
  v_merge public.patient_merges;
  v_login uuid;
begin
  select * into v_merge from public.patient_merges
  where id = v_id and (organization_id = any (v_hospitals) or patient_id = private.my_patient_id());
  if v_merge.id is null then
    perform private.record_stranger(m.patient_id) from public.patient_merges m where m.id = v_id;
    return private.refuse_committed(404, 'not_found', 'There is no such object, or it is not visible to you.');
  end if;
  perform private.lock_patients(array[v_merge.patient_id, v_merge.source_id]);
  select * into v_merge from public.patient_merges where id = v_merge.id for update;
  perform private.require_version(v_merge.version, p_expected_version);
  if v_merge.organization_id <> all (v_hospitals) then
    perform private.record_denial(v_merge.patient_id, v_merge.organization_id, 'not_staff');
    return private.refuse_committed(403, 'forbidden', 'Only hospital staff undo a merge.');
  end if;
  if private.is_same_person(auth.uid(), v_merge.moved_login) or private.is_own_record(v_merge.patient_id)
    or private.is_own_record(v_merge.source_id) then
    perform private.record_denial(v_merge.patient_id, v_merge.organization_id, 'own_chart');
    return private.refuse_committed(403, 'forbidden', 'You cannot undo a merge of your own record. Ask a colleague.');
  end if;
  if v_merge.status <> 'done' or v_merge.undo_until <= now() then
    perform private.refuse(409, 'illegal_transition', 'This merge can no longer be undone.', '{"allowed": []}');
  end if;
  if exists (select from private.patients where id = v_merge.patient_id and merged_into is not null)
    or exists (
      select from public.patient_merges m
      where m.patient_id = v_merge.patient_id and m.status = 'done' and m.id <> v_merge.id
        and m.created_at >= v_merge.created_at) then
    perform private.refuse(409, 'conflict', 'The patient was merged again since then. Undo that first.');
  end if;
  perform private.return_patient_rows(v_merge);
  perform private.return_correction_requests(v_merge);
  update private.patients p set user_id = null where p.id = v_merge.patient_id and p.user_id = v_merge.moved_login
  returning v_merge.moved_login into v_login;
  update private.patients set merged_into = null, deleted_at = null, deletion_reason = null, user_id = v_login
  where id = v_merge.source_id;
  update private.patients set related_changes = related_changes + 1 where id = v_merge.patient_id;
  perform private.return_decisions(v_merge);
  perform private.part_charts(v_merge);
  update public.patient_merges set status = 'undone', undone_at = now(), undone_by = auth.uid() where id = v_merge.id;
  return private.made(v_merge.id);
end;
$$;
grant execute on function private.unmerge_patients to authenticated;

-- Every way in which a row of a patient (c) names another one (p) of the same, out of the catalog, so that tables of
-- later topics are covered by themselves: foreign keys between tables of patients, and the records that former versions
-- are of.
create function private.patient_links() returns table (table_name text, parent_name text, condition text)
language sql stable
set search_path = ''
as $$
  with tables as (
    select r.table_name, r.table_name::regclass as id from private.patient_references() r
    where r.column_name = 'patient_id'
  )
  select c.table_name, p.table_name, string_agg(format('c.%I = p.%I', ca.attname, pa.attname), ' and ')
  from pg_catalog.pg_constraint k
  join tables c on c.id = k.conrelid
  join tables p on p.id = k.confrelid
  cross join unnest(k.conkey, k.confkey) as u (child, parent)
  join pg_catalog.pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = u.child and ca.attname <> 'patient_id'
  join pg_catalog.pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = u.parent
  where k.contype = 'f' and k.conparentid = 0
  group by k.oid, c.table_name, p.table_name
  union all
  select 'public.record_versions', format('public.%I', r.table_name),
    format('c.record_id = p.id and c.kind = %L', r.kind) from private.record_kinds r;
$$;

-- Moves back what was made since a merge and names a row that went back, or is named by one (the hold of an offer, the
-- series that appointments were moved to), until there is nothing left of the kind. Rows that the patient had before
-- stay: where one of them came to be linked with a row of the source, the two cannot be told apart (409). What is a
-- minute older was made by a transaction that waited for the merge.
create function private.return_linked_rows(p_merge public.patient_merges) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_link record;
  v_since timestamptz := p_merge.created_at - interval '1 minute';
  v_rows int;
  v_moved int := 1;
  v_mixed boolean;
begin
  while v_moved > 0 loop
    v_moved := 0;
    for v_link in select * from private.patient_links() loop
      execute format(
        'update %s c set patient_id = $1 from %s p
        where %s and c.patient_id = $2 and p.patient_id = $1 and c.created_at >= $3',
        v_link.table_name, v_link.parent_name, v_link.condition)
      using p_merge.source_id, p_merge.patient_id, v_since;
      get diagnostics v_rows = row_count;
      v_moved := v_moved + v_rows;
      execute format(
        'update %2$s p set patient_id = $1 from %1$s c
        where %3$s and p.patient_id = $2 and c.patient_id = $1 and p.created_at >= $3',
        v_link.table_name, v_link.parent_name, v_link.condition)
      using p_merge.source_id, p_merge.patient_id, v_since;
      get diagnostics v_rows = row_count;
      v_moved := v_moved + v_rows;
    end loop;
  end loop;
  for v_link in select * from private.patient_links() loop
    execute format(
      'select exists (
        select from %s c join %s p on %s
        where c.patient_id <> p.patient_id and c.patient_id = any ($1) and p.patient_id = any ($1))',
      v_link.table_name, v_link.parent_name, v_link.condition)
    into v_mixed using array[p_merge.source_id, p_merge.patient_id];
    if v_mixed then
      perform private.refuse(409, 'conflict',
        'What was written since then cannot be told apart any more. Settle that first.');
    end if;
  end loop;
end;
$$;

-- Moves the rows of a merge back, with what the merge had changed in them, and what belongs to them. First those of the
-- source: they make place for those of the patient.
create function private.return_patient_rows(p_merge public.patient_merges) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_group record;
begin
  perform private.release_consents(p_merge);
  for v_group in
    select m.table_name, m.column_name, m.came_from, f.fields
    from private.patient_merge_rows m
    join private.patient_references() with ordinality as r (table_name, column_name, place)
      using (table_name, column_name)
    cross join lateral (select array(select k from jsonb_object_keys(coalesce(m.former, '{}')) as k
      order by k) as fields) as f
    where m.merge_id = p_merge.id
    group by r.place, m.table_name, m.column_name, m.came_from, f.fields
    order by m.came_from = p_merge.source_id desc, r.place, f.fields
  loop
    execute format('update %1$s t set %2$I = m.came_from%3$s from private.patient_merge_rows m
        where m.merge_id = $1 and m.table_name = %1$L and m.column_name = %2$L and m.came_from = $2 and t.id = m.row_id
          and t.%2$I = $3
          and array(select k from jsonb_object_keys(coalesce(m.former, ''{}'')) as k order by k) = $4',
      v_group.table_name, v_group.column_name,
      (select string_agg(format(', %1$I = (jsonb_populate_record(t, m.former)).%1$I', f), '')
        from unnest(v_group.fields) as f))
    using p_merge.id, v_group.came_from,
      case v_group.came_from when p_merge.source_id then p_merge.patient_id else p_merge.source_id end, v_group.fields;
  end loop;
  perform private.return_linked_rows(p_merge);
  perform private.return_allergy_reviews(array[p_merge.source_id, p_merge.patient_id]);
exception when unique_violation or exclusion_violation or foreign_key_violation then
  perform private.refuse(409, 'conflict',
    'What was written since then cannot be told apart any more. Settle that first.');
end;
$$;

-- Decides which moved consents are again what they were: one that was withdrawn since stays withdrawn, and the
-- patient's own stays replaced where a decision made after the merge has taken its place.
create function private.release_consents(p_merge public.patient_merges) returns void
language sql
set search_path = ''
as $$
  update private.patient_merge_rows m set former = null
  from public.consents c
  where m.merge_id = p_merge.id and m.table_name = 'public.consents' and c.id = m.row_id and m.former is not null
    and (c.status <> 'replaced' or m.came_from = p_merge.patient_id and exists (
      select from public.consents n
      where n.patient_id = p_merge.patient_id and n.organization_id = c.organization_id and n.status <> 'replaced'
        and not exists (select from private.patient_merge_rows o where o.merge_id = p_merge.id and o.row_id = n.id)));
$$;

-- Closes the charts of both patients, and enters into the log of the source too what was opened while its records were
-- part of the chart: the entries of the patient that were open at some time since the merge, which had closed all that
-- were open until then. Their own times are not asked: a transaction that waited for the merge has begun before it.
create function private.part_charts(p_merge public.patient_merges) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.close_charts(array[p_merge.patient_id, p_merge.source_id]);
  insert into public.chart_accesses
  select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'patient_id', p_merge.source_id,
    'version', 1, 'created_at', now(),
    'updated_at', now()))).*
  from public.chart_accesses a
  where a.patient_id = p_merge.patient_id and a.expires_at > p_merge.created_at
    and coalesce(a.closed_at > p_merge.created_at, true);
end;
$$;

-- Decisions about who sees the chart that a moved login made since the merge count for the source, to which it goes
-- back: its refusals are not lost. It stays with the patient as well, like all that was made since.
create function private.return_decisions(p_merge public.patient_merges) returns void
language sql
set search_path = ''
as $$
  insert into public.consents (patient_id, organization_id, scope, valid_until, status, given_at, given_by, ended_at)
  select p_merge.source_id, c.organization_id, c.scope, c.valid_until, c.status, c.given_at, c.given_by, c.ended_at
  from public.consents c
  where c.patient_id = p_merge.patient_id and c.given_by = p_merge.moved_login and c.given_at >= p_merge.created_at
    and c.status <> 'replaced';
$$;
