-- Slots: when a service can be had. Computed from hours, exceptions and what is taken; nothing of it is stored.

-- The practitioners of a service who are there: all of them, those named, or those of a specialty.
create function private.practitioners_of(p_service_id uuid, p_practitioner_ids uuid[], p_specialty text) returns uuid[]
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(array_agg(p.id), '{}')
    from public.service_resources r
    join public.practitioners p on p.id = r.practitioner_id and p.active
    join public.memberships m on m.id = p.membership_id and m.status = 'active'
    where r.service_id = p_service_id and (p_practitioner_ids is null or p.id = any (p_practitioner_ids))
      and (p_specialty is null or p.specialty = p_specialty)
  );
end;
$$;
grant execute on function private.practitioners_of to authenticated;

-- The free slots of a service with these practitioners that start from p_from on and before p_to; with p_room_id in
-- that room alone, and with p_except as if that appointment were not. Reads everybody's appointments, and tells of them
-- only that a time is taken.
create function private.free_slots(
  p_service public.services,
  p_practitioner_ids uuid[],
  p_from timestamptz,
  p_to timestamptz,
  p_now timestamptz default now(),
  p_room_id uuid default null,
  p_except uuid default null
)
returns table (practitioner_id uuid, starts_at timestamptz, ends_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_zone text := (select o.time_zone from public.organizations o where o.id = p_service.organization_id);
  v_from_day date := (p_from at time zone v_zone)::date - 1;
  v_to_day date := (p_to at time zone v_zone)::date + 1;
  v_first timestamptz := greatest(p_from, p_now);
  v_step interval := make_interval(mins => p_service.slot_minutes);
  v_length interval := make_interval(mins => p_service.duration_minutes);
  v_before interval := make_interval(mins => p_service.buffer_before_minutes);
  v_after interval := make_interval(mins => p_service.duration_minutes + p_service.buffer_after_minutes);
  v_rooms uuid[] := case when p_room_id is not null then array[p_room_id] else array(
    select r.room_id
    from public.service_resources r
    join public.rooms m on m.id = r.room_id where r.service_id = p_service.id and m.active) end;
  v_in_rooms boolean := p_room_id is not null
    or exists (select from public.service_resources r where r.service_id = p_service.id and r.room_id is not null);
  v_no_room tstzmultirange := '{}';
begin
  -- What is taken is turned into the starts that it makes impossible, so that each start is looked up once and no slot
  -- is compared with every room.
  if v_in_rooms then
    v_no_room := (
      select coalesce(range_intersect_agg(coalesce((
        select range_agg(tstzrange(lower(a.blocked) - v_after, upper(a.blocked) + v_before, '()'))
        from public.appointments a
        where a.room_id = r
          and a.starts_at between p_from - interval '12 hours' and p_to + interval '12 hours'
          and private.is_open_status(a.status) and coalesce(a.hold_expires_at > p_now, true)
          and (p_except is null or a.id <> p_except)), '{}')), '{(,)}')
      from unnest(v_rooms) as r);
  end if;
  return query
    with taken as materialized (
      select p.id, v_no_room + coalesce((
        select range_agg(tstzrange(lower(a.blocked) - v_after, upper(a.blocked) + v_before, '()'))
        from public.appointments a
        where a.practitioner_key = p.person_key
          and a.starts_at between p_from - interval '12 hours' and p_to + interval '12 hours'
          and private.is_open_status(a.status) and coalesce(a.hold_expires_at > p_now, true)
          and (p_except is null or a.id <> p_except)), '{}') as starts
      from public.practitioners p where p.id = any (p_practitioner_ids)
    ), person as materialized (
      select t.id, t.starts as taken, t.starts + coalesce((
        select range_agg(tstzrange(lower(r) - v_length, upper(r), '()'))
        from unnest(c.closed) as r), '{}') as taken_or_closed
      from taken t
      left join private.closures(p_service.organization_id, p_practitioner_ids, v_from_day, v_to_day, v_zone) c
        on c.practitioner_id = t.id
    )
    select distinct o.practitioner_id, s, s + v_length
    from private.open_times(p_practitioner_ids, v_from_day, v_to_day, v_zone) o
    join person w on w.id = o.practitioner_id
    cross join lateral generate_series(
      o.grid, least(o.starts_before - interval '1 microsecond', o.closes - v_length), v_step) as s
    where s >= o.starts_from and s >= v_first and s < p_to
      and not (case when o.extra then w.taken else w.taken_or_closed end @> s);
end;
$$;
grant execute on function private.free_slots to authenticated;

-- Up to three times near one that is not free at which it can be booked instead, as long and in the same room: with the
-- same practitioner if there are enough, else with all who give the service. For p_except, the appointment that would
-- move, all but where it is.
create function private.alternatives(
  p_service public.services,
  p_practitioner_id uuid,
  p_patient_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_room_id uuid default null,
  p_except uuid default null
) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_from timestamptz := greatest(
    p_starts_at - interval '1 day', now() + make_interval(mins => p_service.notice_minutes));
  v_to timestamptz := least(greatest(p_starts_at, v_from) + interval '7 days',
    greatest(p_starts_at, now() + make_interval(days => p_service.horizon_days)));
  v_who uuid[] := private.practitioners_of(p_service.id, array[p_practitioner_id], null);
  v_moved public.appointments;
  v_patient_busy tstzmultirange := (
    select coalesce(range_agg(tstzrange(a.starts_at, a.ends_at)), '{}') from public.appointments a
    where a.patient_id = p_patient_id and a.id is distinct from p_except
      and a.starts_at between v_from - interval '12 hours' and v_to + interval '12 hours'
      and private.is_open_status(a.status) and coalesce(a.hold_expires_at > now(), true));
  v_found jsonb;
begin
  p_service.duration_minutes := extract(epoch from p_ends_at - p_starts_at) / 60;
  select * into v_moved from public.appointments where id = p_except;
  if found then
    p_service.buffer_before_minutes := v_moved.buffer_before_minutes;
    p_service.buffer_after_minutes := v_moved.buffer_after_minutes;
  end if;
  for i in 1..2 loop
    select jsonb_agg(
      jsonb_build_object('practitioner_id', f.practitioner_id, 'starts_at', f.starts_at, 'ends_at', f.ends_at)
      order by f.starts_at, f.practitioner_id)
    into v_found
    from (
      select s.* from private.free_slots(p_service, v_who, v_from, v_to, now(), p_room_id, p_except) s
      where (s.practitioner_id, s.starts_at) is distinct from (v_moved.practitioner_id, v_moved.starts_at)
        and not v_patient_busy && tstzrange(s.starts_at, s.ends_at)
      order by s.practitioner_id <> p_practitioner_id, abs(extract(epoch from s.starts_at - p_starts_at)), s.starts_at,
        s.practitioner_id
      limit 3) as f;
    exit when jsonb_array_length(v_found) = 3;
    v_who := private.practitioners_of(p_service.id, null, null);
  end loop;
  return coalesce(v_found, '[]');
end;
$$;

create function public.search_slots(
  p_service_id uuid,
  p_from date,
  p_to date,
  p_practitioner_ids uuid[] default null,
  p_specialty text default null,
  p_time_zone text default null,
  p_limit int default 25,
  p_after_starts_at timestamptz default null,
  p_after_practitioner_id uuid default null
)
returns table (practitioner_id uuid, starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
  v_service public.services;
  v_zone text;
  v_earliest timestamptz := now();
  v_latest timestamptz := now() + interval '1826 days';
begin
  perform private.require_count(p_practitioner_ids, 100, '/practitioner_id'),
    private.require_length(p_specialty, 100, '/specialty'), private.require_length(p_time_zone, 64, '/time_zone');
  if p_from is null or p_to is null then
    perform private.refuse(422, 'invalid_input', 'A search has a first and a last day.',
      jsonb_build_object('pointer', case when p_from is null then '/from' else '/to' end));
  end if;
  if p_to < p_from or p_to - p_from > 30 then
    perform private.refuse(422, 'invalid_input', 'A search covers at most 31 days.', '{"pointer": "/to"}');
  end if;
  if not private.is_time_zone(p_time_zone) then
    perform private.refuse(422, 'invalid_input', 'This is not a time zone.', '{"pointer": "/time_zone"}');
  end if;
  select s.* into v_service from public.services s where s.id = p_service_id and s.active;
  if not found then
    perform private.refuse(404, 'not_found', 'There is no such service, or it is not for you to book.');
  end if;
  if v_service.organization_id <> all (private.my_hospitals()) then
    if v_service.id <> all (private.my_services()) then
      perform private.refuse(403, 'forbidden', 'Appointments are made by patients and by the staff of the hospital.');
    end if;
    v_earliest := v_earliest + make_interval(mins => v_service.notice_minutes);
    v_latest := now() + make_interval(days => v_service.horizon_days);
  end if;
  v_zone := coalesce(
    p_time_zone, (select o.time_zone from public.organizations o where o.id = v_service.organization_id));
  return query
    select f.practitioner_id, f.starts_at, f.ends_at
    from private.free_slots(v_service, private.practitioners_of(v_service.id, p_practitioner_ids, p_specialty),
      greatest(private.first_instant(p_from::timestamp, v_zone), p_after_starts_at, v_earliest),
      least(private.first_instant(p_to + time '24:00', v_zone), v_latest)) f
    where p_after_starts_at is null or (f.starts_at, f.practitioner_id) > (p_after_starts_at, p_after_practitioner_id)
    order by f.starts_at, f.practitioner_id
    limit least(greatest(p_limit, 1), 101);
end;
$$;
comment on function public.search_slots is
  'The free slots of a service, for staff of its hospital and for patients who may book it. Days are those of '
  'p_time_zone, or else of the hospital. The p_after_ parameters are start and practitioner of the last one seen.';
grant execute on function public.search_slots to authenticated;
