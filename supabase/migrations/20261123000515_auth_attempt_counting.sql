-- Counting attempts: by address, account and client, before the outcome is known.

-- The hash that is stored instead of an address or account.
create function private.attempt_hash(p_value text) returns bytea
language sql immutable
set search_path = ''
as $$
  select extensions.digest(lower(p_value), 'sha256');
$$;

-- The network that an address counts for: of IPv6 the 64-bit network, because everybody has as many addresses within
-- one as they like.
create function private.network_of(p_address text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  if p_address ~* '^::ffff:[0-9.]+$' then
    return substr(p_address, 8);
  elsif p_address like '%:%' then
    return network(set_masklen(p_address::inet, 64))::text;
  end if;
  return p_address;
exception when invalid_text_representation then
  return p_address;
end;
$$;

-- The hash that is stored instead of a client of an account; null for none.
create function private.client_hash(p_kind private.attempt_subject, p_value text) returns bytea
language sql immutable
set search_path = ''
as $$
  select extensions.digest(p_kind || ':' || p_value, 'sha256');
$$;

-- Counts one attempt of a subject, and answers what stands then: {locked_until, remaining, capacity}. Null when there
-- is no policy for it.
create function private.count_attempt(p_action text, p_subject private.attempt_subject, p_hash bytea)
returns table (locked_until timestamptz, remaining int, capacity int)
language plpgsql
set search_path = ''
as $$
declare
  v_policy private.attempt_policies;
begin
  select * into v_policy from private.attempt_policies p where p.action = p_action and p.subject = p_subject;
  if v_policy.action is null or p_hash is null then
    return;
  end if;
  return query
  insert into private.attempts as a (action, subject, subject_hash, count)
  values (p_action, p_subject, p_hash, 1)
  on conflict (action, subject, subject_hash) do update set
    count = case when private.attempt_window_over(a, v_policy) then 1 else a.count + 1 end,
    window_started_at = case when private.attempt_window_over(a, v_policy) then now() else a.window_started_at end,
    locked_until = case
      when private.attempt_window_over(a, v_policy) then null
      when a.locked_until is null and a.count >= v_policy.capacity
        then now() + make_interval(secs => v_policy.lock_seconds)
      else a.locked_until end
  returning a.locked_until, greatest(v_policy.capacity - a.count, 0), v_policy.capacity;
end;
$$;

-- True when the window of an attempt row has passed and no lock holds.
create function private.attempt_window_over(p_attempt private.attempts, p_policy private.attempt_policies)
returns boolean
language sql stable
set search_path = ''
as $$
  select case when p_attempt.locked_until is not null then p_attempt.locked_until <= now()
    else p_attempt.window_started_at <= now() - make_interval(secs => p_policy.window_seconds) end;
$$;

-- Counts one attempt of a client on an account and says whether it may go on. Counted before the outcome is known and
-- strictly, so that parallel attempts cannot slip through; a successful one is taken back by private.forget_attempts.
-- An attempt that is refused for its address does not count for the account everywhere: one address alone cannot slow
-- an account down for others.
create function private.count_attempts(p_action text, p_address text, p_account text, p_device text)
returns table (
  allowed boolean,
  retry_after_seconds int,
  remaining int,
  capacity int,
  known_device boolean
)
language plpgsql
set search_path = ''
as $$
declare
  v_account bytea := private.attempt_hash(p_account);
  v_network text := private.network_of(p_address);
  v_known_address boolean;
  v_subjects private.attempt_subject[];
  v_subject private.attempt_subject;
  v_counted record;
  v_locked_until timestamptz;
begin
  select coalesce(bool_or(k.client_hash = private.client_hash('device', p_device)), false),
    coalesce(bool_or(k.client_hash = private.client_hash('address', v_network)), false)
  into known_device, v_known_address
  from private.known_clients k
  where k.account_hash = v_account and k.expires_at > now()
    and k.client_hash in (private.client_hash('device', p_device), private.client_hash('address', v_network));
  known_device := known_device and exists (select from private.attempt_policies p where p.action = p_action
    and p.subject = 'device');
  v_known_address := v_known_address and exists (select from private.attempt_policies p where p.action = p_action
    and p.subject = 'pair');
  v_subjects := case
    when known_device then '{device}'
    when v_known_address then '{pair}'
    else '{address,account,pair,everywhere}' end;
  foreach v_subject in array v_subjects loop
    exit when v_locked_until is not null and v_subject = 'everywhere';
    for v_counted in
      select * from private.count_attempt(p_action, v_subject, case v_subject
        when 'address' then private.attempt_hash(v_network)
        when 'pair' then private.attempt_hash(p_account || ' ' || v_network)
        when 'device' then private.attempt_hash(p_account || ' ' || p_device)
        else v_account end)
    loop
      v_locked_until := greatest(v_locked_until, v_counted.locked_until);
      remaining := least(remaining, v_counted.remaining);
      capacity := least(capacity, v_counted.capacity);
    end loop;
  end loop;
  allowed := v_locked_until is null;
  retry_after_seconds := coalesce(ceil(extract(epoch from v_locked_until - now()))::int, 0);
  return next;
end;
$$;

create function public.take_attempt(p_action text, p_address text, p_account text, p_device text default null)
returns table (
  allowed boolean,
  retry_after_seconds int,
  remaining int,
  capacity int,
  known_device boolean
)
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from private.attempt_policies p where p.action = p_action) then
    perform private.refuse(422, 'invalid_input', 'This action is not known.', '{"pointer": "/p_action"}');
  end if;
  select c.* into allowed, retry_after_seconds, remaining, capacity, known_device
  from private.count_attempts(p_action, p_address, p_account, p_device) c;
  if allowed and p_action = 'sign_in' then
    insert into private.counted_sign_ins as s (account_hash, address_hash, count, expires_at)
    values (private.attempt_hash(p_account), private.attempt_hash(p_address), 1, now() + interval '30 seconds')
    on conflict (account_hash, address_hash) do update
      set count = case when s.expires_at > now() then s.count else 0 end + 1, expires_at = excluded.expires_at;
  end if;
  return next;
end;
$$;
comment on function public.take_attempt is
  'Counts an attempt for the function `auth`. Only for the secret key: others could lock people out. Of a sign-in '
  'Auth''s hook is told that it is counted.';
grant execute on function public.take_attempt to service_role;

create function private.forget_attempts(p_action text, p_address text, p_account text, p_device text) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_account bytea := private.attempt_hash(p_account);
  v_network text := private.network_of(p_address);
  -- Of somebody known neither was counted, and must not be given back: else one's own sign-ins would pay for guesses on
  -- other accounts.
  v_known boolean := exists (
    select from private.known_clients k
    where k.account_hash = v_account and k.expires_at > now()
      and k.client_hash in (private.client_hash('device', p_device), private.client_hash('address', v_network)));
begin
  update private.attempts set count = greatest(count - 1, 0)
  where not v_known and action = p_action and subject = 'address' and subject_hash = private.attempt_hash(v_network)
    and locked_until is null;
  delete from private.attempts where action = p_action and subject = 'account' and subject_hash = v_account;
  delete from private.attempts
  where action = p_action and subject = 'pair' and subject_hash = private.attempt_hash(p_account || ' ' || v_network);
  delete from private.attempts
  where action = p_action and subject = 'device' and subject_hash = private.attempt_hash(p_account || ' ' || p_device);
  update private.attempts set count = greatest(count - 1, 0)
  where not v_known and action = p_action and subject = 'everywhere' and subject_hash = v_account
    and locked_until is null;
  if p_action not in ('sign_in', 'confirm') then
    return;
  end if;
  insert into private.known_clients (account_hash, client_hash)
  select v_account, c.hash
  from (values (private.client_hash('address', v_network)), (private.client_hash('device', p_device))) as c (hash)
  where c.hash is not null
  order by c.hash
  on conflict (account_hash, client_hash) do update set expires_at = excluded.expires_at;
  -- The newest twenty: who travels does not collect addresses for ever.
  delete from private.known_clients
  where account_hash = v_account and client_hash in (
    select k.client_hash from private.known_clients k where k.account_hash = v_account order by k.expires_at desc
    offset 20);
end;
$$;

create function public.clear_attempts(p_action text, p_address text, p_account text, p_device text default null)
returns void
language sql
set search_path = ''
as $$
  select private.forget_attempts(p_action, p_address, p_account, p_device);
$$;
comment on function public.clear_attempts is
  'Takes a successful attempt back: account from this address and device start anew, the address and the account '
  'everywhere get the one attempt back. In the order in which count_attempts locks the rows, so that the two cannot '
  'wait for each other. From then on the client is known.';
grant execute on function public.clear_attempts to service_role;

-- Removes what no longer counts; part of private.clean_up.
create function private.clean_up_attempts(p_now timestamptz) returns void
language sql
set search_path = ''
as $$
  delete from private.attempts
  where window_started_at < p_now - interval '1 day' and coalesce(locked_until, p_now) <= p_now;
  delete from private.known_clients where expires_at < p_now;
  delete from private.counted_sign_ins where expires_at < p_now;
$$;

grant select on private.attempt_policies to service_role;
grant select, insert, update, delete on private.attempts, private.known_clients,
  private.counted_sign_ins to service_role;
grant execute on function private.attempt_hash, private.network_of, private.client_hash, private.attempt_window_over,
  private.count_attempt, private.count_attempts,
  private.forget_attempts to service_role;

-- A new password makes every client of the account unknown: whoever had the old one keeps no device from which to
-- guess.
create function private.forget_clients() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from private.known_clients where account_hash = private.attempt_hash(old.email);
  return null;
end;
$$;
create trigger new_password_forgets_clients after update of encrypted_password on auth.users
  for each row when (old.encrypted_password <> new.encrypted_password) execute function private.forget_clients();
