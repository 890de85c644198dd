-- The rows of a merge: which rows belong to a patient, and how a merge moves those of the source.

create table private.patient_merge_rows (
  merge_id uuid not null references public.patient_merges (id) on delete restrict deferrable initially deferred,
  table_name text not null,
  column_name text not null,
  row_id uuid not null,
  came_from uuid not null,
  former jsonb,
  primary key (merge_id, table_name, column_name, row_id)
);
comment on table private.patient_merge_rows is
  'A row that a merge moved: the patient it came from, and what else was changed in it, as it was. Written before the '
  'merge itself is.';

-- Every column that says whose a row is, out of the catalog, so that tables of later topics are covered by themselves:
-- single-column foreign keys to patients. Left out is what speaks of the rows of patients, and not of the person:
-- merges and pairs of duplicates. A table whose foreign key on that column leads to another one of them (a note to its
-- encounter) comes after it, and may have been moved along with it.
create function private.patient_references() returns table (table_name text, column_name text)
language sql stable
set search_path = ''
as $$
  with recursive columns as (
    select k.conrelid, k.conkey[1] as attnum
    from pg_catalog.pg_constraint k
    where k.contype = 'f' and k.confrelid = 'private.patients'::regclass and cardinality(k.conkey) = 1
      and k.conparentid = 0
      and k.connamespace = 'public'::regnamespace
      and k.conrelid <> all ('{private.patients, public.patient_merges, public.patient_duplicates}'::regclass[])
  ), depths as (
    select c.conrelid, c.attnum, 0 as depth from columns c
    union
    select c.conrelid, c.attnum, d.depth + 1
    from depths d
    join pg_catalog.pg_constraint k on k.contype = 'f' and k.confrelid = d.conrelid and k.conrelid <> d.conrelid
      and d.attnum = any (k.confkey)
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

-- Locks patients, always in the same order, so that two merges of the same patients run one after the other. An insert
-- of a row for one of them waits as well.
create function private.lock_patients(p_ids uuid[]) returns void
language sql
set search_path = ''
as $$
  select 1 from private.patients where id = any (p_ids) order by id for update;
$$;

-- Locks those of the patients that the caller may know, and answers their ids. A caller who asks for a stranger takes
-- no lock and waits for none, so the time of the answer does not reveal that there is somebody.
create function private.lock_known_patients(p_ids uuid[]) returns uuid[]
language plpgsql
set search_path = ''
as $$
declare
  v_known uuid[] := array(
    select p.id from private.patients p
    where p.id = any (p_ids) and (p.hospital_ids && (select private.my_hospitals())
      or p.user_id = (select auth.uid())));
begin
  perform private.lock_patients(v_known);
  return v_known;
end;
$$;

-- Closes the charts of patients for everybody who has them open. An entry is for the records that the patient had when
-- it was made: it would open the records of the other patient past that one's log and consent. Staff who need the chart
-- open it again.
create function private.close_charts(p_patient_ids uuid[]) returns void
language sql
set search_path = ''
as $$
  update public.chart_accesses set closed_at = now()
  where patient_id = any (p_patient_ids) and closed_at is null and expires_at > now();
$$;

-- Numbers of one issuer on both: the patient's own stays in use, that of the source comes along as an old one and still
-- finds the patient.
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

-- Decisions of both about one hospital: the stricter one stays the newest, the other one is replaced by it. A patient's
-- laxer one makes place on the hidden row; what it was is kept for each of the source, because a decision made after
-- the merge replaces it.
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
  join public.consents o on o.patient_id = p_patient_id and o.organization_id = s.organization_id
    and o.status <> 'replaced'
  where s.patient_id = p_source_id and s.status <> 'replaced';
  insert into private.patient_merge_rows (merge_id, table_name, column_name, row_id, came_from, former)
  select p_merge_id, 'public.consents', 'patient_id', c.id, c.patient_id,
    jsonb_build_object('status', c.status, 'ended_at', c.ended_at)
  from public.consents c
  where (c.patient_id = p_source_id and c.status <> 'replaced') or c.id = any (v_laxer);
  update public.consents c
  set patient_id = case c.patient_id when p_source_id then p_patient_id else p_source_id end, status = 'replaced',
    ended_at = coalesce(c.ended_at, now())
  where c.id = any (v_laxer);
  update public.consents c set patient_id = p_patient_id where c.patient_id = p_source_id and c.status <> 'replaced';
end;
$$;

-- Moves every other row of the source and says how many rows there were in all. Only an active care relationship stays,
-- where the same hospital cares for the patient as well. A row that another one of the patient excludes is for people
-- to settle first (409).
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
          where m.merge_id = $1 and m.table_name = %1$L and m.column_name = %2$L and m.came_from = $2
            and t.id = m.row_id and t.%2$I = $2',
        v_reference.table_name, v_reference.column_name)
      using p_merge_id, p_source_id, p_patient_id;
    exception when unique_violation or exclusion_violation then
      perform private.refuse(409, 'conflict',
        format('Both patients have rows in %s that exclude one another. Settle that first.',
        v_reference.table_name));
    end;
  end loop;
  return (select count(*) from private.patient_merge_rows where merge_id = p_merge_id);
end;
$$;
