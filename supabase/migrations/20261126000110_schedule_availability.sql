-- Availability: the weekly hours of practitioners, and the days that differ from them.

create type public.availability_kind as enum ('open', 'closed');

create table public.availability_rules (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  practitioner_id uuid not null references public.practitioners (id) on delete restrict,
  weekday smallint not null check (weekday between 1 and 7),
  start_time time not null,
  end_time time not null,
  valid_from date not null default '2000-01-01',
  valid_to date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint availability_rules_end_after_start check (end_time > start_time),
  constraint availability_rules_valid_in_order check (valid_to >= valid_from)
);
comment on table public.availability_rules is
  'When a practitioner sees patients: each week on a day (1 is Monday), in the wall time of the hospital''s zone, '
  'from `valid_from` to `valid_to` inclusive. Hours over midnight are two rules; 24:00 is the end of a day.';
create index availability_rules_practitioner on public.availability_rules (practitioner_id, weekday);
create index availability_rules_organization on public.availability_rules (organization_id);

alter table public.availability_rules enable row level security;
grant select, delete on public.availability_rules to authenticated;
grant insert (
  organization_id, practitioner_id, weekday, start_time, end_time, valid_from, valid_to
) on public.availability_rules to authenticated;
grant update (weekday, start_time, end_time, valid_from, valid_to) on public.availability_rules to authenticated;
grant all on public.availability_rules to service_role;
create policy "Staff see the hours of their hospital" on public.availability_rules
  for select to authenticated
  using (organization_id = any ((select private.my_timetables())::uuid[]));
create policy "Who keeps the schedule adds hours" on public.availability_rules
  for insert to authenticated
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule changes its hours" on public.availability_rules
  for update to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]))
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule removes its hours" on public.availability_rules
  for delete to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]));

create trigger availability_rules_same_hospital
  before insert or update of practitioner_id, organization_id on public.availability_rules
  for each row execute function private.check_practitioner_of_organization();
create trigger availability_rules_touch before update on public.availability_rules
  for each row execute function private.touch_row();
call private.audit_table('public.availability_rules');

create table public.availability_exceptions (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  practitioner_id uuid references public.practitioners (id) on delete restrict,
  kind public.availability_kind not null,
  from_day date not null,
  to_day date not null,
  start_time time,
  end_time time,
  reason text check (private.is_plain_text(reason, 200)),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint availability_exceptions_days_in_order check (to_day between from_day and from_day + 366),
  constraint availability_exceptions_times_in_order check (
    (start_time is null) = (end_time is null) and end_time > start_time),
  constraint availability_exceptions_open_is_somebodys check (
    kind = 'closed' or (practitioner_id is not null and start_time is not null))
);
comment on table public.availability_exceptions is
  'Days that differ from the rules. `closed` takes hours away, or whole days where it names none; without a '
  'practitioner it is a holiday of the hospital. `open` gives a practitioner hours in addition, on holidays too.';
create index availability_exceptions_organization on public.availability_exceptions (organization_id, to_day);
create index availability_exceptions_practitioner on public.availability_exceptions (practitioner_id);

alter table public.availability_exceptions enable row level security;
grant select, delete on public.availability_exceptions to authenticated;
grant insert (
  organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason
) on public.availability_exceptions to authenticated;
grant all on public.availability_exceptions to service_role;
create policy "Staff see the exceptions of their hospital" on public.availability_exceptions
  for select to authenticated
  using (organization_id = any ((select private.my_timetables())::uuid[]));
create policy "Who keeps the schedule adds exceptions" on public.availability_exceptions
  for insert to authenticated
  with check (organization_id = any ((select private.my_schedules())::uuid[]));
create policy "Who keeps the schedule removes its exceptions" on public.availability_exceptions
  for delete to authenticated
  using (organization_id = any ((select private.my_schedules())::uuid[]));

create trigger availability_exceptions_same_hospital
  before insert or update of practitioner_id, organization_id on public.availability_exceptions
  for each row execute function private.check_practitioner_of_organization();
create trigger availability_exceptions_touch before update on public.availability_exceptions
  for each row execute function private.touch_row();
call private.audit_table('public.availability_exceptions');
