-- Matching: whom on the waiting list a released slot suits.

-- Whom a released slot suits, in the order in which they are served, with the time that uses most of it first. Left out
-- is who was offered some of this time before, who gave it back, and who ended the care since they joined. An offer
-- leaves at least five minutes to accept it, and ends before the notice that the service needs. An appointment that
-- would move has to be later, with its cut-off ahead. Not `ready` is an entry that decides about another offer, or has
-- let one go just now: it passes on.
create function private.matching_entries(p_slot private.released_slots, p_now timestamptz)
returns table (entry_id uuid, practitioner_id uuid, starts_at timestamptz, ready boolean)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    with wanted as materialized (
      select s.id, s as service, o.time_zone,
        p_now + make_interval(mins => s.notice_minutes + 5) as earliest,
        array(
          select p.id
          from public.practitioners p
          where p.id = any (private.practitioners_of(s.id, null, null))
            and (p.person_key = p_slot.practitioner_key or p_slot.room_id = any (private.rooms_of(s.id)))
        ) as practitioners
      from public.services s
      join public.organizations o on o.id = s.organization_id and o.active
      where s.active and exists (
        select from public.waitlist_entries w where w.service_id = s.id and private.is_open_status(w.status))
    )
    select e.id, f.practitioner_id, f.starts_at, e.status = 'waiting' and not exists (
      select from public.waitlist_offers x
      join public.waitlist_entries y on y.id = x.entry_id
      where x.patient_id = e.patient_id and y.service_id = e.service_id and x.decided_at = now())
    from wanted w
    cross join lateral private.free_slots(
      w.service, w.practitioners,
      greatest(
        w.earliest,
        lower(p_slot.freed)
          - make_interval(mins => (w.service).duration_minutes + (w.service).buffer_after_minutes)),
      least(
        upper(p_slot.freed) + make_interval(mins => (w.service).buffer_before_minutes),
        private.booking_horizon(w.service, 'patient')),
      p_now) f
    cross join lateral private.blocked_range(
      f.starts_at, f.ends_at, (w.service).buffer_before_minutes, (w.service).buffer_after_minutes) as b (blocked)
    join public.waitlist_entries e
      on e.service_id = w.id and private.is_open_status(e.status) and e.patient_id <> p_slot.patient_id
    join private.patients p
      on p.id = e.patient_id and p.deleted_at is null
      and ((w.service).bookable_by = 'patients' or (e.organization_id = any (p.hospital_ids)
        and ((w.service).bookable_by = 'patients_in_care' or e.joined_by = 'staff')))
    left join public.appointments r on r.id = e.replaces_appointment_id and r.status <> 'cancelled'
    where b.blocked && p_slot.freed
      -- In this order, because most entries are ruled out by their wishes.
      and case when private.matches_wishes(e, f.practitioner_id, f.starts_at, w.time_zone)
        then not private.has_matching_appointment(e, w.time_zone) and not private.has_ended_care(e) end
      and (r.id is null or (r.status in ('requested', 'booked') and r.starts_at > f.starts_at
        and r.starts_at >= p_now + make_interval(mins => (w.service).cutoff_minutes)))
      and (r.id is not null or e.joined_by = 'staff'
        or private.open_appointments_of(e.patient_id, e.service_id) < (w.service).patient_limit)
      and not exists (
        select from public.waitlist_offers x
        join public.waitlist_entries y on y.id = x.entry_id
        where x.patient_id = e.patient_id and y.service_id = e.service_id
          and x.practitioner_id = f.practitioner_id and tstzrange(x.starts_at, x.ends_at) && p_slot.freed)
      and not exists (
        select from public.appointments a
        where a.patient_id = e.patient_id and private.is_open_status(a.status)
          and coalesce(a.hold_expires_at > p_now, true)
          and tstzrange(a.starts_at, a.ends_at) && tstzrange(f.starts_at, f.ends_at)
          and not exists (
            select from public.waitlist_offers x
            where x.appointment_id = a.id and x.entry_id = e.id and x.status = 'open'))
    order by e.priority desc, e.joined_at, e.id,
      upper(b.blocked * p_slot.freed) - lower(b.blocked * p_slot.freed) desc, f.starts_at, f.practitioner_id;
end;
$$;

-- Whether a time with a practitioner meets the wishes of an entry, on the clock of the hospital.
create function private.matches_wishes(
  p_entry public.waitlist_entries,
  p_practitioner_id uuid,
  p_starts_at timestamptz,
  p_zone text
) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_local timestamp := p_starts_at at time zone p_zone;
begin
  return coalesce(p_entry.practitioner_id = p_practitioner_id, true)
    and v_local::date between coalesce(p_entry.from_day, '-infinity') and coalesce(p_entry.to_day, 'infinity')
    and coalesce(extract(isodow from v_local)::smallint = any (p_entry.weekdays), true)
    and coalesce(v_local::time >= p_entry.from_time, true)
    and coalesce(v_local::time < p_entry.to_time, true);
end;
$$;

-- Whether the patient got a suitable appointment another way since they joined. An entry that replaces an appointment
-- has one from the start.
create function private.has_matching_appointment(p_entry public.waitlist_entries, p_zone text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return p_entry.replaces_appointment_id is null and exists (
    select from public.appointments a
    where a.patient_id = p_entry.patient_id and a.service_id = p_entry.service_id and a.created_at > p_entry.joined_at
      and a.status in ('requested', 'booked', 'checked_in', 'in_progress', 'completed')
      and private.matches_wishes(p_entry, a.practitioner_id, a.starts_at, p_zone));
end;
$$;

-- Whether the patient has ended the care of the hospital since they joined.
create function private.has_ended_care(p_entry public.waitlist_entries) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(private.patient_ended_care(p_entry.patient_id, p_entry.organization_id) >= p_entry.joined_at, false);
end;
$$;
