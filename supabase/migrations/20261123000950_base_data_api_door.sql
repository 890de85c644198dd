-- The door of the data API: what runs before every request of PostgREST (pgrst.db_pre_request), and so before every
-- call of the functions, which come with their caller's token. One function and one query, because it sits on every
-- request.
--
-- Its limits: a request that reads runs in a transaction that cannot write, so calls are counted in a setting of the
-- database connection that serves them: a caller has the bucket `rest` once per pooled connection, and a request that
-- fails is not counted. How many requests of a caller run at the same time is exact. PostgREST shows the last of
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

-- How many requests of one caller run at the same time in the data API; up to twelve with those that wait for their
-- turn, the rest is refused. Two leave a colleague's read within three times of its time at rest, on two processors.
-- Requests without a token are one caller, since an address is what the client says it is; they are not counted beside.
alter table private.rate_limit_policies add column at_once int check (at_once > 0);
insert into private.rate_limit_policies (bucket, capacity, refill_per_second, at_once) values
  ('rest', 2400, 40, 2),
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
  for v_seat in 1 .. 12 - p_at_once loop
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

-- Refuses a request by its form, when nothing has been looked up yet: a path in disguise (400), a GET of a function
-- that may write (405: whether it would have written must not show), the description of all tables and functions, which
-- costs more than any other small request (404), statistics about rows that policies hide (400), a body without a
-- length or over 1 MiB (413), an Idempotency-Key that is none (422). The secret key passes all but the first two.
create function private.check_form(p_path text, p_headers jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_path like '%\%%' then
    perform private.refuse(400, 'malformed_request', 'Write names in the path as they are, without percent signs.');
  end if;
  if p_path like '/rpc/%' and current_setting('request.method', true) in ('GET', 'HEAD') and exists (
    select from pg_catalog.pg_proc p
    where p.proname = substr(p_path, 6) and p.pronamespace = 'public'::regnamespace and p.provolatile = 'v'
  ) then
    perform private.refuse(405, 'method_not_allowed', 'This function may write: call it with POST.');
  end if;
  if current_setting('role') = 'service_role' then
    return;
  end if;
  if p_path = '/' then
    perform private.refuse(404, 'not_found', 'The API is described at /functions/v1/docs/openapi.json.');
  end if;
  if p_headers ->> 'prefer' ~* 'planned|estimated' then
    perform private.refuse(400, 'malformed_request',
      'Estimated counts would include rows that you may not see: use count=exact.');
  end if;
  if p_headers ? 'transfer-encoding' or length(p_headers ->> 'content-length') > 7
    or (p_headers ->> 'content-length')::int > 1048576 then
    perform private.refuse(413, 'payload_too_large', 'A body needs a Content-Length of at most 1048576 bytes.');
  end if;
  if length(p_headers ->> 'idempotency-key') > 255 or p_headers ->> 'idempotency-key' !~ '^[\x21-\x7e]+$' then
    perform private.refuse(422, 'invalid_input', 'An Idempotency-Key has 1 to 255 visible ASCII characters.',
      '{"pointer": "#/header/idempotency-key"}');
  end if;
end;
$$;

-- Refuses a caller for what private.check_request found out; a caller who only has to wait for a place passes.
create function private.refuse_caller(p_verdict text) returns void
language plpgsql
set search_path = ''
as $$
begin
  case p_verdict
    when 'ended' then
      perform private.refuse(401, 'unauthenticated', 'The session of this access token has ended. Sign in again.');
    when 'suspended' then
      perform private.refuse(403, 'account_suspended',
        'This account is suspended. Ask an administrator of your organization.');
    when 'too_many' then
      perform private.refuse_for_now('Too many requests.', ceil(1 / p.refill_per_second)::int, '{}')
      from private.rate_limit_policies p where p.bucket = 'rest';
    else null;
  end case;
end;
$$;

-- Runs before every request. Refuses what has not the form; then a token that does not belong to an open session of a
-- person (401), a person who is suspended (403), and what is too much (429). It has as few expressions as possible:
-- Postgres makes each ready anew in every transaction, which costs more than to run it. A request that passes costs one
-- statement.
create function private.check_request() returns void
language plpgsql security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_path text := current_setting('request.path', true);
  v_headers jsonb := current_setting('request.headers', true);
  v_claims jsonb := current_setting('request.jwt.claims', true);
  v_caller int := 0;
  v_at_once int;
  v_verdict text;
begin
  if v_path ~ '^/$|%' or v_path like '/rpc/%' and current_setting('request.method', true) <> 'POST'
    or v_headers ?| '{prefer,transfer-encoding,idempotency-key}' or length(v_headers ->> 'content-length') > 6 then
    perform private.check_form(v_path, v_headers);
  end if;

  if v_claims ->> 'role' = 'authenticated' then
    -- An address may ask for rows within rows within rows, which multiply at every level, of reads and of writes that
    -- answer rows; rows as lists need them are read in milliseconds.
    if v_path not like '/rpc/%'
      and (current_setting('request.method', true) in ('GET', 'HEAD') or v_headers ->> 'prefer' ~* 'representation')
        then
      perform set_config('statement_timeout', '3s', true);
    end if;
    -- The session as in private.session_has_ended, without the call. The bucket is 'caller calls time' in one of 64
    -- settings of the connection, so that settings do not become many: two callers who share one push each other out.
    select
      r.caller,
      r.at_once,
      case
        when not exists (
          select from auth.sessions s
          where s.id = (v_claims ->> 'session_id')::uuid and s.user_id = r.user_id
            and (s.not_after is null or s.not_after > now()))
          or (v_claims ? 'exp' and v_claims -> 'aud' ? 'authenticated' and v_claims ->> 'iss' like '%/auth/v1')
            is not true
          then 'ended'
        when exists (select from public.memberships m where m.user_id = r.user_id and m.status = 'suspended')
          and private.is_suspended() then 'suspended'
        when r.calls > r.capacity then 'too_many'
        when set_config(r.bucket, concat(r.caller, ' ', r.calls, ' ', r.at), false) <> ''
          and pg_try_advisory_xact_lock(r.caller, 1) then 'passes'
      end
    into v_caller, v_at_once, v_verdict
    from (
      select b.*, p.at_once, p.capacity,
        case when split_part(b.spent, ' ', 1) = b.caller::text
          then 1 + greatest(0, split_part(b.spent, ' ', 2)::double precision
            - (b.at - split_part(b.spent, ' ', 3)::double precision) * p.refill_per_second)
          else 1 end as calls
      from (
        select n.*, 'hub.spent_' || (n.caller & 63) as bucket,
          current_setting('hub.spent_' || (n.caller & 63), true) as spent
        from (
          select (v_claims ->> 'sub')::uuid as user_id, hashtext(v_claims ->> 'sub') as caller,
            extract(epoch from now())::double precision as at
          offset 0
        ) as n
        offset 0
      ) as b
      cross join private.rate_limit_policies p
      where p.bucket = 'rest'
      offset 0
    ) as r;
    if v_verdict = 'passes' then
      return;
    end if;
    perform private.refuse_caller(v_verdict);
  elsif current_setting('role') = 'service_role' then
    return;
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

-- Messages of errors quote what was sent, such as a birth date that is none. Callers of the API get them; the server's
-- log keeps none of them. Operators count refusals by the SQLSTATE in the log lines of the functions.
alter role authenticator set log_min_messages = 'fatal';
notify pgrst, 'reload config';
