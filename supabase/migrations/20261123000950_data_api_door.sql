-- The door of the data API: what runs before every request of PostgREST (pgrst.db_pre_request), and so before every call of the functions,
-- which come with their caller's token. It is one function, because it sits on every request.

-- Whether the session of the caller's token has ended: signed out, ended by a new password, past its end, or never there. Auth removes the row
-- of a session that ends; an access token alone would go on until it expires. For everything that is asked with a person's token.
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

-- Refuses what must not reach a statement: the token of an ended session (401), and a person who is suspended (403), whatever the token says.
create function private.check_request() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  -- Two steps, because an expression asks for execute on every function in it, which other roles do not have.
  if current_user = 'authenticated' then
    if private.session_has_ended() then
      perform private.refuse(401, 'unauthenticated', 'The session of this access token has ended. Sign in again.');
    end if;
    if private.is_suspended() then
      perform private.refuse(403, 'account_suspended', 'This account is suspended. Ask an administrator of your organization.');
    end if;
  end if;
end;
$$;
grant execute on function private.check_request to anon, authenticated, service_role;
alter role authenticator set pgrst.db_pre_request = 'private.check_request';
notify pgrst, 'reload config';
