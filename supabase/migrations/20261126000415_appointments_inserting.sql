-- Inserting: how an appointment gets its room and its lane, and what happens when its time is taken.

-- Inserts an appointment where its time is free and answers its id; null where it is taken. The constraints decide, not
-- a look before: `on conflict do nothing` waits for whoever is about to take the same time.
create function private.insert_appointment(
  p_service public.services,
  p_practitioner public.practitioners,
  p_new public.appointments
) returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_key uuid := p_practitioner.person_key;
  v_blocked tstzrange := private.blocked_range(
    p_new.starts_at, p_new.ends_at, p_service.buffer_before_minutes, p_service.buffer_after_minutes);
  v_overbooked boolean := p_new.overbooking_reason is not null;
  v_room_id uuid;
  v_id uuid;
begin
  perform private.delete_expired_holds(v_key, p_new.patient_id, v_blocked);
  foreach v_room_id in array private.rooms_to_try(p_new, p_service.id, v_blocked, null) loop
    begin
      insert into public.appointments (
        organization_id, patient_id, service_id, practitioner_id, room_id, series_id, series_index, status, starts_at,
        ends_at, hold_expires_at, overbooking, room_overbooking, overbooking_reason, booked_by)
      values (
        p_service.organization_id, p_new.patient_id, p_service.id, p_practitioner.id, v_room_id, p_new.series_id,
        p_new.series_index, p_new.status, p_new.starts_at, p_new.ends_at, p_new.hold_expires_at,
        case when v_overbooked then private.free_overbooking_lane(v_key, null, v_blocked) else 0 end,
        case when v_overbooked then private.free_overbooking_lane(null, v_room_id, v_blocked) else 0 end,
        p_new.overbooking_reason, p_new.booked_by)
      on conflict do nothing
      returning id into v_id;
      exit when v_id is not null;
    exception when exclusion_violation then
      -- So the trigger says that the time meets an overbooking.
      null;
    end;
  end loop;
  return v_id;
end;
$$;

-- The rooms in which to try to place an appointment: the one that it names, or those of the service, the preferred one
-- and those that look free first; one null where it needs none. An overbooking is tried twice: on a race it sees the
-- other one the second time, and takes the next lane.
create function private.rooms_to_try(
  p_new public.appointments,
  p_service_id uuid,
  p_blocked tstzrange,
  p_preferred uuid
) returns uuid[]
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_rooms uuid[] := array[p_new.room_id];
begin
  if p_new.room_id is null then
    select coalesce(
      array_agg(r.room_id order by r.room_id <> p_preferred, b.busy, m.name) filter (where m.active),
      case when count(*) = 0 then array[null::uuid] else '{}' end)
    into v_rooms
    from public.service_resources r
    join public.rooms m on m.id = r.room_id
    cross join lateral (
      select exists (
        select from public.appointments a
        where a.room_id = r.room_id and a.blocked && p_blocked and private.is_open_status(a.status)) as busy) as b
    where r.service_id = p_service_id;
  end if;
  return case when p_new.overbooking_reason is null then v_rooms else v_rooms || v_rooms end;
end;
$$;

-- The rooms of a service, also those that are not in use.
create function private.rooms_of(p_service_id uuid) returns uuid[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(
    select r.room_id from public.service_resources r where r.service_id = p_service_id and r.room_id is not null);
end;
$$;

-- The lane of an overbooking for a practitioner or a room: the ordinary one where the time is free, else the first in
-- which it is. On a race one of the two is refused.
create function private.free_overbooking_lane(
  p_practitioner_key uuid,
  p_room_id uuid,
  p_blocked tstzrange,
  p_except uuid default null
) returns smallint
language plpgsql stable
set search_path = ''
as $$
declare
  v_taken smallint[] := array(
    select a.overbooking
    from public.appointments a
    where a.practitioner_key = p_practitioner_key and a.blocked && p_blocked and a.id is distinct from p_except
      and private.is_open_status(a.status)
    union all
    select a.room_overbooking
    from public.appointments a
    where a.room_id = p_room_id and a.blocked && p_blocked and a.id is distinct from p_except
      and private.is_open_status(a.status));
begin
  return (
    select coalesce(min(l), 9)
    from generate_series(case when v_taken = '{}' then 0 else 1 end, 9) as l
    where l <> all (v_taken));
end;
$$;

-- Deletes expired holds that overlap the range; the job that deletes the others runs once a minute. Mostly there are
-- none, and to look for any costs a quarter of the deletion.
create function private.delete_expired_holds(p_practitioner_key uuid, p_patient_id uuid, p_range tstzrange) returns void
language plpgsql
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  if not exists (
    select from public.appointments where status = 'held' and hold_expires_at <= now()
  ) then
    return;
  end if;
  delete from public.appointments a
  where a.status = 'held' and a.hold_expires_at <= now() and a.blocked && p_range
    and (a.practitioner_key = p_practitioner_key or a.patient_id = p_patient_id
      or a.room_id in (
        select r.room_id
        from public.service_resources r
        join public.services s on s.id = r.service_id
        where s.organization_id = a.organization_id and r.room_id is not null));
end;
$$;

-- Refuses a time that is taken, with up to three times that are free. The dates of a series get theirs once it is known
-- which of them are taken.
create function private.refuse_taken(
  p_service public.services,
  p_practitioner_id uuid,
  p_patient_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_except uuid default null,
  p_room_id uuid default null,
  p_in_series boolean default false
) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_detail jsonb := case when not p_in_series then jsonb_build_object('alternatives', private.alternatives(
    p_service, p_practitioner_id, p_patient_id, p_starts_at, p_ends_at, p_room_id, p_except)) end;
begin
  if exists (
    select from public.appointments a
    where a.patient_id = p_patient_id and a.id is distinct from p_except and private.is_open_status(a.status)
      and tstzrange(a.starts_at, a.ends_at) && tstzrange(p_starts_at, p_ends_at)
  ) then
    perform private.refuse(409, 'patient_busy', 'The patient has another appointment at this time.', v_detail);
  end if;
  perform private.refuse(409, 'slot_taken', 'This time is taken.', v_detail);
end;
$$;

-- Locks the schedules of practitioners, patients and rooms, always in the same order: a transaction that moves
-- appointments, or books several, would otherwise wait for another one that waits for it.
create function private.lock_schedules(p_ids uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('move ' || k, 0))
  from (select distinct k from unnest(p_ids) as k where k is not null order by 1) as keys;
end;
$$;
