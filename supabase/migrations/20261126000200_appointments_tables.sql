-- Appointments: the table, what it makes impossible, and who sees it. Nobody of the API writes it but through functions.

create type public.appointment_status as enum (
  'held', 'requested', 'booked', 'checked_in', 'in_progress', 'completed', 'cancelled', 'no_show');
create type public.appointment_party as enum ('patient', 'staff', 'system');

create type public.series_unit as enum ('day', 'week', 'month');
create type public.series_status as enum ('active', 'cancelled');

-- Whether a series of so many dates lies within two years.
create function private.is_series_length(p_unit public.series_unit, p_every_n int, p_occurrences int) returns boolean
language sql immutable parallel safe
set search_path = ''
as $$
  select p_every_n * (p_occurrences - 1) <= case p_unit when 'day' then 731 when 'week' then 104 else 24 end;
$$;
grant execute on function private.is_series_length to authenticated, service_role;

-- Repeated appointments of one patient: `occurrences` dates, every `every_n` days, weeks or months from `start_day` on, at one wall time of the
-- hospital's zone. A monthly one takes place on `month_day`, or on the last day of a month that has no such day. Without a room it is that of
-- each appointment. A series that was split names the one that it continues. `left_out` are the dates that were taken when it was made: whoever makes
-- it again under the same Idempotency-Key is told them again.
create table public.appointment_series (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  patient_id uuid not null references private.patients (id) on delete restrict,
  service_id uuid not null,
  practitioner_id uuid not null references public.practitioners (id) on delete restrict,
  room_id uuid,
  unit public.series_unit not null,
  every_n smallint not null check (every_n between 1 and 26),
  start_day date not null,
  month_day smallint check (month_day between 1 and 31),
  start_time time not null check (start_time < '24:00' and extract(second from start_time) = 0),
  duration_minutes smallint not null check (duration_minutes between 5 and 480),
  occurrences smallint not null check (occurrences between 1 and 52),
  status public.series_status not null default 'active',
  left_out jsonb not null default '[]' check (jsonb_typeof(left_out) = 'array'),
  continues uuid references public.appointment_series (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint appointment_series_service foreign key (service_id, organization_id) references public.services (id, organization_id) on delete restrict,
  constraint appointment_series_room foreign key (room_id, organization_id) references public.rooms (id, organization_id) on delete restrict,
  constraint appointment_series_monthly_has_day check ((unit = 'month') = (month_day is not null)),
  constraint appointment_series_within_two_years check (private.is_series_length(unit, every_n, occurrences))
);
create index appointment_series_organization on public.appointment_series (organization_id, created_at, id);
create index appointment_series_patient on public.appointment_series (patient_id, created_at, id);
create index appointment_series_service on public.appointment_series (service_id, organization_id);
create index appointment_series_practitioner on public.appointment_series (practitioner_id);
create index appointment_series_room on public.appointment_series (room_id, organization_id);
create index appointment_series_continues on public.appointment_series (continues);

-- For how long an appointment takes up its practitioner and its room. Immutable, because minutes are the same in every zone.
create function private.blocked_range(p_starts_at timestamptz, p_ends_at timestamptz, p_before_minutes int, p_after_minutes int) returns tstzrange
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return tstzrange(p_starts_at - make_interval(mins => p_before_minutes), p_ends_at + make_interval(mins => p_after_minutes));
end;
$$;
grant execute on function private.blocked_range to authenticated, service_role;

-- A patient with a practitioner, and the hold that keeps the time while somebody decides: both are rows here, so that they exclude each other.
-- A deliberate overbooking has a reason, and stands in a lane of its own where it needs one: `overbooking` beside others of the practitioner,
-- `room_overbooking` beside others in the room. Lane 0 is the ordinary one: what is free stays so for one alone. The patient has no lanes.
-- Who overbooked is in the audit log. `practitioner_key` repeats the person of the practitioner. `sequence` counts the moves, as iCalendar does. Holds that nobody took are deleted; nothing else is. `series_index` counts the dates of a
-- series from 0; one that was moved by itself is `series_detached`, and stays when its series is moved.
create table public.appointments (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  patient_id uuid not null references private.patients (id) on delete restrict,
  service_id uuid not null references public.services (id) on delete restrict,
  practitioner_id uuid not null references public.practitioners (id) on delete restrict,
  practitioner_key uuid not null,
  room_id uuid references public.rooms (id) on delete restrict,
  series_id uuid references public.appointment_series (id) on delete restrict,
  series_index smallint,
  series_detached boolean not null default false,
  status public.appointment_status not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 120),
  buffer_after_minutes int not null default 0 check (buffer_after_minutes between 0 and 120),
  blocked tstzrange not null generated always as (private.blocked_range(starts_at, ends_at, buffer_before_minutes, buffer_after_minutes)) stored,
  hold_expires_at timestamptz,
  overbooking smallint not null default 0 check (overbooking between 0 and 9),
  room_overbooking smallint not null default 0 check (room_overbooking between 0 and 9),
  overbooking_reason text check (private.is_plain_text(overbooking_reason, 500)),
  booked_by public.appointment_party not null,
  checked_in_at timestamptz,
  started_at timestamptz,
  completed_at timestamptz,
  cancelled_at timestamptz,
  cancelled_by public.appointment_party,
  cancellation_reason text check (private.is_plain_text(cancellation_reason, 500)),
  sequence int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint appointments_length check (ends_at > starts_at and ends_at <= starts_at + interval '8 hours'),
  constraint appointments_place_in_series check ((series_id is null) = (series_index is null) and (series_id is not null or not series_detached)),
  constraint appointments_hold_expires check ((status = 'held') = (hold_expires_at is not null)),
  constraint appointments_overbooking_has_reason
    check (overbooking_reason is not null or (overbooking = 0 and room_overbooking = 0)),
  constraint appointments_cancellation_has_reason
    check ((status = 'cancelled') = (cancelled_at is not null) and (status = 'cancelled') = (cancelled_by is not null)
      and (status = 'cancelled') = (cancellation_reason is not null)),
  constraint appointments_practitioner_is_free exclude using gist (practitioner_key with =, overbooking with =, blocked with &&)
    where (status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')),
  constraint appointments_room_is_free exclude using gist (room_id with =, room_overbooking with =, blocked with &&)
    where (room_id is not null and status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')),
  constraint appointments_patient_is_free exclude using gist (patient_id with =, tstzrange(starts_at, ends_at) with &&)
    where (status in ('held', 'requested', 'booked', 'checked_in', 'in_progress'))
);
create index appointments_organization on public.appointments (organization_id, starts_at, id);
create index appointments_patient on public.appointments (patient_id, starts_at, id);
create index appointments_practitioner on public.appointments (practitioner_id, starts_at, id);
create index appointments_room on public.appointments (room_id, starts_at, id);
create index appointments_service on public.appointments (service_id);
create index appointments_series on public.appointments (series_id, starts_at);
create unique index appointments_once_in_series on public.appointments (series_id, series_index) where series_id is not null;
-- What takes up a practitioner or a room, for the search of slots: answered out of the index alone.
create index appointments_busy_practitioner on public.appointments (practitioner_key, starts_at) include (blocked, hold_expires_at, id)
  where status in ('held', 'requested', 'booked', 'checked_in', 'in_progress');
create index appointments_busy_room on public.appointments (room_id, starts_at) include (blocked, hold_expires_at, id)
  where status in ('held', 'requested', 'booked', 'checked_in', 'in_progress');
-- What the jobs look for.
create index appointments_holds on public.appointments (hold_expires_at) where status = 'held';
create index appointments_unattended on public.appointments (ends_at) where status in ('requested', 'booked');

-- The steps that are possible from a status. A hold that nobody took is no step: it is deleted.
create function private.appointment_steps(p_status public.appointment_status) returns public.appointment_status[]
language sql immutable
set search_path = ''
as $$
  select (case p_status
    when 'held' then '{requested,booked}'
    when 'requested' then '{booked,cancelled}'
    when 'booked' then '{checked_in,cancelled,no_show}'
    when 'checked_in' then '{in_progress,cancelled,no_show}'
    when 'in_progress' then '{completed,cancelled}'
    else '{}' end)::public.appointment_status[];
$$;
grant execute on function private.appointment_steps to authenticated;

-- Refuses a step that is not possible, naming those that are, and stamps the step. What is moved may become a request again where the service has
-- bookings confirmed: it was another time that was.
create function private.check_appointment_step() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.status <> all (private.appointment_steps(old.status)) and not (
    old.status = 'booked' and new.status = 'requested'
    and (old.starts_at, old.practitioner_id) is distinct from (new.starts_at, new.practitioner_id)
    and (select s.needs_confirmation from public.services s where s.id = new.service_id)
  ) then
    perform private.refuse(409, 'illegal_transition', format('An appointment that is %s cannot become %s.', old.status, new.status),
      jsonb_build_object('allowed', private.appointment_steps(old.status)));
  end if;
  new.hold_expires_at := null;
  new.checked_in_at := case when new.status = 'checked_in' then now() else new.checked_in_at end;
  new.started_at := case when new.status = 'in_progress' then now() else new.started_at end;
  new.completed_at := case when new.status = 'completed' then now() else new.completed_at end;
  new.cancelled_at := case when new.status = 'cancelled' then now() else new.cancelled_at end;
  return new;
end;
$$;
create trigger appointments_step before update of status on public.appointments
  for each row when (old.status <> new.status) execute function private.check_appointment_step();

-- An appointment begins as a hold, a request or a booking, in the future, and everything in it belongs to one hospital. What the practitioner
-- and the service say about it is copied here.
create function private.check_new_appointment() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_service public.services;
begin
  if new.status not in ('held', 'requested', 'booked') then
    perform private.refuse(422, 'invalid_input', 'An appointment begins as a hold, a request or a booking.', '{"pointer": "/status"}');
  end if;
  select * into v_service from public.services where id = new.service_id and organization_id = new.organization_id;
  if not found then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such service.', '{"pointer": "/service_id"}');
  end if;
  new.buffer_before_minutes := v_service.buffer_before_minutes;
  new.buffer_after_minutes := v_service.buffer_after_minutes;
  return new;
end;
$$;
create trigger appointments_begin before insert on public.appointments
  for each row execute function private.check_new_appointment();

create function private.check_appointment_place() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  select person_key into new.practitioner_key
  from public.practitioners where id = new.practitioner_id and organization_id = new.organization_id;
  if not found then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such practitioner.', '{"pointer": "/practitioner_id"}');
  end if;
  if new.room_id is not null and not exists (select from public.rooms where id = new.room_id and organization_id = new.organization_id) then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such room.', '{"pointer": "/room_id"}');
  end if;
  return new;
end;
$$;
create trigger appointments_place before insert or update of organization_id, practitioner_id, practitioner_key, room_id on public.appointments
  for each row execute function private.check_appointment_place();

-- No appointment is given or moved into the past. One that shares its practitioner or its room with an overbooking of them is overbooked itself:
-- the constraints compare within a lane only. Which of two came first cannot be told when both commit at once; then the deliberate one was the second.
create function private.check_appointment_time() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_blocked tstzrange := private.blocked_range(new.starts_at, new.ends_at, new.buffer_before_minutes, new.buffer_after_minutes);
begin
  if new.starts_at < now() then
    perform private.refuse(422, 'invalid_input', 'This time lies in the past.', '{"pointer": "/starts_at"}');
  end if;
  if new.starts_at > now() + interval '1827 days' then
    perform private.refuse(422, 'invalid_input', 'This time lies too far ahead.', '{"pointer": "/starts_at"}');
  end if;
  if new.overbooking = 0 and exists (
    select from public.appointments a
    where a.practitioner_key = new.practitioner_key and a.overbooking > 0 and a.id <> new.id and a.blocked && v_blocked
      and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
  ) then
    raise exclusion_violation using message = 'conflicts with an overbooking', constraint = 'appointments_practitioner_is_free';
  end if;
  if new.room_overbooking = 0 and exists (
    select from public.appointments a
    where a.room_id = new.room_id and a.room_overbooking > 0 and a.id <> new.id and a.blocked && v_blocked
      and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
  ) then
    raise exclusion_violation using message = 'conflicts with an overbooking', constraint = 'appointments_room_is_free';
  end if;
  return new;
end;
$$;
create trigger appointments_time before insert or update of starts_at, ends_at, practitioner_id, room_id, overbooking, room_overbooking
  on public.appointments for each row execute function private.check_appointment_time();

alter table public.appointment_series enable row level security;
grant select on public.appointment_series to authenticated;
grant all on public.appointment_series to service_role;
create policy "Patients see their series, hospital staff those at their hospital" on public.appointment_series
  for select to authenticated
  using (patient_id = (select private.my_patient_id()) or organization_id = any ((select private.my_hospitals())::uuid[]));

alter table public.appointments enable row level security;
grant select on public.appointments to authenticated;
grant all on public.appointments to service_role;
create policy "Patients see their appointments, hospital staff those at their hospital" on public.appointments
  for select to authenticated
  using (patient_id = (select private.my_patient_id()) or organization_id = any ((select private.my_hospitals())::uuid[]));

create trigger appointment_series_same_hospital before insert or update of practitioner_id, organization_id on public.appointment_series
  for each row execute function private.check_practitioner_of_organization();
create trigger appointment_series_touch before update on public.appointment_series
  for each row when (old.patient_id = new.patient_id and old.left_out = new.left_out) execute function private.touch_row();
create trigger appointments_touch before update on public.appointments
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.appointment_series');
call private.audit_table('public.appointments', 'blocked', 'practitioner_key', 'buffer_before_minutes', 'buffer_after_minutes');
