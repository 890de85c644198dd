-- Booking series: staff book all dates or, where they say so, those that are free. Each date is an appointment of its
-- own.

create function public.book_series(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'book_series', p_input,
    '{service_id, practitioner_id, patient_id, room_id, unit, every_n, start_day, start_time, duration_minutes, count,
      until, skip_conflicts}',
    'private.booked_series_json($1)');
end;
$$;
comment on function public.book_series is
  'Books a series: all of its dates, or with `skip_conflicts` those that are free. Idempotent. {service_id, '
  'practitioner_id, patient_id, room_id?, unit, every_n?, start_day, start_time, duration_minutes?, count or until, '
  'skip_conflicts?} -> the series with `left_out`, the dates that were not booked; 409 with `conflicts`, each with '
  'its reason and alternatives, where dates are taken.';
grant execute on function public.book_series to authenticated;

-- Locks the schedules first: of two series that want the same dates the second finds all of them taken, instead of
-- waiting for the first one date by date.
create function private.book_series(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_skip boolean := coalesce((p_input ->> 'skip_conflicts')::boolean, false);
  v_id uuid;
  v_left_out jsonb := '[]';
  v_service public.services;
  v_series public.appointment_series;
  v_practitioner public.practitioners;
  v_starts_at timestamptz;
  v_code text;
  v_message text;
  v_detail text;
begin
  select s.* into v_service from public.services s where s.id = (p_input ->> 'service_id')::uuid and s.active;
  if private.booking_party(v_service) <> 'staff' then
    perform private.refuse(403, 'forbidden', 'Series are booked by the hospital''s staff.');
  end if;
  v_series := private.read_series(p_input, v_service);
  v_practitioner := private.practitioner_for(v_service, v_series.practitioner_id);
  perform private.require_length_and_room(v_service, v_series.duration_minutes, v_series.room_id);
  perform private.require_patient_in_care(v_service, v_series.patient_id);
  perform private.lock_schedules(
    array[v_practitioner.person_key, v_series.patient_id, v_series.room_id] || private.rooms_of(v_service.id));
  v_id := private.insert_series(v_series);
  for i in 0 .. v_series.occurrences - 1 loop
    v_starts_at := private.series_start(v_series, i);
    begin
      perform private.book_slot(
        jsonb_strip_nulls(jsonb_build_object(
          'service_id', v_service.id,
          'practitioner_id', v_practitioner.id,
          'patient_id', v_series.patient_id,
          'room_id', v_series.room_id,
          'starts_at', v_starts_at,
          'duration_minutes', v_series.duration_minutes)),
        'booked', v_id, i);
    exception when sqlstate 'PT409' or sqlstate 'PT422' then
      get stacked diagnostics
        v_code = pg_exception_hint, v_message = message_text, v_detail = pg_exception_detail;
      v_left_out := v_left_out || private.refused_date(
        private.series_day(v_series, i), v_starts_at, v_code, v_message, v_detail);
    end;
  end loop;
  if jsonb_array_length(v_left_out) > (case when v_skip then v_series.occurrences - 1 else 0 end) then
    perform private.refuse_dates(private.with_alternatives(v_left_out, v_service, v_series));
  end if;
  if v_left_out <> '[]' then
    update public.appointment_series q set left_out = v_left_out where q.id = v_id;
  end if;
  return private.made(v_id);
end;
$$;
grant execute on function private.book_series to authenticated;

-- Reads how a series repeats out of an input and checks it: exactly one of `count` and `until`, at most 52 dates within
-- two years, none of them past.
create function private.read_series(p_input jsonb, p_service public.services) returns public.appointment_series
language plpgsql stable
set search_path = ''
as $$
declare
  v_series public.appointment_series := jsonb_populate_record(
    null::public.appointment_series, jsonb_strip_nulls(p_input - array['count', 'until', 'skip_conflicts']));
  v_end text := case when p_input ? 'until' then 'until' else 'count' end;
  v_missing text;
begin
  select k into v_missing
  from unnest(array['unit', 'start_day', 'start_time']) as k where p_input ->> k is null limit 1;
  if v_missing is not null then
    perform private.refuse(
      422, 'invalid_input', 'A series says how it repeats and when it starts.',
      jsonb_build_object('pointer', '/' || v_missing));
  end if;
  if (p_input ? 'count') = (p_input ? 'until') then
    perform private.refuse(
      422, 'invalid_input', 'A series has either a number of dates or a last day.',
      jsonb_build_object('pointer', '/' || v_end));
  end if;
  v_series.every_n := coalesce(v_series.every_n, 1);
  if v_series.every_n not between 1 and 26 then
    perform private.refuse(
      422, 'invalid_input', 'A series repeats every 1 to 26 days, weeks or months.', '{"pointer": "/every_n"}');
  end if;
  v_series.organization_id := p_service.organization_id;
  v_series.duration_minutes := coalesce(v_series.duration_minutes, p_service.duration_minutes);
  v_series.month_day := case when v_series.unit = 'month' then extract(day from v_series.start_day) end;
  if v_series.start_day > current_date + 731 or private.series_start(v_series, 0) < now() then
    perform private.refuse(
      422, 'invalid_input', 'A series starts in the future, within two years.', '{"pointer": "/start_day"}');
  end if;
  v_series.occurrences := coalesce(
    (p_input ->> 'count')::int,
    (
      select count(*)
      from generate_series(0, 52) as i
      where private.series_day(v_series, i) <= (p_input ->> 'until')::date));
  if v_series.occurrences not between 1 and 52
    or not private.is_series_length(v_series.unit, v_series.every_n, v_series.occurrences) then
    perform private.refuse(
      422, 'invalid_input', 'A series has 1 to 52 dates within two years.',
      jsonb_build_object('pointer', '/' || v_end));
  end if;
  return v_series;
end;
$$;

create function private.insert_series(p_series public.appointment_series) returns uuid
language plpgsql
set search_path = ''
as $$
begin
  insert into public.appointment_series (
    organization_id, patient_id, service_id, practitioner_id, room_id, unit, every_n, start_day, month_day, start_time,
    duration_minutes, occurrences, continues)
  values (
    p_series.organization_id, p_series.patient_id, p_series.service_id, p_series.practitioner_id, p_series.room_id,
    p_series.unit, p_series.every_n, p_series.start_day, p_series.month_day, p_series.start_time,
    p_series.duration_minutes, p_series.occurrences, p_series.continues)
  returning id into p_series.id;
  return p_series.id;
end;
$$;

-- A series with the dates that were not booked, each with times that are free now; null when the caller may not see it.
create function private.booked_series_json(p_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_answer jsonb := public.get_series(p_id);
  v_series public.appointment_series;
  v_service public.services;
begin
  if v_answer is null then
    return null;
  end if;
  select q.* into v_series from public.appointment_series q where q.id = p_id;
  select s.* into v_service from public.services s where s.id = v_series.service_id;
  return v_answer || jsonb_build_object(
    'left_out', private.with_alternatives(v_series.left_out, v_service, v_series));
end;
$$;
grant execute on function private.booked_series_json to authenticated;

-- Why a date of a series is not possible, out of the refusal of its appointment. Refuses again what is wrong with the
-- series as a whole.
create function private.refused_date(p_day date, p_starts_at timestamptz, p_code text, p_message text, p_detail text)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_detail jsonb := nullif(p_detail, '')::jsonb;
  v_reason text := case
    when p_code in ('slot_taken', 'patient_busy') then p_code
    when p_code = 'invalid_input' and v_detail ->> 'pointer' = '/starts_at'
      then case when p_starts_at < now() then 'past' else 'outside_hours' end end;
begin
  if v_reason is null then
    perform private.refuse(
      case p_code when 'forbidden' then 403 when 'invalid_input' then 422 else 409 end, p_code, p_message, v_detail);
  end if;
  return jsonb_build_object('day', p_day, 'starts_at', p_starts_at, 'reason', v_reason);
end;
$$;

-- Adds up to three free times to each refused date; `appointment_id` of a date names the appointment that would move.
create function private.with_alternatives(
  p_dates jsonb,
  p_service public.services,
  p_series public.appointment_series
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        d.date - 'appointment_id' || jsonb_build_object('alternatives', private.alternatives(
          p_service, p_series.practitioner_id, p_series.patient_id, d.starts_at,
          d.starts_at + make_interval(mins => p_series.duration_minutes), p_series.room_id,
          (d.date ->> 'appointment_id')::uuid)) order by d.starts_at),
      '[]')
    from (
      select x as date, (x ->> 'starts_at')::timestamptz as starts_at from jsonb_array_elements(p_dates) as x) as d);
end;
$$;

-- Refuses a series with the dates that are in its way.
create function private.refuse_dates(p_conflicts jsonb) returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse(
    409, 'dates_taken', format('%s of the dates are not possible.', jsonb_array_length(p_conflicts)),
    jsonb_build_object('conflicts', (
      select jsonb_agg(c order by c ->> 'day') from jsonb_array_elements(p_conflicts) as c)));
end;
$$;
