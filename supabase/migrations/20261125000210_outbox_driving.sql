-- The outbox, driven: who sends it when, what is told of it, and what fills it first.

create extension if not exists pg_net with schema extensions;
create extension if not exists supabase_vault with schema vault;

-- Every minute: takes back stale leases and, when something is due, calls the function `jobs`. The secrets
-- `project_url` and `cron_key` (the named secret key `cron`) of Vault say where and with what; without them the mail
-- waits. Returns the id of the request of pg_net, null for none.
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

-- Removes what has left: sent and dropped mail after 30 days, dead mail after 90. Two at once do the same work once.
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

-- The outbox for the health report: how many mails wait, are given up, and for how long the oldest due one has been
-- waiting.
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

-- An invitation is told by mail. The token is not in it: it is nowhere but in the answer to the admin, who hands it on
-- by another way.
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
