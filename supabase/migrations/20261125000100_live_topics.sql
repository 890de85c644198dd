-- Live updates: who may listen to which private topic, and how the database tells them that something has changed. A
-- message is a hint to fetch again: ids and a status, never what a record says. The record of what a person should know
-- is `notifications`.

-- What a topic names: the person of `user:<uuid>`, or the organization and the stream of `org:<uuid>:<stream>`; no row
-- for a topic that is not ours. Reads topics as parseTopic of shared/core/realtime-topics.ts does.
create function private.parse_topic(p_topic text) returns table (user_id uuid, organization_id uuid, stream text)
language sql immutable strict parallel safe
set search_path = ''
as $$
  select case when m[1] = 'user' then m[2]::uuid end, case when m[1] = 'org' then m[2]::uuid end, m[3]
  from regexp_match(p_topic,
    '^(user|org):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?::(appointments|inventory|orders|labs))?$') as m
  where (m[1] = 'user') = (m[3] is null);
$$;

-- Whether the caller may listen to a topic: to their own; to the appointments and labs of a hospital and the stock of a
-- pharmacy as its staff; to orders as the staff of either end. Admins administer and hear nothing of the work. Who is
-- suspended, or whose session has ended, hears nothing at all: Realtime does not pass private.check_request.
create function private.may_listen(p_topic text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_topic record;
begin
  select * into v_topic from private.parse_topic(p_topic);
  if v_topic is null or private.session_has_ended() or private.is_suspended() then
    return false;
  end if;
  return case
    when v_topic.user_id is not null then v_topic.user_id is not distinct from auth.uid()
    when v_topic.stream in ('appointments', 'labs') then
      v_topic.organization_id = any (array(select private.my_organizations('hospital_staff')))
    when v_topic.stream = 'inventory' then
      v_topic.organization_id = any (array(select private.my_organizations('pharmacy_staff')))
    when v_topic.stream = 'orders' then
      v_topic.organization_id = any (array(
        select private.my_organizations('hospital_staff') union all select private.my_organizations('pharmacy_staff')))
  end;
end;
$$;
grant execute on function private.may_listen to authenticated;

-- Realtime tries this policy with a row of its own when somebody joins. There is none for insert: messages come from
-- the database alone.
create policy "People listen to their own topic, staff to those of their work" on realtime.messages
  for select to authenticated
  using (extension = 'broadcast' and (select private.may_listen((select realtime.topic()))));

-- Sends an event to private topics when the transaction commits. Only id, type, status, organization_id and at
-- (default: now) of the payload are sent, so that no clinical content can leave by mistake. Whatever fails, the write
-- goes on.
create function private.notify(p_topics text[], p_event text, p_payload jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_topic text;
begin
  foreach v_topic in array p_topics loop
    perform realtime.send(
      jsonb_build_object(
        'id', p_payload ->> 'id',
        'type', p_payload ->> 'type',
        'status', p_payload ->> 'status',
        'organization_id', p_payload ->> 'organization_id',
        'at', coalesce(p_payload -> 'at', to_jsonb(now()))),
      p_event, v_topic, true);
  end loop;
exception when others then
  raise warning 'A live update was not sent (%)', sqlstate;
end;
$$;

-- The same to one topic.
create function private.notify(p_topic text, p_event text, p_payload jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify(array[p_topic], p_event, p_payload);
end;
$$;

-- Trigger that tells a person of a changed row of theirs: event `<type>.created|updated|deleted` on `user:<uuid>`.
-- Arguments: the type that the payload names, and the column with the id of the person's login; a row without one tells
-- nobody.
create function private.announce_to_person() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_row jsonb := case when tg_op = 'DELETE' then to_jsonb(old) else to_jsonb(new) end;
  v_verb text := case tg_op when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end;
begin
  if v_row ->> tg_argv[1] is not null then
    perform private.notify(
      'user:' || (v_row ->> tg_argv[1]), tg_argv[0] || '.' || v_verb, v_row || jsonb_build_object('type', tg_argv[0]));
  end if;
  return null;
end;
$$;

create trigger profiles_notify after update on public.profiles
  for each row when (new.version <> old.version) execute function private.announce_to_person('profile', 'id');
create trigger memberships_notify_new after insert on public.memberships
  for each row execute function private.announce_to_person('membership', 'user_id');
create trigger memberships_notify_changed after update on public.memberships
  for each row when (new.version <> old.version) execute function private.announce_to_person('membership', 'user_id');
create trigger memberships_notify_removed after delete on public.memberships
  for each row execute function private.announce_to_person('membership', 'user_id');
create trigger patients_notify after update on private.patients
  for each row when (new.version <> old.version) execute function private.announce_to_person('patient', 'user_id');
