-- Joining: invitations for staff, and what a changed or deleted login does to the people we know.

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  email text not null check (private.is_email(email)),
  role public.membership_role not null,
  is_prescriber boolean not null default false,
  licence_number text check (private.is_plain_text(licence_number, 50)),
  position text check (private.is_plain_text(position, 100)),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  accepted_by uuid references public.profiles (id) on delete restrict,
  revoked_at timestamptz,
  created_by uuid references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invitations_end_once check (accepted_at is null or revoked_at is null),
  constraint invitations_prescriber_has_licence check (not is_prescriber
    or (role = 'hospital_staff' and licence_number is not null))
);
comment on table public.invitations is 'An offer to join an organization; its token opens once, until `expires_at`.';
create index invitations_organization on public.invitations (organization_id, created_at desc, id);
create index invitations_accepted_by on public.invitations (accepted_by);
create index invitations_created_by on public.invitations (created_by);

create table private.invitation_tokens (
  invitation_id uuid primary key references public.invitations (id) on delete cascade,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$')
);
comment on table private.invitation_tokens is
  'What opens an invitation: of the token only the SHA-256 is kept, and nobody of the API reads it.';

alter table public.invitations enable row level security;
grant select on public.invitations to authenticated;
grant update (revoked_at) on public.invitations to authenticated;
grant all on public.invitations to service_role;
create policy "Admins see the invitations of their organization" on public.invitations
  for select to authenticated
  using (organization_id = any (array(select private.my_organizations('admin'))));
create policy "Admins revoke the invitations of their organization" on public.invitations
  for update to authenticated
  using (organization_id = any (array(select private.my_organizations('admin'))))
  with check (organization_id = any (array(select private.my_organizations('admin'))));

create trigger invitations_touch before update on public.invitations for each row execute function private.touch_row();
create trigger invitations_role_fits before insert or update of role, organization_id on public.invitations
  for each row execute function private.check_role_fits_organization();
call private.audit_table('public.invitations');

-- Whether a token opens an invitation now, for a person with this address. {SHA-256 of the token, address} -> boolean.
create function private.is_open_invitation(p_token_hash text, p_email text) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from private.invitation_tokens t join public.invitations i on i.id = t.invitation_id
    where t.token_hash = p_token_hash and i.email = lower(p_email)
      and i.accepted_at is null and i.revoked_at is null and i.expires_at > now());
$$;
grant execute on function private.is_open_invitation to service_role;

create function public.is_open_invitation(p_token_hash text, p_email text) returns boolean
language sql stable
set search_path = ''
as $$
  select private.is_open_invitation(p_token_hash, p_email);
$$;
comment on function public.is_open_invitation is
  'Whether a token opens an invitation for an address: registration asks before it turns to Auth.';
grant execute on function public.is_open_invitation to service_role;

-- Nobody is let in by themselves: an invitation is not for the person who made it, and not accepted by them under
-- another login either.
create function private.refuse_own_invitation() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if private.mailbox(new.email) = (select private.mailbox(p.email) from public.profiles p where p.id = new.created_by)
    or private.is_same_person(new.created_by, new.accepted_by) then
    perform private.refuse(403, 'forbidden', 'You cannot invite yourself. Ask another admin of the organization.',
      '{"pointer": "/email"}');
  end if;
  return new;
end;
$$;
create trigger invitations_not_for_oneself before insert or update of email, created_by,
  accepted_by on public.invitations
  for each row when (new.created_by is not null) execute function private.refuse_own_invitation();

-- A suspension holds until an admin lifts it: no way into an organization leads past it. Whoever has a suspended
-- membership there gets no other one (409), and nobody lifts their own (403), not even an admin who has a second role,
-- and both by no other login. What a deleted login leaves behind suspends nobody.
create function private.keep_suspension() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' then
    if private.is_same_person(new.user_id, auth.uid()) then
      perform private.refuse(403, 'forbidden', 'You cannot lift your own suspension. Ask another administrator.');
    end if;
  elsif exists (
    select from public.memberships m join public.profiles p on p.id = m.user_id
    where m.organization_id = new.organization_id and m.status = 'suspended' and p.login_deleted_at is null
      and private.is_same_person(m.user_id, new.user_id)
    for update of m
  ) then
    perform private.refuse(409, 'conflict',
      'This person is suspended in the organization. An administrator lifts that first.');
  end if;
  return new;
end;
$$;
create trigger memberships_keep_suspension_on_insert before insert on public.memberships
  for each row execute function private.keep_suspension();
create trigger memberships_keep_suspension_on_update before update of status on public.memberships
  for each row when (old.status = 'suspended' and new.status = 'active')
  execute function private.keep_suspension();

-- A suspended person has no invitation left that leads back into the organization, under no spelling of their address;
-- and an admin none that they made, which may be for another login of theirs.
create function private.revoke_invitations_of_suspended() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.invitations i
  set revoked_at = now()
  from public.profiles p
  where p.id = new.user_id and i.organization_id = new.organization_id
    and (private.mailbox(i.email) = private.mailbox(p.email) or new.role = 'admin' and i.created_by = new.user_id)
    and i.accepted_at is null and i.revoked_at is null;
  return null;
end;
$$;
create trigger memberships_revoke_invitations after update of status on public.memberships
  for each row when (old.status <> 'suspended' and new.status = 'suspended')
  execute function private.revoke_invitations_of_suspended();

-- Lets what changes the memberships of one person happen one after the other: a person who is being suspended cannot
-- slip into another role meanwhile.
create function private.lock_person(p_user_id uuid) returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtext('person:' || p_user_id));
$$;
grant execute on function private.lock_person to authenticated;

-- The invitation that a token opens for an address, with its row locked; null for any defect: expired, used, revoked,
-- unknown or for somebody else.
create function private.open_invitation(p_token text, p_email text) returns public.invitations
language sql
set search_path = ''
as $$
  select i.*
  from private.invitation_tokens t join public.invitations i on i.id = t.invitation_id
  where t.token_hash = encode(extensions.digest(p_token, 'sha256'), 'hex') and i.email = lower(p_email)
    and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
  for update of i;
$$;

-- Uses up an invitation for a person, who must own its address, and makes the membership. Any defect of the token reads
-- the same (422 invitation_invalid). It changes nothing of what the person is already: 409 for who has the role, or is
-- suspended there.
create function private.use_invitation(p_token text, p_user_id uuid, p_email text) returns public.memberships
language plpgsql security definer
set search_path = ''
as $$
declare
  v_invitation public.invitations;
  v_membership public.memberships;
begin
  perform private.lock_person(p_user_id);
  v_invitation := private.open_invitation(p_token, p_email);
  if v_invitation.id is null then
    perform private.refuse(422, 'invitation_invalid',
      'This invitation is not valid any more, or is for another address.', '{"pointer": "/token"}');
  end if;
  insert into public.memberships (user_id, organization_id, role, is_prescriber, licence_number, position)
  values (p_user_id, v_invitation.organization_id, v_invitation.role, v_invitation.is_prescriber,
    v_invitation.licence_number, v_invitation.position)
  on conflict on constraint memberships_person_once do nothing
  returning * into v_membership;
  if v_membership.id is null then
    perform private.refuse(409, 'conflict', 'You have this role in the organization already.');
  end if;
  update public.invitations set accepted_at = now(), accepted_by = p_user_id where id = v_invitation.id;
  return v_membership;
end;
$$;

-- Opens an organization of the network with its first admin, who has registered and confirmed the address: select
-- private.open_organization('hospital', 'General Hospital', 'Europe/Berlin', 'you@example.org'); Whose organization it
-- is, is the operator's to check: no role of the API opens one, only the owner of the database. 404 when nobody has
-- confirmed the address, 409 when the name is taken.
create function private.open_organization(
  p_kind public.organization_kind,
  p_name text,
  p_time_zone text,
  p_admin_email text
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_user_id uuid := (
    select u.id from auth.users u join public.profiles p on p.id = u.id
    where p.email = lower(p_admin_email) and u.email_confirmed_at is not null);
  v_organization_id uuid;
begin
  if v_user_id is null then
    perform private.refuse(404, 'not_found', 'Nobody has registered with this address and confirmed it.');
  end if;
  insert into public.organizations (kind, name, time_zone) values (p_kind, p_name, p_time_zone)
  returning id into v_organization_id;
  insert into public.memberships (user_id, organization_id, role, position)
  values (v_user_id, v_organization_id, 'admin', 'Administrator');
  return v_organization_id;
end;
$$;

create function public.accept_invitation(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('accept_invitation', p_input, '{token}', 'private.memberships_json(array[$1]) -> 0');
end;
$$;
comment on function public.accept_invitation is
  'Accepts an invitation for the signed-in caller, whose address it must be for. Idempotent. {token} -> the '
  'membership.';
grant execute on function public.accept_invitation to authenticated;

-- The boundary behind public.accept_invitation: only a confirmed address counts as the caller's own.
create function private.accept_invitation(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_email text;
begin
  select email into v_email from auth.users where id = auth.uid() and email_confirmed_at is not null;
  return private.made((private.use_invitation(p_input ->> 'token', auth.uid(), v_email)).id);
end;
$$;
grant execute on function private.accept_invitation to authenticated;
