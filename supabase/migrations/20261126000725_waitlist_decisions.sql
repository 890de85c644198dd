-- Decisions: staff offer a time by hand, and the patient, or staff for them, accepts or declines an offer.

create function public.offer_from_waitlist(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('offer_from_waitlist', p_input, '{entry_id, practitioner_id, starts_at, room_id}',
    'private.waitlist_offer_json($1)');
end;
$$;
comment on function public.offer_from_waitlist is
  'Offers a time to one who waits, whoever is first. For staff. Idempotent. {entry_id, practitioner_id, starts_at, '
  'room_id?} -> the offer; 409 with alternatives where the time is taken, 403 when the patient has ended the care '
  'since they joined.';
grant execute on function public.offer_from_waitlist to authenticated;

create function private.offer_from_waitlist(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_starts_at timestamptz := (p_input ->> 'starts_at')::timestamptz;
  v_room_id uuid := (p_input ->> 'room_id')::uuid;
  v_practitioner_id uuid := (p_input ->> 'practitioner_id')::uuid;
  v_entry public.waitlist_entries := private.waitlist_entry_to_change((p_input ->> 'entry_id')::uuid, null);
  v_service public.services;
  v_practitioner public.practitioners;
  v_ends_at timestamptz;
  v_id uuid;
begin
  if v_entry.organization_id <> all (private.my_hospitals()) then
    perform private.refuse(403, 'forbidden', 'Times are offered by the hospital''s staff.');
  end if;
  if private.has_ended_care(v_entry) then
    perform private.record_denial(v_entry.patient_id, v_entry.organization_id, 'patient_ended_care');
    return private.refuse_committed(403, 'forbidden', 'The patient ended the care, and begins it again.');
  end if;
  if v_entry.status <> 'waiting' then
    perform private.refuse_step(
      'waitlist_entry', v_entry.status::text, format('An entry that is %s is not offered a time.', v_entry.status));
  end if;
  select * into v_service from public.services where id = v_entry.service_id;
  v_practitioner := private.practitioner_for(v_service, v_practitioner_id);
  if v_starts_at is null then
    perform private.refuse(422, 'invalid_input', 'An offer has a start.', '{"pointer": "/starts_at"}');
  end if;
  perform private.require_length_and_room(v_service, v_service.duration_minutes, v_room_id);
  if exists (
    select from public.waitlist_offers
    where entry_id = v_entry.id and practitioner_id = v_practitioner.id and starts_at = v_starts_at
  ) then
    perform private.refuse(409, 'already_exists', 'This time was offered to the patient before.');
  end if;
  v_ends_at := v_starts_at + make_interval(mins => v_service.duration_minutes);
  perform private.require_bookable_time(v_service, v_practitioner, 'staff', v_starts_at, v_ends_at, null);
  v_id := private.make_waitlist_offer(v_entry, v_service, v_practitioner, v_starts_at, v_room_id, 'staff', now());
  if v_id is null then
    perform private.refuse_taken(
      v_service, v_practitioner.id, v_entry.patient_id, v_starts_at, v_ends_at, p_room_id => v_room_id);
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.offer_from_waitlist to authenticated;

create function public.decide_waitlist_offer(
  p_id uuid,
  p_status public.waitlist_offer_status,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('decide_waitlist_offer', jsonb_build_object('id', p_id, 'status', p_status), null,
    'private.waitlist_offer_json($1)', p_expected_version);
end;
$$;
comment on function public.decide_waitlist_offer is
  'Accepts or declines an offer. Idempotent. The answer is the offer, with the appointment where it was accepted; '
  '409 with alternatives when its time cannot be booked any more, 403 to staff whose hospital does not care for the '
  'patient.';
grant execute on function public.decide_waitlist_offer to authenticated;

-- Accepts or declines an offer: its patient, or staff for them. One at a time: whoever decides holds the lock of the
-- hold, and looks again then.
create function private.decide_waitlist_offer(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_status text := coalesce(p_input ->> 'status', '');
  v_offer public.waitlist_offers;
  v_party public.appointment_party;
begin
  if v_status not in ('accepted', 'declined') then
    perform private.refuse(422, 'invalid_input', 'An offer is accepted or declined.', '{"pointer": "/status"}');
  end if;
  select * into v_offer from public.waitlist_offers
  where id = v_id and private.is_party(patient_id, organization_id, private.my_patient_id(), private.my_hospitals());
  perform private.require_version(v_offer.version, p_expected_version);
  v_party := case when v_offer.organization_id = any (private.my_hospitals()) then 'staff' else 'patient' end;
  if v_status = 'accepted' then
    if not private.may_book_for(v_offer.patient_id, v_offer.organization_id) then
      return private.refuse_committed(
        403, 'forbidden', 'The patient is not in the care of the hospital, and accepts for themselves.');
    end if;
    if v_party = 'patient' then
      perform private.lock_patient_bookings(v_offer.patient_id);
    end if;
  end if;
  perform from public.appointments where id = v_offer.appointment_id for update;
  select * into v_offer from public.waitlist_offers where id = v_id for update;
  perform private.require_version(v_offer.version, p_expected_version);
  if v_offer.status = 'lapsed' or (v_offer.status = 'open' and v_offer.expires_at <= now()) then
    perform private.refuse(
      410, 'offer_lapsed', 'This offer stood until its time was over. You still wait for the next one.');
  end if;
  if v_offer.status <> 'open' then
    perform private.refuse(409, 'illegal_transition', format('This offer was %s.', v_offer.status), '{"allowed": []}');
  end if;
  if v_status = 'accepted' then
    perform private.accept_waitlist_offer(v_offer, v_party);
  else
    update public.waitlist_offers set status = 'declined' where id = v_id;
    delete from public.appointments where id = v_offer.appointment_id;
  end if;
  perform private.offer_released_slots();
  return private.made(v_id);
end;
$$;
grant execute on function private.decide_waitlist_offer to authenticated;

-- Makes an offer an appointment: its hold becomes the booking, or the appointment that it replaces moves to its time,
-- whatever the cut-off. What nobody of the staff has offered or accepts is confirmed where the service has bookings
-- confirmed. Limit and audience of the service are for patients who put themselves on the list.
create function private.accept_waitlist_offer(p_offer public.waitlist_offers, p_party public.appointment_party)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_hold public.appointments;
  v_old public.appointments;
  v_new public.appointments;
  v_service public.services;
  v_practitioner public.practitioners;
  v_by_itself boolean := p_party = 'patient' and p_offer.offered_by = 'system';
  v_of_own boolean := p_party = 'patient' and (
    select e.joined_by = 'patient' from public.waitlist_entries e where e.id = p_offer.entry_id);
  v_status public.appointment_status;
begin
  select * into v_hold from public.appointments where id = p_offer.appointment_id;
  select * into v_service from public.services where id = v_hold.service_id;
  perform private.require_still_bookable(
    v_hold, v_service, case when v_by_itself and v_of_own then 'patient'::public.appointment_party else 'staff' end);
  v_status := case when v_by_itself and v_service.needs_confirmation then 'requested' else 'booked' end;
  select a.* into v_old
  from public.waitlist_entries e join public.appointments a on a.id = e.replaces_appointment_id
  where e.id = p_offer.entry_id and a.status <> 'cancelled' for update of a;
  if v_old.status not in ('requested', 'booked') then
    perform private.refuse(
      409, 'illegal_transition', 'The appointment that would be moved has begun or is over.',
      '{"allowed": ["declined"]}');
  end if;
  if v_old.id is not null then
    select * into v_practitioner from public.practitioners where id = v_hold.practitioner_id;
    -- Before the hold goes, so that nobody who is moving waits for its place while we wait for them.
    perform private.lock_schedules(
      array[v_practitioner.person_key, v_old.practitioner_key, v_old.patient_id, v_old.room_id, v_hold.room_id]);
    update public.waitlist_offers set status = 'accepted', appointment_id = v_old.id where id = p_offer.id;
    delete from public.appointments where id = v_hold.id;
    v_new := v_old;
    v_new.status := v_status;
    v_new.starts_at := v_hold.starts_at;
    v_new.ends_at := v_hold.ends_at;
    v_new.room_id := v_hold.room_id;
    v_new.overbooking_reason := null;
    v_new.series_detached := v_old.series_id is not null;
    if not private.move_appointment(v_old, v_new, v_service, v_practitioner) then
      perform private.refuse_taken(
        v_service, v_practitioner.id, v_old.patient_id, v_hold.starts_at, v_hold.ends_at, v_old.id);
    end if;
  else
    if v_of_own then
      perform private.require_below_service_limit(v_service, v_hold.patient_id);
    end if;
    update public.waitlist_offers set status = 'accepted' where id = p_offer.id;
    update public.appointments set status = v_status, booked_by = p_party where id = v_hold.id;
  end if;
  perform private.start_care(p_offer.patient_id, p_offer.organization_id);
end;
$$;

-- An offer as the API shows it; null when there is none that the caller may see.
create function private.waitlist_offer_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', o.id,
      'organization_id', o.organization_id,
      'entry_id', o.entry_id,
      'patient_id', o.patient_id,
      'practitioner_id', o.practitioner_id,
      'appointment_id', o.appointment_id,
      'starts_at', o.starts_at,
      'ends_at', o.ends_at,
      'status', o.status,
      'offered_by', o.offered_by,
      'offered_at', o.offered_at,
      'expires_at', o.expires_at,
      'decided_at', o.decided_at,
      'version', o.version,
      'created_at', o.created_at,
      'updated_at', o.updated_at)
    from public.waitlist_offers o
    where o.id = p_id);
end;
$$;
grant execute on function private.waitlist_offer_json to authenticated;
