-- Audit: an append-only log of every change to every table that calls private.audit_table().

create schema if not exists audit;
grant usage on schema audit to authenticated, service_role;

create type audit.action as enum ('insert', 'update', 'delete', 'deny');

create table audit.entries (
  id bigint generated always as identity,
  occurred_at timestamptz not null default now(),
  actor_id uuid,
  actor_role text not null,
  organization_id uuid,
  patient_id uuid,
  request_id text,
  table_name text not null,
  row_id uuid not null,
  action audit.action not null,
  changed_fields text[] not null,
  reason text check (reason ~ '^[a-z_]+$' and length(reason) <= 50),
  parts jsonb,
  before jsonb,
  after jsonb,
  constraint entries_denials_have_a_reason check ((action = 'deny') = (reason is not null)),
  primary key (id, occurred_at)
) partition by range (occurred_at);
comment on table audit.entries is
  'One changed row, or one attempt that was denied: who, when, for which organization, in which request, and which '
  'fields or for which reason. What concerns several organizations is written once for each, so that the log of each '
  'is whole, is searched along one index, and says nothing of the others; null is what concerns none yet. `before` '
  'and `after` hold the changed fields'' values for reconstruction and are granted to no role of the API: readers of '
  'the log see that a field changed, not what it says. Partitioned by month, so that a month can be retired; see '
  'audit_partitions.';
create index entries_organization on audit.entries (organization_id, occurred_at desc, id desc);
create index entries_table on audit.entries (organization_id, table_name, occurred_at desc, id desc);
-- An index for each rare action, and not one by action: the comparison of enums is not leakproof, so that a policy
-- keeps it off an index.
create index entries_denials on audit.entries (organization_id, occurred_at desc, id desc) where action = 'deny';
create index entries_deletions on audit.entries (organization_id, occurred_at desc, id desc) where action = 'delete';
create index entries_row on audit.entries (row_id, occurred_at desc, id desc);
create index entries_actor on audit.entries (actor_id, organization_id, occurred_at desc, id desc);
create index entries_patient on audit.entries (patient_id, occurred_at desc, id desc);
create index entries_request on audit.entries (request_id, occurred_at desc, id desc);

-- The organizations whose log the caller reads, as an admin or as a privacy officer.
create function private.my_audited_organizations() returns setof uuid
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return query select private.my_organizations('admin') union select private.my_organizations('privacy_officer');
end;
$$;
grant execute on function private.my_audited_organizations to authenticated;

-- Whether a hospital whose log the caller reads cares for a patient.
create function private.is_audited_patient(p_patient_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (
    select from private.patients p
    where p.id = p_patient_id and p.hospital_ids && array(select private.my_audited_organizations()));
end;
$$;
grant execute on function private.is_audited_patient to authenticated;

alter table audit.entries enable row level security;
grant select (id, occurred_at, actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id,
  action, changed_fields,
  reason, parts) on audit.entries to authenticated, service_role;
create policy "Overseers read their log, and nobody's about their patients" on audit.entries
  for select to authenticated
  using (organization_id = any (array(select private.my_audited_organizations()))
    or (organization_id is null and patient_id is not null and private.is_audited_patient(patient_id)));

-- The log as the API shows it.
create view public.audit_entries with (security_invoker = true) as
  select id, occurred_at, actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action,
    changed_fields,
    reason, parts
  from audit.entries;
grant select on public.audit_entries to authenticated, service_role;

-- Entries are never changed or deleted, not even by the owner of the table.
create function private.refuse_audit_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse(403, 'forbidden', 'The audit log is append-only.');
end;
$$;
create trigger entries_are_append_only before update or delete on audit.entries
  for each row execute function private.refuse_audit_change();

-- The organizations whose log has what a person did or tried; {null} when it concerns none yet. About a patient: what
-- is done for an organization of the person's own that cares for the patient, or has the patient's consent, is a matter
-- of that one alone. All else concerns every hospital that cares for the patient: what patients do themselves, what the
-- database does, and what strangers try; and with it the strangers' own organizations, but never the employer of a
-- patient. About nobody: the person's organizations; of a patient, the hospitals that care for them. p_organization_id
-- is the one that the person acts for, or tries to act on; null when that is not known.
create function private.concerned_organizations(p_person_id uuid, p_patient_id uuid, p_organization_id uuid)
returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_own uuid[] := array(select m.organization_id from private.memberships_in_force m where m.user_id = p_person_id);
  v_house uuid[];
  v_hospitals uuid[];
  v_login uuid;
  v_concerned uuid[];
begin
  if p_organization_id = any (v_own) then
    v_own := array[p_organization_id];
  end if;
  if p_patient_id is not null then
    select p.hospital_ids, p.user_id into v_hospitals, v_login from private.patients p where p.id = p_patient_id;
    if v_login = p_person_id then
      v_own := '{}';
    end if;
    v_house := array(
      select o from unnest(v_own) as o
      where o = any (v_hospitals) or exists (
        select from public.consents c
        where c.patient_id = p_patient_id and c.organization_id = o and c.status = 'active' and c.scope <> 'nothing'
          and coalesce(c.valid_until > now(), true)));
  end if;
  v_concerned := array(
    select distinct o
    from unnest(array_append(case when v_house <> '{}' then v_house else v_hospitals || v_own end,
      p_organization_id)) as o
    where o is not null);
  if v_concerned = '{}' and p_patient_id is null then
    select p.hospital_ids into v_concerned from private.patients p where p.user_id = p_person_id;
  end if;
  return case when v_concerned <> '{}' then v_concerned else array[null::uuid] end;
end;
$$;

-- Trigger behind private.audit_table(): writes the changed row into the log of its organization, or of those that it
-- concerns, in its transaction. Rows of a person, such as a profile, concern the person and not whoever changes them.
-- Fields named as trigger arguments are derived and do not count as changes; an update that changes nothing writes
-- nothing.
create function private.audit_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  v_row jsonb := case when tg_op = 'DELETE' then v_old else v_new end;
  v_ignored text[] := array['id', 'version', 'created_at', 'updated_at'] || tg_argv[0:tg_nargs - 1];
  v_organization_id uuid := v_row ->> case when tg_table_name = 'organizations' then 'id' else 'organization_id' end;
  v_patient_id uuid := v_row ->> case when tg_table_name = 'patients' then 'id' else 'patient_id' end;
  v_person_id uuid := auth.uid();
  v_fields text[];
  v_before jsonb;
  v_after jsonb;
begin
  select array_agg(f.name order by f.name),
    jsonb_object_agg(f.name, v_old -> f.name) filter (where tg_op <> 'INSERT'),
    jsonb_object_agg(f.name, v_new -> f.name) filter (where tg_op <> 'DELETE')
  into v_fields, v_before, v_after
  from jsonb_each(v_row - v_ignored) as f (name, value)
  where case when tg_op = 'UPDATE' then v_old -> f.name is distinct from f.value else f.value <> 'null' end;
  if tg_op = 'UPDATE' and v_fields is null then
    return null;
  end if;
  if v_patient_id is null then
    v_person_id := coalesce(v_row ->> case when tg_table_name = 'profiles' then 'id' else 'user_id' end,
      v_row ->> 'recipient_id',
      v_person_id::text);
  end if;
  insert into audit.entries (actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action,
    changed_fields, before, after)
  select auth.uid(), coalesce(auth.role(), session_user), o, v_patient_id,
    private.request_id(), tg_table_name, (v_row ->> 'id')::uuid, lower(tg_op)::audit.action,
    coalesce(v_fields, '{}'), v_before, v_after
  from unnest(case when v_organization_id is not null then array[v_organization_id]
    else private.concerned_organizations(v_person_id, v_patient_id, null) end) as o;
  return null;
end;
$$;

-- Begins an act that makes several rows: until private.end_act, rows inserted into these tables are not written down
-- one by one. Changes and deletions always are.
create function private.begin_act(variadic p_tables text[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('audit.act', ' ' || array_to_string(p_tables, ' ') || ' ', true);
end;
$$;

-- Whether a row inserted into this table belongs to an act. Only functions of the owner, the boundaries, perform acts,
-- and nobody can hand them the setting through the data API, which calls functions of `public` alone.
create function private.is_in_act(p_table text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(current_setting('audit.act', true) like '% ' || p_table || ' %', false) and current_user = 'postgres';
end;
$$;
grant execute on function private.is_in_act to authenticated, service_role;

-- Ends an act and writes it down as one entry: the row that was inserted, and in `parts` the rows of other tables that
-- came with it, [{table_name, row}]. Columns that are null or count versions are left out.
create function private.end_act(p_table text, p_row jsonb, p_parts jsonb, p_organization_id uuid, p_patient_id uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_row jsonb := jsonb_strip_nulls(p_row) - '{id, version, created_at, updated_at}'::text[];
begin
  perform set_config('audit.act', '', true);
  insert into audit.entries (
    actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action, changed_fields, parts,
      after)
  values (
    auth.uid(), coalesce(auth.role(), session_user), p_organization_id, p_patient_id, private.request_id(), p_table,
    (p_row ->> 'id')::uuid, 'insert',
    array(select f from jsonb_object_keys(v_row) as f order by f),
    (
      select jsonb_agg(jsonb_build_object('table_name', p -> 'table_name', 'row_id', p -> 'row' -> 'id'))
      from jsonb_array_elements(p_parts) as p
    ),
    v_row || jsonb_build_object('parts', p_parts));
end;
$$;

-- Puts a table under audit; every migration that makes a table calls it. p_derived names columns that triggers compute.
-- Rows that belong to a patient are kept off patients who have been merged, too: a table is forgotten there as little
-- as here.
create procedure private.audit_table(p_table regclass, variadic p_derived text[] default '{}')
language plpgsql
set search_path = ''
as $$
declare
  v_name text := (select relname from pg_catalog.pg_class where oid = p_table);
begin
  execute format(
    'create trigger audited after update or delete on %1$s
      for each row execute function private.audit_change(%3$s);
    create trigger audited_insert after insert on %1$s
      for each row when (not private.is_in_act(%2$L)) execute function private.audit_change(%3$s)',
    p_table, v_name, (select string_agg(quote_literal(d), ', ') from unnest(p_derived) as d));
  if exists (
    select from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.conrelid = p_table and c.confrelid = to_regclass('private.patients')
      and a.attname = 'patient_id'
  ) then
    execute format(
      'create trigger not_of_a_merged_patient after insert on %s
        for each row when (not private.is_in_act(%L)) execute function private.refuse_merged_patient()',
      p_table, v_name);
  end if;
end;
$$;

call private.audit_table('public.organizations');
call private.audit_table('public.profiles');
call private.audit_table('public.memberships');
