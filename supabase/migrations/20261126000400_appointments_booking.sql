-- Booking: patients and staff take a slot, at once or by a hold first. Who may book what is decided here; that nothing
-- is booked twice, by the constraints of the table.

create function public.book_appointment(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'book_appointment', p_input,
    case when p_input ? 'hold_id' then '{hold_id}'::text[]
      else '{service_id, practitioner_id, starts_at, patient_id, room_id, duration_minutes, overbooking_reason}' end,
    'private.appointment_json($1)');
end;
$$;
comment on function public.book_appointment is
  'Books a slot, or confirms a hold. Idempotent. {hold_id} or {service_id, practitioner_id, starts_at, patient_id?, '
  'room_id?, duration_minutes?, overbooking_reason?} -> the appointment: `booked`, or `requested` where the service '
  'wants the bookings of patients confirmed.';
grant execute on function public.book_appointment to authenticated;

create function private.book_appointment(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_hold_id uuid := (p_input ->> 'hold_id')::uuid;
begin
  if not p_input ? 'hold_id' then
    return private.made(private.book_slot(p_input, 'booked'));
  end if;
  if not private.confirm_hold(v_hold_id) then
    return private.refuse_committed(
      403, 'forbidden', 'The patient is not in the care of the hospital, and books for themselves.');
  end if;
  return private.made(v_hold_id);
end;
$$;
grant execute on function private.book_appointment to authenticated;

create function public.hold_slot(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'hold_slot', p_input,
    '{service_id, practitioner_id, starts_at, hold_minutes, patient_id, room_id, duration_minutes}',
    'private.appointment_json($1)');
end;
$$;
comment on function public.hold_slot is
  'Keeps a slot for some minutes while somebody decides. Idempotent. {service_id, practitioner_id, starts_at, '
  'hold_minutes? (1 to 30), patient_id?, room_id?, duration_minutes?} -> the hold, an appointment with status '
  '`held`.';
grant execute on function public.hold_slot to authenticated;

create function private.hold_slot(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if coalesce((p_input ->> 'hold_minutes')::int, 10) not between 1 and 30 then
    perform private.refuse(422, 'invalid_input', 'A hold lasts 1 to 30 minutes.', '{"pointer": "/hold_minutes"}');
  end if;
  return private.made(private.book_slot(p_input, 'held'));
end;
$$;
grant execute on function private.hold_slot to authenticated;

-- Reads who, what and when out of an input, checks that the caller may book it, and inserts the appointment. The answer
-- is its id; 409 with alternatives where the time is taken.
create function private.book_slot(
  p_input jsonb,
  p_status public.appointment_status,
  p_series_id uuid default null,
  p_series_index int default null
) returns uuid
language plpgsql security definer
set search_path = ''
as $$
declare
  v_new public.appointments := jsonb_populate_record(
    null::public.appointments, jsonb_strip_nulls(p_input - array['duration_minutes', 'hold_minutes']));
  v_service public.services;
  v_practitioner public.practitioners;
  v_party public.appointment_party;
  v_minutes int;
begin
  select * into v_service from public.services where id = v_new.service_id and active;
  v_party := private.booking_party(v_service);
  v_practitioner := private.practitioner_for(v_service, v_new.practitioner_id);
  if v_new.starts_at is null then
    perform private.refuse(422, 'invalid_input', 'An appointment has a start.', '{"pointer": "/starts_at"}');
  end if;
  v_minutes := coalesce((p_input ->> 'duration_minutes')::int, v_service.duration_minutes);
  perform private.require_length_and_room(v_service, v_minutes, case when v_party = 'staff' then v_new.room_id end);
  v_new.ends_at := v_new.starts_at + make_interval(mins => v_minutes);
  if v_party = 'patient' then
    if v_new.room_id is not null or v_minutes <> v_service.duration_minutes
      or v_new.patient_id <> private.my_patient_id() then
      perform private.refuse(
        403, 'forbidden', 'Patients book for themselves, without a room or duration of their choice.');
    end if;
    v_new.patient_id := private.my_patient_id();
    perform private.require_below_limits(v_service, v_new.patient_id);
  else
    perform private.require_patient_in_care(v_service, v_new.patient_id);
  end if;
  perform private.require_bookable_time(
    v_service, v_practitioner, v_party, v_new.starts_at, v_new.ends_at, v_new.overbooking_reason);

  v_new.booked_by := v_party;
  v_new.series_id := p_series_id;
  v_new.series_index := p_series_index;
  v_new.status := p_status;
  if p_status = 'held' then
    v_new.hold_expires_at := now() + make_interval(mins => coalesce((p_input ->> 'hold_minutes')::int, 10));
  elsif v_party = 'patient' and v_service.needs_confirmation then
    v_new.status := 'requested';
  end if;
  v_new.id := private.insert_appointment(v_service, v_practitioner, v_new);
  if v_new.id is null then
    perform private.refuse_taken(
      v_service, v_practitioner.id, v_new.patient_id, v_new.starts_at, v_new.ends_at,
      p_room_id => v_new.room_id, p_in_series => p_series_id is not null);
  end if;
  if v_party = 'patient' and p_status <> 'held' then
    perform private.start_care(v_new.patient_id, v_service.organization_id);
  end if;
  return v_new.id;
end;
$$;
grant execute on function private.book_slot to authenticated;

-- As whom the caller may book a service: `staff` of its hospital, or `patient` for themselves. Refuses everybody else.
create function private.booking_party(p_service public.services) returns public.appointment_party
language plpgsql stable
set search_path = ''
as $$
begin
  if p_service.organization_id = any (private.my_hospitals()) then
    return 'staff';
  end if;
  if p_service.id = any (private.my_services()) then
    return 'patient';
  end if;
  if auth.uid() is not null and private.my_patient_id() is null then
    perform private.refuse(
      403, 'forbidden', 'Appointments are made by patients and by the staff of the hospital.');
  end if;
  perform private.refuse(404, 'not_found', 'There is no such service, or it is not for you to book.');
end;
$$;

-- The practitioner with this id, who gives the service.
create function private.practitioner_for(p_service public.services, p_practitioner_id uuid) returns public.practitioners
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_practitioner public.practitioners;
begin
  select d.* into v_practitioner
  from public.practitioners d
  join public.memberships m on m.id = d.membership_id and m.status = 'active'
  join public.service_resources r on r.practitioner_id = d.id and r.service_id = p_service.id
  where d.id = p_practitioner_id and d.active;
  if not found then
    perform private.refuse(
      422, 'invalid_input', 'This practitioner does not give the service.', '{"pointer": "/practitioner_id"}');
  end if;
  return v_practitioner;
end;
$$;

create function private.require_length_and_room(p_service public.services, p_minutes int, p_room_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if p_minutes is null or p_minutes not between 5 and 480 then
    perform private.refuse(
      422, 'invalid_input', 'An appointment takes 5 minutes to 8 hours.', '{"pointer": "/duration_minutes"}');
  end if;
  if p_room_id is not null then
    if not exists (
      select from public.rooms where id = p_room_id and organization_id = p_service.organization_id and active
    ) then
      perform private.refuse(422, 'invalid_input', 'The hospital has no such room.', '{"pointer": "/room_id"}');
    end if;
  end if;
end;
$$;

create function private.require_patient_in_care(p_service public.services, p_patient_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not exists (
    select from private.patients
    where id = p_patient_id and deleted_at is null and p_service.organization_id = any (hospital_ids)
  ) then
    perform private.refuse(
      422, 'invalid_input', 'The hospital has no such patient in its care.', '{"pointer": "/patient_id"}');
  end if;
end;
$$;

-- Refuses a time at which the caller may not book. Patients take slots, with the notice that the service needs. Staff
-- take any time in the hours of the practitioner; with the permission to overbook and a reason, any time at all.
create function private.require_bookable_time(
  p_service public.services,
  p_practitioner public.practitioners,
  p_party public.appointment_party,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_overbooking_reason text
) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if p_starts_at < now() then
    perform private.refuse(422, 'invalid_input', 'This time lies in the past.', '{"pointer": "/starts_at"}');
  end if;
  if p_starts_at > private.booking_horizon(p_service, p_party) then
    perform private.refuse(422, 'invalid_input', 'This time lies too far ahead.', '{"pointer": "/starts_at"}');
  end if;
  if p_overbooking_reason is not null then
    if p_party <> 'staff' or not private.may_overbook(p_service.organization_id) then
      perform private.refuse(403, 'forbidden', 'You may not overbook.', '{"pointer": "/overbooking_reason"}');
    end if;
    return;
  end if;
  if p_party = 'patient' and p_starts_at < now() + make_interval(mins => p_service.notice_minutes) then
    perform private.refuse(
      422, 'invalid_input', format('This service is booked at least %s minutes ahead.', p_service.notice_minutes),
      '{"pointer": "/starts_at"}');
  end if;
  if not private.is_open(
    p_practitioner, p_starts_at, p_ends_at, case when p_party = 'patient' then p_service.slot_minutes end
  ) then
    perform private.refuse(
      422, 'invalid_input', 'This time is outside the hours of the practitioner, or no slot starts at it.',
      '{"pointer": "/starts_at"}');
  end if;
end;
$$;

-- Until when a service is booked: by patients as far ahead as it says, by staff five years.
create function private.booking_horizon(p_service public.services, p_party public.appointment_party) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
begin
  return now() + make_interval(days => case when p_party = 'patient' then p_service.horizon_days else 1826 end);
end;
$$;
grant execute on function private.booking_horizon to authenticated;

-- Whether the caller may book over others at a hospital.
create function private.may_overbook(p_organization_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (
    select from public.memberships
    where user_id = auth.uid() and organization_id = p_organization_id
      and role = 'hospital_staff' and status = 'active' and may_overbook);
end;
$$;
