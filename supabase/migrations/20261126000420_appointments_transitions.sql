-- Visits: what becomes of an appointment once it is made. Steps, moves and cancellations, by whom and until when.

-- An appointment that the caller may act on, locked; with the party that the caller is. 404 and 412 as everywhere.
create function private.appointment_to_change(p_id uuid, p_expected_version int, out appointment public.appointments, out party public.appointment_party)
language plpgsql security definer
set search_path = ''
as $$
begin
  select a.* into appointment from public.appointments a
  where a.id = p_id and (a.patient_id = private.my_patient_id() or a.organization_id = any (private.my_hospitals())) for update;
  perform private.require_version(appointment.version, p_expected_version);
  party := case when appointment.organization_id = any (private.my_hospitals()) then 'staff' else 'patient' end;
end;
$$;

-- Refuses a patient who comes too late to move or cancel.
create function private.require_before_cutoff(p_appointment public.appointments, p_party public.appointment_party) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_minutes int := (select cutoff_minutes from public.services where id = p_appointment.service_id);
begin
  if p_party = 'patient' and p_appointment.starts_at < now() + make_interval(mins => v_minutes) then
    perform private.refuse(409, 'too_late', format('This is possible until %s minutes ahead. Call the hospital.', v_minutes));
  end if;
end;
$$;

-- Takes an appointment one step on: `booked` confirms a request, `checked_in`, `in_progress`, `completed`, `no_show`. All are steps of the staff.
create function private.step_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_status public.appointment_status;
  v_found record;
begin
  if coalesce(p_input ->> 'status', '') not in ('booked', 'checked_in', 'in_progress', 'completed', 'no_show') then
    perform private.refuse(422, 'invalid_input', 'This is no step.', '{"pointer": "/status"}');
  end if;
  v_status := (p_input ->> 'status')::public.appointment_status;
  v_found := private.appointment_to_change(v_id, p_expected_version);
  if v_found.party <> 'staff' then
    perform private.refuse(403, 'forbidden', 'This is a step of the hospital''s staff.');
  end if;
  if (v_found.appointment).status = v_status or (v_found.appointment).status = 'held'
    or (v_status = 'no_show' and (v_found.appointment).starts_at > now()) then
    perform private.refuse(409, 'illegal_transition', 'This step is not possible now.', jsonb_build_object('allowed',
      case when (v_found.appointment).status = 'held' then array[]::public.appointment_status[]
        else array_remove(private.appointment_steps((v_found.appointment).status), v_status) end));
  end if;
  update public.appointments set status = v_status where id = v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.step_appointment to authenticated;

-- Takes a step. Idempotent. {id, status} -> the appointment.
create function public.step_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('step_appointment', p_input, '{id, status}', 'private.appointment_json($1)', p_expected_version);
end;
$$;
grant execute on function public.step_appointment to authenticated;

create function private.cancel_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_reason text := p_input ->> 'reason';
  v_found record;
  v_status public.appointment_status;
begin
  if v_reason is null then
    perform private.refuse(422, 'invalid_input', 'A cancellation has a reason.', '{"pointer": "/reason"}');
  end if;
  v_found := private.appointment_to_change(v_id, p_expected_version);
  v_status := (v_found.appointment).status;
  if v_status in ('cancelled', 'held') or (v_found.party = 'patient' and v_status not in ('requested', 'booked')) then
    perform private.refuse(409, 'illegal_transition', format('An appointment that is %s is not cancelled.', v_status),
      jsonb_build_object('allowed', case when v_found.party = 'patient' or v_status = 'held' then '[]' else to_jsonb(private.appointment_steps(v_status)) end));
  end if;
  perform private.require_before_cutoff(v_found.appointment, v_found.party);
  update public.appointments
  set status = 'cancelled', cancelled_by = v_found.party, cancellation_reason = v_reason, sequence = sequence + 1 where id = v_id;
  perform private.offer_freed_times();
  return private.made(v_id);
end;
$$;
grant execute on function private.cancel_appointment to authenticated;

-- Cancels an appointment, by its patient until the cut-off of the service, by staff until it is over. Idempotent. {id, reason} -> the appointment.
create function public.cancel_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('cancel_appointment', p_input, '{id, reason}',
    'private.appointment_json($1)', p_expected_version);
end;
$$;
grant execute on function public.cancel_appointment to authenticated;

-- Moves an appointment to the time, practitioner and room of p_new, with its status; false where that is taken. Without a room it is a free one. Moves are not
-- inserts, so that two at once could wait for each other: those that share a person or a room come one after the other.
create function private.place_again(p_old public.appointments, p_new public.appointments, p_service public.services, p_practitioner public.practitioners)
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_blocked tstzrange := private.blocked_range(p_new.starts_at, p_new.ends_at, p_old.buffer_before_minutes, p_old.buffer_after_minutes);
  v_rooms uuid[] := private.rooms_to_try(p_new, p_service.id, v_blocked, p_old.room_id);
  v_overbooked boolean := p_new.overbooking_reason is not null;
  v_room_id uuid;
begin
  perform private.lock_places(array[p_old.practitioner_key, p_practitioner.person_key, p_old.patient_id, p_old.room_id] || v_rooms);
  perform private.drop_ended_holds(p_practitioner.person_key, p_old.patient_id, v_blocked);
  foreach v_room_id in array v_rooms loop
    begin
      update public.appointments
      set status = p_new.status, practitioner_id = p_practitioner.id, room_id = v_room_id, starts_at = p_new.starts_at, ends_at = p_new.ends_at,
        sequence = sequence + 1,
        overbooking = case when v_overbooked then private.free_lane(p_practitioner.person_key, null, v_blocked, id) else 0 end,
        room_overbooking = case when v_overbooked then private.free_lane(null, v_room_id, v_blocked, id) else 0 end,
        overbooking_reason = p_new.overbooking_reason,
        series_id = p_new.series_id, series_index = p_new.series_index, series_detached = p_new.series_detached
      where id = p_old.id;
      return true;
    exception when exclusion_violation then
      null;
    end;
  end loop;
  return false;
end;
$$;

-- Moves an appointment of the caller's, or at the caller's hospital, under the rules by which it would be booked there: moved by its patient it is a
-- request again where the service has bookings confirmed. The row stays.
create function private.reschedule_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_in public.appointments := jsonb_populate_record(null::public.appointments, p_input - 'duration_minutes');
  v_minutes int := (p_input ->> 'duration_minutes')::int;
  v_found record := private.appointment_to_change(v_in.id, p_expected_version);
  v_old public.appointments := v_found.appointment;
  v_new public.appointments := v_old;
  v_service public.services;
  v_practitioner public.practitioners;
begin
  v_minutes := coalesce(v_minutes, extract(epoch from v_old.ends_at - v_old.starts_at)::int / 60);
  if v_old.status not in ('requested', 'booked') then
    perform private.refuse(409, 'illegal_transition', format('An appointment that is %s is not moved.', v_old.status),
      jsonb_build_object('allowed', case when v_old.status = 'held' then '[]' else to_jsonb(private.appointment_steps(v_old.status)) end));
  end if;
  perform private.require_before_cutoff(v_old, v_found.party);
  select * into v_service from public.services where id = v_old.service_id;
  if v_found.party = 'patient' and ((p_input ? 'room_id') or (p_input ? 'duration_minutes') or not v_service.active or v_service.id <> all (private.my_services())) then
    perform private.refuse(403, 'forbidden', 'Patients move their appointments within what the service allows.');
  end if;
  v_new.room_id := v_in.room_id;
  perform private.require_length_and_room(v_service, v_minutes, v_new.room_id);
  v_practitioner := private.practitioner_for(v_service, coalesce(v_in.practitioner_id, v_old.practitioner_id));
  v_new.starts_at := coalesce(v_in.starts_at, v_old.starts_at);
  v_new.ends_at := v_new.starts_at + make_interval(mins => v_minutes);
  if v_found.party = 'patient' and v_service.needs_confirmation
    and (v_new.starts_at, v_practitioner.id) is distinct from (v_old.starts_at, v_old.practitioner_id) then
    v_new.status := 'requested';
  end if;
  v_new.overbooking_reason := v_in.overbooking_reason;
  v_new.series_detached := v_old.series_id is not null;
  perform private.require_bookable_time(v_service, v_practitioner, v_found.party, v_new.starts_at, v_new.ends_at, v_new.overbooking_reason);
  if not private.place_again(v_old, v_new, v_service, v_practitioner) then
    perform private.refuse_taken(v_service, v_practitioner.id, v_old.patient_id, v_new.starts_at, v_new.ends_at, v_old.id, v_new.room_id);
  end if;
  perform private.offer_freed_times();
  return private.made(v_old.id);
end;
$$;
grant execute on function private.reschedule_appointment to authenticated;

-- Moves an appointment; the row stays and `sequence` grows. Idempotent. {id, starts_at?, practitioner_id?, room_id?, duration_minutes?,
-- overbooking_reason?} -> the appointment; 409 with alternatives where the time is taken.
create function public.reschedule_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('reschedule_appointment', p_input,
    '{id, starts_at, practitioner_id, room_id, duration_minutes, overbooking_reason}',
    'private.appointment_json($1)', p_expected_version);
end;
$$;
grant execute on function public.reschedule_appointment to authenticated;
