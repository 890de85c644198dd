-- Resources of services: the practitioners who give them and the rooms in which they take place.

create table public.service_resources (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null,
  service_id uuid not null,
  practitioner_id uuid,
  room_id uuid,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint service_resources_service foreign key (service_id, organization_id)
    references public.services (id, organization_id) on delete restrict,
  constraint service_resources_room foreign key (room_id, organization_id)
    references public.rooms (id, organization_id) on delete restrict,
  constraint service_resources_practitioner foreign key (practitioner_id)
    references public.practitioners (id) on delete restrict,
  constraint service_resources_is_one check (num_nonnulls(practitioner_id, room_id) = 1),
  constraint service_resources_practitioner_once unique (service_id, practitioner_id),
  constraint service_resources_room_once unique (service_id, room_id)
);
comment on table public.service_resources is
  'Who gives a service and in which rooms: one row for each practitioner and each room. A service without a room '
  'takes place anywhere.';
create index service_resources_service on public.service_resources (service_id, organization_id);
create index service_resources_practitioner on public.service_resources (practitioner_id);
create index service_resources_room on public.service_resources (room_id, organization_id);

alter table public.service_resources enable row level security;
grant select, delete on public.service_resources to authenticated;
grant insert (organization_id, service_id, practitioner_id, room_id) on public.service_resources to authenticated;
grant all on public.service_resources to service_role;
create policy "Staff see who gives a service and where, patients who gives it" on public.service_resources
  for select to authenticated
  using (organization_id = any ((select private.my_timetables())::uuid[])
    or (practitioner_id is not null and service_id = any ((select private.my_services())::uuid[])));
create policy "Who keeps the schedule says who gives a service and where" on public.service_resources
  for insert to authenticated
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule takes people and rooms from a service" on public.service_resources
  for delete to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]));

create trigger service_resources_same_hospital
  before insert or update of practitioner_id, organization_id on public.service_resources
  for each row execute function private.check_practitioner_of_organization();
create trigger service_resources_touch before update on public.service_resources
  for each row execute function private.touch_row();
call private.audit_table('public.service_resources');
