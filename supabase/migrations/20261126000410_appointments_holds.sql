-- Holds: a slot that is kept for some minutes, confirmed as a booking or given back before its time.

-- Makes a hold of the caller's, or at the caller's hospital, a booking under the rules by which its time would be
-- booked. False when the caller may not book for the patient; 409 when the hold has expired or its time cannot be
-- booked any more.
create function private.confirm_hold(p_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_hold public.appointments;
  v_service public.services;
  v_party public.appointment_party;
begin
  select * into v_hold
  from public.appointments
  where id = p_id and private.is_party(patient_id, organization_id, private.my_patient_id(), v_hospitals);
  perform private.require_version(v_hold.version, null);
  v_party := case when v_hold.organization_id = any (v_hospitals) then 'staff' else v_hold.booked_by end;
  if not private.may_book_for(v_hold.patient_id, v_hold.organization_id) then
    return false;
  end if;
  if v_party = 'patient' then
    perform private.lock_patient_bookings(v_hold.patient_id);
  end if;
  select * into v_hold from public.appointments where id = p_id for update;
  perform private.require_version(v_hold.version, null);
  select * into v_service from public.services where id = v_hold.service_id;
  if v_hold.status <> 'held' then
    perform private.refuse(409, 'illegal_transition', 'This is not a hold any more.', '{"allowed": []}');
  end if;
  if v_hold.hold_expires_at <= now() then
    perform private.refuse(
      409, 'slot_taken', 'The hold has expired.',
      jsonb_build_object('alternatives', private.alternatives(
        v_service, v_hold.practitioner_id, v_hold.patient_id, v_hold.starts_at, v_hold.ends_at)));
  end if;
  perform private.require_still_bookable(v_hold, v_service, v_party);
  if v_party = 'patient' then
    perform private.require_below_service_limit(v_service, v_hold.patient_id);
  end if;
  update public.appointments
  set booked_by = v_party,
    status = case when v_party = 'patient' and v_service.needs_confirmation then 'requested'
      else 'booked' end::public.appointment_status
  where id = p_id;
  perform private.start_care(v_hold.patient_id, v_hold.organization_id);
  return true;
end;
$$;
grant execute on function private.confirm_hold to authenticated;

-- Whether the caller may book for a patient what was kept for them: patients for themselves, staff for those in the
-- care of their hospital. A refusal is recorded.
create function private.may_book_for(p_patient_id uuid, p_organization_id uuid) returns boolean
language plpgsql
set search_path = ''
as $$
begin
  if p_patient_id = private.my_patient_id() or private.is_in_care(p_patient_id, array[p_organization_id]) then
    return true;
  end if;
  perform private.record_denial(
    p_patient_id, p_organization_id,
    case when private.patient_ended_care(p_patient_id, p_organization_id) is null then 'not_in_care'
      else 'patient_ended_care' end);
  return false;
end;
$$;

-- Refuses a time that was kept for somebody and cannot be booked any more: what was free when the hold was made may be
-- closed or over by now. p_party is `patient` when the service must still be one that patients may choose. The notice
-- of the service was given when the hold was made.
create function private.require_still_bookable(
  p_hold public.appointments,
  p_service public.services,
  p_party public.appointment_party
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_practitioner public.practitioners;
begin
  if p_party = 'patient' and p_service.active and p_service.id <> all (private.my_services()) then
    perform private.refuse(403, 'forbidden', 'This service is not for you to book any more.');
  end if;
  select * into v_practitioner
  from public.practitioners
  where id = p_hold.practitioner_id and id = any (private.practitioners_of(p_service.id, null, null));
  if not p_service.active or v_practitioner.id is null or p_hold.starts_at < now()
    or not private.is_open(v_practitioner, p_hold.starts_at, p_hold.ends_at)
    or exists (select from public.rooms where id = p_hold.room_id and not active) then
    perform private.refuse(
      409, 'slot_taken', 'This time cannot be booked any more.',
      jsonb_build_object('alternatives', case when p_service.active then private.alternatives(
        p_service, v_practitioner.id, p_hold.patient_id, p_hold.starts_at, p_hold.ends_at) else '[]' end));
  end if;
end;
$$;

create function public.release_hold(p_id uuid, p_expected_version int default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.guarded('release_hold', private.made(p_id), p_expected_version);
end;
$$;
comment on function public.release_hold is
  'Gives a held slot back before its time.';
grant execute on function public.release_hold to authenticated;

create function private.release_hold(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_hold public.appointments;
begin
  select * into v_hold
  from public.appointments
  where id = v_id and status = 'held'
    and private.is_party(patient_id, organization_id, private.my_patient_id(), private.my_hospitals())
  for update;
  perform private.require_version(v_hold.version, p_expected_version);
  delete from public.appointments where id = v_id;
  perform private.offer_released_slots();
  return private.made(v_id);
end;
$$;
grant execute on function private.release_hold to authenticated;
