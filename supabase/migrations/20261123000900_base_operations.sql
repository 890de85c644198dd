-- Operations: what the database cleans up by itself, and what it says of its health.

create extension if not exists pg_cron with schema pg_catalog;

-- Removes what has outlived its use: idempotency keys after 24 hours, full buckets and finished attempt windows after a
-- day, the history of cron after 7 days. Two at once do the same work once: the second leaves at the lock.
create function private.clean_up(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('private.clean_up')) then
    return;
  end if;
  delete from private.idempotency_keys where created_at < p_now - interval '24 hours';
  delete from private.rate_limits where refilled_at < p_now - interval '1 day';
  perform private.clean_up_attempts(p_now);
  delete from cron.job_run_details where end_time < p_now - interval '7 days';
end;
$$;
select cron.schedule('clean-up', '* * * * *', 'select private.clean_up()');
select cron.schedule('remove-unconfirmed-logins', '47 0 * * *', 'select private.remove_unconfirmed_logins()');
select cron.schedule('forget-words', '17 * * * *', 'select private.forget_words()');
select cron.schedule('anchor-audit', '7 0 * * *', 'select private.anchor_audit()');
select cron.schedule('make-audit-partitions', '23 0 * * *', 'select private.make_audit_partitions()');
select cron.schedule('retire-audit', '37 0 * * *', 'select private.retire_audit()');

create function private.health_report() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if auth.role() is distinct from 'service_role' and not exists (select from private.my_organizations('admin')) then
    perform private.refuse(403, 'forbidden', 'The details of the health report are for administrators.');
  end if;
  return jsonb_build_object(
    'database', jsonb_build_object('version', current_setting('server_version'),
      'size_bytes', pg_database_size(current_database())),
    'cron', (
      select jsonb_build_object(
        'jobs', (select count(*) from cron.job where active),
        'last_run_at', max(d.start_time),
        'lag_seconds', extract(epoch from now() - max(d.start_time))::int,
        'failed_last_hour', count(*) filter (where d.status = 'failed' and d.start_time > now() - interval '1 hour'))
      from cron.job_run_details d),
    'outbox', private.outbox_report(),
    'medicine_check', private.medicine_check_report(),
    'migrations', (select jsonb_build_object('latest', max(version), 'count', count(*))
      from supabase_migrations.schema_migrations));
end;
$$;
grant execute on function private.health_report to authenticated, service_role;

create function public.health_report() returns jsonb
language sql
set search_path = ''
as $$
  select private.health_report();
$$;
comment on function public.health_report is
  'How the database is: version and size, the scheduler (seconds since its last run, failures within the hour), the '
  'mail that waits, the self-test of the check of medicines, the newest migration. For the secret key and for admins; '
  'others 403.';
grant execute on function public.health_report to authenticated, service_role;
