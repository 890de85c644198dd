-- Registration: what a new login is, and who decides what it is called. Anybody can sign up with anybody's address, so
-- a login whose address is not confirmed is nobody: it has no password, no names and no row of ours. Whoever holds the
-- code of the mail confirms it, sets the password and says who they are, through the function `auth` or at Auth and the
-- data API themselves. What was typed before owns nothing.

-- The part of sign-up data that Auth itself keeps there, and the language of the mail. The rest was typed by somebody
-- who need not own the address.
create function private.unclaimed_data(p_data jsonb) returns jsonb
language sql immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(d.key, d.value), '{}')
  from jsonb_each(case jsonb_typeof(p_data) when 'object' then p_data else '{}' end) as d
  where d.key in ('sub', 'email', 'email_verified', 'phone_verified')
    or (d.key = 'language' and jsonb_typeof(d.value) = 'string' and private.is_language(d.value #>> '{}'));
$$;

-- Empties a login that nobody has confirmed. Auth reads the row again after it has written it, so it never learns the
-- password or the names either: a sign-in is refused like that of an unknown address, and confirming by any way (code,
-- reset, the dashboard) brings nothing of the sign-up to life.
create function private.empty_unconfirmed_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  new.encrypted_password := null;
  new.raw_user_meta_data := private.unclaimed_data(new.raw_user_meta_data);
  return new;
end;
$$;
create trigger unconfirmed_login_is_nobody before insert or update on auth.users
  for each row when (new.email_confirmed_at is null and new.phone_confirmed_at is null)
    execute function private.empty_unconfirmed_login();

-- The same for the identity beside an unconfirmed login, in which Auth repeats the sign-up data.
create function private.empty_unconfirmed_identity() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from auth.users u where u.id = new.user_id and u.email_confirmed_at is null
    and u.phone_confirmed_at is null) then
    new.identity_data := private.unclaimed_data(new.identity_data);
  end if;
  return new;
end;
$$;
create trigger unconfirmed_login_is_nobody before insert or update of identity_data on auth.identities
  for each row when (new.provider = 'email') execute function private.empty_unconfirmed_identity();

-- Makes the profile of a login and, in the same transaction, either the membership of the invitation that it comes with
-- or the patient row of a person who registers on their own. Nothing in p_person can make anybody staff. False when the
-- login has a profile already.
create function private.make_person(p_user_id uuid, p_email text, p_person jsonb) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  insert into public.profiles (id, email, given_name, family_name, phone, language, time_zone)
  values (p_user_id, lower(p_email), p_person ->> 'given_name', p_person ->> 'family_name', p_person ->> 'phone',
    coalesce(p_person ->> 'language', 'en'), coalesce(p_person ->> 'time_zone', 'UTC'))
  on conflict (id) do nothing;
  if not found then
    return false;
  end if;
  if p_person ->> 'invitation_token' is null then
    perform private.register_patient(p_user_id, p_person);
  else
    perform private.use_invitation(p_person ->> 'invitation_token', p_user_id, p_email);
  end if;
  return true;
end;
$$;

-- A text out of unchecked data: trimmed, as it stands when it is a plain text, otherwise p_otherwise.
create function private.name_or(p_text text, p_otherwise text) returns text
language sql immutable
set search_path = ''
as $$
  select case when private.is_plain_text(btrim(p_text), 100) then coalesce(btrim(p_text), p_otherwise)
    else p_otherwise end;
$$;

-- A login that comes into being confirmed was made by the owner of the database, who says in its data who it is. One
-- without names waits for public.complete_registration, like everybody's. Whoever may not have the role of the
-- invitation beside what they are already is a patient.
create function private.handle_new_login() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_data jsonb := new.raw_user_meta_data;
  v_person jsonb := jsonb_build_object(
    'given_name', private.name_or(v_data ->> 'given_name', 'Unknown'),
    'family_name', private.name_or(v_data ->> 'family_name', 'Unknown'),
    'birth_date', v_data ->> 'birth_date',
    'language', case when private.is_language(v_data ->> 'language') then v_data ->> 'language' end);
begin
  begin
    perform private.make_person(new.id, new.email, v_person
      || jsonb_build_object('invitation_token', v_data ->> 'invitation_token'));
  exception when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT422' then
    perform private.make_person(new.id, new.email, v_person);
  end;
  update auth.users set raw_user_meta_data = raw_user_meta_data - 'invitation_token'
  where id = new.id and v_data ? 'invitation_token';
  return null;
end;
$$;
create trigger on_login_created after insert on auth.users
  for each row when (new.email_confirmed_at is not null and new.raw_user_meta_data ? 'given_name')
    execute function private.handle_new_login();

-- Refuses a person's data with the pointer to the first field that is wrong. Asked before anything is looked up.
create function private.check_person(p_person jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_birth_date date := private.date_or_null(p_person ->> 'birth_date');
  v_wrong text := case
    when coalesce(btrim(p_person ->> 'given_name'), '') = ''
      or not private.is_plain_text(btrim(p_person ->> 'given_name'), 100) then 'given_name'
    when coalesce(btrim(p_person ->> 'family_name'), '') = ''
      or not private.is_plain_text(btrim(p_person ->> 'family_name'), 100) then 'family_name'
    when not coalesce(private.is_phone(p_person ->> 'phone'), true) then 'phone'
    when not coalesce(private.is_language(p_person ->> 'language'), true) then 'language'
    when not coalesce(private.is_time_zone(p_person ->> 'time_zone'), true) then 'time_zone'
    when p_person ->> 'birth_date' is null then null
    when p_person ->> 'token' is not null then 'birth_date'
    when v_birth_date is null or v_birth_date not between '1875-01-01'
      and (now() at time zone 'Pacific/Kiritimati')::date then 'birth_date' end;
begin
  if v_wrong is not null then
    perform private.refuse(422, 'invalid_input', 'This is not what it should be.',
      jsonb_build_object('pointer', '/' || v_wrong));
  end if;
end;
$$;

-- The boundary behind public.complete_registration: only a confirmed address counts as the caller's own.
create function private.complete_registration(p_person jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_email text;
begin
  perform private.check_person(p_person);
  select email into v_email from auth.users where id = auth.uid() and email_confirmed_at is not null;
  if v_email is null then
    perform private.refuse(403, 'forbidden', 'The address of this account is not confirmed.');
  end if;
  if not private.make_person(auth.uid(), v_email, p_person - 'token' || jsonb_build_object(
    'given_name', btrim(p_person ->> 'given_name'), 'family_name', btrim(p_person ->> 'family_name'),
      'invitation_token', p_person ->> 'token')) then
    perform private.refuse(409, 'already_exists', 'This registration is complete already: change the profile instead.');
  end if;
  return private.made(auth.uid());
end;
$$;
grant execute on function private.complete_registration to authenticated;

create function public.complete_registration(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('complete_registration', p_input,
    '{given_name, family_name, birth_date, phone, language, time_zone, token}', 'public.me()');
end;
$$;
comment on function public.complete_registration is
  'The caller, who has confirmed the address, says who they are: makes their profile and, with `token` the membership '
  'of that invitation, without one their patient row. Once; 409 afterwards. {given_name, family_name, birth_date?, '
  'phone?, language?, time_zone?, token?} -> who they are, as public.me.';
grant execute on function public.complete_registration to authenticated;

create function private.set_mail_language(p_email text, p_language text) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  update auth.users
  set raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || jsonb_build_object('language', p_language)
  where email = lower(p_email) and email_confirmed_at is null and private.is_language(p_language)
    and raw_user_meta_data ->> 'language' is distinct from p_language;
end;
$$;
grant execute on function private.set_mail_language to service_role;

create function public.set_mail_language(p_email text, p_language text) returns void
language sql
set search_path = ''
as $$
  select private.set_mail_language(p_email, p_language);
$$;
comment on function public.set_mail_language is
  'The language in which Auth writes to an address that is not confirmed: that of the latest registration. Only for '
  'the secret key.';
grant execute on function public.set_mail_language to service_role;

-- Auth writes to people in the language of their profile.
create function private.tell_auth_language() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update auth.users
  set raw_user_meta_data = coalesce(raw_user_meta_data, '{}') || jsonb_build_object('language', new.language)
  where id = new.id and raw_user_meta_data ->> 'language' is distinct from new.language;
  return null;
end;
$$;
create trigger profiles_tell_auth_language after insert or update of language on public.profiles
  for each row execute function private.tell_auth_language();
