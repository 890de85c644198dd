-- Offering: a time that becomes free is noted, and offered to the first who waits and whom it suits. While an offer is open a hold keeps its time,
-- so that the constraints of appointments see to it that no time is offered to two at once. A hold outlasts its offer by some minutes, in which
-- the job passes it on; if the job comes later than that, the time is free for all.

-- A time that was given back: of this practitioner, in this room, and by this patient, who is not offered it. Those of a running transaction are its
-- own to offer. `kept_for` are entries that it suits, but that decide about another offer: it is looked at again when one of them has.
create table private.freed_times (
  id bigint primary key generated always as identity,
  practitioner_key uuid not null,
  room_id uuid,
  patient_id uuid not null,
  freed tstzrange not null,
  kept_for uuid[],
  transaction_id xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default now()
);
create index freed_times_transaction on private.freed_times (transaction_id);

-- Notes a time that is given back, where somebody waits at all.
create function private.note_freed_time() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into private.freed_times (practitioner_key, room_id, patient_id, freed)
  select old.practitioner_key, old.room_id, old.patient_id, old.blocked
  where upper(old.blocked) > now() and exists (select from public.waitlist_entries where status in ('waiting', 'offered'));
  return null;
end;
$$;
create trigger appointments_free_time after update on public.appointments
  for each row when (old.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
    and (new.status in ('completed', 'cancelled', 'no_show')
      or (old.practitioner_key, old.room_id, old.blocked) is distinct from (new.practitioner_key, new.room_id, new.blocked)))
  execute function private.note_freed_time();
create trigger appointments_free_held_time after delete on public.appointments
  for each row when (old.status = 'held') execute function private.note_freed_time();

-- The hold of an open offer is not booked past the offer.
create function private.refuse_offered_hold() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from public.waitlist_offers where appointment_id = new.id and status = 'open') then
    perform private.refuse(409, 'conflict', 'This time is kept for an offer of the waiting list. Accept the offer.');
  end if;
  return new;
end;
$$;
create trigger appointments_offered before update of status on public.appointments
  for each row when (old.status = 'held' and new.status <> 'held') execute function private.refuse_offered_hold();

-- Whoever deletes the hold of an open offer ends the offer: released before its time, it was declined.
create function private.end_offer_with_hold() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.waitlist_offers
  set status = case when old.hold_expires_at > now() then 'declined'::public.waitlist_offer_status else 'lapsed' end
  where appointment_id = old.id and status = 'open';
  return old;
end;
$$;
create trigger appointments_end_offer before delete on public.appointments
  for each row when (old.status = 'held') execute function private.end_offer_with_hold();

-- Whether an entry's wishes are met by a time with a practitioner, on the clock of the hospital.
create function private.suits(p_entry public.waitlist_entries, p_practitioner_id uuid, p_starts_at timestamptz, p_zone text) returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(p_entry.practitioner_id = p_practitioner_id, true)
    and t::date between coalesce(p_entry.from_day, '-infinity') and coalesce(p_entry.to_day, 'infinity')
    and coalesce(extract(isodow from t)::smallint = any (p_entry.weekdays), true)
    and coalesce(t::time >= p_entry.from_time, true) and coalesce(t::time < p_entry.to_time, true)
  from (select p_starts_at at time zone p_zone as t) as local;
$$;

-- Whether the patient got a suitable appointment another way since they joined. Who wants to replace one has one already.
create function private.is_served(p_entry public.waitlist_entries, p_zone text) returns boolean
language sql stable
set search_path = ''
as $$
  select p_entry.replaces_appointment_id is null and exists (
    select from public.appointments a
    where a.patient_id = p_entry.patient_id and a.service_id = p_entry.service_id and a.created_at > p_entry.joined_at
      and a.status in ('requested', 'booked', 'checked_in', 'in_progress', 'completed')
      and private.suits(p_entry, a.practitioner_id, a.starts_at, p_zone));
$$;

-- Whether the patient has ended the care of the hospital since they joined.
create function private.is_given_up(p_entry public.waitlist_entries) returns boolean
language sql stable
set search_path = ''
as $$
  select coalesce(private.patient_ended_care(p_entry.patient_id, p_entry.organization_id) >= p_entry.joined_at, false);
$$;

-- Whom a freed time suits, in the order in which they are served, with the free time that uses most of it first. An offer leaves five minutes at least
-- to accept it, and ends before the notice that the service needs. An appointment that would be moved has to be later, and its cut-off ahead. Who was
-- offered some of this time before is not asked again, nor who gave it back, nor who ended the care since they joined. Not `ready` is who decides about
-- another offer, or has let one go at this moment: it passes on.
create function private.suited_entries(p_freed private.freed_times, p_now timestamptz)
returns table (entry_id uuid, practitioner_id uuid, starts_at timestamptz, ready boolean)
language plpgsql stable
set search_path = ''
as $$
begin
  -- Not SQL, because to plan this costs more than to run it.
  return query
    with wanted as materialized (
      select s.id, s as service, o.time_zone,
        p_now + make_interval(mins => s.notice_minutes + 5) as earliest,
        array(
          select p.id from public.practitioners p
          where p.id = any (private.practitioners_of(s.id, null, null)) and (p.person_key = p_freed.practitioner_key
            or exists (select from public.service_resources r where r.service_id = s.id and r.room_id = p_freed.room_id))) as practitioners
      from public.services s join public.organizations o on o.id = s.organization_id and o.active
      where s.active and exists (select from public.waitlist_entries w where w.service_id = s.id and w.status in ('waiting', 'offered'))
    )
    select e.id, f.practitioner_id, f.starts_at, e.status = 'waiting' and not exists (
      select from public.waitlist_offers x join public.waitlist_entries y on y.id = x.entry_id
      where x.patient_id = e.patient_id and y.service_id = e.service_id and x.decided_at = now())
    from wanted w
    cross join lateral private.free_slots(w.service, w.practitioners,
      greatest(w.earliest, lower(p_freed.freed) - make_interval(mins => (w.service).duration_minutes + (w.service).buffer_after_minutes)),
      least(upper(p_freed.freed) + make_interval(mins => (w.service).buffer_before_minutes), private.booking_horizon(w.service, 'patient')), p_now) f
    cross join lateral private.blocked_range(f.starts_at, f.ends_at, (w.service).buffer_before_minutes, (w.service).buffer_after_minutes) as b (blocked)
    join public.waitlist_entries e on e.service_id = w.id and e.status in ('waiting', 'offered') and e.patient_id <> p_freed.patient_id
    join private.patients p on p.id = e.patient_id and p.deleted_at is null
      and ((w.service).bookable_by = 'patients' or (e.organization_id = any (p.hospital_ids)
        and ((w.service).bookable_by = 'patients_in_care' or e.joined_by = 'staff')))
    left join public.appointments r on r.id = e.replaces_appointment_id and r.status <> 'cancelled'
    where b.blocked && p_freed.freed
      -- In this order, because most who wait are told apart by what suits them.
      and case when private.suits(e, f.practitioner_id, f.starts_at, w.time_zone)
        then not private.is_served(e, w.time_zone) and not private.is_given_up(e) end
      and (r.id is null or (r.status in ('requested', 'booked') and r.starts_at > f.starts_at
        and r.starts_at >= p_now + make_interval(mins => (w.service).cutoff_minutes)))
      and (r.id is not null or e.joined_by = 'staff'
        or private.open_appointments_of(e.patient_id, e.service_id) < (w.service).patient_limit)
      and not exists (
        select from public.waitlist_offers x join public.waitlist_entries y on y.id = x.entry_id
        where x.patient_id = e.patient_id and y.service_id = e.service_id
          and x.practitioner_id = f.practitioner_id and tstzrange(x.starts_at, x.ends_at) && p_freed.freed)
      and not exists (
        select from public.appointments a
        where a.patient_id = e.patient_id and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress')
          and coalesce(a.hold_expires_at > p_now, true) and tstzrange(a.starts_at, a.ends_at) && tstzrange(f.starts_at, f.ends_at)
          and not exists (select from public.waitlist_offers x where x.appointment_id = a.id and x.entry_id = e.id and x.status = 'open'))
    order by e.priority desc, e.joined_at, e.id, upper(b.blocked * p_freed.freed) - lower(b.blocked * p_freed.freed) desc, f.starts_at, f.practitioner_id;
end;
$$;

-- Holds a time for one who waits and offers it; null where the time is taken. Whoever calls holds the lock of the entry.
create function private.make_waitlist_offer(p_entry public.waitlist_entries, p_service public.services, p_practitioner public.practitioners,
  p_starts_at timestamptz, p_room_id uuid, p_party public.appointment_party, p_now timestamptz)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_until timestamptz := least(p_now + make_interval(mins => p_service.waitlist_offer_minutes),
    p_starts_at - make_interval(mins => case when p_party = 'system' then p_service.notice_minutes else 0 end));
  v_hold public.appointments;
  v_id uuid;
begin
  v_hold.patient_id := p_entry.patient_id;
  v_hold.status := 'held';
  v_hold.starts_at := p_starts_at;
  v_hold.ends_at := p_starts_at + make_interval(mins => p_service.duration_minutes);
  v_hold.room_id := p_room_id;
  v_hold.hold_expires_at := v_until + interval '5 minutes';
  v_hold.booked_by := p_party;
  v_hold.id := private.place_appointment(p_service, p_practitioner, v_hold);
  if v_hold.id is null then
    return null;
  end if;
  insert into public.waitlist_offers (organization_id, entry_id, patient_id, practitioner_id, appointment_id, starts_at, ends_at, offered_by,
    offered_at, expires_at)
  values (p_entry.organization_id, p_entry.id, p_entry.patient_id, p_practitioner.id, v_hold.id, v_hold.starts_at, v_hold.ends_at, p_party, p_now, v_until)
  returning id into v_id;
  return v_id;
end;
$$;

-- Offers what was freed to those who wait, one after the other, until nothing or nobody is left; then the note of it goes, or says for whom it is kept.
-- It stays as it is where a move is under way that shares a person or a room with it: to wait for that one could be to wait for each other, so it is
-- tried again later. One that fails keeps nobody else out.
create function private.offer_freed_time(p_freed private.freed_times, p_now timestamptz) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_found record;
  v_entry public.waitlist_entries;
  v_service public.services;
  v_practitioner public.practitioners;
  v_tried uuid[] := '{}';
begin
  loop
    with suited as materialized (
      select s.*, s.ready and s.entry_id <> all (v_tried) as is_next from private.suited_entries(p_freed, p_now) with ordinality as s
    ), next as (
      select * from suited where is_next order by ordinality limit 1
    )
    select n.entry_id, n.practitioner_id, n.starts_at, array(select distinct s.entry_id from suited s where not s.ready) as kept_for into v_found
    from (values (1)) as one left join next n on true;
    exit when v_found.entry_id is null;
    v_tried := v_tried || v_found.entry_id;
    begin
      select * into v_entry from public.waitlist_entries where id = v_found.entry_id and status = 'waiting' for update skip locked;
      continue when not found;
      select * into v_service from public.services where id = v_entry.service_id;
      select * into v_practitioner from public.practitioners where id = v_found.practitioner_id;
      if not (
        select bool_and(pg_try_advisory_xact_lock(hashtextextended('move ' || k, 0)))
        from unnest(array[v_practitioner.person_key, v_entry.patient_id]
          || array(select r.room_id from public.service_resources r where r.service_id = v_service.id and r.room_id is not null)) as k
      ) then
        return;
      end if;
      perform private.make_waitlist_offer(v_entry, v_service, v_practitioner, v_found.starts_at, null, 'system', p_now);
    exception when others then
      raise warning 'The waitlist entry % was passed over (%)', v_found.entry_id, sqlstate;
    end;
  end loop;
  if v_found.kept_for = '{}' then
    delete from private.freed_times where id = p_freed.id;
  else
    update private.freed_times set kept_for = v_found.kept_for where id = p_freed.id;
  end if;
end;
$$;

-- Offers what this transaction has freed, before anybody else sees that it is free. What cannot be offered now is left to the job, and
-- whatever fails, the change that freed the time goes on.
create function private.offer_freed_times() returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_freed private.freed_times;
begin
  for v_freed in select * from private.freed_times where transaction_id = pg_current_xact_id() order by id loop
    begin
      perform private.offer_freed_time(v_freed, now());
    exception when others then
      raise warning 'A freed time was left to the job (%)', sqlstate;
    end;
  end loop;
end;
$$;
