-- Slots: when a service can be had. Computed from hours, exceptions and what is taken; nothing of it is stored.

-- The first instant at which the clocks of a zone show a wall time or a later one. Where clocks go back and show it twice, that is the first
-- time; where they go forward over it, that is the change itself.
create function private.first_instant(p_local timestamp, p_zone text) returns timestamptz
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  v_found timestamptz := p_local at time zone p_zone;
  v_earlier timestamptz;
  v_below timestamptz;
  v_middle timestamptz;
begin
  if v_found at time zone p_zone = p_local then
    v_earlier := (p_local - ((v_found - interval '26 hours') at time zone p_zone - (v_found - interval '26 hours') at time zone 'UTC')) at time zone 'UTC';
    return case when v_earlier < v_found and v_earlier at time zone p_zone = p_local then v_earlier else v_found end;
  end if;
  v_below := date_trunc('minute', v_found) - interval '26 hours';
  v_found := date_trunc('minute', v_found) + interval '26 hours';
  while v_found - v_below > interval '1 minute' loop
    v_middle := date_trunc('minute', v_below + (v_found - v_below) / 2);
    if v_middle at time zone p_zone >= p_local then
      v_found := v_middle;
    else
      v_below := v_middle;
    end if;
  end loop;
  return v_found;
end;
$$;
grant execute on function private.first_instant to authenticated;

-- Where slots may start in the hours of one day: every p_step minutes of wall time from the beginning of the hours on, while p_duration minutes fit.
-- On a day with a change of the clocks each instant is asked for the time it shows, so that an hour that comes twice has its slots twice
-- and one that does not come has none.
create function private.slot_starts(p_day date, p_start time, p_end time, p_zone text, p_step int, p_duration int) returns setof timestamptz
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  v_from timestamptz := private.first_instant(p_day + p_start, p_zone);
  v_to timestamptz := private.first_instant(p_day + p_end, p_zone);
  v_last timestamptz := v_to - make_interval(mins => p_duration);
begin
  if v_to - v_from = p_end - p_start then
    return query select generate_series(v_from, v_last, make_interval(mins => p_step));
  else
    return query
      select t from generate_series(v_from, v_last, interval '1 minute') as t
      where mod((extract(epoch from t at time zone p_zone - (p_day + p_start)) / 60)::int, p_step) = 0;
  end if;
end;
$$;
grant execute on function private.slot_starts to authenticated;

-- The hours of practitioners on the days from p_from to p_to; `extra` ones hold on closed days too.
create function private.hours(p_practitioner_ids uuid[], p_from date, p_to date)
returns table (practitioner_id uuid, day date, start_time time, end_time time, extra boolean)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select r.practitioner_id, d::date, r.start_time, r.end_time, false
    from generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') as d
    join public.availability_rules r on r.weekday = extract(isodow from d) and d::date between r.valid_from and coalesce(r.valid_to, 'infinity')
    where r.practitioner_id = any (p_practitioner_ids)
    union all
    select e.practitioner_id, d::date, e.start_time, e.end_time, true
    from generate_series(p_from::timestamp, p_to::timestamp, interval '1 day') as d
    join public.availability_exceptions e on d::date between e.from_day and e.to_day
    where e.practitioner_id = any (p_practitioner_ids) and e.kind = 'open';
end;
$$;

-- When practitioners of a hospital are closed between two days, holidays included.
create function private.closures(p_organization_id uuid, p_practitioner_ids uuid[], p_from date, p_to date, p_zone text)
returns table (practitioner_id uuid, closed tstzmultirange)
language plpgsql stable
set search_path = ''
as $$
begin
  return query
    select p, range_agg(tstzrange(
      private.first_instant(d.day + coalesce(e.start_time, '00:00'), p_zone), private.first_instant(d.day + coalesce(e.end_time, '24:00'), p_zone)))
    from public.availability_exceptions e
    cross join unnest(p_practitioner_ids) as p
    cross join lateral (
      select g::date as day from generate_series(greatest(e.from_day, p_from)::timestamp, least(e.to_day, p_to)::timestamp, interval '1 day') as g) as d
    where e.organization_id = p_organization_id and e.kind = 'closed' and e.to_day >= p_from and e.from_day <= p_to
      and (e.practitioner_id = p or e.practitioner_id is null)
    group by p;
end;
$$;

-- The practitioners of a service who are there: all of them, those named, or those of a specialty.
create function private.practitioners_of(p_service_id uuid, p_practitioner_ids uuid[], p_specialty text) returns uuid[]
language sql stable security definer
set search_path = ''
as $$
  select coalesce(array_agg(p.id), '{}')
  from public.service_resources r
  join public.practitioners p on p.id = r.practitioner_id and p.active
  join public.memberships m on m.id = p.membership_id and m.status = 'active'
  where r.service_id = p_service_id and (p_practitioner_ids is null or p.id = any (p_practitioner_ids))
    and (p_specialty is null or p.specialty = p_specialty);
$$;
grant execute on function private.practitioners_of to authenticated;

-- The free slots of a service with these practitioners that start from p_from on and before p_to. Reads everybody's appointments, and tells of them
-- only that a time is taken.
create function private.free_slots(p_service public.services, p_practitioner_ids uuid[], p_from timestamptz, p_to timestamptz, p_now timestamptz default now())
returns table (practitioner_id uuid, starts_at timestamptz, ends_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_zone text := (select o.time_zone from public.organizations o where o.id = p_service.organization_id);
  v_from_day date := (p_from at time zone v_zone)::date - 1;
  v_to_day date := (p_to at time zone v_zone)::date + 1;
  v_before interval := make_interval(mins => p_service.buffer_before_minutes);
  v_length interval := make_interval(mins => p_service.duration_minutes);
  v_after interval := make_interval(mins => p_service.duration_minutes + p_service.buffer_after_minutes);
  v_rooms uuid[] := array(
    select r.room_id from public.service_resources r join public.rooms m on m.id = r.room_id where r.service_id = p_service.id and m.active);
  v_in_rooms boolean := exists (select from public.service_resources r where r.service_id = p_service.id and r.room_id is not null);
begin
  return query
    with hours as materialized (
      -- Many practitioners have the same hours: those of one shape share their starts.
      select h.*, dense_rank() over (order by h.day, h.start_time, h.end_time) as shape from private.hours(p_practitioner_ids, v_from_day, v_to_day) h
    ), starts as materialized (
      select h.shape, s as starts_at, s + v_length as ends_at, tstzrange(s, s + v_length) as during, tstzrange(s - v_before, s + v_after) as blocked
      from (select distinct x.shape, x.day, x.start_time, x.end_time from hours x) h
      cross join lateral private.slot_starts(h.day, h.start_time, h.end_time, v_zone, p_service.slot_minutes, p_service.duration_minutes) s
      where s >= greatest(p_from, p_now) and s < p_to
    ), room_taken as materialized (
      select r as room_id, (
        select range_agg(a.blocked) from public.appointments a
        where a.room_id = r and a.starts_at between p_from - interval '12 hours' and p_to + interval '12 hours'
          and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress') and coalesce(a.hold_expires_at > p_now, true)) as taken
      from unnest(v_rooms) as r
    ), roomed as materialized (
      select s.* from starts s
      where not v_in_rooms or exists (select from room_taken r where r.taken is null or not r.taken && s.blocked)
    ), person as materialized (
      select p.id, (
        select range_agg(a.blocked) from public.appointments a
        where a.practitioner_user_id = p.user_id and a.starts_at between p_from - interval '12 hours' and p_to + interval '12 hours'
          and a.status in ('held', 'requested', 'booked', 'checked_in', 'in_progress') and coalesce(a.hold_expires_at > p_now, true)) as taken,
        c.closed
      from public.practitioners p
      left join private.closures(p_service.organization_id, p_practitioner_ids, v_from_day, v_to_day, v_zone) c on c.practitioner_id = p.id
      where p.id = any (p_practitioner_ids)
    )
    select distinct h.practitioner_id, s.starts_at, s.ends_at
    from roomed s
    join hours h on h.shape = s.shape
    join person w on w.id = h.practitioner_id
    where (w.taken is null or not w.taken && s.blocked) and (h.extra or w.closed is null or not w.closed && s.during);
end;
$$;
grant execute on function private.free_slots to authenticated;

-- Whether a practitioner is there from p_starts_at to p_ends_at, taken or not; with p_step only where slots start.
create function private.is_open(p_practitioner public.practitioners, p_starts_at timestamptz, p_ends_at timestamptz, p_step int default null)
returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_zone text := (select o.time_zone from public.organizations o where o.id = p_practitioner.organization_id);
  v_day date := (p_starts_at at time zone v_zone)::date;
  v_minutes int := extract(epoch from p_ends_at - p_starts_at) / 60;
  v_closed tstzmultirange := (select c.closed from private.closures(p_practitioner.organization_id, array[p_practitioner.id], v_day, v_day + 1, v_zone) c);
begin
  return exists (
    select from private.hours(array[p_practitioner.id], v_day, v_day) h
    where private.first_instant(h.day + h.start_time, v_zone) <= p_starts_at and private.first_instant(h.day + h.end_time, v_zone) >= p_ends_at
      and (h.extra or v_closed is null or not v_closed && tstzrange(p_starts_at, p_ends_at))
      and (p_step is null or p_starts_at in (select private.slot_starts(h.day, h.start_time, h.end_time, v_zone, p_step, v_minutes))));
end;
$$;

-- Up to three free slots near a time that is not free: of the same practitioner if there are enough, else of all who give the service.
create function private.alternatives(p_service public.services, p_practitioner_id uuid, p_starts_at timestamptz) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_from timestamptz := greatest(p_starts_at - interval '1 day', now() + make_interval(mins => p_service.notice_minutes));
  v_to timestamptz := greatest(p_starts_at, v_from) + interval '7 days';
  v_who uuid[] := array[p_practitioner_id];
  v_found jsonb;
begin
  for i in 1..2 loop
    select jsonb_agg(jsonb_build_object('practitioner_id', f.practitioner_id, 'starts_at', f.starts_at, 'ends_at', f.ends_at) order by f.starts_at, f.practitioner_id)
    into v_found
    from (
      select s.* from private.free_slots(p_service, v_who, v_from, v_to) s
      order by s.practitioner_id <> p_practitioner_id, abs(extract(epoch from s.starts_at - p_starts_at)), s.starts_at, s.practitioner_id limit 3) as f;
    exit when jsonb_array_length(v_found) = 3;
    v_who := private.practitioners_of(p_service.id, null, null);
  end loop;
  return coalesce(v_found, '[]');
end;
$$;

-- The free slots of a service, for staff of its hospital and for patients who may book it. Days are those of p_time_zone, or else of the hospital.
-- The p_after_ parameters are start and practitioner of the last one seen.
create function public.search_slots(p_service_id uuid, p_from date, p_to date, p_practitioner_ids uuid[] default null, p_specialty text default null,
  p_time_zone text default null, p_limit int default 25, p_after_starts_at timestamptz default null, p_after_practitioner_id uuid default null)
returns table (practitioner_id uuid, starts_at timestamptz, ends_at timestamptz)
language plpgsql stable
set search_path = ''
as $$
declare
  v_service public.services;
  v_zone text;
  v_earliest timestamptz := now();
begin
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
  end if;
  v_zone := coalesce(p_time_zone, (select o.time_zone from public.organizations o where o.id = v_service.organization_id));
  return query
    select f.practitioner_id, f.starts_at, f.ends_at
    from private.free_slots(v_service, private.practitioners_of(v_service.id, p_practitioner_ids, p_specialty),
      greatest(private.first_instant(p_from::timestamp, v_zone), p_after_starts_at, v_earliest), private.first_instant(p_to + time '24:00', v_zone)) f
    where p_after_starts_at is null or (f.starts_at, f.practitioner_id) > (p_after_starts_at, p_after_practitioner_id)
    order by f.starts_at, f.practitioner_id
    limit least(greatest(p_limit, 1), 101);
end;
$$;
grant execute on function public.search_slots to authenticated;
