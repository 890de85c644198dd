-- Booking, the functions of the API: hold, book, release.

-- Reads who, what and when out of an input and places it. {service_id, practitioner_id, starts_at, patient_id?, room_id?, duration_minutes?,
-- overbooking_reason?}: the optional ones are for staff. Answers the id; 409 with alternatives where the time is taken.
create function private.take_slot(p_input jsonb, p_status public.appointment_status, p_series_id uuid default null,
  p_series_index int default null)
returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_in public.appointments := jsonb_populate_record(null::public.appointments,
    jsonb_strip_nulls(p_input - array['duration_minutes', 'hold_minutes']));
  v_service public.services;
  v_practitioner public.practitioners;
  v_party public.appointment_party;
  v_minutes int;
  v_id uuid;
begin
  select * into v_service from public.services where id = v_in.service_id and active;
  v_party := private.booking_party(v_service);
  v_practitioner := private.practitioner_for(v_service, v_in.practitioner_id);
  if v_in.starts_at is null then
    perform private.refuse(422, 'invalid_input', 'An appointment has a start.', '{"pointer": "/starts_at"}');
  end if;
  v_minutes := coalesce((p_input ->> 'duration_minutes')::int, v_service.duration_minutes);
  perform private.require_length_and_room(v_service, v_minutes, case when v_party = 'staff' then v_in.room_id end);
  v_in.ends_at := v_in.starts_at + make_interval(mins => v_minutes);
  if v_party = 'patient' then
    if v_in.room_id is not null or v_minutes <> v_service.duration_minutes
      or v_in.patient_id <> private.my_patient_id() then
      perform private.refuse(403, 'forbidden', 'Patients book for themselves, without room or duration of their choice.');
    end if;
    v_in.patient_id := private.my_patient_id();
    perform private.require_within_limit(v_service, v_in.patient_id);
  else
    perform private.require_patient_in_care(v_service, v_in.patient_id);
  end if;
  perform private.require_bookable_time(v_service, v_practitioner, v_party, v_in.starts_at, v_in.ends_at, v_in.overbooking_reason);
  v_in.booked_by := v_party;
  v_in.series_id := p_series_id;
  v_in.series_index := p_series_index;
  v_in.status := case when p_status = 'booked' and v_party = 'patient' and v_service.needs_confirmation then 'requested' else p_status end;
  v_in.hold_expires_at := case when p_status = 'held' then now() + make_interval(mins => coalesce((p_input ->> 'hold_minutes')::int, 10)) end;
  v_id := private.place_appointment(v_service, v_practitioner, v_in);
  if v_id is null then
    perform private.refuse_taken(v_service, v_practitioner.id, v_in.patient_id, v_in.starts_at, v_in.ends_at, p_room_id => v_in.room_id,
      p_in_series => p_series_id is not null);
  end if;
  if v_in.status <> 'held' then
    perform private.enter_care(v_in.patient_id, v_service.organization_id);
  end if;
  return v_id;
end;
$$;
grant execute on function private.take_slot to authenticated;

-- Who books at a hospital enters into its care: its staff have to know who comes. It is the patient's own booking that says so; staff take nobody
-- into care by one.
create function private.enter_care(p_patient_id uuid, p_organization_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.care_relationships (patient_id, organization_id)
  select p_patient_id, p_organization_id from private.patients
  where id = p_patient_id and id = private.my_patient_id() and p_organization_id <> all (hospital_ids)
  on conflict do nothing;
end;
$$;

-- Whether the caller may book for a patient what was kept for them: patients for themselves, staff for those in the care of their hospital. What
-- they may not is recorded as denied.
create function private.may_book_for(p_patient_id uuid, p_organization_id uuid) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_patient_id = private.my_patient_id() or private.is_in_care(p_patient_id, array[p_organization_id]) then
    return true;
  end if;
  perform private.record_denial(p_patient_id, p_organization_id,
    case when private.patient_ended_care(p_patient_id, p_organization_id) is null then 'not_in_care' else 'patient_ended_care' end);
  return false;
end;
$$;

-- How many open appointments of a service a patient has booked.
create function private.open_appointments_of(p_patient_id uuid, p_service_id uuid) returns bigint
language sql stable
set search_path = ''
as $$
  select count(*) from public.appointments a
  where a.patient_id = p_patient_id and a.service_id = p_service_id and a.booked_by = 'patient' and a.status in ('requested', 'booked')
    and a.starts_at >= now();
$$;

-- Lets one transaction at a time count and book for a patient, so that two at once do not both find room for one. Taken before the locks of rows,
-- by all.
create function private.take_turn(p_patient_id uuid) returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('appointments of ' || p_patient_id, 0));
$$;

-- Patients keep no more open appointments of a service than it allows.
create function private.require_below_limit(p_service public.services, p_patient_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.take_turn(p_patient_id);
  if private.open_appointments_of(p_patient_id, p_service.id) >= p_service.patient_limit then
    perform private.refuse(409, 'conflict', format('You may have %s open appointments of this service.', p_service.patient_limit));
  end if;
end;
$$;

-- What holds for bookings and holds of patients: the limit of the service, and no more than three holds of their own.
create function private.require_within_limit(p_service public.services, p_patient_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_below_limit(p_service, p_patient_id);
  if (select count(*) from public.appointments a
      where a.patient_id = p_patient_id and a.status = 'held' and a.booked_by = 'patient' and a.hold_expires_at > now()) >= 3 then
    perform private.refuse(409, 'conflict', 'You may hold three times. Book or release one first.');
  end if;
end;
$$;

-- Keeps a slot for some minutes, while somebody decides. Idempotent. {service_id, practitioner_id, starts_at, hold_minutes? (1 to 30), patient_id?,
-- room_id?, duration_minutes?} -> the hold, an appointment with status `held`.
create function public.hold_slot(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('hold_slot', p_input,
    '{service_id, practitioner_id, starts_at, hold_minutes, patient_id, room_id, duration_minutes}',
    'private.appointment_json($1)');
end;
$$;
grant execute on function public.hold_slot to authenticated;

create function private.hold_slot(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if coalesce((p_input ->> 'hold_minutes')::int, 10) not between 1 and 30 then
    perform private.refuse(422, 'invalid_input', 'A hold lasts 1 to 30 minutes.', '{"pointer": "/hold_minutes"}');
  end if;
  return private.made(private.take_slot(p_input, 'held'));
end;
$$;
grant execute on function private.hold_slot to authenticated;

-- Books a slot, or the slot of a hold. Idempotent. {hold_id} or {service_id, practitioner_id, starts_at, patient_id?, room_id?, duration_minutes?,
-- overbooking_reason?} -> the appointment: `booked`, or `requested` where the service wants a patient's booking confirmed.
create function public.book_appointment(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('book_appointment', p_input, case when p_input ? 'hold_id' then '{hold_id}'::text[]
    else '{service_id, practitioner_id, starts_at, patient_id, room_id, duration_minutes, overbooking_reason}' end,
    'private.appointment_json($1)');
end;
$$;
grant execute on function public.book_appointment to authenticated;

create function private.book_appointment(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_hold_id uuid := (p_input ->> 'hold_id')::uuid;
begin
  if not p_input ? 'hold_id' then
    return private.made(private.take_slot(p_input, 'booked'));
  end if;
  if not private.take_hold(v_hold_id) then
    return private.refuse_committed(403, 'forbidden', 'The patient is not in the care of the hospital, and books for themselves.');
  end if;
  return private.made(v_hold_id);
end;
$$;
grant execute on function private.book_appointment to authenticated;

-- Makes a hold of the caller's, or at the caller's hospital, a booking under the rules by which its time would be booked. False when the caller is
-- denied to book for the patient; 409 when the hold has ended or its time cannot be booked any more.
create function private.take_hold(p_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hold public.appointments;
  v_service public.services;
  v_by public.appointment_party;
begin
  select * into v_hold from public.appointments
  where id = p_id and (patient_id = private.my_patient_id() or organization_id = any (private.my_hospitals()));
  perform private.require_version(v_hold.version, null);
  v_by := case when v_hold.organization_id = any (private.my_hospitals()) then 'staff' else v_hold.booked_by end;
  if not private.may_book_for(v_hold.patient_id, v_hold.organization_id) then
    return false;
  end if;
  if v_by = 'patient' then
    perform private.take_turn(v_hold.patient_id);
  end if;
  select * into v_hold from public.appointments where id = p_id for update;
  perform private.require_version(v_hold.version, null);
  select * into v_service from public.services where id = v_hold.service_id;
  if v_hold.status <> 'held' then
    perform private.refuse(409, 'illegal_transition', 'This is no hold any more.', '{"allowed": []}');
  end if;
  if v_hold.hold_expires_at <= now() then
    perform private.refuse(409, 'slot_taken', 'The hold has ended.',
      jsonb_build_object('alternatives', private.alternatives(v_service, v_hold.practitioner_id, v_hold.patient_id, v_hold.starts_at, v_hold.ends_at)));
  end if;
  perform private.require_still_bookable(v_hold, v_service, v_by);
  if v_by = 'patient' then
    perform private.require_below_limit(v_service, v_hold.patient_id);
  end if;
  update public.appointments
  set status = case when v_by = 'patient' and v_service.needs_confirmation then 'requested'::public.appointment_status else 'booked' end, booked_by = v_by
  where id = p_id;
  perform private.enter_care(v_hold.patient_id, v_hold.organization_id);
  return true;
end;
$$;
grant execute on function private.take_hold to authenticated;

create function private.release_hold(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_hold public.appointments;
begin
  select * into v_hold from public.appointments
  where id = v_id and status = 'held' and (patient_id = private.my_patient_id() or organization_id = any (private.my_hospitals())) for update;
  perform private.require_version(v_hold.version, p_expected_version);
  delete from public.appointments where id = v_id;
  perform private.offer_freed_times();
  return private.made(v_id);
end;
$$;
grant execute on function private.release_hold to authenticated;

-- Gives a held slot back before its time.
create function public.release_hold(p_id uuid, p_expected_version int default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.guarded('release_hold', private.made(p_id), p_expected_version);
end;
$$;
grant execute on function public.release_hold to authenticated;

-- Reads one appointment; null when there is none that the caller may see.
create function public.get_appointment(p_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select private.appointment_json(p_id);
$$;
grant execute on function public.get_appointment to authenticated;

-- Lists the appointments that the caller sees, in the order of their start. Without p_statuses all but holds. The p_after_ parameters are start
-- and id of the last one seen.
create function public.list_appointments(p_organization_id uuid default null, p_patient_id uuid default null, p_practitioner_id uuid default null,
  p_room_id uuid default null, p_series_id uuid default null, p_statuses public.appointment_status[] default null, p_from timestamptz default null,
  p_to timestamptz default null, p_limit int default 25, p_after_starts_at timestamptz default null, p_after_id uuid default null,
  p_count boolean default false)
returns table (id uuid, starts_at timestamptz, appointment jsonb, total bigint)
language plpgsql stable
set search_path = ''
as $$
declare
  v_statuses public.appointment_status[];
begin
  perform private.require_count(p_statuses, 20, '/status');
  v_statuses := coalesce(p_statuses, array_remove(enum_range(null::public.appointment_status), 'held'));
  return query
    with matching as not materialized (
      select a.id, a.starts_at from public.appointments a
      where (p_organization_id is null or a.organization_id = p_organization_id) and (p_patient_id is null or a.patient_id = p_patient_id)
        and (p_practitioner_id is null or a.practitioner_id = p_practitioner_id) and (p_room_id is null or a.room_id = p_room_id)
        and (p_series_id is null or a.series_id = p_series_id) and a.status = any (v_statuses)
        and (p_from is null or a.starts_at >= p_from) and (p_to is null or a.starts_at < p_to)
    ), listed as materialized (
      select m.id, m.starts_at from matching m
      where p_after_id is null or (m.starts_at, m.id) > (p_after_starts_at, p_after_id)
      order by m.starts_at, m.id limit least(greatest(p_limit, 1), 101)
    )
    select l.id, l.starts_at, j.appointment, case when p_count then (select count(*) from matching) end
    from listed l join private.appointments_json(array(select x.id from listed x)) j on j.id = l.id
    order by l.starts_at, l.id;
end;
$$;
grant execute on function public.list_appointments to authenticated;
