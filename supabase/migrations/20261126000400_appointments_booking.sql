-- Booking: holds, bookings and requests. Who books what is decided here; that nothing is booked twice, by the constraints of the table.

-- Appointments as the API shows them: with the names of hospital, service, practitioner and room and, to staff, of the patient in their care; without what it
-- is for, where the patient lets the hospital see nothing.
create function private.appointments_json(p_ids uuid[]) returns table (id uuid, appointment jsonb)
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_patient_id uuid := private.my_patient_id();
begin
  return query
    select a.id, jsonb_build_object(
      'id', a.id, 'organization_id', a.organization_id, 'organization_name', o.name, 'time_zone', o.time_zone,
      'patient_id', a.patient_id,
      'patient', case when p.hospital_ids && v_hospitals then
        jsonb_build_object('given_name', p.given_name, 'family_name', p.family_name, 'birth_date', p.birth_date) end,
      'service_id', a.service_id, 'service_name', case when not h.hidden then s.name end, 'practitioner_id', a.practitioner_id, 'practitioner_name', d.display_name,
      'room_id', a.room_id, 'room_name', r.name, 'series_id', a.series_id, 'series_detached', a.series_detached, 'status', a.status, 'starts_at', a.starts_at, 'ends_at', a.ends_at,
      'hold_expires_at', a.hold_expires_at, 'overbooking', a.overbooking_reason is not null, 'overbooking_reason', case when not h.hidden then a.overbooking_reason end, 'booked_by', a.booked_by,
      'checked_in_at', a.checked_in_at, 'started_at', a.started_at, 'completed_at', a.completed_at, 'cancelled_at', a.cancelled_at,
      'cancelled_by', a.cancelled_by, 'cancellation_reason', case when not h.hidden then a.cancellation_reason end, 'sequence', a.sequence,
      'version', a.version, 'created_at', a.created_at, 'updated_at', a.updated_at)
    from public.appointments a
    join public.organizations o on o.id = a.organization_id
    join private.patients p on p.id = a.patient_id
    join public.services s on s.id = a.service_id
    join public.practitioners d on d.id = a.practitioner_id
    left join public.rooms r on r.id = a.room_id
    cross join lateral (
      select a.patient_id is distinct from v_patient_id and private.sees_nothing(a.patient_id, a.organization_id) as hidden) as h
    where a.id = any (p_ids) and (a.patient_id = v_patient_id or a.organization_id = any (v_hospitals));
end;
$$;
grant execute on function private.appointments_json to authenticated;

-- One appointment as the API shows it; null when there is none that the caller may see.
create function private.appointment_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (select appointment from private.appointments_json(array[p_id]));
end;
$$;
grant execute on function private.appointment_json to authenticated;

-- Refuses a time that is taken, with up to three at which it can be had. The dates of a series get theirs once it is known which of them are taken.
create function private.refuse_taken(p_service public.services, p_practitioner_id uuid, p_patient_id uuid, p_starts_at timestamptz, p_ends_at timestamptz,
  p_except uuid default null, p_room_id uuid default null, p_in_series boolean default false)
returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_detail jsonb := case when not p_in_series then jsonb_build_object('alternatives',
    private.alternatives(p_service, p_practitioner_id, p_patient_id, p_starts_at, p_ends_at, p_room_id, p_except)) end;
begin
  if exists (
    select from public.appointments a
    where a.patient_id = p_patient_id and a.id is distinct from p_except and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
      and tstzrange(a.starts_at, a.ends_at) && tstzrange(p_starts_at, p_ends_at)
  ) then
    perform private.refuse(409, 'patient_busy', 'The patient has another appointment at this time.', v_detail);
  end if;
  perform private.refuse(409, 'slot_taken', 'This time is taken.', v_detail);
end;
$$;

-- The lane of an overbooking for a practitioner or a room: the ordinary one where the time is free, else the first in which it is. Somebody
-- may take the same at the same time; then one of them is refused it.
create function private.free_lane(p_practitioner_key uuid, p_room_id uuid, p_blocked tstzrange, p_except uuid default null) returns smallint
language sql stable
set search_path = ''
as $$
  with taken as (
    select a.overbooking as lane from public.appointments a
    where a.practitioner_key = p_practitioner_key and a.blocked && p_blocked and a.id is distinct from p_except
      and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
    union all
    select a.room_overbooking from public.appointments a
    where a.room_id = p_room_id and a.blocked && p_blocked and a.id is distinct from p_except
      and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
  )
  select coalesce(min(l), 9)::smallint from generate_series(case when exists (select from taken) then 1 else 0 end, 9) as l
  where l not in (select lane from taken);
$$;

-- The rooms in which a service can take place at a time, those that look free first; one null for a service that needs none.
create function private.rooms_for(p_service_id uuid, p_blocked tstzrange, p_preferred uuid) returns uuid[]
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(array_agg(r.room_id order by r.room_id <> p_preferred, exists (
      select from public.appointments a
      where a.room_id = r.room_id and a.blocked && p_blocked and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')), m.name),
      array[null::uuid])
    from public.service_resources r join public.rooms m on m.id = r.room_id and m.active
    where r.service_id = p_service_id
    having count(*) > 0 or not exists (select from public.service_resources x where x.service_id = p_service_id and x.room_id is not null)
  );
end;
$$;

-- The rooms in which to try to place an appointment: the one that it names, or those that it can have. An overbooking is tried again: whoever was faster
-- is seen by then, and it takes the next lane.
create function private.rooms_to_try(p_new public.appointments, p_service_id uuid, p_blocked tstzrange, p_preferred uuid) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
declare
  v_rooms uuid[] := case when p_new.room_id is not null then array[p_new.room_id]
    else coalesce(private.rooms_for(p_service_id, p_blocked, p_preferred), '{}') end;
begin
  return case when p_new.overbooking_reason is null then v_rooms else v_rooms || v_rooms end;
end;
$$;

-- Deletes holds that have ended and are still in the way; the job that does it otherwise comes once a minute.
create function private.drop_ended_holds(p_practitioner_key uuid, p_patient_id uuid, p_range tstzrange) returns void
language plpgsql
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  delete from public.appointments a
  where a.status = 'held' and a.hold_expires_at <= now() and a.blocked && p_range
    and (a.practitioner_key = p_practitioner_key or a.patient_id = p_patient_id
      or a.room_id in (select r.room_id from public.service_resources r join public.services s on s.id = r.service_id
        where s.organization_id = a.organization_id and r.room_id is not null));
end;
$$;

-- Inserts an appointment where its time is free and answers its id; null where it is taken. The constraints decide, not a look before:
-- `on conflict do nothing` waits for whoever is about to take the same time.
create function private.place_appointment(p_service public.services, p_practitioner public.practitioners, p_new public.appointments) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_blocked tstzrange :=
    private.blocked_range(p_new.starts_at, p_new.ends_at, p_service.buffer_before_minutes, p_service.buffer_after_minutes);
  v_overbooked boolean := p_new.overbooking_reason is not null;
  v_room_id uuid;
  v_id uuid;
begin
  perform private.drop_ended_holds(p_practitioner.person_key, p_new.patient_id, v_blocked);
  foreach v_room_id in array private.rooms_to_try(p_new, p_service.id, v_blocked, null) loop
    begin
      insert into public.appointments (organization_id, patient_id, service_id, practitioner_id, room_id, series_id, series_index, status, starts_at,
        ends_at, hold_expires_at, overbooking, room_overbooking, overbooking_reason, booked_by)
      values (p_service.organization_id, p_new.patient_id, p_service.id, p_practitioner.id, v_room_id, p_new.series_id, p_new.series_index, p_new.status,
        p_new.starts_at, p_new.ends_at, p_new.hold_expires_at, case when v_overbooked then private.free_lane(p_practitioner.person_key, null, v_blocked) else 0 end,
        case when v_overbooked then private.free_lane(null, v_room_id, v_blocked) else 0 end,
        p_new.overbooking_reason, p_new.booked_by)
      on conflict do nothing
      returning id into v_id;
      exit when v_id is not null;
    exception when exclusion_violation then
      -- The trigger that looks for overbookings says it this way.
      null;
    end;
  end loop;
  return v_id;
end;
$$;

-- The service, if the caller may book it; `patient` when they book for themselves, `staff` when at their hospital.
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
    perform private.refuse(403, 'forbidden', 'Appointments are made by patients and by the staff of the hospital.');
  end if;
  perform private.refuse(404, 'not_found', 'There is no such service, or it is not for you to book.');
end;
$$;

-- Whether the caller may book over others at a hospital.
create function private.may_overbook(p_organization_id uuid) returns boolean
language sql stable security definer
set search_path = ''
as $$
  select exists (
    select from public.memberships
    where user_id = auth.uid() and organization_id = p_organization_id and role = 'hospital_staff' and status = 'active' and may_overbook);
$$;

-- Until when a service is booked: patients as far ahead as it says, staff five years.
create function private.booking_horizon(p_service public.services, p_party public.appointment_party) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
begin
  return now() + make_interval(days => case when p_party = 'patient' then p_service.horizon_days else 1826 end);
end;
$$;
grant execute on function private.booking_horizon to authenticated;

-- Refuses a time at which the caller may not book: patients take slots with some notice; staff any time in the hours of the practitioner, and with
-- the permission to overbook and a reason any time at all.
create function private.require_bookable_time(p_service public.services, p_practitioner public.practitioners, p_party public.appointment_party,
  p_starts_at timestamptz, p_ends_at timestamptz, p_overbooking_reason text)
returns void
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
    perform private.refuse(422, 'invalid_input', format('This service is booked at least %s minutes ahead.', p_service.notice_minutes), '{"pointer": "/starts_at"}');
  end if;
  if not private.is_open(p_practitioner, p_starts_at, p_ends_at, case when p_party = 'patient' then p_service.slot_minutes end) then
    perform private.refuse(422, 'invalid_input', 'This time is outside the hours of the practitioner, or no slot starts at it.', '{"pointer": "/starts_at"}');
  end if;
end;
$$;

-- The practitioner with this id, if there and giving the service.
create function private.practitioner_for(p_service public.services, p_practitioner_id uuid) returns public.practitioners
language plpgsql stable
set search_path = ''
as $$
declare
  v_practitioner public.practitioners;
begin
  select * into v_practitioner from public.practitioners
  where id = p_practitioner_id and id = any (private.practitioners_of(p_service.id, null, null));
  if not found then
    perform private.refuse(422, 'invalid_input', 'This practitioner does not give the service.', '{"pointer": "/practitioner_id"}');
  end if;
  return v_practitioner;
end;
$$;

-- Refuses a time that was kept for somebody and cannot be booked any more: what was free when the hold was made may be closed or over by now, and
-- the service no longer for patients who choose it themselves, which is what `patient` means here. The notice of the service was given.
create function private.require_still_bookable(p_hold public.appointments, p_service public.services, p_party public.appointment_party) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_practitioner public.practitioners;
begin
  if p_party = 'patient' and p_service.active and p_service.id <> all (private.my_services()) then
    perform private.refuse(403, 'forbidden', 'This service is not for you to book any more.');
  end if;
  select * into v_practitioner from public.practitioners
  where id = p_hold.practitioner_id and id = any (private.practitioners_of(p_service.id, null, null));
  if not p_service.active or v_practitioner.id is null or p_hold.starts_at < now()
    or not private.is_open(v_practitioner, p_hold.starts_at, p_hold.ends_at)
    or exists (select from public.rooms where id = p_hold.room_id and not active) then
    perform private.refuse(409, 'slot_taken', 'This time cannot be booked any more.', jsonb_build_object('alternatives',
      case when p_service.active then private.alternatives(p_service, v_practitioner.id, p_hold.patient_id, p_hold.starts_at, p_hold.ends_at)
        else '[]' end));
  end if;
end;
$$;

-- Refuses what no appointment of a service is: a length that is none, a room elsewhere.
create function private.require_length_and_room(p_service public.services, p_minutes int, p_room_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if p_minutes is null or p_minutes not between 5 and 480 then
    perform private.refuse(422, 'invalid_input', 'An appointment takes 5 minutes to 8 hours.', '{"pointer": "/duration_minutes"}');
  end if;
  if p_room_id is not null and not exists (
    select from public.rooms where id = p_room_id and organization_id = p_service.organization_id and active) then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such room.', '{"pointer": "/room_id"}');
  end if;
end;
$$;

-- Refuses a patient whom the hospital of a service does not care for.
create function private.require_patient_in_care(p_service public.services, p_patient_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not exists (select from private.patients where id = p_patient_id and deleted_at is null and p_service.organization_id = any (hospital_ids)) then
    perform private.refuse(422, 'invalid_input', 'The hospital has no such patient in its care.', '{"pointer": "/patient_id"}');
  end if;
end;
$$;

-- Takes practitioners, patients and rooms for itself, always in the same order. Whoever moves appointments, or books several in one transaction,
-- would otherwise wait for somebody who waits for them.
create function private.lock_places(p_ids uuid[]) returns void
language sql
set search_path = ''
as $$
  select pg_advisory_xact_lock(hashtextextended('move ' || k, 0)) from (select distinct k from unnest(p_ids) as k where k is not null order by 1) as keys;
$$;
