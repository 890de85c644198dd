-- Moving series: one date, this and all that follow, or all that are still to come.

create function public.move_series(
  p_id uuid,
  p_scope text,
  p_changes jsonb,
  p_appointment_id uuid default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_known_keys(
    p_changes, '{start_time, shift_days, month_day, practitioner_id, room_id, duration_minutes, include_detached}');
  return private.once(
    'move_series',
    jsonb_build_object('id', p_id, 'scope', p_scope, 'appointment_id', p_appointment_id, 'changes', p_changes),
    null, 'public.get_series($1)', p_expected_version);
end;
$$;
comment on function public.move_series is
  'Moves appointments of a series, each under the rules by which it would be booked there, all or none. Idempotent. '
  'p_changes: {start_time?, shift_days?, month_day?, practitioner_id?, room_id?, duration_minutes?, '
  'include_detached?}. The answer is the series in which they are then; 409 with `conflicts` where dates are taken.';
grant execute on function public.move_series to authenticated;

-- Moves what goes later last one first, and the rest first one first. From a named appointment on the moved ones get a
-- new series, which continues the old one.
create function private.move_series(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_appointment_id uuid := (p_input ->> 'appointment_id')::uuid;
  v_scope text := p_input ->> 'scope';
  v_changes jsonb := p_input -> 'changes';
  v_detached boolean := coalesce((v_changes ->> 'include_detached')::boolean, false);
  v_old public.appointment_series := private.series_to_change(v_id, p_expected_version);
  v_first public.appointments := private.first_to_change(v_old, v_scope, v_appointment_id);
  v_new public.appointment_series := private.changed_series(v_old, v_changes);
  v_service public.services;
  v_practitioner public.practitioners;
  v_dates public.appointments[];
  v_moved public.appointments[];
  v_series_id uuid := v_id;
  v_first_index int := 0;
begin
  select s.* into v_service from public.services s where s.id = v_old.service_id;
  v_practitioner := private.practitioner_for(v_service, v_new.practitioner_id);
  perform private.require_length_and_room(v_service, v_new.duration_minutes, v_new.room_id);
  v_dates := array(
    select d
    from private.dates_to_change(v_old, v_scope, v_first, v_detached) as d
    order by case when private.series_start(v_new, d.series_index) > d.starts_at then -1 else 1 end
      * extract(epoch from d.starts_at));
  perform private.require_dates(v_dates, v_first);
  perform private.lock_schedules(
    array[v_practitioner.person_key, v_new.room_id, v_old.patient_id] || private.rooms_of(v_service.id)
      || array(select d.practitioner_key from unnest(v_dates) as d)
      || array(select d.room_id from unnest(v_dates) as d));
  if v_scope = 'this_and_following' and v_first.series_index > 0 then
    v_first_index := v_first.series_index;
    v_series_id := private.split_series(v_old, v_new, v_first_index);
    update public.appointments a
    set series_id = v_series_id, series_index = a.series_index - v_first_index
    where a.id in (select d.id from private.dates_to_change(v_old, v_scope, v_first, true) as d)
      and a.id not in (select d.id from unnest(v_dates) as d);
  elsif v_scope <> 'one' then
    update public.appointment_series
    set practitioner_id = v_new.practitioner_id,
      room_id = v_new.room_id,
      start_day = v_new.start_day,
      month_day = v_new.month_day,
      start_time = v_new.start_time,
      duration_minutes = v_new.duration_minutes
    where id = v_id;
  end if;
  v_moved := array(
    select private.moved_date(d, v_new, v_practitioner, v_series_id, v_first_index, v_scope = 'one')
    from unnest(v_dates) as d);
  perform private.notify_of_series_change(v_dates, v_moved);
  perform private.move_dates(v_dates, v_moved, v_new, v_service, v_practitioner);
  perform private.offer_released_slots();
  return private.made(v_series_id);
end;
$$;
grant execute on function private.move_series to authenticated;

-- How a series repeats after a change.
create function private.changed_series(p_series public.appointment_series, p_changes jsonb)
returns public.appointment_series
language plpgsql immutable
set search_path = ''
as $$
declare
  v_new public.appointment_series := jsonb_populate_record(
    p_series, p_changes - array['shift_days', 'month_day', 'include_detached']);
  v_shift int := coalesce((p_changes ->> 'shift_days')::int, 0);
begin
  if p_changes = '{}' then
    perform private.refuse(422, 'invalid_input', 'A move says what changes.', '{"pointer": ""}');
  end if;
  if v_shift not between -366 and 366 or (v_shift <> 0 and p_series.unit = 'month') then
    perform private.refuse(
      422, 'invalid_input', 'Daily and weekly series are shifted, by at most 366 days.', '{"pointer": "/shift_days"}');
  end if;
  if v_new.start_time is null then
    perform private.refuse(422, 'invalid_input', 'A series has a time of the day.', '{"pointer": "/start_time"}');
  end if;
  if p_changes ? 'month_day'
    and (p_series.unit <> 'month' or coalesce((p_changes ->> 'month_day')::int, 0) not between 1 and 31) then
    perform private.refuse(
      422, 'invalid_input', 'Monthly series have a day of the month, 1 to 31.', '{"pointer": "/month_day"}');
  end if;
  v_new.start_day := p_series.start_day + v_shift;
  v_new.month_day := coalesce((p_changes ->> 'month_day')::int, p_series.month_day);
  return v_new;
end;
$$;

-- Ends a series before one of its dates, and inserts the one that continues it from there.
create function private.split_series(
  p_old public.appointment_series,
  p_new public.appointment_series,
  p_first_index int
) returns uuid
language plpgsql
set search_path = ''
as $$
begin
  p_new.start_day := private.series_day(p_new, p_first_index);
  p_new.occurrences := p_old.occurrences - p_first_index;
  p_new.continues := p_old.id;
  update public.appointment_series set occurrences = p_first_index where id = p_old.id;
  return private.insert_series(p_new);
end;
$$;

-- One date of a series where p_pattern wants it: as part of p_series_id, which counts from p_first_index on.
create function private.moved_date(
  p_old public.appointments,
  p_pattern public.appointment_series,
  p_practitioner public.practitioners,
  p_series_id uuid,
  p_first_index int,
  p_detach boolean
) returns public.appointments
language plpgsql stable
set search_path = ''
as $$
declare
  v_new public.appointments := p_old;
begin
  v_new.starts_at := private.series_start(p_pattern, p_old.series_index);
  v_new.ends_at := v_new.starts_at + make_interval(mins => p_pattern.duration_minutes);
  v_new.practitioner_id := p_practitioner.id;
  v_new.practitioner_key := p_practitioner.person_key;
  v_new.room_id := p_pattern.room_id;
  v_new.overbooking_reason := null;
  v_new.series_id := p_series_id;
  v_new.series_index := p_old.series_index - p_first_index;
  v_new.series_detached := p_detach;
  return v_new;
end;
$$;

-- Moves appointments of a series to p_to, each under the rules of a single move, and refuses with the dates that are
-- not possible. They may take each other's former places: one that meets another of them is tried again once that one
-- has moved. One that cannot move at all is set aside, so that no other is refused because of it; then all of this is
-- undone before other times are looked for, because they all stay where they are.
create function private.move_dates(
  p_from public.appointments[],
  p_to public.appointments[],
  p_pattern public.appointment_series,
  p_service public.services,
  p_practitioner public.practitioners
) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old public.appointments;
  v_new public.appointments;
  v_target tstzrange;
  v_waiting int[] := array(select generate_subscripts(p_from, 1));
  v_blocked int[];
  v_index int;
  v_conflicts jsonb := '[]';
  v_give_up boolean := false;
  v_code text;
  v_message text;
  v_detail text;
begin
  begin
    while cardinality(v_waiting) > 0 loop
      v_blocked := '{}';
      foreach v_index in array v_waiting loop
        v_old := p_from[v_index];
        v_new := p_to[v_index];
        v_target := private.blocked_range(
          v_new.starts_at, v_new.ends_at, v_old.buffer_before_minutes, v_old.buffer_after_minutes);
        begin
          perform private.require_bookable_time(
            p_service, p_practitioner, 'staff', v_new.starts_at, v_new.ends_at, null);
          continue when private.move_appointment(v_old, v_new, p_service, p_practitioner);
          if not v_give_up and exists (
            select from unnest(v_waiting) as w where w <> v_index and (p_from[w]).blocked && v_target
          ) then
            v_blocked := v_blocked || v_index;
            continue;
          end if;
          perform private.refuse_taken(
            p_service, p_practitioner.id, v_old.patient_id, v_new.starts_at, v_new.ends_at, v_old.id,
            p_in_series => true);
        exception when sqlstate 'PT409' or sqlstate 'PT422' then
          get stacked diagnostics
            v_code = pg_exception_hint, v_message = message_text, v_detail = pg_exception_detail;
          v_conflicts := v_conflicts || (jsonb_build_object('appointment_id', v_old.id) || private.refused_date(
            private.series_day(p_pattern, v_old.series_index), v_new.starts_at, v_code, v_message, v_detail));
        end;
        update public.appointments
        set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'In the way'
        where id = v_old.id;
        v_give_up := false;
      end loop;
      v_give_up := cardinality(v_blocked) = cardinality(v_waiting);
      v_waiting := v_blocked;
    end loop;
    if v_conflicts <> '[]' then
      raise sqlstate 'UNDO1';
    end if;
  exception when sqlstate 'UNDO1' then
    perform private.refuse_dates(private.with_alternatives(v_conflicts, p_service, p_pattern));
  end;
end;
$$;
