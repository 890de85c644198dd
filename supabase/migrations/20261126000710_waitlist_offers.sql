-- Offering released slots: a time that becomes free is recorded, and offered to the first who waits and whom it suits.
-- While an offer is open a hold keeps its time, so that the constraints of appointments prevent that a time is offered
-- to two. A hold outlasts its offer by some minutes, in which the job passes it on; later the time is free for all.

-- A time that was given back.
create table private.released_slots (
  id bigint primary key generated always as identity,
  practitioner_key uuid not null,
  room_id uuid,
  patient_id uuid not null,
  freed tstzrange not null,
  kept_for uuid[],
  transaction_id xid8 not null default pg_current_xact_id(),
  created_at timestamptz not null default now()
);
create index released_slots_transaction on private.released_slots (transaction_id);
comment on table private.released_slots is
  'A time that was given back: of a practitioner, in a room, and by a patient, who is not offered it. A transaction '
  'offers its own first.';
comment on column private.released_slots.kept_for is
  'Entries that it suits, but that decide about another offer. It is offered again when one of them has decided.';

-- Records a time that is given back, where somebody waits at all.
create function private.record_released_slot() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into private.released_slots (practitioner_key, room_id, patient_id, freed)
  select old.practitioner_key, old.room_id, old.patient_id, old.blocked
  where upper(old.blocked) > now()
    and exists (select from public.waitlist_entries where private.is_open_status(status));
  return null;
end;
$$;
create trigger appointments_release after update on public.appointments
  for each row when (private.is_open_status(old.status)
    and (new.status in ('completed', 'cancelled', 'no_show')
      or (old.practitioner_key, old.room_id, old.blocked)
        is distinct from (new.practitioner_key, new.room_id, new.blocked)))
  execute function private.record_released_slot();
create trigger appointments_release_hold after delete on public.appointments
  for each row when (old.status = 'held') execute function private.record_released_slot();

-- The hold of an open offer can only be booked by accepting the offer.
create function private.refuse_offered_hold() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (select from public.waitlist_offers where appointment_id = new.id and status = 'open') then
    perform private.refuse(
      409, 'conflict', 'This time is kept for an offer of the waiting list. Accept the offer.');
  end if;
  return new;
end;
$$;
create trigger appointments_offered before update of status on public.appointments
  for each row when (old.status = 'held' and new.status <> 'held') execute function private.refuse_offered_hold();

-- An offer ends when its hold is deleted: as declined when the hold is released before its time.
create function private.end_offer_with_hold() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.waitlist_offers
  set status = case when old.hold_expires_at > now() then 'declined' else 'lapsed' end::public.waitlist_offer_status
  where appointment_id = old.id and status = 'open';
  return old;
end;
$$;
create trigger appointments_end_offer before delete on public.appointments
  for each row when (old.status = 'held') execute function private.end_offer_with_hold();

-- Offers what this transaction has released, before anybody else sees that it is free. What cannot be offered now is
-- left to the job, and whatever fails, the change that released the time goes on.
create function private.offer_released_slots() returns void
language plpgsql security definer
set search_path = ''
as $$
declare
  v_slot private.released_slots;
begin
  for v_slot in select * from private.released_slots where transaction_id = pg_current_xact_id() order by id loop
    begin
      perform private.offer_released_slot(v_slot, now());
    exception when others then
      raise warning 'A released slot was left to the job (%)', sqlstate;
    end;
  end loop;
end;
$$;

-- Offers a released slot to those who wait, one after the other, until nothing or nobody is left; then its record is
-- deleted, or says for whom it is kept. It stays as it is while a move is under way that shares a person or a room with
-- it: to wait for that one could be to wait for each other, so the job tries again later. An entry that fails keeps no
-- other out.
create function private.offer_released_slot(p_slot private.released_slots, p_now timestamptz) returns void
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
    with matching as materialized (
      select s.*, s.ready and s.entry_id <> all (v_tried) as is_next
      from private.matching_entries(p_slot, p_now) with ordinality as s
    ), next as (
      select * from matching where is_next order by ordinality limit 1
    )
    select n.entry_id, n.practitioner_id, n.starts_at,
      array(select distinct s.entry_id from matching s where not s.ready) as kept_for
    into v_found
    from (values (1)) as one
    left join next n on true;
    exit when v_found.entry_id is null;
    v_tried := v_tried || v_found.entry_id;
    begin
      select * into v_entry
      from public.waitlist_entries
      where id = v_found.entry_id and status = 'waiting'
      for update skip locked;
      continue when not found;
      select * into v_service from public.services where id = v_entry.service_id;
      select * into v_practitioner from public.practitioners where id = v_found.practitioner_id;
      if not (
        select bool_and(pg_try_advisory_xact_lock(hashtextextended('move ' || k, 0)))
        from unnest(array[v_practitioner.person_key, v_entry.patient_id] || private.rooms_of(v_service.id)) as k
      ) then
        return;
      end if;
      perform private.make_waitlist_offer(
        v_entry, v_service, v_practitioner, v_found.starts_at, null, 'system', p_now);
    exception when others then
      raise warning 'The waitlist entry % was passed over (%)', v_found.entry_id, sqlstate;
    end;
  end loop;
  if v_found.kept_for = '{}' then
    delete from private.released_slots where id = p_slot.id;
  else
    update private.released_slots set kept_for = v_found.kept_for where id = p_slot.id;
  end if;
end;
$$;

-- Holds a time for an entry and offers it; null where the time is taken. The caller holds the lock of the entry.
create function private.make_waitlist_offer(
  p_entry public.waitlist_entries,
  p_service public.services,
  p_practitioner public.practitioners,
  p_starts_at timestamptz,
  p_room_id uuid,
  p_party public.appointment_party,
  p_now timestamptz
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_until timestamptz := least(
    p_now + make_interval(mins => p_service.waitlist_offer_minutes),
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
  v_hold.id := private.insert_appointment(p_service, p_practitioner, v_hold);
  if v_hold.id is null then
    return null;
  end if;
  insert into public.waitlist_offers (
    organization_id, entry_id, patient_id, practitioner_id, appointment_id, starts_at, ends_at, offered_by, offered_at,
    expires_at)
  values (
    p_entry.organization_id, p_entry.id, p_entry.patient_id, p_practitioner.id, v_hold.id, v_hold.starts_at,
    v_hold.ends_at, p_party, p_now, v_until)
  returning id into v_id;
  return v_id;
end;
$$;
