-- Logins: what becomes of a person when Auth changes, removes or bans the login.

-- Removes logins whose address nobody confirmed for a week: nothing hangs on them. For the scheduler, once a day.
create function private.remove_unconfirmed_logins(p_now timestamptz default now()) returns void
language sql
set search_path = ''
as $$
  delete from auth.users
  where email_confirmed_at is null and phone_confirmed_at is null and last_sign_in_at is null
    and greatest(created_at, confirmation_sent_at) < p_now - interval '7 days';
$$;

-- Keeps the address of the profile equal to that of the login.
create function private.handle_changed_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.profiles set email = lower(new.email) where id = new.id;
  return new;
end;
$$;
create trigger on_login_changed after update of email on auth.users
  for each row when (new.email is distinct from old.email) execute function private.handle_changed_login();

-- Deleting a login takes its memberships out of force and unlinks the patient; no chart, author or audit entry goes
-- with it.
create function private.handle_deleted_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.profiles set login_deleted_at = now() where id = old.id;
  update public.memberships set status = 'suspended' where user_id = old.id and status = 'active';
  update private.patients set user_id = null where user_id = old.id;
  return old;
end;
$$;
create trigger on_login_deleted after delete on auth.users for each row execute function private.handle_deleted_login();

-- Banning a login ends its sessions, and so does deleting it softly. Auth gives a banned login no new tokens and goes
-- no further: what was signed in would go on until its token expires.
create function private.end_sessions_of_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from auth.sessions where user_id = new.id;
  return new;
end;
$$;
create trigger on_login_banned after update of banned_until, deleted_at on auth.users
  for each row when (new.banned_until > now() or new.deleted_at is not null)
    execute function private.end_sessions_of_login();
