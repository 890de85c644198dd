-- Audit partitions: a month of entries is a table of its own, made ahead. The log is read and written through
-- audit.entries alone: a partition is under row-level security, granted to nobody, and append-only like the whole.

-- Closes a partition to everything but the log, and to truncation: such a trigger is not taken over from the whole, and
-- those of the partitions guard the whole too.
create function private.close_audit_partition(p_partition regclass) returns void
language plpgsql
set search_path = ''
as $$
begin
  execute format('alter table %s enable row level security', p_partition);
  execute format('create trigger entries_are_never_truncated before truncate on %s
    for each statement execute function private.refuse_audit_change()', p_partition);
end;
$$;

-- Takes what belongs to no month that there is, so that no change fails for want of a partition.
create table audit.entries_default partition of audit.entries default;
select private.close_audit_partition('audit.entries_default');

-- The first instant of a month of the log. Months are those of UTC.
create function private.audit_month_start(p_month date) returns timestamptz
language sql immutable
set search_path = ''
as $$
  select date_trunc('month', p_month::timestamp) at time zone 'UTC';
$$;

-- The month that an entry of this time belongs to, by its first day.
create function private.audit_month(p_time timestamptz) returns date
language sql immutable
set search_path = ''
as $$
  select date_trunc('month', p_time at time zone 'UTC')::date;
$$;

-- Makes the partition of a month unless there is one, and moves into it what the default partition holds of the month.
-- It is made beside the log and attached, which lets reads and writes of other months go on.
create function private.make_audit_partition(p_month date) returns void
language plpgsql
set search_path = ''
set lock_timeout = '10s'
as $$
declare
  v_name text := 'entries_' || to_char(p_month, 'YYYY_MM');
  v_from timestamptz := private.audit_month_start(p_month);
  v_to timestamptz := private.audit_month_start((p_month + interval '1 month')::date);
begin
  if to_regclass('audit.' || v_name) is not null then
    return;
  end if;
  execute format('create table audit.%I (like audit.entries including all excluding identity)', v_name);
  if exists (select from audit.entries_default where occurred_at >= v_from and occurred_at < v_to) then
    alter table audit.entries_default disable trigger entries_are_append_only;
    execute format(
      'with moved as (
        delete from audit.entries_default where occurred_at >= $1 and occurred_at < $2 returning *
      )
      insert into audit.%I select * from moved', v_name) using v_from, v_to;
    alter table audit.entries_default enable trigger entries_are_append_only;
  end if;
  execute format('alter table audit.entries attach partition audit.%I for values from (%L) to (%L)', v_name, v_from,
    v_to);
  perform private.close_audit_partition(format('audit.%I', v_name)::regclass);
end;
$$;

-- Makes the partitions of this month and the next two, and those of whatever the default partition had to take. Cron
-- calls it every day.
create function private.make_audit_partitions(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_months date[];
  v_month date;
begin
  if not pg_try_advisory_xact_lock(hashtext('private.make_audit_partitions')) then
    return;
  end if;
  -- Read to the end first: a table that a query still reads cannot be altered.
  v_months := array(
    select (private.audit_month(p_now) + make_interval(months => n))::date from generate_series(0, 2) as n
    union
    select private.audit_month(occurred_at) from audit.entries_default
    order by 1);
  foreach v_month in array v_months loop
    perform private.make_audit_partition(v_month);
  end loop;
end;
$$;
select private.make_audit_partitions();
