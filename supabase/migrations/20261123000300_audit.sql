-- Audit: an append-only log of every change to every table that calls private.audit_table().

create schema if not exists audit;
grant usage on schema audit to authenticated, service_role;

create type audit.action as enum ('insert', 'update', 'delete', 'deny');

-- One changed row, or one attempt that was denied: who, when, for which organization, in which request, and which fields or for which
-- reason. `before` and `after` hold the changed fields' values for reconstruction and are granted to no role of the API: readers of the log
-- see that a field changed, not what it says. Partitioned by month, so that a month can be retired; see audit_partitions.
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
  reason text check (reason ~ '^[a-z_]{1,50}$'),
  before jsonb,
  after jsonb,
  constraint entries_denials_have_a_reason check ((action = 'deny') = (reason is not null)),
  primary key (id, occurred_at)
) partition by range (occurred_at);
create index entries_organization on audit.entries (organization_id, occurred_at desc, id desc);
create index entries_table on audit.entries (organization_id, table_name, occurred_at desc, id desc);
create index entries_rare_actions on audit.entries (organization_id, action, occurred_at desc, id desc) where action in ('delete', 'deny');
create index entries_row on audit.entries (row_id, occurred_at desc, id desc);
create index entries_actor on audit.entries (actor_id, occurred_at desc, id desc);
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

alter table audit.entries enable row level security;
grant select (id, occurred_at, actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action, changed_fields,
  reason) on audit.entries to authenticated, service_role;
create policy "Admins and privacy officers read the audit of their organization" on audit.entries
  for select to authenticated
  using (organization_id = any (array(select private.my_audited_organizations())));

-- The log as the API shows it.
create view public.audit_entries with (security_invoker = true) as
  select id, occurred_at, actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action, changed_fields,
    reason
  from audit.entries;
grant select on public.audit_entries to authenticated, service_role;

-- What is written stays, also for the owner of the table.
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

-- The organization a person acts for: that of their only active staff membership, else unknown.
create function private.acting_organization() returns uuid
language sql stable security definer
set search_path = ''
as $$
  select case when count(distinct o) = 1 then (array_agg(o))[1] end from private.my_organizations() as o;
$$;
grant execute on function private.acting_organization to authenticated;

-- Trigger behind private.audit_table(): writes one entry for the changed row, in its transaction. Fields named as trigger arguments
-- are derived and do not count as changes; an update that changes nothing writes nothing.
create function private.audit_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_old jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) else '{}' end;
  v_new jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) else '{}' end;
  v_row jsonb := case when tg_op = 'DELETE' then v_old else v_new end;
  v_ignored text[] := array['id', 'version', 'created_at', 'updated_at'] || tg_argv[0:tg_nargs - 1];
  v_fields text[];
begin
  select array_agg(k order by k) into v_fields
  from jsonb_object_keys(v_row) as k
  where k <> all (v_ignored)
    and case when tg_op = 'UPDATE' then v_old -> k is distinct from v_new -> k else v_row -> k <> 'null' end;
  if tg_op = 'UPDATE' and v_fields is null then
    return null;
  end if;
  insert into audit.entries (actor_id, actor_role, organization_id, patient_id, request_id, table_name, row_id, action, changed_fields, before, after)
  select auth.uid(), coalesce(auth.role(), session_user),
    coalesce(case when tg_table_name = 'organizations' then (v_row ->> 'id')::uuid else (v_row ->> 'organization_id')::uuid end,
      private.acting_organization()),
    case when tg_table_name = 'patients' then (v_row ->> 'id')::uuid else (v_row ->> 'patient_id')::uuid end,
    private.request_header('x-request-id'), tg_table_name, (v_row ->> 'id')::uuid, lower(tg_op)::audit.action,
    coalesce(v_fields, '{}'),
    (select jsonb_object_agg(k, v_old -> k) from unnest(v_fields) as k where tg_op <> 'INSERT'),
    (select jsonb_object_agg(k, v_new -> k) from unnest(v_fields) as k where tg_op <> 'DELETE');
  return null;
end;
$$;

-- Puts a table under audit; every migration that makes a table calls it. p_derived names columns that triggers compute. Rows that belong to
-- a patient are kept off patients who have been merged, too: a table is forgotten there as little as here.
create procedure private.audit_table(p_table regclass, variadic p_derived text[] default '{}')
language plpgsql
set search_path = ''
as $$
begin
  execute format('create trigger audited after insert or update or delete on %s for each row execute function private.audit_change(%s)',
    p_table, (select string_agg(quote_literal(d), ', ') from unnest(p_derived) as d));
  if exists (
    select from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.conrelid = p_table and c.confrelid = to_regclass('public.patients') and a.attname = 'patient_id'
  ) then
    execute format('create trigger not_of_a_merged_patient after insert on %s for each row execute function private.refuse_merged_patient()', p_table);
  end if;
end;
$$;

call private.audit_table('public.organizations');
call private.audit_table('public.profiles');
call private.audit_table('public.memberships');
