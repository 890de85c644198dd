-- Rate limits: token buckets for everyday requests, strict counters with lock-out for sign-in and its like.

-- How many requests one caller may make: `capacity` at once, `refill_per_second` in the long run.
create table private.rate_limit_policies (
  bucket text primary key,
  capacity int not null check (capacity > 0),
  refill_per_second numeric not null check (refill_per_second > 0)
);
insert into private.rate_limit_policies (bucket, capacity, refill_per_second) values ('api', 1200, 20);

-- The bucket of one caller. Unlogged: losing it in a crash means full buckets, not lost work.
create unlogged table private.rate_limits (
  user_id uuid not null,
  bucket text not null references private.rate_limit_policies (bucket) on delete cascade,
  tokens double precision not null,
  refilled_at timestamptz not null default now(),
  primary key (user_id, bucket)
);
create index rate_limits_bucket on private.rate_limits (bucket);
create index rate_limits_refilled_at on private.rate_limits (refilled_at);

-- Takes up to p_tokens out of the caller's bucket; a function's isolate spends them without asking again.
create function private.lease_rate_limit(p_bucket text, p_tokens int)
returns table (granted int, remaining int, capacity int, retry_after_seconds int)
language plpgsql security definer
set search_path = ''
as $$
declare
  v_policy private.rate_limit_policies;
  v_tokens double precision;
begin
  select * into v_policy from private.rate_limit_policies p where p.bucket = p_bucket;
  if v_policy.bucket is null or p_tokens not between 1 and 10000 then
    perform private.refuse(422, 'invalid_input', 'A known bucket and 1 to 10000 tokens are needed.');
  end if;
  insert into private.rate_limits as r (user_id, bucket, tokens)
  values (auth.uid(), p_bucket, v_policy.capacity)
  on conflict (user_id, bucket) do update
    set tokens = least(v_policy.capacity, r.tokens + extract(epoch from now() - r.refilled_at) * v_policy.refill_per_second), refilled_at = now()
  returning r.tokens into v_tokens;
  granted := least(p_tokens, floor(v_tokens)::int);
  update private.rate_limits r set tokens = r.tokens - granted where r.user_id = auth.uid() and r.bucket = p_bucket;
  remaining := floor(v_tokens)::int - granted;
  capacity := v_policy.capacity;
  retry_after_seconds := case when granted > 0 then 0 else ceil((1 - v_tokens) / v_policy.refill_per_second)::int end;
  return next;
end;
$$;
grant execute on function private.lease_rate_limit to authenticated;

create function public.lease_rate_limit(p_bucket text, p_tokens int)
returns table (granted int, remaining int, capacity int, retry_after_seconds int)
language sql
set search_path = ''
as $$
  select * from private.lease_rate_limit(p_bucket, p_tokens);
$$;
grant execute on function public.lease_rate_limit to authenticated;

create type private.attempt_subject as enum ('address', 'account');

-- How many attempts an address or an account has within a window, and for how long it is locked afterwards.
create table private.attempt_policies (
  action text not null,
  subject private.attempt_subject not null,
  capacity int not null check (capacity > 0),
  window_seconds int not null check (window_seconds > 0),
  lock_seconds int not null check (lock_seconds > 0),
  primary key (action, subject)
);
insert into private.attempt_policies (action, subject, capacity, window_seconds, lock_seconds) values
  ('sign_in', 'address', 60, 900, 900),
  ('sign_in', 'account', 10, 900, 900),
  ('refresh', 'address', 300, 900, 60),
  ('refresh', 'account', 30, 900, 900),
  ('register', 'address', 20, 3600, 3600),
  ('register', 'account', 5, 3600, 3600),
  ('password_reset', 'address', 20, 3600, 3600),
  ('password_reset', 'account', 5, 3600, 3600),
  ('confirm', 'address', 60, 900, 900),
  ('confirm', 'account', 10, 900, 900),
  ('accept_invitation', 'address', 20, 3600, 3600),
  ('accept_invitation', 'account', 10, 3600, 3600);

-- Attempts counted so far. Addresses and accounts are kept as SHA-256 only.
create table private.attempts (
  action text not null,
  subject private.attempt_subject not null,
  subject_hash bytea not null,
  count int not null,
  window_started_at timestamptz not null default now(),
  locked_until timestamptz,
  primary key (action, subject, subject_hash),
  foreign key (action, subject) references private.attempt_policies (action, subject) on delete cascade
);
create index attempts_window_started_at on private.attempts (window_started_at);

-- What is kept of an address or account.
create function private.attempt_hash(p_value text) returns bytea
language sql immutable
set search_path = ''
as $$
  select extensions.digest(lower(p_value), 'sha256');
$$;

-- Counts one attempt of an address on an account and says whether it may go on. Counted before the attempt and strictly, so that parallel
-- attempts cannot slip through; a successful one is taken back by clear_attempts. Only for the secret key: others could lock people out.
create function public.take_attempt(p_action text, p_address text, p_account text)
returns table (allowed boolean, retry_after_seconds int, remaining int, capacity int)
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from private.attempt_policies p where p.action = p_action) then
    perform private.refuse(422, 'invalid_input', 'This action is not known.', '{"pointer": "/p_action"}');
  end if;
  return query
  with counted as (
    insert into private.attempts as a (action, subject, subject_hash, count)
    select p.action, p.subject, private.attempt_hash(case p.subject when 'address' then p_address else p_account end), 1
    from private.attempt_policies p
    where p.action = p_action
    order by p.subject
    on conflict (action, subject, subject_hash) do update set
      count = case when private.attempt_window_over(a) then 1 else a.count + 1 end,
      window_started_at = case when private.attempt_window_over(a) then now() else a.window_started_at end,
      locked_until = case
        when private.attempt_window_over(a) then null
        when a.locked_until is null and a.count >= (select p.capacity from private.attempt_policies p where p.action = a.action and p.subject = a.subject)
          then now() + make_interval(secs => (select p.lock_seconds from private.attempt_policies p where p.action = a.action and p.subject = a.subject))
        else a.locked_until end
    returning a.action, a.subject, a.count, a.locked_until
  )
  select bool_and(c.locked_until is null), coalesce(max(ceil(extract(epoch from c.locked_until - now()))::int), 0),
    min(greatest(p.capacity - c.count, 0)), min(p.capacity)
  from counted c join private.attempt_policies p on p.action = c.action and p.subject = c.subject;
end;
$$;
grant execute on function public.take_attempt to service_role;

-- True when the window of an attempt row has passed and no lock holds.
create function private.attempt_window_over(p_attempt private.attempts) returns boolean
language sql stable
set search_path = ''
as $$
  select case when p_attempt.locked_until is not null then p_attempt.locked_until <= now()
    else p_attempt.window_started_at <= now() - (
      select make_interval(secs => p.window_seconds) from private.attempt_policies p
      where p.action = p_attempt.action and p.subject = p_attempt.subject) end;
$$;

-- Takes a successful attempt back: the account starts anew, the address gets its one attempt back. In the order in which take_attempt
-- locks the rows, so that the two cannot wait for each other.
create function public.clear_attempts(p_action text, p_address text, p_account text) returns void
language sql
set search_path = ''
as $$
  update private.attempts set count = greatest(count - 1, 0)
  where action = p_action and subject = 'address' and subject_hash = private.attempt_hash(p_address) and locked_until is null;
  delete from private.attempts where action = p_action and subject = 'account' and subject_hash = private.attempt_hash(p_account);
$$;
grant execute on function public.clear_attempts to service_role;

grant select on private.attempt_policies to service_role;
grant select, insert, update, delete on private.attempts to service_role;
grant execute on function private.attempt_hash, private.attempt_window_over to service_role;
