-- The outbox holds what has to leave the database. A row is written in the same transaction as the fact that it
-- reports, so neither exists without the other. The function `jobs` sends it at least once, always under the same event
-- id.

create type private.outbox_status as enum ('pending', 'sending', 'sent', 'dead', 'dropped');

create table private.outbox (
  id uuid primary key default gen_random_uuid(),
  kind text not null default 'mail' check (kind = 'mail'),
  template text not null check (template in ('notification', 'invitation')),
  recipient_id uuid references public.profiles (id) on delete cascade,
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  status private.outbox_status not null default 'pending',
  not_before timestamptz not null default now(),
  not_after timestamptz,
  attempts int not null default 0,
  locked_until timestamptz,
  last_error text check (last_error ~ '^[a-z0-9_]{1,50}$'),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint outbox_lease_while_sending check ((status = 'sending') = (locked_until is not null)),
  constraint outbox_finish_is_dated check ((status in ('pending', 'sending')) = (finished_at is null))
);
comment on table private.outbox is
  'One mail to send. `id` is the event id that the receiver tells duplicates by. `payload` names rows, never what '
  'they say: address and text are read when it is sent. `sending` is leased until `locked_until`; `dead` was given '
  'up, `dropped` has nobody or nothing to be sent for any more. From `not_after` on it would come too late.';
create index outbox_due on private.outbox (not_before, id) where status = 'pending';
create index outbox_leased on private.outbox (locked_until) where status = 'sending';
create index outbox_finished on private.outbox (finished_at) where finished_at is not null;
create index outbox_recipient on private.outbox (recipient_id);

-- Puts a mail into the outbox and returns its event id. A template is known to private.mail_of and to
-- functions/jobs/mail/templates.ts.
create function private.enqueue_mail(
  p_template text,
  p_payload jsonb,
  p_recipient_id uuid default null,
  p_not_before timestamptz default now(),
  p_not_after timestamptz default null
) returns uuid
language sql security definer
set search_path = ''
as $$
  insert into private.outbox (template, payload, recipient_id, not_before, not_after)
  values (p_template, p_payload, p_recipient_id, p_not_before, p_not_after)
  returning id;
$$;

-- The address and the contents of a mail as they are now; null when there is nobody to send it to, nothing left to say,
-- or it is too late.
create function private.mail_of(p_mail private.outbox, p_now timestamptz default now()) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if p_mail.not_after <= p_now then
    return null;
  end if;
  if p_mail.template = 'invitation' then
    return (
      select jsonb_build_object('to', i.email, 'organization', o.name, 'expires_at', i.expires_at)
      from public.invitations i join public.organizations o on o.id = i.organization_id
      where i.id = (p_mail.payload ->> 'invitation_id')::uuid
        and i.accepted_at is null and i.revoked_at is null and i.expires_at > p_now);
  end if;
  return (
    select jsonb_build_object('to', p.email, 'subject', k.subject, 'title', n.title, 'body', n.body, 'link', n.link)
    from public.notifications n
    join public.profiles p on p.id = n.recipient_id
    join private.notification_kinds k on k.kind = n.kind
    where n.id = (p_mail.payload ->> 'notification_id')::uuid and p.login_deleted_at is null);
end;
$$;

-- When a due mail may go out: now, or when the quiet hours are over that have begun since it was queued or failed; null
-- when the person has chosen meanwhile to have no mail of its kind.
create function private.mail_allowed_at(p_mail private.outbox, p_now timestamptz) returns timestamptz
language plpgsql stable security definer
set search_path = ''
as $$
begin
  if p_mail.template <> 'notification' then
    return p_now;
  end if;
  return (
    select case when c.urgent then p_now else private.mail_time(n.recipient_id, p_now) end
    from public.notifications n cross join lateral private.channels_for(n.recipient_id, n.kind) as c
    where n.id = (p_mail.payload ->> 'notification_id')::uuid and c.mail);
end;
$$;

-- Leases up to p_limit due mails to the caller for p_lease_seconds; another caller gets others. It drops a mail that
-- has no recipient or is not wanted any more, and keeps one that has come into quiet hours until these end.
create function private.claim_mail(p_limit int, p_lease_seconds int, p_now timestamptz default now())
returns table (id uuid, template text, attempt int, mail jsonb)
language plpgsql security definer
set search_path = ''
as $$
declare
  v_due private.outbox;
  v_at timestamptz;
  v_left int := least(p_limit, 100);
begin
  while v_left > 0 loop
    select * into v_due from private.outbox o
    where o.status = 'pending' and o.not_before <= p_now
    order by o.not_before, o.id
    limit 1
    for update skip locked;
    exit when not found;
    v_at := private.mail_allowed_at(v_due, p_now);
    if v_at > p_now and coalesce(v_at < v_due.not_after, true) then
      update private.outbox o set not_before = v_at where o.id = v_due.id;
      continue;
    end if;
    mail := case when v_at <= p_now then private.mail_of(v_due, p_now) end;
    if mail is null then
      update private.outbox o set status = 'dropped', finished_at = p_now where o.id = v_due.id;
      continue;
    end if;
    update private.outbox o
    set status = 'sending', attempts = o.attempts + 1,
      locked_until = p_now + make_interval(secs => least(p_lease_seconds, 600))
    where o.id = v_due.id
    returning o.id, o.template, o.attempts into id, template, attempt;
    v_left := v_left - 1;
    return next;
  end loop;
end;
$$;
grant execute on function private.claim_mail to service_role;

create function public.claim_mail(p_limit int, p_lease_seconds int)
returns table (id uuid, template text, attempt int, mail jsonb)
language sql
set search_path = ''
as $$
  select * from private.claim_mail(p_limit, p_lease_seconds);
$$;
comment on function public.claim_mail is
  'Claims mails for the function `jobs`: {id, template, attempt, mail} of each.';
grant execute on function public.claim_mail to service_role;

-- After this many attempts, which take about two days, a mail is given up.
create function private.most_mail_attempts() returns int
language sql immutable
set search_path = ''
as $$
  select 15;
$$;

-- How long to wait after the p_attempt-th failure. It doubles from a minute up to six hours, and a random part of up to
-- one half is taken off, so that mails that failed together are not tried again together.
create function private.mail_backoff(p_attempt int) returns interval
language sql volatile
set search_path = ''
as $$
  select least(interval '1 minute' * 2 ^ least(p_attempt - 1, 20), interval '6 hours') * (0.5 + random() / 2);
$$;

-- Records the result of an attempt: sent, or an error code. A permanent error or the last attempt ends it; otherwise it
-- waits at least as long as the provider asked. A success always counts, because the mail is out; a failure counts only
-- while the attempt still holds the lease.
create function private.finish_mail(
  p_id uuid,
  p_attempt int,
  p_error text,
  p_permanent boolean,
  p_retry_after_seconds int,
  p_now timestamptz default now()
)
returns private.outbox_status
language plpgsql security definer
set search_path = ''
as $$
declare
  v_status private.outbox_status;
begin
  if p_error is null then
    update private.outbox set status = 'sent', locked_until = null, last_error = null, finished_at = p_now
    where id = p_id
    returning status into v_status;
    return v_status;
  end if;
  update private.outbox set
    status = case when p_permanent or attempts >= private.most_mail_attempts() then 'dead'
      else 'pending' end::private.outbox_status,
    finished_at = case when p_permanent or attempts >= private.most_mail_attempts() then p_now end,
    locked_until = null,
    last_error = p_error,
    not_before = p_now + greatest(
      private.mail_backoff(attempts), make_interval(secs => least(coalesce(p_retry_after_seconds, 0), 86400)))
  where id = p_id and status = 'sending' and attempts = p_attempt
  returning status into v_status;
  return v_status;
end;
$$;
grant execute on function private.finish_mail to service_role;

create function public.finish_mail(
  p_id uuid,
  p_attempt int,
  p_error text default null,
  p_permanent boolean default false,
  p_retry_after_seconds int default null
) returns text
language sql
set search_path = ''
as $$
  select private.finish_mail(p_id, p_attempt, p_error, p_permanent, p_retry_after_seconds)::text;
$$;
comment on function public.finish_mail is
  'What the function `jobs` says of an attempt; answers the state that the mail is in now, null when another attempt '
  'has taken over.';
grant execute on function public.finish_mail to service_role;

-- Takes back the mails whose sender did not report within its lease. Nobody knows whether they went out, so they are
-- sent again under the same id.
create function private.reconcile_outbox(p_now timestamptz default now()) returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  with stale as (
    select id from private.outbox where status = 'sending' and locked_until <= p_now for update skip locked
  )
  update private.outbox o set
    status = case when o.attempts >= private.most_mail_attempts() then 'dead' else 'pending' end::private.outbox_status,
    finished_at = case when o.attempts >= private.most_mail_attempts() then p_now end,
    locked_until = null, last_error = 'lease_expired', not_before = p_now
  from stale where o.id = stale.id;
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;

-- Queues dead mails again once the cause is gone: select private.revive_mail(). Returns how many.
create function private.revive_mail() returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  update private.outbox
  set status = 'pending', attempts = 0, finished_at = null, not_before = now()
  where status = 'dead';
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
