-- Notifications: the record of what a person should know, the channels that they choose, and their quiet hours.

create table private.notification_kinds (
  kind text primary key check (kind ~ '^[a-z][a-z_]{2,49}$'),
  description text not null check (private.is_plain_text(description, 200)),
  subject text not null check (private.is_plain_text(subject, 100)),
  in_app boolean not null default true,
  mail boolean not null default true,
  urgent boolean not null default false,
  locked boolean not null default false
);
comment on table private.notification_kinds is
  'The kinds of notifications there are; a topic that brings one inserts it. `subject` heads the mail and names '
  'nobody. `in_app` and `mail` are the defaults of the two channels; a locked kind keeps them whatever the person '
  'prefers; an urgent one is mailed in quiet hours too.';
insert into private.notification_kinds (kind, description, subject, in_app, mail, urgent, locked) values
  ('membership_changed', 'Your role in an organization has changed', 'Your membership has changed',
    true, true, false, true),
  ('chart_break_glass', 'A chart was opened in an emergency', 'A record was opened in an emergency',
    true, true, true, true),
  ('chart_opened', 'Somebody has opened your chart', 'Your record was opened', true, false, false, false),
  ('appointment_reminder', 'An appointment is near', 'Reminder of an appointment', true, true, false, false),
  ('appointment_changed', 'An appointment was booked, moved or cancelled', 'Your appointment has changed',
    true, true, false, false),
  ('waitlist_offer', 'A place on a waiting list has become free', 'An earlier appointment is free',
    true, true, true, false);

create table public.notifications (
  id uuid primary key default gen_random_uuid(),
  recipient_id uuid not null references public.profiles (id) on delete cascade,
  kind text not null references private.notification_kinds (kind) on update cascade,
  title text not null check (private.is_plain_text(title, 200)),
  body text not null check (private.is_plain_text(body, 1000)),
  link text check (char_length(link) <= 300 and link ~ '^/(?!/)[A-Za-z0-9/_.?=&%-]*$'),
  organization_id uuid references public.organizations (id) on delete restrict,
  dedupe_key text not null check (char_length(dedupe_key) between 1 and 200),
  in_app boolean not null default true,
  read_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notifications_once unique (recipient_id, dedupe_key)
);
comment on table public.notifications is
  'What one person should know. Title and body carry no clinical detail; `link` leads to it, for those who may see '
  'it. Nothing of the kind exists twice for a person under one `dedupe_key`, which they can read and which therefore '
  'names nothing but what they are told of. One that the person does not want in the app is kept for that, and shown '
  'to nobody.';
create index notifications_recipient on public.notifications (recipient_id, created_at desc, id) where in_app;
create index notifications_unread on public.notifications (recipient_id) where in_app and read_at is null;
create index notifications_kind on public.notifications (kind);
create index notifications_organization on public.notifications (organization_id);

-- How long before an appointment a person is reminded of it, in minutes, unless they choose otherwise.
create function private.default_reminders() returns int[]
language sql immutable parallel safe
set search_path = ''
as $$
  select '{1440,120}'::int[];
$$;
grant execute on function private.default_reminders to authenticated, service_role;

create table public.notification_preferences (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references public.profiles (id) on delete cascade,
  quiet_from time,
  quiet_until time,
  choices jsonb not null default '{}' check (octet_length(choices::text) <= 10000),
  reminder_minutes int[] not null default private.default_reminders(),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint notification_preferences_quiet_hours_have_two_ends check (
    (quiet_from is null) = (quiet_until is null) and quiet_from <> quiet_until),
  constraint notification_preferences_reminders_are_few check (
    cardinality(reminder_minutes) <= 5 and array_position(reminder_minutes, null) is null
    and 15 <= all (reminder_minutes) and 20160 >= all (reminder_minutes))
);
comment on table public.notification_preferences is
  'How a person wants to be told. `choices` holds what differs from the defaults: {"<kind>": {"in_app": boolean, '
  '"mail": boolean}}. Between `quiet_from` and `quiet_until`, on the clock of the zone of their profile, mail waits. '
  '`reminder_minutes` says how long before an appointment they are reminded of it. Everybody has one row, made with '
  'the profile.';

alter table public.notifications enable row level security;
grant select on public.notifications to authenticated;
grant update (read_at) on public.notifications to authenticated;
grant all on public.notifications to service_role;
create policy "People see what they are told" on public.notifications
  for select to authenticated
  using (recipient_id = (select auth.uid()) and in_app);
create policy "People mark what they are told as read" on public.notifications
  for update to authenticated
  using (recipient_id = (select auth.uid()) and in_app)
  with check (recipient_id = (select auth.uid()) and in_app);

alter table public.notification_preferences enable row level security;
grant select on public.notification_preferences to authenticated;
grant update (quiet_from, quiet_until, choices, reminder_minutes) on public.notification_preferences to authenticated;
grant all on public.notification_preferences to service_role;
create policy "People see how they want to be told" on public.notification_preferences
  for select to authenticated
  using (user_id = (select auth.uid()));
create policy "People decide how they want to be told" on public.notification_preferences
  for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));

create trigger notifications_touch before update on public.notifications
  for each row execute function private.touch_row();
create trigger notification_preferences_touch before update on public.notification_preferences
  for each row execute function private.touch_row();
call private.audit_table('public.notifications', 'title', 'body', 'link', 'dedupe_key');
call private.audit_table('public.notification_preferences');

-- Everybody has preferences from the start, so that there is a version to compare with `If-Match`.
create function private.make_preferences() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into public.notification_preferences (user_id) values (new.id);
  return null;
end;
$$;
create trigger profiles_have_preferences after insert on public.profiles
  for each row execute function private.make_preferences();

-- Choices name known kinds and say yes or no to a channel. A locked kind leaves no choice.
create function private.check_choices() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_kind text;
  v_choice jsonb;
begin
  if jsonb_typeof(new.choices) <> 'object' then
    perform private.refuse(422, 'invalid_input', 'The choices must be a JSON object.', '{"pointer": "/kinds"}');
  end if;
  for v_kind, v_choice in select key, value from jsonb_each(new.choices) loop
    if not exists (select from private.notification_kinds k where k.kind = v_kind) then
      perform private.refuse(
        422, 'invalid_input', 'There is no such kind of notification.',
        jsonb_build_object('pointer', '/kinds/' || v_kind));
    end if;
    if jsonb_typeof(v_choice) <> 'object' or v_choice - array['in_app', 'mail'] <> '{}'
      or coalesce(jsonb_typeof(v_choice -> 'in_app'), '') <> 'boolean'
      or coalesce(jsonb_typeof(v_choice -> 'mail'), '') <> 'boolean' then
      perform private.refuse(
        422, 'invalid_input', 'A choice says yes or no to in_app and to mail.',
        jsonb_build_object('pointer', '/kinds/' || v_kind));
    end if;
    if exists (select from private.notification_kinds k where k.kind = v_kind and k.locked
      and v_choice <> jsonb_build_object('in_app', k.in_app, 'mail', k.mail)) then
      perform private.refuse(
        422, 'invalid_input', 'This kind of notification cannot be switched off.',
        jsonb_build_object('pointer', '/kinds/' || v_kind));
    end if;
  end loop;
  return new;
end;
$$;
create trigger notification_preferences_check before insert or update of choices on public.notification_preferences
  for each row execute function private.check_choices();

-- The database dates the first reading. A notification can be marked as unread again.
create function private.stamp_reading() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.read_at := case when new.read_at is not null then coalesce(old.read_at, now()) end;
  return new;
end;
$$;
create trigger notifications_read before update of read_at on public.notifications
  for each row execute function private.stamp_reading();

-- Tells the person's open apps that there is something new, or that it was read elsewhere.
create function private.announce_notification() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify(
    'user:' || new.recipient_id,
    case tg_op when 'INSERT' then 'notification.created' else 'notification.updated' end,
    jsonb_build_object(
      'id', new.id,
      'type', 'notification',
      'status', case when new.read_at is null then 'unread' else 'read' end,
      'organization_id', new.organization_id));
  return null;
end;
$$;
create trigger notifications_announce_new after insert on public.notifications
  for each row when (new.in_app) execute function private.announce_notification();
create trigger notifications_announce_read after update on public.notifications
  for each row when (new.in_app and new.read_at is distinct from old.read_at)
  execute function private.announce_notification();
