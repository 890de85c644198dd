-- Who may listen is asked when somebody joins a topic and when their client brings a new token, not for every message.
-- So whatever takes somebody's access tells them on their own topic, as event `access.changed`: the local Realtime then
-- asks the policies of all their channels again, and a client takes a new token, with which Realtime asks them on every
-- platform. `id` is that of the membership or the organization; for `type` session, of which several may end at once,
-- that of the person.

create function private.announce_access_of_membership() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'DELETE' or (old.user_id, old.organization_id, old.role, old.status)
      is distinct from (new.user_id, new.organization_id, new.role, new.status) then
    perform private.notify(
      'user:' || old.user_id, 'access.changed',
      jsonb_build_object(
        'id', old.id,
        'type', 'membership',
        'status', case tg_op when 'DELETE' then 'removed' else new.status::text end,
        'organization_id', old.organization_id));
  end if;
  return null;
end;
$$;
create trigger memberships_announce_access
  after update of user_id, organization_id, role, status or delete on public.memberships
  for each row execute function private.announce_access_of_membership();

create function private.announce_access_of_organization() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify(
    'user:' || m.user_id, 'access.changed',
    jsonb_build_object(
      'id', new.id,
      'type', 'organization',
      'status', case when new.active then 'open' else 'closed' end,
      'organization_id', new.id))
  from public.memberships m where m.organization_id = new.id and m.status = 'active';
  return null;
end;
$$;
create trigger organizations_announce_access after update of active on public.organizations
  for each row when (new.active <> old.active) execute function private.announce_access_of_organization();

-- Auth deletes the sessions that a sign-out, a new password or the end of a login ends.
create function private.announce_access_of_sessions() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify(
    'user:' || e.user_id, 'access.changed',
    jsonb_build_object('id', e.user_id, 'type', 'session', 'status', 'ended'))
  from (select distinct user_id from ended) as e;
  return null;
end;
$$;
create trigger sessions_announce_access after delete on auth.sessions
  referencing old table as ended for each statement execute function private.announce_access_of_sessions();
