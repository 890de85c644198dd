-- Calendar feeds: addresses under which a calendar app reads the appointments of one person, with a token in place of a
-- sign-in.

create type public.calendar_kind as enum ('patient', 'practitioner');

create table public.calendar_feeds (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete cascade,
  calendar public.calendar_kind not null,
  name text not null check (private.is_plain_text(name, 100)),
  last_used_at timestamptz,
  revoked_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.calendar_feeds is
  'A feed of one person: of the appointments that they have as a patient, or of those that they give as a '
  'practitioner.';
create index calendar_feeds_user on public.calendar_feeds (user_id, created_at desc, id);

create table private.calendar_feed_tokens (
  feed_id uuid primary key references public.calendar_feeds (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$')
);
comment on table private.calendar_feed_tokens is
  'What opens a feed. Whoever has the token reads it, so that only its SHA-256 is kept, which nobody of the API '
  'reads. A revoked feed keeps its hash: no repetition of a request brings a token back to life.';

alter table public.calendar_feeds enable row level security;
grant select on public.calendar_feeds to authenticated, service_role;
create policy "People see their own feeds" on public.calendar_feeds
  for select to authenticated
  using (user_id = (select auth.uid()));
-- Reading a feed does not change it.
create trigger calendar_feeds_touch before update on public.calendar_feeds
  for each row when (old.last_used_at is not distinct from new.last_used_at) execute function private.touch_row();
call private.audit_table('public.calendar_feeds', 'last_used_at');

-- How often one feed is read. Several devices may share it; each app asks every few minutes at most.
insert into private.attempt_policies (action, subject, capacity, window_seconds, lock_seconds) values
  ('calendar_feed', 'account', 120, 3600, 600);

-- The practitioners as whom a person works now, with an active membership of the staff of an open hospital.
create function private.practitioner_ids_of(p_user_id uuid) returns uuid[]
language sql stable
set search_path = ''
as $$
  select coalesce(array_agg(d.id), '{}')
  from public.practitioners d
  join public.memberships m on m.id = d.membership_id and m.status = 'active'
  join public.organizations o on o.id = d.organization_id and o.active
  where m.user_id = p_user_id;
$$;

-- A feed as the API shows it; null when it is not the caller's.
create function private.calendar_feed_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', f.id,
      'calendar', f.calendar,
      'name', f.name,
      'last_used_at', f.last_used_at,
      'revoked_at', f.revoked_at,
      'version', f.version,
      'created_at', f.created_at,
      'updated_at', f.updated_at)
    from public.calendar_feeds f
    where f.id = p_id);
end;
$$;
grant execute on function private.calendar_feed_json to authenticated;

create function private.create_calendar_feed(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_feed public.calendar_feeds := jsonb_populate_record(null::public.calendar_feeds, p_input);
begin
  if v_feed.calendar = 'patient' and private.my_patient_id() is null then
    perform private.refuse(403, 'forbidden', 'You are no patient.', '{"pointer": "/calendar"}');
  end if;
  if v_feed.calendar = 'practitioner' and private.practitioner_ids_of(auth.uid()) = '{}' then
    perform private.refuse(403, 'forbidden', 'You take no appointments.', '{"pointer": "/calendar"}');
  end if;
  perform from public.profiles where id = auth.uid() for no key update;
  if (select count(*) from public.calendar_feeds where user_id = auth.uid() and revoked_at is null) >= 10 then
    perform private.refuse(409, 'conflict', 'You have ten feeds. Revoke one first.');
  end if;
  insert into public.calendar_feeds (user_id, calendar, name) values (auth.uid(), v_feed.calendar, v_feed.name)
  returning id into v_feed.id;
  insert into private.calendar_feed_tokens (feed_id, token_hash) values (v_feed.id, p_input ->> 'token_hash');
  return private.made(v_feed.id);
end;
$$;
grant execute on function private.create_calendar_feed to authenticated;

create function public.create_calendar_feed(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_calendar_feed', p_input, '{calendar, name, token_hash}',
    'private.calendar_feed_json($1)');
end;
$$;
comment on function public.create_calendar_feed is
  'Makes a feed of the caller''s own appointments. The caller makes up the token and sends its hash. Idempotent. '
  '{calendar, name, token_hash} -> the feed.';
grant execute on function public.create_calendar_feed to authenticated;

create function private.revoke_calendar_feed(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_feed public.calendar_feeds;
begin
  select * into v_feed from public.calendar_feeds where id = v_id and user_id = auth.uid() for update;
  perform private.require_version(v_feed.version, p_expected_version);
  if v_feed.revoked_at is not null then
    perform private.refuse(409, 'illegal_transition', 'This feed is revoked already.', '{"allowed": []}');
  end if;
  update public.calendar_feeds set revoked_at = now() where id = v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.revoke_calendar_feed to authenticated;

create function public.revoke_calendar_feed(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('revoke_calendar_feed', private.made(p_id), null,
    'private.calendar_feed_json($1)', p_expected_version);
end;
$$;
comment on function public.revoke_calendar_feed is
  'Revokes a feed of the caller''s: whoever reads it finds nothing from now on. Idempotent. The answer is the feed.';
grant execute on function public.revoke_calendar_feed to authenticated;

-- The feed of a token, if it may be read now: it is not revoked, and its owner has a login, is not suspended, and is
-- still the patient or practitioner of the feed.
create function private.live_calendar_feed(p_token text) returns public.calendar_feeds
language plpgsql stable
set search_path = ''
as $$
declare
  v_feed public.calendar_feeds;
begin
  select f.* into v_feed
  from private.calendar_feed_tokens t
  join public.calendar_feeds f on f.id = t.feed_id
  join public.profiles p on p.id = f.user_id
  where t.token_hash = encode(extensions.digest(p_token, 'sha256'), 'hex')
    and f.revoked_at is null and p.login_deleted_at is null
    and not coalesce(
      (select bool_and(m.status = 'suspended') from public.memberships m where m.user_id = f.user_id), false)
    and case f.calendar
      when 'patient' then exists (
        select from private.patients x where x.user_id = f.user_id and x.deleted_at is null)
      else private.practitioner_ids_of(f.user_id) <> '{}' end;
  return v_feed;
end;
$$;

-- The appointments that a feed shows, from 30 days back to a year ahead, without names and without what they are about.
-- It has cancelled appointments, marked as such, but no holds.
create function private.calendar_entries(p_feed public.calendar_feeds) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', a.id,
        'status', a.status,
        'starts_at', a.starts_at,
        'ends_at', a.ends_at,
        'organization_name', o.name,
        'time_zone', o.time_zone,
        'room_name', r.name,
        'sequence', a.sequence,
        'created_at', a.created_at,
        'updated_at', a.updated_at)
      order by a.starts_at, a.id),
    '[]')
  from (
    select x.* from public.appointments x
    where p_feed.calendar = 'patient'
      and x.patient_id = (select p.id from private.patients p where p.user_id = p_feed.user_id and p.deleted_at is null)
    union all
    select x.* from public.appointments x
    where p_feed.calendar = 'practitioner'
      and x.practitioner_id = any ((select private.practitioner_ids_of(p_feed.user_id))::uuid[])
  ) as a
  join public.organizations o on o.id = a.organization_id
  left join public.rooms r on r.id = a.room_id
  where a.status <> 'held' and a.starts_at >= now() - interval '30 days' and a.starts_at < now() + interval '1 year';
$$;

create function private.read_calendar_feed(p_token text) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_feed public.calendar_feeds := private.live_calendar_feed(p_token);
  v_attempt record;
begin
  if v_feed.id is null then
    return null;
  end if;
  select * into v_attempt from public.take_attempt('calendar_feed', null, v_feed.id::text);
  if not v_attempt.allowed then
    return private.refuse_committed(429, 'rate_limited', 'This feed is read too often. Try again later.',
      jsonb_build_object('retry_after', v_attempt.retry_after_seconds));
  end if;
  update public.calendar_feeds set last_used_at = now()
  where id = v_feed.id and (last_used_at is null or last_used_at < now() - interval '5 minutes');
  return private.calendar_entries(v_feed);
end;
$$;
grant execute on function private.read_calendar_feed to anon;

create function public.read_calendar_feed(p_token text) returns jsonb
language sql
set search_path = ''
as $$
  select private.require_length(p_token, 200, '/token');
  select private.read_calendar_feed(p_token);
$$;
comment on function public.read_calendar_feed is
  'Reads the appointments of a feed with its token alone: calendar apps cannot sign in. Null for a token that opens '
  'nothing, whatever the reason; such a call is one look into an index and leaves no trace, so that nobody fills a '
  'table with it. What opens is counted per feed.';
grant execute on function public.read_calendar_feed to anon;
