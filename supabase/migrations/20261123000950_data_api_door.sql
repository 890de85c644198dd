-- The door of the data API: what runs before every request of PostgREST (pgrst.db_pre_request), and so before every
-- call of the functions, which come with their caller's token. One function and one query, because it sits on every
-- request.
--
-- What it cannot do. A request that reads runs in a transaction that cannot write, so calls are counted in a setting of
-- the database connection that serves them: a caller has the bucket `rest` once per pooled connection, and a request
-- that fails is not counted. How many requests of a caller run at the same time is exact. PostgREST shows the last of
-- several headers of the same name and has read the body when it asks: a gateway joins headers of one name (RFC 9110,
-- 5.3) and limits bodies before.

-- Whether the session of the caller's token has ended, or never was: Auth removes the row of a session that is signed
-- out or ended by a new password, while an access token alone would go on until it expires. For what is asked with a
-- person's token elsewhere than here, such as Realtime. No view, since one on a table of Auth would stand in the way of
-- Auth's own migrations.
create function private.session_has_ended() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_claims jsonb := auth.jwt();
begin
  return not exists (
    select from auth.sessions s
    where s.id = (v_claims ->> 'session_id')::uuid and s.user_id = (v_claims ->> 'sub')::uuid
      and (s.not_after is null or s.not_after > now()));
end;
$$;
grant execute on function private.session_has_ended to authenticated;

-- How many requests of one caller run at the same time in the data API; twice as many more wait for their turn, the
-- rest is refused. Requests without a token are one caller, since an address is what the client says it is; they are
-- not counted beside.
alter table private.rate_limit_policies add column at_once int check (at_once > 0);
insert into private.rate_limit_policies (bucket, capacity, refill_per_second, at_once) values
  ('rest', 2400, 40, 4),
  ('rest_anonymous', 1, 1, 4);

-- Refuses with 429 and `Retry-After`, as private.refuse does with other statuses.
create function private.refuse_for_now(p_message text, p_seconds int, p_detail jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  raise sqlstate 'PGRST' using
    message = jsonb_build_object('code', 'PT429', 'hint', 'rate_limited', 'message', p_message,
      'details', (p_detail || jsonb_build_object('retry_after', p_seconds))::text),
    detail = jsonb_build_object('status', 429, 'headers', jsonb_build_object('Retry-After', p_seconds::text));
end;
$$;

-- Waits up to a second for one of p_at_once places, which are all taken; 429 when too many requests of the caller wait
-- already.
create function private.wait_for_place(p_caller int, p_at_once int) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_lock_timeout text := current_setting('lock_timeout');
begin
  for v_seat in 1 .. 2 * p_at_once loop
    if pg_try_advisory_xact_lock(p_caller, -v_seat) then
      perform set_config('lock_timeout', '1s', true);
      perform pg_advisory_xact_lock(p_caller, 1 + v_seat % p_at_once);
      perform set_config('lock_timeout', v_lock_timeout, true);
      return;
    end if;
  end loop;
  raise lock_not_available;
exception when lock_not_available then
  perform private.refuse_for_now('Too many requests of yours run at the same time.', 1,
    jsonb_build_object('at_once', p_at_once));
end;
$$;

-- Runs before every request. First refuses by form, when nothing has been looked up yet: a path in disguise (400), a
-- GET of a function that may write (405: whether it would have written must not show), statistics about rows that
-- policies hide (400), a body without a length or over 1 MiB (413), an Idempotency-Key that is none (422). Then a token
-- that is not one of a person's open session (401), a person who is suspended (403), and what is too much (429). The
-- secret key passes all but the first.
create function private.check_request() returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_role text := current_setting('role');
  v_path text := current_setting('request.path', true);
  v_headers jsonb := current_setting('request.headers', true);
  v_claims jsonb;
  v_open boolean;
  v_suspended boolean;
  v_capacity int;
  v_refill double precision;
  v_at_once int;
  v_caller int := 0;
  v_spent text;
  v_calls double precision;
begin
  if v_path like '%\%%' then
    perform private.refuse(400, 'malformed_request', 'A name in the path is written as it is, without percent signs.');
  end if;
  if v_path like '/rpc/%' and current_setting('request.method', true) in ('GET', 'HEAD') and exists (
    select from pg_catalog.pg_proc p
    where p.proname = substr(v_path, 6) and p.pronamespace = 'public'::regnamespace and p.provolatile = 'v'
  ) then
    perform private.refuse(405, 'method_not_allowed', 'This function may write: call it with POST.');
  end if;
  if v_role = 'service_role' then
    return;
  end if;

  if v_headers ->> 'prefer' ~* 'planned|estimated' then
    perform private.refuse(400, 'malformed_request',
      'Estimated counts would tell of rows that are not yours: use count=exact.');
  end if;
  if v_headers ? 'transfer-encoding' or length(v_headers ->> 'content-length') > 7
    or (v_headers ->> 'content-length')::int > 1048576 then
    perform private.refuse(413, 'payload_too_large', 'A body has a length, of 1048576 bytes at most.');
  end if;
  if v_headers ->> 'idempotency-key' !~ '^[\x21-\x7e]{1,255}$' then
    perform private.refuse(422, 'invalid_input', 'An Idempotency-Key has 1 to 255 visible ASCII characters.',
      '{"pointer": "#/header/idempotency-key"}');
  end if;

  if v_role = 'authenticated' then
    -- As private.session_has_ended and private.is_suspended say it, without the calls.
    v_claims := current_setting('request.jwt.claims', true);
    select
      exists (
        select from auth.sessions s
        where s.id = (v_claims ->> 'session_id')::uuid and s.user_id = v.user_id
          and (s.not_after is null or s.not_after > now())),
      (select bool_and(m.status = 'suspended') from public.memberships m where m.user_id = v.user_id),
      p.capacity, p.refill_per_second, p.at_once
    into v_open, v_suspended, v_capacity, v_refill, v_at_once
    from (select (v_claims ->> 'sub')::uuid as user_id) as v, private.rate_limit_policies p
    where p.bucket = 'rest';
    if not v_open
      or (v_claims ? 'exp' and v_claims -> 'aud' ? 'authenticated' and v_claims ->> 'iss' like '%/auth/v1') is not true then
      perform private.refuse(401, 'unauthenticated', 'The session of this access token has ended. Sign in again.');
    end if;
    if v_suspended then
      perform private.refuse(403, 'account_suspended',
        'This account is suspended. Ask an administrator of your organization.');
    end if;
    v_caller := hashtext(v_claims ->> 'sub');

    -- The bucket: 'caller calls time' in one of 64 settings of the connection, so that settings do not become many. Two
    -- callers who share one push each other out of it.
    v_spent := current_setting('hub.spent_' || (v_caller & 63), true);
    v_calls := 1;
    if split_part(v_spent, ' ', 1) = v_caller::text then
      v_calls := 1 + greatest(0, split_part(v_spent, ' ', 2)::double precision
        - (extract(epoch from now()) - split_part(v_spent, ' ', 3)::double precision) * v_refill);
      if v_calls > v_capacity then
        perform private.refuse_for_now('Too many requests.', ceil(1 / v_refill)::int, '{}');
      end if;
    end if;
    perform set_config('hub.spent_' || (v_caller & 63),
      concat(v_caller, ' ', v_calls, ' ', extract(epoch from now())), false);
  else
    select p.at_once into v_at_once from private.rate_limit_policies p where p.bucket = 'rest_anonymous';
  end if;

  for v_place in 1 .. v_at_once loop
    if pg_try_advisory_xact_lock(v_caller, v_place) then
      return;
    end if;
  end loop;
  perform private.wait_for_place(v_caller, v_at_once);
end;
$$;
grant execute on function private.check_request to anon, authenticated, service_role;
alter role authenticator set pgrst.db_pre_request = 'private.check_request';

-- Messages of errors quote what was sent, such as a birth date that is none. Callers of the API get them; the server's log keeps none of them.
-- Operators count refusals by the SQLSTATE in the log lines of the functions.
alter role authenticator set log_min_messages = 'fatal';
notify pgrst, 'reload config';
