-- Audit retention: a month of entries is dropped when its time is over. Its links stay, so that the chain can be walked
-- across it, and a retirement says what was dropped. A retirement is a link of the chain itself: one that was made up,
-- changed or removed is found.

create table audit.settings (
  only_row boolean primary key default true check (only_row),
  retention interval not null default interval '6 years' check (retention >= interval '6 years')
);
comment on table audit.settings is
  'How long entries are kept; one row. Never less than the six years that HIPAA asks for (45 CFR 164.316(b)(2)(i)).';
insert into audit.settings default values;

create table audit.retirements (
  id bigint primary key default nextval('audit.entries_id_seq'),
  month date not null unique check (month = date_trunc('month', month::timestamp)::date),
  entries bigint not null,
  ranges jsonb not null,
  retention interval not null,
  retired_at timestamptz not null default now(),
  retired_by text not null default session_user
);
comment on table audit.retirements is
  'A month that was dropped: how many entries it had, where they are in the chains ([{chain, from, to, entries}]), '
  'after what time it was dropped, when and by whom. Numbered with the entries, because it is sealed as they are.';

alter table audit.settings enable row level security;
alter table audit.retirements enable row level security;
grant select on audit.retirements to authenticated, service_role;
create policy "Admins and privacy officers read what was retired of the audit log" on audit.retirements
  for select to authenticated
  using ((select exists (select private.my_audited_organizations())));

create trigger retirements_are_append_only before update or delete on audit.retirements
  for each row execute function private.refuse_audit_change();
create trigger retirements_are_never_truncated before truncate on audit.retirements
  for each statement execute function private.refuse_audit_change();

-- The digest of a retirement: of every column, in an order and form that no setting changes.
create function private.retirement_digest(p_retirement audit.retirements) returns bytea
language sql immutable
set search_path = ''
as $$
  select sha256(convert_to(jsonb_build_array(
    p_retirement.id, p_retirement.month, p_retirement.entries, p_retirement.ranges,
      extract(epoch from p_retirement.retention)::bigint,
    (extract(epoch from p_retirement.retired_at) * 1000000)::bigint, p_retirement.retired_by)::text, 'UTF8'));
$$;

-- Seals a retirement at the end of its transaction.
create function private.seal_retirement() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.seal(new.id, new.retired_at, private.retirement_digest(new));
  return null;
end;
$$;
create constraint trigger retirements_are_sealed after insert on audit.retirements
  deferrable initially deferred
  for each row execute function private.seal_retirement();

-- Drops one month and writes down that it did. A month whose entries are not those that were sealed is evidence and
-- stays.
create function private.retire_audit_month(p_month date) returns void
language plpgsql
set search_path = ''
set lock_timeout = '10s'
as $$
declare
  v_partition text := format('audit.%I', 'entries_' || to_char(p_month, 'YYYY_MM'));
  v_entries bigint;
  v_sealed bigint;
  v_ranges jsonb;
begin
  execute format('lock table %s in exclusive mode', v_partition);
  execute format('select count(*) from %s', v_partition) into v_entries;
  execute format('
    select coalesce(sum(r.entries), 0), coalesce(jsonb_agg(to_jsonb(r) order by r.chain), ''[]'') from (
      select l.chain, min(l.position) as "from", max(l.position) as "to", count(*) as entries
      from %s e
      join audit.links l on l.entry_id = e.id and l.occurred_at = e.occurred_at and l.digest = private.entry_digest(e)
      group by l.chain) as r', v_partition)
  into v_sealed, v_ranges;
  if v_sealed <> v_entries or v_sealed <> (
    select count(*) from audit.links l
    where private.audit_month(l.occurred_at) = p_month
      and not exists (select from audit.retirements r where r.id = l.entry_id)
  ) then
    perform private.refuse(409, 'conflict',
      format('The audit log of %s is not as it was sealed, and is not retired.', to_char(p_month, 'YYYY-MM')));
  end if;
  insert into audit.retirements (month, entries, ranges, retention)
  select p_month, v_entries, v_ranges, retention from audit.settings;
  execute format('drop table %s', v_partition);
end;
$$;

-- Retires every month that ended longer ago than entries are kept. Cron calls it every day.
create function private.retire_audit(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('private.retire_audit')) then
    return;
  end if;
  perform private.retire_audit_month(m.month)
  from (
    select to_date(right(c.relname, 7), 'YYYY_MM') as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'audit.entries'::regclass and c.relname <> 'entries_default'
  ) as m, audit.settings s
  where private.audit_month_start((m.month + interval '1 month')::date) <= p_now - s.retention
  order by m.month;
end;
$$;
