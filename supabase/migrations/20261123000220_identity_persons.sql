-- Persons: one person may have several logins, and duties that check each other are separated by person, not by login.
-- A person who signs up under an unrelated address is not recognised; overseers are told what a second login does.

-- The mailbox behind an address, as providers deliver it: without a tag behind "+", without dots before the "@", and
-- the domains as one under which Google, Apple, Proton and Yandex each give every mailbox to its owner. Two people
-- whose addresses differ in dots alone are taken for one, which costs them a colleague's help; the other way round
-- would cost more.
create function private.mailbox(p_email text) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
declare
  v_name text := split_part(lower(btrim(p_email)), '@', 1);
  v_domain text := split_part(lower(btrim(p_email)), '@', 2);
begin
  return replace(split_part(v_name, '+', 1), '.', '') || '@' || case
    when v_domain = 'googlemail.com' then 'gmail.com'
    when v_domain in ('me.com', 'mac.com') then 'icloud.com'
    when v_domain in ('pm.me', 'protonmail.com') then 'proton.me'
    when v_domain in ('yandex.com', 'ya.ru') then 'yandex.ru'
    else v_domain end;
end;
$$;

-- Whether two logins are of one person, as far as can be told: the same login, the same mailbox, or patients by the
-- same name and birth date. Used wherever one duty checks another; costs a few look-ups by primary key.
create function private.is_same_person(p_one uuid, p_other uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return coalesce(p_one = p_other
    or exists (
      select from public.profiles a join public.profiles b on private.mailbox(b.email) = private.mailbox(a.email)
      where a.id = p_one and b.id = p_other)
    or exists (
      select from private.patients a join private.patients b on b.birth_date = a.birth_date
      where a.user_id = p_one and b.user_id = p_other and private.name_match(a, b) in ('exact', 'swapped')), false);
end;
$$;

-- Whether a patient is the caller, or is reached at the caller's address: the login or the address belongs to the same
-- person. Nobody decides about such a record as staff.
create function private.is_own_record(p_patient_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (
    select from private.patients p left join public.profiles c on c.id = auth.uid()
    where p.id = p_patient_id
      and (private.is_same_person(auth.uid(), p.user_id) or private.mailbox(p.email) = private.mailbox(c.email)));
end;
$$;
grant execute on function private.is_own_record to authenticated;

-- A person has one role in an organization: administering, overseeing and working in it exclude each other, under every
-- login and whoever gave the role. Suspended memberships do not count. The row lock makes two memberships of one person
-- wait for each other.
create function private.keep_one_role() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_role public.membership_role;
begin
  perform 1 from public.organizations where id = new.organization_id for no key update;
  select m.role into v_role from public.memberships m
  where m.organization_id = new.organization_id and m.status = 'active' and m.role <> new.role and m.id <> new.id
    and private.is_same_person(m.user_id, new.user_id)
  limit 1;
  if v_role is not null then
    perform private.refuse(409, 'conflict',
      format('This person is %s of the organization already. Suspend that membership first.', v_role),
      '{"pointer": "/role"}');
  end if;
  return new;
end;
$$;
create trigger memberships_one_role before insert or update of user_id, organization_id, role,
  status on public.memberships
  for each row when (new.status = 'active') execute function private.keep_one_role();
