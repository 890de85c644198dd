-- The table of series: appointments that repeat. Staff book and change them through RPCs, see series_booking.

create type public.series_unit as enum ('day', 'week', 'month');
create type public.series_status as enum ('active', 'cancelled');

-- Whether a series of so many dates lies within two years. Inlined.
create function private.is_series_length(p_unit public.series_unit, p_every_n int, p_occurrences int) returns boolean
language sql immutable parallel safe
return p_every_n * (p_occurrences - 1) <= case p_unit when 'day' then 731 when 'week' then 104 else 24 end;
grant execute on function private.is_series_length to authenticated, service_role;

-- Appointments of one patient that repeat.
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
  constraint appointment_series_service foreign key (service_id, organization_id)
    references public.services (id, organization_id) on delete restrict,
  constraint appointment_series_room foreign key (room_id, organization_id)
    references public.rooms (id, organization_id) on delete restrict,
  constraint appointment_series_monthly_has_day check ((unit = 'month') = (month_day is not null)),
  constraint appointment_series_within_two_years check (private.is_series_length(unit, every_n, occurrences))
);
comment on table public.appointment_series is
  'Repeated appointments of one patient: `occurrences` dates, every `every_n` days, weeks or months from '
  '`start_day` on, at one wall time in the zone of the hospital.';
comment on column public.appointment_series.month_day is
  'Monthly series take place on this day, or on the last day of a month that is shorter.';
comment on column public.appointment_series.room_id is 'Null: each appointment gets a free room of the service.';
comment on column public.appointment_series.left_out is
  'The dates that were taken when the series was booked, for a repetition of the same request.';
comment on column public.appointment_series.continues is 'The series from which this one was split off.';

create index appointment_series_organization on public.appointment_series (organization_id, created_at, id);
create index appointment_series_patient on public.appointment_series (patient_id, created_at, id);
create index appointment_series_service on public.appointment_series (service_id, organization_id);
create index appointment_series_practitioner on public.appointment_series (practitioner_id);
create index appointment_series_room on public.appointment_series (room_id, organization_id);
create index appointment_series_continues on public.appointment_series (continues);

alter table public.appointment_series enable row level security;
grant select on public.appointment_series to authenticated;
grant all on public.appointment_series to service_role;
create policy "Patients see their series, hospital staff those at their hospital" on public.appointment_series
  for select to authenticated
  using (
    private.is_party(patient_id, organization_id, (select private.my_patient_id()), (select private.my_hospitals())));

create trigger appointment_series_same_hospital
  before insert or update of practitioner_id, organization_id on public.appointment_series
  for each row execute function private.check_practitioner_of_organization();
create trigger appointment_series_touch before update on public.appointment_series
  for each row when (old.patient_id = new.patient_id and old.left_out = new.left_out)
  execute function private.touch_row();
call private.audit_table('public.appointment_series');
