-- Notifications as the API shows them: listing, marking as read, preferences. Everything runs under the caller's
-- policies.

create function public.list_notifications(
  p_unread boolean default null,
  p_kind text default null,
  p_limit int default 25,
  p_after_created_at timestamptz default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_length(p_kind, 50, '/kind');
  return (with listed as (
    select id, kind, title, body, link, organization_id, read_at, version, created_at, updated_at
    from public.notifications
    where (p_kind is null or kind = p_kind) and (p_unread is null or (read_at is null) = p_unread)
      and (p_after_created_at is null or (created_at, id) < (p_after_created_at, p_after_id))
    order by created_at desc, id desc
    limit least(greatest(p_limit, 1), 101)
  )
  select jsonb_build_object(
    'rows', coalesce((select jsonb_agg(to_jsonb(l) order by l.created_at desc, l.id desc) from listed l), '[]'),
    'unread', (select count(*) from public.notifications where read_at is null),
    'total', case when p_count then (
      select count(*) from public.notifications
      where (p_kind is null or kind = p_kind) and (p_unread is null or (read_at is null) = p_unread)) end));
end;
$$;
comment on function public.list_notifications is
  'Notifications of the caller, newest first, from behind the given one on; `unread` counts all that are unread '
  'whatever the filters, `total` those that match. One statement answers all three, so that they fit together. -> '
  '{rows, unread, total}';
grant execute on function public.list_notifications to authenticated;

-- A notification as the API shows it; null when it is not the caller's.
create function private.notification_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', n.id,
      'kind', n.kind,
      'title', n.title,
      'body', n.body,
      'link', n.link,
      'organization_id', n.organization_id,
      'read_at', n.read_at,
      'version', n.version,
      'created_at', n.created_at,
      'updated_at', n.updated_at)
    from public.notifications n
    where n.id = p_id);
end;
$$;
grant execute on function private.notification_json to authenticated;

create function public.read_notification(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('read_notification', private.made(p_id), null,
    'private.notification_json($1)', p_expected_version);
end;
$$;
comment on function public.read_notification is
  'Marks one notification of the caller as read. Idempotent; marked again it keeps the instant of the first time. '
  'The answer is the notification.';
grant execute on function public.read_notification to authenticated;

create function private.read_notification(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_version int;
begin
  select n.version into v_version from public.notifications n where n.id = v_id for update;
  perform private.require_version(v_version, p_expected_version);
  update public.notifications set read_at = now() where id = v_id and read_at is null;
  return private.made(v_id);
end;
$$;
grant execute on function private.read_notification to authenticated;

create function public.read_all_notifications(p_kind text default null, p_until timestamptz default null) returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  perform private.require_length(p_kind, 50, '/kind');
  update public.notifications set read_at = now()
  where read_at is null and (p_kind is null or kind = p_kind) and (p_until is null or created_at <= p_until);
  get diagnostics v_count = row_count;
  return v_count;
end;
$$;
comment on function public.read_all_notifications is
  'Marks the caller''s notifications as read, of one kind or of all, up to the instant of the newest one seen; what '
  'came later stays unread. Returns how many were marked.';
grant execute on function public.read_all_notifications to authenticated;

-- The kinds with the caller's settings, by kind: {"<kind>": {description, in_app, mail, urgent, locked}}.
create function private.my_channels() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_object_agg(k.kind, jsonb_build_object(
    'description', k.description,
    'in_app', c.in_app,
    'mail', c.mail,
    'urgent', k.urgent,
    'locked', k.locked))
  from private.notification_kinds k cross join lateral private.channels_for((select auth.uid()), k.kind) as c;
$$;
grant execute on function private.my_channels to authenticated;

create function public.get_notification_preferences() returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('id', s.id,
    'quiet_hours', case when s.quiet_from is not null then
      jsonb_build_object('from', to_char(s.quiet_from, 'HH24:MI'), 'until', to_char(s.quiet_until, 'HH24:MI')) end,
    'time_zone', p.time_zone,
    'kinds', private.my_channels(),
    'reminder_minutes', s.reminder_minutes,
    'version', s.version,
    'created_at', s.created_at,
    'updated_at', s.updated_at)
  from public.notification_preferences s join public.profiles p on p.id = s.user_id
  where s.user_id = (select auth.uid());
$$;
comment on function public.get_notification_preferences is
  'How the caller is told: quiet hours in the zone of the profile, every kind, and how long before appointments.';
grant execute on function public.get_notification_preferences to authenticated;

-- The minutes of an input, the longest first; the defaults if there are none.
create function private.read_reminders(p_minutes jsonb) returns int[]
language plpgsql stable
set search_path = ''
as $$
begin
  if p_minutes is null then
    return private.default_reminders();
  end if;
  if jsonb_typeof(p_minutes) <> 'array'
    or exists (
      select from jsonb_array_elements(p_minutes) as m where jsonb_typeof(m) <> 'number' or m::text !~ '^[0-9]{1,5}$'
    ) then
    perform private.refuse(
      422, 'invalid_input', 'Reminders are whole minutes before an appointment.', '{"pointer": "/reminder_minutes"}');
  end if;
  return array(select distinct m::int from jsonb_array_elements_text(p_minutes) as m order by 1 desc);
end;
$$;
grant execute on function private.read_reminders to authenticated;

create function public.set_notification_preferences(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_known_keys(p_input, array['quiet_hours', 'kinds', 'reminder_minutes']);
  perform private.guarded('set_notification_preferences', p_input, p_expected_version);
  return public.get_notification_preferences();
end;
$$;
comment on function public.set_notification_preferences is
  'Replaces how the caller is told; a kind that is not named goes back to its defaults, and so do the reminders. '
  '{quiet_hours: {from, until} | null, kinds: {"<kind>": {in_app, mail}}, reminder_minutes?: [number]} -> the '
  'preferences.';
grant execute on function public.set_notification_preferences to authenticated;

create function private.set_notification_preferences(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid;
  v_version int;
begin
  select id, version into v_id, v_version from public.notification_preferences where user_id = auth.uid() for update;
  perform private.require_version(v_version, p_expected_version);
  update public.notification_preferences
  set quiet_from = (p_input -> 'quiet_hours' ->> 'from')::time,
    quiet_until = (p_input -> 'quiet_hours' ->> 'until')::time,
    choices = coalesce(p_input -> 'kinds', '{}'),
    reminder_minutes = private.read_reminders(p_input -> 'reminder_minutes')
  where user_id = auth.uid();
  return private.made(v_id);
end;
$$;
grant execute on function private.set_notification_preferences to authenticated;
