-- Identity: organizations, the people who sign in, and what they are in which organization.
-- Roles live here and not in the token: a membership taken away is gone on the next statement.

create type public.organization_kind as enum ('hospital', 'pharmacy', 'laboratory');
create type public.membership_role as enum ('hospital_staff', 'pharmacy_staff', 'admin', 'privacy_officer');
create type public.membership_status as enum ('active', 'suspended');

create table public.organizations (
  id uuid primary key default gen_random_uuid(),
  kind public.organization_kind not null,
  name text not null check (private.is_plain_text(name, 200)),
  time_zone text not null default 'UTC' check (private.is_time_zone(time_zone)),
  address_line text check (private.is_plain_text(address_line, 200)),
  city text check (private.is_plain_text(city, 100)),
  region text check (private.is_plain_text(region, 100)),
  postal_code text check (private.is_plain_text(postal_code, 20)),
  country text check (country ~ '^[A-Z]{2}$'),
  phone text check (private.is_phone(phone)),
  email text check (private.is_email(email)),
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.organizations is
  'A hospital, pharmacy or laboratory of the network. `time_zone` is the IANA zone its opening hours and appointments '
  'are told in.';

-- The key by which names of organizations are compared: without case, accents, blanks and signs, and with letters and
-- digits that are taken for one another (Cyrillic and Greek ones for Latin, 0 for o, 1 and i for l) as one.
create function private.organization_name_key(p_name text) returns text
language sql immutable strict parallel safe
set search_path = ''
as $$
  select translate(regexp_replace(private.normalise(normalize(p_name, NFKC)), '[^[:alnum:]]+', '', 'g'),
    '01iіιјавекмнорстухѕԁԛԝһѵαβεηκμνορτυχζ', 'olllljabekmhopctyxsdqwhvabehkmnoptyxz');
$$;
grant execute on function private.organization_name_key to authenticated, service_role;
-- A name is unique in the network, across kinds and including closed organizations: patients choose by name which one
-- they trust.
create unique index organizations_name_once on public.organizations (private.organization_name_key(name));

create table public.profiles (
  id uuid primary key,
  email text not null check (private.is_email(email)),
  given_name text not null check (private.is_plain_text(given_name, 100)),
  family_name text not null check (private.is_plain_text(family_name, 100)),
  phone text check (private.is_phone(phone)),
  language text not null default 'en' check (private.is_language(language)),
  time_zone text not null default 'UTC' check (private.is_time_zone(time_zone)),
  login_deleted_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.profiles is
  'A person who signs in, by the id of the login. It outlives the login: the record keeps the names of those who '
  'wrote it. `time_zone` is the IANA zone that their quiet hours are told in.';

create table public.memberships (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.profiles (id) on delete restrict,
  organization_id uuid not null references public.organizations (id) on delete restrict,
  role public.membership_role not null,
  is_prescriber boolean not null default false,
  licence_number text check (private.is_plain_text(licence_number, 50)),
  position text check (private.is_plain_text(position, 100)),
  status public.membership_status not null default 'active',
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint memberships_person_once unique (user_id, organization_id, role),
  constraint memberships_prescriber_has_licence check (not is_prescriber
    or (role = 'hospital_staff' and licence_number is not null))
);
comment on table public.memberships is
  'What a person is in an organization. Prescribers carry the number of their licence.';
create index memberships_organization on public.memberships (organization_id, role);

-- The memberships that count: the active ones. A closed organization counts for its admins alone, who may open it
-- again.
create view private.memberships_in_force as
  select m.user_id, m.organization_id, m.role
  from public.memberships m
  join public.organizations o on o.id = m.organization_id
  where m.status = 'active' and (o.active or m.role = 'admin');

-- The organizations in which the caller holds such a membership, of one role or of any. Set-returning so that a policy
-- evaluates it once per statement.
create function private.my_organizations(p_role public.membership_role default null) returns setof uuid
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return query
    select m.organization_id from private.memberships_in_force m
    where m.user_id = (select auth.uid()) and (p_role is null or m.role = p_role);
end;
$$;
grant execute on function private.my_organizations to authenticated;

-- The people who share an organization with the caller.
create function private.my_colleagues() returns setof uuid
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return query
    select distinct m.user_id
    from public.memberships m
    where m.organization_id = any (array(select private.my_organizations()));
end;
$$;
grant execute on function private.my_colleagues to authenticated;

-- True for a person whose every membership is suspended. Patients without a membership are never suspended.
create function private.is_suspended() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(bool_and(m.status = 'suspended'), false)
    from public.memberships m
    where m.user_id = (select auth.uid())
  );
end;
$$;
grant execute on function private.is_suspended to authenticated;

alter table public.organizations enable row level security;
grant select on public.organizations to authenticated;
grant update (name, time_zone, address_line, city, region, postal_code, country, phone, email, active)
  on public.organizations to authenticated;
grant all on public.organizations to service_role;
create policy "People find open organizations, members also their closed one" on public.organizations
  for select to authenticated
  using (active or id = any (array(select private.my_organizations())));
create policy "Admins change their organization" on public.organizations
  for update to authenticated
  using (id = any (array(select private.my_organizations('admin'))))
  with check (id = any (array(select private.my_organizations('admin'))));

alter table public.profiles enable row level security;
grant select on public.profiles to authenticated;
grant update (given_name, family_name, phone, language, time_zone) on public.profiles to authenticated;
grant all on public.profiles to service_role;
create policy "People see themselves and their colleagues" on public.profiles
  for select to authenticated
  using (id = (select auth.uid()) or id = any (array(select private.my_colleagues())));
create policy "People change their own profile" on public.profiles
  for update to authenticated
  using (id = (select auth.uid()))
  with check (id = (select auth.uid()));

alter table public.memberships enable row level security;
grant select on public.memberships to authenticated;
grant update (is_prescriber, licence_number, position, status) on public.memberships to authenticated;
grant all on public.memberships to service_role;
create policy "People see memberships of their own and of their organizations" on public.memberships
  for select to authenticated
  using (user_id = (select auth.uid()) or organization_id = any (array(select private.my_organizations())));
create policy "Admins change the memberships of their organization" on public.memberships
  for update to authenticated
  using (organization_id = any (array(select private.my_organizations('admin'))))
  with check (organization_id = any (array(select private.my_organizations('admin'))));

create trigger organizations_touch before update on public.organizations for each row
  execute function private.touch_row();
create trigger profiles_touch before update on public.profiles for each row execute function private.touch_row();
create trigger memberships_touch before update on public.memberships for each row execute function private.touch_row();

-- Staff roles exist only in an organization of their kind; admins and privacy officers in all.
create function private.check_role_fits_organization() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_kind public.organization_kind;
begin
  select kind into v_kind from public.organizations where id = new.organization_id;
  if (new.role = 'hospital_staff' and v_kind <> 'hospital') or (new.role = 'pharmacy_staff' and v_kind <> 'pharmacy')
    then
    perform private.refuse(422, 'invalid_input', format('A %s cannot have members of the role %s.', v_kind, new.role),
      '{"pointer": "/role"}');
  end if;
  return new;
end;
$$;
create trigger memberships_role_fits before insert or update of role, organization_id on public.memberships
  for each row execute function private.check_role_fits_organization();

-- An organization that has an admin keeps one. The row lock lets two admins who suspend each other meet one after the
-- other.
create function private.keep_one_admin() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform 1 from public.organizations where id = old.organization_id for no key update;
  if not exists (
    select from public.memberships
    where organization_id = old.organization_id and role = 'admin' and status = 'active' and id <> old.id
  ) then
    perform private.refuse(409, 'last_admin', 'An organization keeps at least one active admin.');
  end if;
  return coalesce(new, old);
end;
$$;
create trigger memberships_keep_one_admin_on_update before update of status, role, organization_id on public.memberships
  for each row when (old.role = 'admin' and old.status = 'active'
    and (new.status <> 'active' or new.role <> 'admin' or new.organization_id <> old.organization_id))
  execute function private.keep_one_admin();
create trigger memberships_keep_one_admin_on_delete before delete on public.memberships
  for each row when (old.role = 'admin' and old.status = 'active') execute function private.keep_one_admin();
