-- Sending: one function that makes a notification once and mails it as the person prefers, and its first caller.

-- When a mail to a person may go out: at p_now, or when their quiet hours are over. Quiet hours follow the clock of the
-- person's zone, so they stay where they are when daylight saving begins and ends.
create function private.mail_time(p_user_id uuid, p_now timestamptz default now()) returns timestamptz
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_zone text;
  v_from time;
  v_until time;
  v_local timestamp;
  v_overnight boolean;
begin
  select p.time_zone, s.quiet_from, s.quiet_until into v_zone, v_from, v_until
  from public.profiles p join public.notification_preferences s on s.user_id = p.id
  where p.id = p_user_id;
  if v_from is null then
    return p_now;
  end if;
  v_local := p_now at time zone v_zone;
  v_overnight := v_from > v_until;
  if v_overnight and v_local::time >= v_from then
    return greatest(p_now, (v_local::date + 1 + v_until) at time zone v_zone);
  end if;
  if v_local::time < v_until and (v_overnight or v_local::time >= v_from) then
    return greatest(p_now, (v_local::date + v_until) at time zone v_zone);
  end if;
  return p_now;
end;
$$;

-- Whether a person gets notifications of a kind in the app and by mail: as they chose, or else by default. A locked
-- kind always follows the default.
create function private.channels_for(p_user_id uuid, p_kind text)
returns table (in_app boolean, mail boolean, urgent boolean)
language sql stable security definer
set search_path = ''
as $$
  select case when k.locked then k.in_app else coalesce((s.choices -> k.kind ->> 'in_app')::boolean, k.in_app) end,
    case when k.locked then k.mail else coalesce((s.choices -> k.kind ->> 'mail')::boolean, k.mail) end, k.urgent
  from private.notification_kinds k left join public.notification_preferences s on s.user_id = p_user_id
  where k.kind = p_kind;
$$;

-- Notifies a person once per p_dedupe_key: it makes the notification, which their open apps show, and puts the mail
-- into the outbox, both as they prefer. There is no mail if quiet hours would keep it back until p_not_after, when it
-- is too late. Returns the notification's id, or null when they were notified before or have no login.
create function private.notify_person(
  p_recipient_id uuid,
  p_kind text,
  p_title text,
  p_body text,
  p_link text,
  p_dedupe_key text,
  p_organization_id uuid default null,
  p_now timestamptz default now(),
  p_not_after timestamptz default null
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_channels record;
  v_mail_at timestamptz;
  v_id uuid;
begin
  if p_recipient_id is null then
    return null;
  end if;
  select * into v_channels from private.channels_for(p_recipient_id, p_kind);
  insert into public.notifications (recipient_id, kind, title, body, link, dedupe_key, organization_id, in_app)
  values (
    p_recipient_id, p_kind, p_title, p_body, p_link, p_dedupe_key, p_organization_id,
    coalesce(v_channels.in_app, true))
  on conflict on constraint notifications_once do nothing
  returning id into v_id;
  if v_id is not null and v_channels.mail then
    v_mail_at := case when v_channels.urgent then p_now else private.mail_time(p_recipient_id, p_now) end;
    if coalesce(v_mail_at < p_not_after, true) then
      perform private.enqueue_mail(
        'notification', jsonb_build_object('notification_id', v_id), p_recipient_id, v_mail_at, p_not_after);
    end if;
  end if;
  return v_id;
end;
$$;

-- Withdraws the mail of a notification if it has not left yet, because what it says is no longer true.
create function private.withdraw_mail(p_notification_id uuid) returns void
language sql security definer
set search_path = ''
as $$
  update private.outbox o set not_after = now()
  from public.notifications n
  where n.id = p_notification_id and o.recipient_id = n.recipient_id
    and o.payload = jsonb_build_object('notification_id', n.id) and o.status in ('pending', 'sending');
$$;

-- Notifies a person whose membership is suspended, comes back into force or changes what it allows.
create function private.notify_of_membership() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_organization text;
begin
  select name into v_organization from public.organizations where id = new.organization_id;
  perform private.notify_person(new.user_id, 'membership_changed', 'Your membership has changed',
    case
      when new.status = 'suspended' then 'Your membership of ' || v_organization || ' was suspended.'
      when old.status = 'suspended' then 'Your membership of ' || v_organization || ' is in force again.'
      else 'What you may do at ' || v_organization || ' has changed.'
    end,
    null, 'membership:' || new.id || ':' || new.version, new.organization_id);
  return null;
end;
$$;
create trigger memberships_notify_member after update on public.memberships
  for each row when (
    (new.status, new.role, new.is_prescriber) is distinct from (old.status, old.role, old.is_prescriber))
  execute function private.notify_of_membership();

-- Removes notifications after a year. If two runs overlap, the work is done once.
create function private.purge_notifications(p_now timestamptz default now()) returns void
language plpgsql
set search_path = ''
as $$
begin
  if not pg_try_advisory_xact_lock(hashtext('private.purge_notifications')) then
    return;
  end if;
  delete from public.notifications where created_at < p_now - interval '1 year';
end;
$$;
select cron.schedule('purge-notifications', '29 3 * * *', 'select private.purge_notifications()');
