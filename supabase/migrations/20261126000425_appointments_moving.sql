-- Moving: an appointment gets another time, practitioner or room; the row stays.

create function public.reschedule_appointment(
  p_id uuid,
  p_starts_at timestamptz default null,
  p_practitioner_id uuid default null,
  p_room_id uuid default null,
  p_duration_minutes int default null,
  p_overbooking_reason text default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'reschedule_appointment',
    jsonb_strip_nulls(jsonb_build_object(
      'id', p_id,
      'starts_at', p_starts_at,
      'practitioner_id', p_practitioner_id,
      'room_id', p_room_id,
      'duration_minutes', p_duration_minutes,
      'overbooking_reason', p_overbooking_reason)),
    null, 'private.appointment_json($1)', p_expected_version);
end;
$$;
comment on function public.reschedule_appointment is
  'Moves an appointment; `sequence` grows, and what is left out stays. Idempotent. The answer is the appointment; '
  '409 with alternatives where the time is taken.';
grant execute on function public.reschedule_appointment to authenticated;

-- An appointment moves under the rules by which it would be booked there. Moved by its patient it is a request again,
-- where the service has bookings confirmed.
create function private.reschedule_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_in public.appointments := jsonb_populate_record(null::public.appointments, p_input - 'duration_minutes');
  v_minutes int := (p_input ->> 'duration_minutes')::int;
  v_found record;
  v_old public.appointments;
  v_new public.appointments;
  v_party public.appointment_party;
  v_service public.services;
  v_practitioner public.practitioners;
begin
  v_found := private.appointment_to_change(v_in.id, p_expected_version);
  v_old := v_found.appointment;
  v_party := v_found.party;
  v_minutes := coalesce(v_minutes, extract(epoch from v_old.ends_at - v_old.starts_at)::int / 60);
  if v_old.status not in ('requested', 'booked') then
    perform private.refuse(
      409, 'illegal_transition', format('An appointment that is %s is not moved.', v_old.status),
      jsonb_build_object('allowed', case when v_old.status = 'held' then '{}'
        else private.next_steps('appointment', v_old.status::text) end));
  end if;
  perform private.require_before_cutoff(v_old, v_party);
  select * into v_service from public.services where id = v_old.service_id;
  if v_party = 'patient' and (p_input ?| '{room_id, duration_minutes}' or not v_service.active
    or v_service.id <> all (private.my_services())) then
    perform private.refuse(403, 'forbidden', 'Patients move their appointments within what the service allows.');
  end if;
  perform private.require_length_and_room(v_service, v_minutes, v_in.room_id);
  v_practitioner := private.practitioner_for(v_service, coalesce(v_in.practitioner_id, v_old.practitioner_id));

  v_new := v_old;
  v_new.room_id := v_in.room_id;
  v_new.starts_at := coalesce(v_in.starts_at, v_old.starts_at);
  v_new.ends_at := v_new.starts_at + make_interval(mins => v_minutes);
  v_new.overbooking_reason := v_in.overbooking_reason;
  v_new.series_detached := v_old.series_id is not null;
  if v_party = 'patient' and v_service.needs_confirmation
    and (v_new.starts_at, v_practitioner.id) is distinct from (v_old.starts_at, v_old.practitioner_id) then
    v_new.status := 'requested';
  end if;
  perform private.require_bookable_time(
    v_service, v_practitioner, v_party, v_new.starts_at, v_new.ends_at, v_new.overbooking_reason);
  if not private.move_appointment(v_old, v_new, v_service, v_practitioner) then
    perform private.refuse_taken(
      v_service, v_practitioner.id, v_old.patient_id, v_new.starts_at, v_new.ends_at, v_old.id, v_new.room_id);
  end if;
  perform private.offer_released_slots();
  return private.made(v_old.id);
end;
$$;
grant execute on function private.reschedule_appointment to authenticated;

-- Moves an appointment to the time, practitioner and room of p_new, with its status; false where that is taken. Without
-- a room it gets a free one. Two moves could wait for each other, which two inserts cannot: so those that share a
-- person or a room come one after the other.
create function private.move_appointment(
  p_old public.appointments,
  p_new public.appointments,
  p_service public.services,
  p_practitioner public.practitioners
) returns boolean
language plpgsql
set search_path = ''
as $$
declare
  v_key uuid := p_practitioner.person_key;
  v_blocked tstzrange := private.blocked_range(
    p_new.starts_at, p_new.ends_at, p_old.buffer_before_minutes, p_old.buffer_after_minutes);
  v_rooms uuid[] := private.rooms_to_try(p_new, p_service.id, v_blocked, p_old.room_id);
  v_overbooked boolean := p_new.overbooking_reason is not null;
  v_room_id uuid;
begin
  perform private.lock_schedules(array[p_old.practitioner_key, v_key, p_old.patient_id, p_old.room_id] || v_rooms);
  perform private.delete_expired_holds(v_key, p_old.patient_id, v_blocked);
  foreach v_room_id in array v_rooms loop
    begin
      update public.appointments
      set status = p_new.status,
        practitioner_id = p_practitioner.id,
        room_id = v_room_id,
        starts_at = p_new.starts_at,
        ends_at = p_new.ends_at,
        sequence = sequence + 1,
        overbooking = case when v_overbooked then private.free_overbooking_lane(v_key, null, v_blocked, id) else 0 end,
        room_overbooking =
          case when v_overbooked then private.free_overbooking_lane(null, v_room_id, v_blocked, id) else 0 end,
        overbooking_reason = p_new.overbooking_reason,
        series_id = p_new.series_id,
        series_index = p_new.series_index,
        series_detached = p_new.series_detached
      where id = p_old.id;
      return true;
    exception when exclusion_violation then
      null;
    end;
  end loop;
  return false;
end;
$$;
