-- Driving the outbox: the job that sends it, the job that cleans it up, its health, and the first mail that uses it.

create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;

-- Takes back stale leases every minute and calls the function `jobs` when something is due. The Vault secrets
-- `project_url` and `cron_key` (the secret key named `cron`) say where and with which key; without them the mail waits.
-- Returns the id of pg_net's request, or null when there was none.
create function private.drive_jobs(p_now timestamptz default now()) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_url text;
  v_key text;
begin
  if not pg_try_advisory_xact_lock(hashtext('private.drive_jobs')) then
    return null;
  end if;
  perform private.reconcile_outbox(p_now);
  if not exists (select from private.outbox where status = 'pending' and not_before <= p_now) then
    return null;
  end if;
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'project_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'cron_key';
  if v_url is null or v_key is null then
    return null;
  end if;
  return net.http_post(
    url := v_url || '/functions/v1/jobs/mail',
    body := '{}'::jsonb,
    headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', v_key),
    timeout_milliseconds := 55000);
end;
$$;
select cron.schedule('drive-jobs', '* * * * *', 'select private.drive_jobs()');

-- Removes sent and dropped mail after 30 days and dead mail after 90. If two runs overlap, the work is done once.
create function private.purge_outbox(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('private.purge_outbox')) then
    return;
  end if;
  delete from private.outbox
  where status in ('sent', 'dropped') and finished_at < p_now - interval '30 days'
    or status = 'dead' and finished_at < p_now - interval '90 days';
end;
$$;
select cron.schedule('purge-outbox', '23 3 * * *', 'select private.purge_outbox()');

-- The state of the outbox for the health report: how many mails wait, how many were given up, and how long the oldest
-- due one has been waiting.
create function private.outbox_report() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'pending', count(*) filter (where status in ('pending', 'sending')),
    'dead', count(*) filter (where status = 'dead'),
    'oldest_due_seconds', coalesce(
      extract(epoch from now() - min(not_before) filter (where status = 'pending' and not_before <= now()))::int, 0))
  from private.outbox where status in ('pending', 'sending', 'dead');
$$;

-- An invitation is announced by mail. The mail has no token: only the answer to the admin has it, and the admin passes
-- it on in another way.
create function private.mail_invitation() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.enqueue_mail('invitation', jsonb_build_object('invitation_id', new.id));
  return null;
end;
$$;
create trigger invitations_mail after insert on public.invitations
  for each row execute function private.mail_invitation();
