-- Reading series: one, or a list by age, and the calendar of their dates.

create function public.get_series(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (select series from private.series_list_json(array[p_id]));
end;
$$;
comment on function public.get_series is
  'Reads one series; null when there is none that the caller may see. `list_appointments` lists its appointments.';
grant execute on function public.get_series to authenticated;

create function public.list_series(
  p_organization_id uuid default null,
  p_patient_id uuid default null,
  p_status public.series_status default null,
  p_limit int default 25,
  p_after_created_at timestamptz default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    with matching as not materialized (
      select q.id, q.created_at
      from public.appointment_series q
      where (p_organization_id is null or q.organization_id = p_organization_id)
        and (p_patient_id is null or q.patient_id = p_patient_id)
        and (p_status is null or q.status = p_status)
    ), listed as materialized (
      select m.id, m.created_at
      from matching m
      where p_after_id is null or (m.created_at, m.id) > (p_after_created_at, p_after_id)
      order by m.created_at, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(j.series order by l.created_at, l.id), '[]'),
      'total', case when p_count then (select count(*) from matching) end)
    from listed l
    join private.series_list_json(array(select x.id from listed x)) j on j.id = l.id);
end;
$$;
comment on function public.list_series is
  'Lists the series that the caller sees, oldest first, as {rows, total}. The p_after_ parameters are creation and '
  'id of the last one seen.';
grant execute on function public.list_series to authenticated;

-- Series as the API shows them: how they repeat, and how many of their appointments are still open.
create function private.series_list_json(p_ids uuid[]) returns table (id uuid, series jsonb)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_patient_id uuid := private.my_patient_id();
begin
  return query
    select q.id, jsonb_build_object(
      'id', q.id,
      'organization_id', q.organization_id,
      'organization_name', o.name,
      'time_zone', o.time_zone,
      'patient_id', q.patient_id,
      'service_id', q.service_id,
      'service_name', case
        when q.patient_id = v_patient_id or not private.sees_nothing(q.patient_id, q.organization_id) then s.name end,
      'practitioner_id', q.practitioner_id,
      'practitioner_name', d.display_name,
      'room_id', q.room_id,
      'room_name', r.name,
      'unit', q.unit,
      'every_n', q.every_n,
      'start_day', q.start_day,
      'last_day', private.series_day(q, q.occurrences - 1),
      'month_day', q.month_day,
      'start_time', to_char(q.start_time, 'HH24:MI'),
      'duration_minutes', q.duration_minutes,
      'occurrences', q.occurrences,
      'open', (
        select count(*)
        from public.appointments a
        where a.series_id = q.id and a.status in ('requested', 'booked', 'checked_in', 'in_progress')),
      'status', q.status,
      'continues', q.continues,
      'version', q.version,
      'created_at', q.created_at,
      'updated_at', q.updated_at)
    from public.appointment_series q
    join public.organizations o on o.id = q.organization_id
    join public.services s on s.id = q.service_id
    join public.practitioners d on d.id = q.practitioner_id
    left join public.rooms r on r.id = q.room_id
    where q.id = any (p_ids) and private.is_party(q.patient_id, q.organization_id, v_patient_id, v_hospitals);
end;
$$;
grant execute on function private.series_list_json to authenticated;

-- The day of one date of a series, counted from 0. Months are counted from the first one, so that a short month moves
-- no later one.
create function private.series_day(p_series public.appointment_series, p_index int) returns date
language plpgsql immutable
set search_path = ''
as $$
declare
  v_month date;
begin
  case p_series.unit
    when 'day' then
      return p_series.start_day + p_index * p_series.every_n;
    when 'week' then
      return p_series.start_day + 7 * p_index * p_series.every_n;
    when 'month' then
      v_month := date_trunc(
        'month', p_series.start_day::timestamp) + make_interval(months => p_index * p_series.every_n);
      return least(v_month + p_series.month_day - 1, (v_month + interval '1 month')::date - 1);
  end case;
end;
$$;

-- The instant of one date of a series: its wall time in the zone of the hospital, on whichever side of a clock change.
create function private.series_start(p_series public.appointment_series, p_index int) returns timestamptz
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select private.first_instant(private.series_day(p_series, p_index) + p_series.start_time, o.time_zone)
    from public.organizations o
    where o.id = p_series.organization_id);
end;
$$;
