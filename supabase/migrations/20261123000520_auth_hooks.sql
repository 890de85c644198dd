-- Hooks that Auth calls (supabase/config.toml, [auth.hook]): what the function `auth` counts holds for who calls Auth
-- directly as well.

grant usage on schema private to supabase_auth_admin;

-- Called after every comparison of a password: {user_id, valid, metadata: {ip_address}} -> {decision}. Counts what the
-- function `auth` has not counted, by the same policies. While a lock holds, a right password is refused as well, in
-- the words for a wrong one: otherwise a lock would tell who has an account, or which guess was right. It ends by
-- itself, at the function it does not reach known devices, and a reset of the password lifts it.
create function private.password_attempt(p_event jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_address text := p_event -> 'metadata' ->> 'ip_address';
  v_account text := (select lower(u.email) from auth.users u where u.id = (p_event ->> 'user_id')::uuid);
  v_allowed boolean;
begin
  if v_account is null or private.was_counted(v_account, v_address) then
    return '{"decision": "continue"}';
  end if;
  select c.allowed into v_allowed from private.count_attempts('sign_in', v_address, v_account, null) c;
  if not v_allowed then
    return '{"decision": "reject", "message": "Invalid login credentials", "should_logout_user": false}';
  end if;
  if (p_event ->> 'valid')::boolean then
    perform private.forget_attempts('sign_in', v_address, v_account, null);
  end if;
  return '{"decision": "continue"}';
end;
$$;
grant execute on function private.password_attempt to supabase_auth_admin;

-- True, once for each of them, when the function `auth` has counted a sign-in to the account a moment ago. The one of
-- the same address is taken first; Auth does not learn the client's address of a project without IP address forwarding.
create function private.was_counted(p_account text, p_address text) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_account bytea := private.attempt_hash(p_account);
begin
  update private.counted_sign_ins s set count = s.count - 1
  where s.account_hash = v_account and s.count > 0 and s.expires_at > now() and s.address_hash = (
    select o.address_hash from private.counted_sign_ins o
    where o.account_hash = v_account and o.count > 0 and o.expires_at > now()
    order by o.address_hash = private.attempt_hash(coalesce(p_address, '')) desc
    limit 1 for update);
  return found;
end;
$$;

-- Called after every code of a second factor: {user_id, factor_id, valid} -> {decision}. Only who has signed in by
-- password gets there.
create function private.second_factor_attempt(p_event jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_allowed boolean;
begin
  select c.allowed into v_allowed from private.count_attempts('second_factor', null, p_event ->> 'user_id', null) c;
  if not v_allowed then
    return '{"decision": "reject", "message": "Too many attempts. Try again later."}';
  end if;
  if (p_event ->> 'valid')::boolean then
    perform private.forget_attempts('second_factor', null, p_event ->> 'user_id', null);
  end if;
  return '{"decision": "continue"}';
end;
$$;
grant execute on function private.second_factor_attempt to supabase_auth_admin;
