-- Administration: what admins do beyond changing a row. Each RPC is one transaction and idempotent.

create function public.create_invitation(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_invitation', p_input,
    '{organization_id, email, role, is_prescriber, licence_number, position, expires_at, token_hash}',
    '(select to_jsonb(i) from public.invitations i where i.id = $1)');
end;
$$;
comment on function public.create_invitation is
  'Invites somebody into an organization of the caller. The token is made by the caller, who alone can hand it on; '
  'here only its SHA-256 is kept. {organization_id, email, role, is_prescriber?, licence_number?, position?, '
  'expires_at?, token_hash} -> the invitation.';
grant execute on function public.create_invitation to authenticated;

create function private.create_invitation(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_input public.invitations := jsonb_populate_record(null::public.invitations, p_input);
  v_invitation public.invitations;
begin
  if v_input.organization_id is null or v_input.organization_id <> all (array(select private.my_organizations('admin')))
    then
    perform private.record_denial(null, v_input.organization_id, 'not_admin');
    return private.refuse_committed(403, 'forbidden', 'Only an admin of the organization invites into it.');
  end if;
  if private.mailbox(v_input.email) = (select private.mailbox(p.email) from public.profiles p where p.id = auth.uid())
    or private.is_same_person(auth.uid(), (select u.id from auth.users u where u.email = lower(v_input.email))) then
    perform private.record_denial(null, v_input.organization_id, 'own_invitation');
    return private.refuse_committed(403, 'forbidden',
      'You cannot invite yourself. Ask another admin of the organization.', '{"pointer": "/email"}');
  end if;
  if exists (
    select from public.memberships m join public.profiles p on p.id = m.user_id
    where m.organization_id = v_input.organization_id and m.status = 'suspended'
      and private.mailbox(p.email) = private.mailbox(v_input.email) and p.login_deleted_at is null
  ) then
    perform private.refuse(409, 'conflict', 'This person is suspended in the organization. Lift that instead.',
      '{"pointer": "/email"}');
  end if;
  if coalesce(v_input.expires_at, now() + interval '7 days') not between now() and now() + interval '30 days' then
    perform private.refuse(422, 'invalid_input', 'An invitation expires within 30 days.', '{"pointer": "/expires_at"}');
  end if;
  insert into public.invitations (organization_id, email, role, is_prescriber, licence_number, position, expires_at,
    created_by)
  values (v_input.organization_id, lower(v_input.email), v_input.role, coalesce(v_input.is_prescriber, false),
    v_input.licence_number,
    v_input.position, coalesce(v_input.expires_at, now() + interval '7 days'), auth.uid())
  returning * into v_invitation;
  insert into private.invitation_tokens (invitation_id, token_hash) values (v_invitation.id, p_input ->> 'token_hash');
  return private.made(v_invitation.id);
end;
$$;
grant execute on function private.create_invitation to authenticated;

create function public.revoke_invitation(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('revoke_invitation', jsonb_build_object('id', p_id), '{id}',
    '(select to_jsonb(i) from public.invitations i where i.id = $1)', p_expected_version);
end;
$$;
comment on function public.revoke_invitation is
  'Takes an open invitation back. Answers the invitation; 409 when it was accepted or revoked before.';
grant execute on function public.revoke_invitation to authenticated;

create function private.revoke_invitation(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_status text;
  v_version int;
begin
  select case when i.accepted_at is not null then 'accepted' when i.revoked_at is not null then 'revoked'
    else 'open' end, i.version
  into v_status, v_version
  from public.invitations i where i.id = v_id for update of i;
  perform private.require_version(v_version, p_expected_version);
  if v_status <> 'open' then
    perform private.refuse(409, 'illegal_transition', format('This invitation was %s already.', v_status),
      '{"allowed": []}');
  end if;
  update public.invitations set revoked_at = now() where id = v_id;
  if not found then
    perform private.require_version(null, null);
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.revoke_invitation to authenticated;

create function public.set_membership_status(
  p_id uuid,
  p_status public.membership_status,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('set_membership_status', jsonb_build_object('id', p_id, 'status', p_status), '{id, status}',
    'private.memberships_json(array[$1]) -> 0', p_expected_version);
end;
$$;
comment on function public.set_membership_status is
  'Suspends a membership or takes it back into force. Answers the membership. A person whose memberships are all '
  'suspended is refused on the next request; see private.check_request.';
grant execute on function public.set_membership_status to authenticated;

create function private.set_membership_status(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_status public.membership_status := (p_input ->> 'status')::public.membership_status;
  v_membership public.memberships;
  v_organization_id uuid;
begin
  perform private.lock_person(m.user_id) from public.memberships m
  where m.id = v_id and m.organization_id = any (array(select private.my_organizations('admin')));
  select * into v_membership from public.memberships where id = v_id for update;
  select organization_id into v_organization_id from public.memberships where id = v_id;
  if v_membership.id is null and v_organization_id is not null then
    perform private.record_denial(null, v_organization_id, 'not_admin');
    return private.refuse_committed(403, 'forbidden', 'Only an admin of the organization changes its memberships.');
  end if;
  perform private.require_version(v_membership.version, p_expected_version);
  if v_membership.status = v_status then
    perform private.refuse(409, 'illegal_transition', format('This membership is %s already.', v_status),
      jsonb_build_object('allowed', case v_status when 'active' then '["suspend"]'::jsonb
        else '["activate"]'::jsonb end));
  end if;
  update public.memberships set status = v_status where id = v_id;
  if not found then
    perform private.require_version(null, null);
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.set_membership_status to authenticated;

create function public.set_person_status(p_user_id uuid, p_status public.membership_status) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('set_person_status',
    jsonb_build_object('user_id', p_user_id, 'status', p_status),
    '{user_id, status}', 'private.person_status_json($1)');
end;
$$;
comment on function public.set_person_status is
  'Suspends a person, or lets them back in, in every organization that the caller administers. Answers {user_id, '
  'status, memberships}. 404 when the person is no member of such an organization, and when the caller lost the right '
  'while waiting for the rows.';
grant execute on function public.set_person_status to authenticated;

create function private.set_person_status(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_status public.membership_status := (p_input ->> 'status')::public.membership_status;
  v_user_id uuid := (p_input ->> 'user_id')::uuid;
  v_changing uuid[];
  v_changed int;
begin
  perform private.lock_person(v_user_id);
  if not exists (select from public.memberships
    where user_id = v_user_id and organization_id = any (array(select private.my_organizations('admin')))) then
    perform private.refuse(404, 'not_found', 'There is no such person in an organization that you administer.');
  end if;
  v_changing := array(select m.id from public.memberships m
    where m.user_id = v_user_id and m.organization_id = any (array(select private.my_organizations('admin')))
      and m.status <> v_status
    order by m.id for update);
  update public.memberships set status = v_status where id = any (v_changing);
  get diagnostics v_changed = row_count;
  if v_changed < cardinality(v_changing) then
    perform private.require_version(null, null);
  end if;
  return private.made(v_user_id);
end;
$$;
grant execute on function private.set_person_status to authenticated;

create function public.people_by_email(p_email text) returns setof public.profiles
language plpgsql stable rows 1
set search_path = '' set statement_timeout = '3s'
as $$
begin
  perform private.require_length(p_email, 254, '/email');
  return query select * from public.profiles p where p.email = lower(p_email);
end;
$$;
comment on function public.people_by_email is
  'The person with an e-mail address, for those who see them: what a search by address calls, so that no address '
  'stands in the address of a request.';
grant execute on function public.people_by_email to authenticated;

-- Memberships as the API shows them: with the name and the address of the person. Runs under the caller's policies.
create function private.memberships_json(p_ids uuid[]) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(m) || jsonb_build_object('person', jsonb_build_object(
    'given_name', p.given_name, 'family_name', p.family_name, 'email', p.email)) order by m.created_at, m.id), '[]')
  from public.memberships m join public.profiles p on p.id = m.user_id
  where m.id = any (p_ids);
$$;
grant execute on function private.memberships_json to authenticated;

-- The status of a person in the organizations that the caller administers: suspended when it is so in all of them.
create function private.person_status_json(p_user_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object('user_id', p_user_id, 'status', case when bool_and(m.status = 'suspended') then 'suspended'
    else 'active' end,
    'memberships', private.memberships_json(array_agg(m.id)))
  from public.memberships m
  where m.user_id = p_user_id and m.organization_id = any (array(select private.my_organizations('admin')))
  having count(*) > 0;
$$;
grant execute on function private.person_status_json to authenticated;
