-- News of memberships: those who oversee an organization learn who was let in, because an admin who lets in a second
-- login of their own looks like any other admin.

insert into private.notification_kinds (kind, description, subject, in_app, mail, urgent, locked) values
  ('member_joined', 'Somebody joined an organization that you oversee', 'Somebody joined your organization',
    true, true, false, true);

create function private.notify_of_member() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(o, 'member_joined', 'Somebody joined your organization',
    'An invitation was accepted. Please check that whoever joined is known to you, and not a second login of whoever '
      'invited them.',
    '/admin/audit?row_id=' || new.id, 'member_joined:' || new.id, new.organization_id)
  from private.overseers_of(new.organization_id, new.accepted_by) as o
  where not private.is_same_person(o, new.created_by);
  return null;
end;
$$;
create trigger invitations_notify after update of accepted_at on public.invitations
  for each row when (old.accepted_at is null and new.accepted_at is not null and new.created_by is not null)
  execute function private.notify_of_member();
