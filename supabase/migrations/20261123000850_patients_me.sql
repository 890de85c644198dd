-- Me: the caller as the API shows them.

-- The permissions of a membership, as words that a frontend can switch on. The policies decide; this only informs.
create function private.permissions(
  p_role public.membership_role,
  p_is_prescriber boolean,
  p_status public.membership_status
) returns text[]
language sql immutable
set search_path = ''
as $$
  select case
    when p_status <> 'active' then '{}'::text[]
    when p_role = 'admin' then array['organization.update', 'memberships.manage', 'invitations.manage', 'audit.read']
    when p_role = 'privacy_officer' then array['audit.read']
    when p_role = 'hospital_staff' then array['patients.read', 'patients.create', 'patients.update', 'patients.delete']
      || case when p_is_prescriber then array['prescriptions.sign'] else '{}'::text[] end
    else '{}'::text[]
  end;
$$;
grant execute on function private.permissions to authenticated;

create function public.me() returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p.id, 'email', p.email, 'given_name', p.given_name, 'family_name', p.family_name, 'phone', p.phone,
      'language', p.language,
    'time_zone', p.time_zone, 'patient_id', private.my_patient_id(),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', m.id, 'role', m.role, 'position', m.position, 'is_prescriber', m.is_prescriber,
          'licence_number', m.licence_number,
        'status', m.status, 'permissions', private.permissions(m.role, m.is_prescriber, m.status),
        'organization', jsonb_build_object('id', o.id, 'kind', o.kind, 'name', o.name, 'time_zone', o.time_zone))
          order by o.name, m.role)
      from public.memberships m join public.organizations o on o.id = m.organization_id
      where m.user_id = p.id), '[]'),
    'version', p.version, 'created_at', p.created_at, 'updated_at', p.updated_at)
  from public.profiles p
  where p.id = (select auth.uid());
$$;
comment on function public.me is
  'Who the caller is: profile, memberships with their organizations, the patient row of their own, and what they may '
  'do where.';
grant execute on function public.me to authenticated;
