-- Opening: when practitioners are there, as instants, out of hours in the wall time of their hospital, whatever its
-- clocks do.

-- The first instant at which the clocks of a zone show a wall time or a later one. Where clocks go back and show it
-- twice, that is the first time; where they go forward over it, that is the change itself.
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
    v_below := v_found - interval '26 hours';
    v_earlier := (p_local - (v_below at time zone p_zone - v_below at time zone 'UTC')) at time zone 'UTC';
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

-- The stretches of time in which the clocks of a zone keep their distance from UTC: one where clocks do not change
-- around p_from to p_to, else one more for each change. `next_ahead` is the distance of the following one.
create function private.clock_stretches(p_from timestamptz, p_to timestamptz, p_zone text)
returns table (ahead interval, begins timestamptz, ends timestamptz, next_ahead interval)
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  v_at timestamptz := date_trunc('minute', p_from);
  v_later timestamptz;
  v_middle timestamptz;
begin
  ahead := v_at at time zone p_zone - v_at at time zone 'UTC';
  begins := '-infinity';
  while v_at < p_to loop
    v_later := v_at + interval '24 hours';
    next_ahead := v_later at time zone p_zone - v_later at time zone 'UTC';
    if next_ahead <> ahead then
      ends := v_later;
      while ends - v_at > interval '1 minute' loop
        v_middle := date_trunc('minute', v_at + (ends - v_at) / 2);
        if v_middle at time zone p_zone - v_middle at time zone 'UTC' = ahead then
          v_at := v_middle;
        else
          ends := v_middle;
        end if;
      end loop;
      return next;
      begins := ends;
      ahead := next_ahead;
    end if;
    v_at := v_later;
  end loop;
  ends := 'infinity';
  next_ahead := null;
  return next;
end;
$$;

-- The hours of practitioners on the days from p_from to p_to, as instants: whenever the clocks show a time within them,
-- so that what clocks show twice counts twice and what they leave out does not count. One row for each stretch of the
-- clocks: slots are counted from `grid`, begin from `starts_from` on and before `starts_before`, and end by `closes`,
-- which lies in the next stretch where the hours go on over the change. `extra` hours hold on closed days too.
create function private.open_times(p_practitioner_ids uuid[], p_from date, p_to date, p_zone text)
returns table (
  practitioner_id uuid,
  grid timestamptz,
  starts_from timestamptz,
  starts_before timestamptz,
  closes timestamptz,
  extra boolean
)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    with days as (
      select p_from + n as day from generate_series(0, p_to - p_from) as n
    ), hours as (
      select r.practitioner_id as id, d.day + r.start_time as opens, d.day + r.end_time as shuts, false as extra
      from days d
      join public.availability_rules r
        on r.weekday = extract(isodow from d.day)::int
        and d.day between r.valid_from and coalesce(r.valid_to, 'infinity')
      where r.practitioner_id = any (p_practitioner_ids)
      union all
      select e.practitioner_id, d.day + e.start_time, d.day + e.end_time, true
      from days d
      join public.availability_exceptions e on d.day between e.from_day and e.to_day
      where e.practitioner_id = any (p_practitioner_ids) and e.kind = 'open'
    ), times as (
      select h.id, h.extra, c.begins, c.ends,
        (h.opens - c.ahead) at time zone 'UTC' as opens,
        (h.shuts - c.ahead) at time zone 'UTC' as shuts,
        (h.opens - c.next_ahead) at time zone 'UTC' as next_opens,
        (h.shuts - c.next_ahead) at time zone 'UTC' as next_shuts
      from hours h
      cross join private.clock_stretches((p_from - 1) at time zone 'UTC', (p_to + 2) at time zone 'UTC', p_zone) c
    )
    select t.id, t.opens, greatest(t.opens, t.begins), least(t.shuts, t.ends),
      case when t.shuts >= t.ends and t.next_opens <= t.ends then greatest(t.ends, t.next_shuts)
        else least(t.shuts, t.ends) end,
      t.extra
    from times t where t.opens < t.ends and t.shuts > t.begins;
end;
$$;

-- When practitioners of a hospital are closed between two days, holidays included.
create function private.closures(p_organization_id uuid, p_practitioner_ids uuid[], p_from date, p_to date, p_zone text)
returns table (practitioner_id uuid, closed tstzmultirange)
language plpgsql stable
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    with clocks as materialized (
      select * from private.clock_stretches((p_from - 1) at time zone 'UTC', (p_to + 2) at time zone 'UTC', p_zone)
    ), days as (
      select e.practitioner_id as id,
        d.day + coalesce(e.start_time, '00:00') as shuts,
        d.day + coalesce(e.end_time, '24:00') as opens
      from public.availability_exceptions e
      cross join lateral (
        select g::date as day
        from generate_series(
          greatest(e.from_day, p_from)::timestamp, least(e.to_day, p_to)::timestamp, interval '1 day') as g) as d
      where e.organization_id = p_organization_id and e.kind = 'closed' and e.to_day >= p_from and e.from_day <= p_to
        and (e.practitioner_id is null or e.practitioner_id = any (p_practitioner_ids))
    ), closed as materialized (
      select d.id, range_agg(tstzrange(greatest(t.shuts, c.begins), least(t.opens, c.ends))) as during
      from days d
      cross join clocks c
      cross join lateral (
        select (d.shuts - c.ahead) at time zone 'UTC' as shuts, (d.opens - c.ahead) at time zone 'UTC' as opens) as t
      where t.shuts < c.ends and t.opens > c.begins
      group by d.id
    )
    select p, range_agg(c.during)
    from unnest(p_practitioner_ids) as p join closed c on c.id = p or c.id is null group by p;
end;
$$;

-- Whether a practitioner is there from p_starts_at to p_ends_at, taken or not; with p_step only where slots start. As
-- long as the clocks keep their distance from UTC meanwhile, wall times can be compared, which every booking does.
create function private.is_open(
  p_practitioner public.practitioners,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_step int default null
) returns boolean
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_zone text := (select o.time_zone from public.organizations o where o.id = p_practitioner.organization_id);
  v_starts timestamp := p_starts_at at time zone v_zone;
  v_ends timestamp := v_starts + (p_ends_at - p_starts_at);
  v_day date := v_starts::date;
begin
  if p_ends_at at time zone v_zone <> v_ends then
    return private.is_open_over_change(p_practitioner, p_starts_at, p_ends_at, v_day, v_zone, p_step);
  end if;
  return exists (
    select from (
      select v_day + r.start_time as opens, v_day + r.end_time as shuts, false as extra
      from public.availability_rules r
      where r.practitioner_id = p_practitioner.id and r.weekday = extract(isodow from v_day)::int
        and v_day between r.valid_from and coalesce(r.valid_to, 'infinity')
      union all
      select v_day + e.start_time, v_day + e.end_time, true
      from public.availability_exceptions e
      where e.practitioner_id = p_practitioner.id and e.kind = 'open' and v_day between e.from_day and e.to_day
    ) as h
    where v_starts >= h.opens and v_ends <= h.shuts
      and (p_step is null or mod(extract(epoch from v_starts - h.opens), p_step * 60) = 0)
      and (h.extra or not exists (
        select from public.availability_exceptions e
        where e.organization_id = p_practitioner.organization_id and e.kind = 'closed'
          and (e.practitioner_id is null or e.practitioner_id = p_practitioner.id)
          and e.to_day >= v_day and e.from_day <= v_day
          and v_starts < v_day + coalesce(e.end_time, '24:00') and v_ends > v_day + coalesce(e.start_time, '00:00'))));
end;
$$;

-- The same while the clocks change.
create function private.is_open_over_change(
  p_practitioner public.practitioners,
  p_starts_at timestamptz,
  p_ends_at timestamptz,
  p_day date,
  p_zone text,
  p_step int
) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_closed tstzmultirange := (
    select c.closed
    from private.closures(p_practitioner.organization_id, array[p_practitioner.id], p_day, p_day + 1, p_zone) c);
begin
  return exists (
    select from private.open_times(array[p_practitioner.id], p_day, p_day, p_zone) o
    where p_starts_at >= o.starts_from and p_starts_at < o.starts_before and p_ends_at <= o.closes
      and (o.extra or v_closed is null or not v_closed && tstzrange(p_starts_at, p_ends_at))
      and (p_step is null or mod(extract(epoch from p_starts_at - o.grid), p_step * 60) = 0));
end;
$$;
