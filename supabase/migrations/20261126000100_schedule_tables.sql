-- The schedule of a hospital: who works there, in which rooms, and what may be booked.

create extension if not exists btree_gist with schema extensions;

create type public.booking_audience as enum ('staff', 'patients_in_care', 'patients');

-- What members may be allowed to do in addition: overbook with a reason, and keep services, rooms and hours.
alter table public.memberships
  add column may_overbook boolean not null default false,
  add column may_schedule boolean not null default false,
  add constraint memberships_scheduling_is_for_hospital_staff
    check (role = 'hospital_staff' or not (may_overbook or may_schedule));
grant update (may_overbook, may_schedule) on public.memberships to authenticated;

create table private.practitioner_keys (
  user_id uuid primary key references public.profiles (id) on delete restrict,
  person_key uuid not null unique default gen_random_uuid()
);
comment on table private.practitioner_keys is
  'What stands for the person of a practitioner where patients may read it, in place of the login: the same at every '
  'hospital of theirs, because a person with two hospitals has one body.';

create table public.practitioners (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  membership_id uuid not null unique references public.memberships (id) on delete restrict,
  person_key uuid not null references private.practitioner_keys (person_key) on delete restrict,
  display_name text not null check (private.is_plain_text(display_name, 200)),
  specialty text not null check (private.is_plain_text(specialty, 100)),
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint practitioners_person unique (id, organization_id, person_key)
);
comment on table public.practitioners is
  'A member of a hospital''s staff who takes appointments. `person_key` is that of the membership''s person.';
create index practitioners_organization on public.practitioners (organization_id, specialty);
create index practitioners_person_key on public.practitioners (person_key);

create table public.rooms (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  name text not null check (private.is_plain_text(name, 100)),
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rooms_name_once unique (organization_id, name),
  constraint rooms_of_organization unique (id, organization_id)
);
comment on table public.rooms is
  'A room in which appointments take place.';

create table public.services (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  name text not null check (private.is_plain_text(name, 200)),
  duration_minutes int not null check (duration_minutes between 5 and 480),
  buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 120),
  buffer_after_minutes int not null default 0 check (buffer_after_minutes between 0 and 120),
  slot_minutes int not null check (slot_minutes between 5 and 480),
  bookable_by public.booking_audience not null default 'staff',
  needs_confirmation boolean not null default false,
  notice_minutes int not null default 60 check (notice_minutes between 0 and 43200),
  cutoff_minutes int not null default 1440 check (cutoff_minutes between 0 and 43200),
  patient_limit int not null default 2 check (patient_limit between 1 and 20),
  waitlist_offer_minutes int not null default 60 check (waitlist_offer_minutes between 10 and 1440),
  horizon_days int not null default 365 check (horizon_days between 1 and 1826),
  active boolean not null default true,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint services_name_once unique (organization_id, name),
  constraint services_of_organization unique (id, organization_id)
);
comment on table public.services is
  'What can be booked: how long it takes, how long practitioner and room are taken before and after it, and who '
  'books it. Bookings of patients need `notice_minutes` ahead, are cancelled or moved by them until `cutoff_minutes` '
  'ahead, and at most `patient_limit` are open at a time. They reach `horizon_days` ahead at most, those of staff '
  'five years. With `needs_confirmation` they are requests until staff confirm them. What is offered to those who '
  'wait stands for `waitlist_offer_minutes`.';

-- The hospitals whose schedule the caller keeps: as an admin, or as staff with that permission.
create function private.my_schedules() returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(distinct o.id), '{}')
    from public.memberships m join public.organizations o on o.id = m.organization_id
    where m.user_id = (select auth.uid()) and m.status = 'active' and o.kind = 'hospital'
      and (m.role = 'admin' or (m.role = 'hospital_staff' and m.may_schedule and o.active))
  );
end;
$$;
grant execute on function private.my_schedules to authenticated;

-- The hospitals whose schedule the caller reads: those where the caller works and those whose schedule they keep.
create function private.my_timetables() returns uuid[]
language sql stable
set search_path = ''
as $$
  select private.my_hospitals() || private.my_schedules();
$$;
grant execute on function private.my_timetables to authenticated;

-- The services that the caller, a patient, may book: those that open hospitals give to all patients or, caring for the
-- caller, to those in care.
create function private.my_services() returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(s.id), '{}')
    from private.patients p
    join public.organizations o on o.active
    join public.services s on s.organization_id = o.id and s.active
    where p.user_id = (select auth.uid()) and p.deleted_at is null
      and (s.bookable_by = 'patients' or (s.bookable_by = 'patients_in_care' and o.id = any (p.hospital_ids)))
  );
end;
$$;
grant execute on function private.my_services to authenticated;

-- The practitioners who give one of those services.
create function private.my_practitioners() returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(distinct r.practitioner_id), '{}')
    from public.service_resources r join public.practitioners p on p.id = r.practitioner_id
    where r.service_id = any (private.my_services()) and p.active
  );
end;
$$;
grant execute on function private.my_practitioners to authenticated;

-- Refuses callers who do not keep the schedule of a hospital. The policies refuse them too, but only after the
-- triggers, whose errors would tell a stranger who works there.
create function private.require_schedule(p_organization_id uuid, p_table text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if auth.uid() is not null and p_organization_id <> all (private.my_schedules()) then
    raise insufficient_privilege
      using message = format('new row violates row-level security policy for table "%s"', p_table);
  end if;
end;
$$;

-- A practitioner is an active member of the staff of that hospital, and what belongs to them stays at that hospital.
create function private.check_practitioner() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into private.practitioner_keys as k (user_id)
  select m.user_id from public.memberships m
  where m.id = new.membership_id and m.organization_id = new.organization_id
    and m.role = 'hospital_staff' and m.status = 'active'
  on conflict (user_id) do update set user_id = k.user_id
  returning k.person_key into new.person_key;
  if not found then
    perform private.require_schedule(new.organization_id, tg_table_name);
    perform private.refuse(
      422, 'invalid_input', 'A practitioner is an active member of the hospital''s staff.',
      '{"pointer": "/membership_id"}');
  end if;
  return new;
end;
$$;
create trigger practitioners_check
  before insert or update of membership_id, organization_id, person_key on public.practitioners
  for each row execute function private.check_practitioner();

create function private.check_practitioner_of_organization() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if new.practitioner_id is not null and not exists (
    select from public.practitioners where id = new.practitioner_id and organization_id = new.organization_id
  ) then
    if tg_table_name <> 'appointment_series' then
      perform private.require_schedule(new.organization_id, tg_table_name);
    end if;
    perform private.refuse(
      422, 'invalid_input', 'The hospital has no such practitioner.', '{"pointer": "/practitioner_id"}');
  end if;
  return new;
end;
$$;

alter table public.practitioners enable row level security;
grant select on public.practitioners to authenticated;
grant insert (organization_id, membership_id, display_name, specialty) on public.practitioners to authenticated;
grant update (display_name, specialty, active) on public.practitioners to authenticated;
grant all on public.practitioners to service_role;
create policy "Staff see the practitioners of their hospital, patients those whom they may book" on public.practitioners
  for select to authenticated
  using (
    organization_id = any ((select private.my_timetables())::uuid[])
    or id = any ((select private.my_practitioners())::uuid[]));
create policy "Who keeps the schedule adds practitioners" on public.practitioners
  for insert to authenticated
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule changes its practitioners" on public.practitioners
  for update to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]))
  with check (organization_id = any ((select private.my_schedules())::uuid[]));

alter table public.rooms enable row level security;
grant select on public.rooms to authenticated;
grant insert (organization_id, name) on public.rooms to authenticated;
grant update (name, active) on public.rooms to authenticated;
grant all on public.rooms to service_role;
create policy "Staff see the rooms of their hospital" on public.rooms
  for select to authenticated
  using (organization_id = any ((select private.my_timetables())::uuid[]));
create policy "Who keeps the schedule adds rooms" on public.rooms
  for insert to authenticated
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule changes its rooms" on public.rooms
  for update to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]))
  with check (organization_id = any ((select private.my_schedules())::uuid[]));

alter table public.services enable row level security;
grant select on public.services to authenticated;
grant insert (
  organization_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by,
  needs_confirmation, notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes, horizon_days
) on public.services to authenticated;
grant update (
  name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by, needs_confirmation,
  notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes, horizon_days, active
) on public.services to authenticated;
grant all on public.services to service_role;
create policy "Staff see the services of their hospital, patients those that they may book" on public.services
  for select to authenticated
  using (
    organization_id = any ((select private.my_timetables())::uuid[])
    or id = any ((select private.my_services())::uuid[]));
create policy "Who keeps the schedule adds services" on public.services
  for insert to authenticated
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule changes its services" on public.services
  for update to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]))
  with check (organization_id = any ((select private.my_schedules())::uuid[]));

create trigger practitioners_touch before update on public.practitioners
  for each row execute function private.touch_row();
create trigger rooms_touch before update on public.rooms for each row execute function private.touch_row();
create trigger services_touch before update on public.services for each row execute function private.touch_row();
call private.audit_table('public.practitioners');
call private.audit_table('public.rooms');
call private.audit_table('public.services');
