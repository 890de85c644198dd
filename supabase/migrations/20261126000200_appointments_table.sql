-- Appointments: the table, what it makes impossible, and who sees it. Clients write to it only through RPCs.

create type public.appointment_status as enum (
  'held', 'requested', 'booked', 'checked_in', 'in_progress', 'completed', 'cancelled', 'no_show');
create type public.appointment_party as enum ('patient', 'staff', 'system');

-- Whether an appointment of this status takes up its time. Inlined, in constraints and partial indexes too.
create function private.is_open_status(p_status public.appointment_status) returns boolean
language sql immutable parallel safe
return p_status in ('held', 'requested', 'booked', 'checked_in', 'in_progress');
grant execute on function private.is_open_status(public.appointment_status) to authenticated, service_role;

-- For how long an appointment takes up its practitioner and its room. Immutable, because minutes are the same in every
-- zone.
create function private.blocked_range(
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_before_minutes int,
  p_after_minutes int
) returns tstzrange
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return tstzrange(
    p_starts_at - make_interval(mins => p_before_minutes), p_ends_at + make_interval(mins => p_after_minutes));
end;
$$;
grant execute on function private.blocked_range to authenticated, service_role;

-- A patient with a practitioner, and the hold that keeps the time while somebody decides.
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
  blocked tstzrange not null generated always as (
    private.blocked_range(starts_at, ends_at, buffer_before_minutes, buffer_after_minutes)) stored,
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
  constraint appointments_place_in_series check (
    (series_id is null) = (series_index is null) and (series_id is not null or not series_detached)),
  constraint appointments_hold_expires check ((status = 'held') = (hold_expires_at is not null)),
  constraint appointments_overbooking_has_reason
    check (overbooking_reason is not null or (overbooking = 0 and room_overbooking = 0)),
  constraint appointments_cancellation_has_reason
    check ((status = 'cancelled') = (cancelled_at is not null) and (status = 'cancelled') = (cancelled_by is not null)
      and (status = 'cancelled') = (cancellation_reason is not null)),
  constraint appointments_practitioner_is_free
    exclude using gist (practitioner_key with =, overbooking with =, blocked with &&)
    where (private.is_open_status(status)),
  constraint appointments_room_is_free exclude using gist (room_id with =, room_overbooking with =, blocked with &&)
    where (room_id is not null and private.is_open_status(status)),
  constraint appointments_patient_is_free exclude using gist (patient_id with =, tstzrange(starts_at, ends_at) with &&)
    where (private.is_open_status(status))
);
comment on table public.appointments is
  'A patient with a practitioner. A hold, which keeps the time while somebody decides, is a row too, so that both '
  'exclude each other. Holds that nobody confirms are deleted; nothing else is.';
comment on column public.appointments.practitioner_key is
  'The person of the practitioner, the same at every hospital of theirs.';
comment on column public.appointments.series_index is 'The place among the dates of the series, from 0.';
comment on column public.appointments.series_detached is 'Moved by itself; it stays when the series moves.';
comment on column public.appointments.blocked is 'From the buffer before to the buffer after.';
comment on column public.appointments.overbooking is
  'The lane in which it stands beside others of its practitioner; 0 is the ordinary lane. Patients have no lanes.';
comment on column public.appointments.room_overbooking is 'The same for others in its room.';
comment on column public.appointments.overbooking_reason is
  'Why staff booked it over others or outside of hours. Who did is in the audit log.';
comment on column public.appointments.sequence is 'How often it was moved or cancelled, as iCalendar counts.';

create index appointments_organization on public.appointments (organization_id, starts_at, id);
create index appointments_patient on public.appointments (patient_id, starts_at, id);
create index appointments_practitioner on public.appointments (practitioner_id, starts_at, id);
create index appointments_room on public.appointments (room_id, starts_at, id);
create index appointments_series on public.appointments (series_id, starts_at) where series_id is not null;
create unique index appointments_once_in_series on public.appointments (series_id, series_index)
  where series_id is not null;
-- What takes up a practitioner or a room, for the search of slots: answered out of the index alone.
create index appointments_busy_practitioner on public.appointments (practitioner_key, starts_at)
  include (blocked, hold_expires_at, id)
  where private.is_open_status(status);
create index appointments_busy_room on public.appointments (room_id, starts_at)
  include (blocked, hold_expires_at, id)
  where private.is_open_status(status);
-- What the jobs look for.
create index appointments_holds on public.appointments (hold_expires_at) where status = 'held';
create index appointments_unattended on public.appointments (ends_at) where status in ('requested', 'booked');

alter table public.appointments enable row level security;
grant select on public.appointments to authenticated;
grant all on public.appointments to service_role;
create policy "Patients see their appointments, hospital staff those at their hospital" on public.appointments
  for select to authenticated
  using (
    private.is_party(patient_id, organization_id, (select private.my_patient_id()), (select private.my_hospitals())));

create trigger appointments_touch before update on public.appointments
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.appointments', 'blocked', 'practitioner_key', 'buffer_before_minutes',
  'buffer_after_minutes');
