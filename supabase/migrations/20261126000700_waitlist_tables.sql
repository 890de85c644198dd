-- The waiting list: who wants an appointment of a service sooner than one is free, and the times that are offered to
-- them. Nobody of the API writes it but through functions.

create type public.waitlist_status as enum ('waiting', 'offered', 'accepted', 'booked', 'left', 'expired');
create type public.waitlist_offer_status as enum ('open', 'accepted', 'declined', 'lapsed');

-- Whether an entry of this status still waits.
create function private.is_open_status(p_status public.waitlist_status) returns boolean
language sql immutable parallel safe
return p_status in ('waiting', 'offered');
grant execute on function private.is_open_status(public.waitlist_status) to authenticated, service_role;

create table public.waitlist_entries (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  patient_id uuid not null references private.patients (id) on delete restrict,
  service_id uuid not null,
  practitioner_id uuid references public.practitioners (id) on delete restrict,
  from_day date,
  to_day date,
  weekdays smallint[] check (cardinality(weekdays) between 1 and 7 and weekdays <@ '{1,2,3,4,5,6,7}'),
  from_time time,
  to_time time,
  replaces_appointment_id uuid references public.appointments (id) on delete restrict,
  priority smallint not null default 0 check (priority between 0 and 3),
  priority_reason text check (private.is_plain_text(priority_reason, 200)),
  status public.waitlist_status not null default 'waiting',
  joined_at timestamptz not null default now(),
  joined_by public.appointment_party not null,
  closed_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint waitlist_entries_service foreign key (service_id, organization_id)
    references public.services (id, organization_id) on delete restrict,
  constraint waitlist_entries_days_in_order check (to_day >= from_day),
  constraint waitlist_entries_times_in_order check (to_time > from_time),
  constraint waitlist_entries_priority_has_reason check ((priority > 0) = (priority_reason is not null)),
  constraint waitlist_entries_end_is_dated check ((private.is_open_status(status)) = (closed_at is null))
);
comment on table public.waitlist_entries is
  'A patient who waits for a service, and what suits them: a practitioner, days, weekdays (1 is Monday), times of '
  'day between which it starts, in the zone of the hospital. With `replaces_appointment_id` an offer is for an '
  'earlier time, and accepting it moves that appointment. Served in the order of priority, which staff give with a '
  'reason, and of joining. Closed as `accepted`, as `booked` when the patient got a fitting appointment another way, '
  'as `left`, or as `expired` when nothing can fit any more.';
create unique index waitlist_entries_once on public.waitlist_entries (patient_id, service_id)
  where private.is_open_status(status);
create index waitlist_entries_order on public.waitlist_entries (service_id, priority desc, joined_at, id)
  where private.is_open_status(status);
create index waitlist_entries_waiting on public.waitlist_entries (organization_id) where status = 'waiting';
create index waitlist_entries_service on public.waitlist_entries (service_id, organization_id);
create index waitlist_entries_organization on public.waitlist_entries (organization_id, joined_at, id);
create index waitlist_entries_patient on public.waitlist_entries (patient_id);
create index waitlist_entries_practitioner on public.waitlist_entries (practitioner_id);
create index waitlist_entries_replaces on public.waitlist_entries (replaces_appointment_id);

create table public.waitlist_offers (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete restrict,
  entry_id uuid not null references public.waitlist_entries (id) on delete restrict,
  patient_id uuid not null references private.patients (id) on delete restrict,
  practitioner_id uuid not null references public.practitioners (id) on delete restrict,
  appointment_id uuid references public.appointments (id) on delete restrict,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status public.waitlist_offer_status not null default 'open',
  offered_by public.appointment_party not null,
  offered_at timestamptz not null default now(),
  expires_at timestamptz not null,
  decided_at timestamptz,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint waitlist_offers_once unique (entry_id, practitioner_id, starts_at),
  constraint waitlist_offers_leave_time check (expires_at > offered_at and expires_at <= starts_at),
  constraint waitlist_offers_keep_their_time check ((status in ('open', 'accepted')) = (appointment_id is not null)),
  constraint waitlist_offers_decision_is_dated check ((status = 'open') = (decided_at is null))
);
comment on table public.waitlist_offers is
  'A time that is offered to one who waits, until `expires_at`. While it is open, `appointment_id` is the hold that '
  'keeps it, and afterwards, where it was accepted, the appointment that came of it. No time is offered twice to one '
  'entry.';
create unique index waitlist_offers_one_at_a_time on public.waitlist_offers (entry_id) where status = 'open';
create unique index waitlist_offers_one_for_a_hold on public.waitlist_offers (appointment_id) where status = 'open';
create index waitlist_offers_appointment on public.waitlist_offers (appointment_id);
create index waitlist_offers_due on public.waitlist_offers (expires_at) where status = 'open';
create index waitlist_offers_organization on public.waitlist_offers (organization_id, created_at desc, id);
create index waitlist_offers_patient on public.waitlist_offers (patient_id, created_at desc, id);
create index waitlist_offers_practitioner on public.waitlist_offers (practitioner_id, starts_at);

-- What an entry names belongs together: the practitioner gives the service, and what it replaces is an open appointment
-- of the patient's for it.
create function private.check_waitlist_entry() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if new.practitioner_id is not null
    and new.practitioner_id <> all (private.practitioners_of(new.service_id, null, null)) then
    perform private.refuse(
      422, 'invalid_input', 'This practitioner does not give the service.', '{"pointer": "/practitioner_id"}');
  end if;
  if new.replaces_appointment_id is not null and not exists (
    select from public.appointments a
    where a.id = new.replaces_appointment_id and a.patient_id = new.patient_id and a.service_id = new.service_id
      and a.status in ('requested', 'booked') and a.starts_at > now()
  ) then
    perform private.refuse(
      422, 'invalid_input', 'This is no open appointment of the patient for the service.',
      '{"pointer": "/replaces_appointment_id"}');
  end if;
  return new;
end;
$$;
create trigger waitlist_entries_check before insert on public.waitlist_entries
  for each row execute function private.check_waitlist_entry();

-- That an entry is offered a time, and what becomes of it then, follows from its offers. What was decided about an
-- offer stays so.
insert into private.steps (entity, status, next, stamp, clears) values
  ('waitlist_entry', 'waiting', 'offered', null, null),
  ('waitlist_entry', 'waiting', 'booked', 'closed_at', null),
  ('waitlist_entry', 'waiting', 'left', 'closed_at', null),
  ('waitlist_entry', 'waiting', 'expired', 'closed_at', null),
  ('waitlist_entry', 'offered', 'waiting', null, null),
  ('waitlist_entry', 'offered', 'accepted', 'closed_at', null),
  ('waitlist_offer', 'open', 'accepted', 'decided_at', null),
  ('waitlist_offer', 'open', 'declined', 'decided_at', 'appointment_id'),
  ('waitlist_offer', 'open', 'lapsed', 'decided_at', 'appointment_id');
create trigger waitlist_entries_step before update of status on public.waitlist_entries
  for each row when (old.status <> new.status) execute function private.check_step('waitlist_entry');
create trigger waitlist_offers_step before update of status on public.waitlist_offers
  for each row when (old.status <> new.status) execute function private.check_step('waitlist_offer');

-- An entry follows its offer: offered while that is open, accepted with it, else waiting for the next.
create function private.follow_waitlist_offer() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.waitlist_entries
  set status = case new.status
    when 'open' then 'offered'
    when 'accepted' then 'accepted'
    else 'waiting' end::public.waitlist_status
  where id = new.entry_id;
  return null;
end;
$$;
create trigger waitlist_offers_follow_new after insert on public.waitlist_offers
  for each row when (new.status = 'open') execute function private.follow_waitlist_offer();
create trigger waitlist_offers_follow_decided after update of status on public.waitlist_offers
  for each row when (old.status <> new.status) execute function private.follow_waitlist_offer();

-- Notifies the patient of an offer: when, where and until when. Patients without a login are called by the staff, who
-- see the offer.
create function private.notify_of_waitlist_offer() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  perform private.notify_person(
    p.user_id, 'waitlist_offer', 'An earlier appointment is free',
    format(
      'On %s at %s. It is kept for you until %s.',
      to_char(new.starts_at at time zone o.time_zone, 'FMDay, DD FMMonth YYYY, HH24:MI'), o.name,
      to_char(new.expires_at at time zone o.time_zone, 'DD FMMonth, HH24:MI')),
    '/appointments/waitlist/offers/' || new.id, 'waitlist_offer:' || new.id, new.organization_id, new.offered_at)
  from private.patients p
  join public.organizations o on o.id = new.organization_id
  where p.id = new.patient_id;
  return null;
end;
$$;
create trigger waitlist_offers_notify after insert on public.waitlist_offers
  for each row when (new.status = 'open') execute function private.notify_of_waitlist_offer();

-- Hints to the patient's open apps and to the hospital's that an entry or an offer is new or has changed. Argument: the
-- type that the event names.
create function private.announce_waitlist() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select p.user_id from private.patients p where p.id = new.patient_id);
begin
  perform private.notify(
    array_remove(array['org:' || new.organization_id || ':appointments', 'user:' || v_user_id], null),
    tg_argv[0] || case tg_op when 'INSERT' then '.created' else '.updated' end,
    jsonb_build_object(
      'id', new.id, 'type', tg_argv[0], 'status', new.status, 'organization_id', new.organization_id));
  return null;
end;
$$;
create trigger waitlist_entries_announce_new after insert on public.waitlist_entries
  for each row execute function private.announce_waitlist('waitlist_entry');
create trigger waitlist_entries_announce_changed after update on public.waitlist_entries
  for each row when (new.version <> old.version) execute function private.announce_waitlist('waitlist_entry');
create trigger waitlist_offers_announce_new after insert on public.waitlist_offers
  for each row execute function private.announce_waitlist('waitlist_offer');
create trigger waitlist_offers_announce_changed after update on public.waitlist_offers
  for each row when (new.version <> old.version) execute function private.announce_waitlist('waitlist_offer');

alter table public.waitlist_entries enable row level security;
grant select on public.waitlist_entries to authenticated;
grant all on public.waitlist_entries to service_role;
create policy "Patients see where they wait, hospital staff who waits at their hospital" on public.waitlist_entries
  for select to authenticated
  using (
    private.is_party(patient_id, organization_id, (select private.my_patient_id()), (select private.my_hospitals())));

alter table public.waitlist_offers enable row level security;
grant select on public.waitlist_offers to authenticated;
grant all on public.waitlist_offers to service_role;
create policy "Patients see what they are offered, hospital staff what their hospital offers" on public.waitlist_offers
  for select to authenticated
  using (
    private.is_party(patient_id, organization_id, (select private.my_patient_id()), (select private.my_hospitals())));

create trigger waitlist_entries_touch before update on public.waitlist_entries
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
create trigger waitlist_offers_touch before update on public.waitlist_offers
  for each row when (old.patient_id = new.patient_id) execute function private.touch_row();
call private.audit_table('public.waitlist_entries');
call private.audit_table('public.waitlist_offers');
