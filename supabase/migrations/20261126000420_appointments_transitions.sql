-- Transitions: what becomes of an appointment once it is made, by whom and until when.

create function public.step_appointment(
  p_id uuid,
  p_status public.appointment_status,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'step_appointment', jsonb_build_object('id', p_id, 'status', p_status), null,
    'private.appointment_json($1)', p_expected_version);
end;
$$;
comment on function public.step_appointment is
  'Takes an appointment one step on: `booked` confirms a request; `checked_in`, `in_progress`, `completed`, '
  '`no_show`. All are steps of the staff. Idempotent. The answer is the appointment.';
grant execute on function public.step_appointment to authenticated;

create function private.step_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_status public.appointment_status := (p_input ->> 'status')::public.appointment_status;
  v_found record;
  v_old public.appointments;
  v_party public.appointment_party;
begin
  if v_status is null or v_status not in ('booked', 'checked_in', 'in_progress', 'completed', 'no_show') then
    perform private.refuse(422, 'invalid_input', 'This is not a step.', '{"pointer": "/status"}');
  end if;
  v_found := private.appointment_to_change(v_id, p_expected_version);
  v_old := v_found.appointment;
  v_party := v_found.party;
  if v_party <> 'staff' then
    perform private.refuse(403, 'forbidden', 'This is a step of the hospital''s staff.');
  end if;
  if v_old.status = 'held' or v_old.status = v_status or (v_status = 'no_show' and v_old.starts_at > now()) then
    perform private.refuse(
      409, 'illegal_transition', 'This step is not possible now.',
      jsonb_build_object('allowed', case when v_old.status = 'held' then '{}'
        else array_remove(private.next_steps('appointment', v_old.status::text), v_status::text) end));
  end if;
  update public.appointments set status = v_status where id = v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.step_appointment to authenticated;

create function public.cancel_appointment(p_id uuid, p_reason text, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'cancel_appointment', jsonb_build_object('id', p_id, 'reason', p_reason), null,
    'private.appointment_json($1)', p_expected_version);
end;
$$;
comment on function public.cancel_appointment is
  'Cancels an appointment: its patient until the cut-off of the service, staff until it is over. Idempotent. The '
  'answer is the appointment.';
grant execute on function public.cancel_appointment to authenticated;

create function private.cancel_appointment(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_reason text := p_input ->> 'reason';
  v_found record;
  v_old public.appointments;
  v_party public.appointment_party;
begin
  if v_reason is null then
    perform private.refuse(422, 'invalid_input', 'A cancellation has a reason.', '{"pointer": "/reason"}');
  end if;
  v_found := private.appointment_to_change(v_id, p_expected_version);
  v_old := v_found.appointment;
  v_party := v_found.party;
  if v_old.status in ('cancelled', 'held') or (v_party = 'patient' and v_old.status not in ('requested', 'booked')) then
    perform private.refuse(
      409, 'illegal_transition', format('An appointment that is %s is not cancelled.', v_old.status),
      jsonb_build_object('allowed', case when v_party = 'patient' or v_old.status = 'held' then '{}'
        else private.next_steps('appointment', v_old.status::text) end));
  end if;
  perform private.require_before_cutoff(v_old, v_party);
  update public.appointments
  set status = 'cancelled', cancelled_by = v_party, cancellation_reason = v_reason, sequence = sequence + 1
  where id = v_id;
  perform private.offer_released_slots();
  return private.made(v_id);
end;
$$;
grant execute on function private.cancel_appointment to authenticated;

-- An appointment that the caller may act on, locked, and as whom they act. 404 and 412 as everywhere.
create function private.appointment_to_change(
  p_id uuid,
  p_expected_version int,
  out appointment public.appointments,
  out party public.appointment_party
)
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
begin
  select a.* into appointment
  from public.appointments a
  where a.id = p_id and private.is_party(a.patient_id, a.organization_id, private.my_patient_id(), v_hospitals)
  for update;
  perform private.require_version(appointment.version, p_expected_version);
  party := case when appointment.organization_id = any (v_hospitals) then 'staff' else 'patient' end;
end;
$$;

-- Refuses a patient who comes too late to move or cancel.
create function private.require_before_cutoff(p_appointment public.appointments, p_party public.appointment_party)
returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_minutes int := (select cutoff_minutes from public.services where id = p_appointment.service_id);
begin
  if p_party = 'patient' and p_appointment.starts_at < now() + make_interval(mins => v_minutes) then
    perform private.refuse(
      409, 'too_late', format('This is possible until %s minutes ahead. Call the hospital.', v_minutes));
  end if;
end;
$$;
