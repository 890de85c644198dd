-- Changes of a series: of one date, of this and all that follow, or of all. Only what is still to come changes; what is over, cancelled or has
-- the patient there already stays as it is, in the series in which it was.

-- A series that the caller may change, locked.
create function private.series_to_change(p_id uuid, p_expected_version int) returns public.appointment_series
language plpgsql
set search_path = ''
as $$
declare
  v_series public.appointment_series;
begin
  select q.* into v_series from public.appointment_series q
  where q.id = p_id and (q.patient_id = private.my_patient_id() or q.organization_id = any (private.my_hospitals())) for update;
  perform private.require_version(v_series.version, p_expected_version);
  if v_series.organization_id <> all (private.my_hospitals()) then
    perform private.refuse(403, 'forbidden', 'Series are changed by the hospital''s staff. Move or cancel the single appointment.');
  end if;
  if v_series.status = 'cancelled' then
    perform private.refuse(409, 'illegal_transition', 'A cancelled series is not changed.', '{"allowed": []}');
  end if;
  return v_series;
end;
$$;

-- The appointment from which on a series is changed: the one named, which has to be still to come; none where all of them change.
create function private.first_to_change(p_series public.appointment_series, p_scope text, p_appointment_id uuid) returns public.appointments
language plpgsql
set search_path = ''
as $$
declare
  v_first public.appointments;
begin
  if coalesce(p_scope, '') not in ('one', 'this_and_following', 'all') then
    perform private.refuse(422, 'invalid_input', 'A change is of one, this_and_following or all.', '{"pointer": "/scope"}');
  end if;
  select a.* into v_first from public.appointments a where a.id = p_appointment_id and a.series_id = p_series.id;
  if (p_scope = 'all') <> (p_appointment_id is null) or (p_scope <> 'all' and v_first.id is null) then
    perform private.refuse(422, 'invalid_input', 'An appointment of the series is named, unless all of it changes.', '{"pointer": "/appointment_id"}');
  end if;
  return v_first;
end;
$$;

-- What a change is about, locked: appointments still to come, those that were moved by themselves only with p_detached or when named.
create function private.dates_to_change(p_series public.appointment_series, p_scope text, p_first public.appointments, p_detached boolean)
returns setof public.appointments
language plpgsql
set search_path = ''
as $$
begin
  return query
    select a.* from public.appointments a
    where a.series_id = p_series.id and a.status in ('requested', 'booked') and a.starts_at > now()
      and (p_scope = 'all' or a.id = p_first.id or (p_scope = 'this_and_following' and a.series_index > p_first.series_index))
      and (p_detached or not a.series_detached or a.id = p_first.id)
    order by a.id for update;
end;
$$;

-- Refuses a change of nothing: of an appointment that is over, or of a series of which nothing is to come.
create function private.require_dates(p_dates public.appointments[], p_first public.appointments) returns void
language plpgsql
set search_path = ''
as $$
begin
  if cardinality(p_dates) = 0 or (p_first.id is not null and not exists (select from unnest(p_dates) as d where d.id = p_first.id)) then
    perform private.refuse(409, 'illegal_transition', 'Only appointments that are still to come are changed.', '{"allowed": []}');
  end if;
end;
$$;

-- How a series repeats after a change: {start_time?, duration_minutes?, practitioner_id?, room_id?, shift_days? or, of a monthly one, month_day?}.
create function private.changed_series(p_series public.appointment_series, p_input jsonb) returns public.appointment_series
language plpgsql immutable
set search_path = ''
as $$
declare
  v_new public.appointment_series := jsonb_populate_record(p_series,
    p_input - array['id', 'scope', 'appointment_id', 'shift_days', 'month_day', 'include_detached']);
  v_shift int := coalesce((p_input ->> 'shift_days')::int, 0);
begin
  if not p_input ?| array['start_time', 'duration_minutes', 'practitioner_id', 'room_id', 'shift_days', 'month_day', 'include_detached'] then
    perform private.refuse(422, 'invalid_input', 'A move says what changes.', '{"pointer": ""}');
  end if;
  if v_shift not between -366 and 366 or (v_shift <> 0 and p_series.unit = 'month') then
    perform private.refuse(422, 'invalid_input', 'Daily and weekly series are shifted, by at most 366 days.', '{"pointer": "/shift_days"}');
  end if;
  if v_new.start_time is null then
    perform private.refuse(422, 'invalid_input', 'A series has a time of the day.', '{"pointer": "/start_time"}');
  end if;
  if p_input ? 'month_day' and (p_series.unit <> 'month' or coalesce((p_input ->> 'month_day')::int, 0) not between 1 and 31) then
    perform private.refuse(422, 'invalid_input', 'Monthly series have a day of the month, 1 to 31.', '{"pointer": "/month_day"}');
  end if;
  v_new.start_day := p_series.start_day + v_shift;
  v_new.month_day := coalesce((p_input ->> 'month_day')::int, p_series.month_day);
  return v_new;
end;
$$;

-- One date of a series where p_pattern wants it: as part of p_series_id, counted from p_first_index on there.
create function private.moved_date(p_old public.appointments, p_pattern public.appointment_series, p_practitioner public.practitioners,
  p_series_id uuid, p_first_index int, p_detach boolean)
returns public.appointments
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

-- Moves appointments of a series to p_to, each under the rules of a single move, and refuses with the dates that cannot be. They may take each
-- other's former places: what meets another one of them is tried again once that has gone. One that cannot move at all is set aside, so that
-- none is refused for it; where there is one, all of this is undone before other times are looked for, because they all stay where they are.
create function private.move_dates(p_from public.appointments[], p_to public.appointments[], p_pattern public.appointment_series, p_service public.services,
  p_practitioner public.practitioners)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_old public.appointments;
  v_new public.appointments;
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
        begin
          perform private.require_bookable_time(p_service, p_practitioner, 'staff', v_new.starts_at, v_new.ends_at, null);
          continue when private.place_again(v_old, v_new, p_service, p_practitioner);
          if not v_give_up and exists (
            select from unnest(v_waiting) as w
            where w <> v_index
              and (p_from[w]).blocked && private.blocked_range(v_new.starts_at, v_new.ends_at, v_old.buffer_before_minutes, v_old.buffer_after_minutes)) then
            v_blocked := v_blocked || v_index;
            continue;
          end if;
          perform private.refuse_taken(p_service, p_practitioner.id, v_old.patient_id, v_new.starts_at, v_new.ends_at, v_old.id, p_in_series => true);
        exception when sqlstate 'PT409' or sqlstate 'PT422' then
          get stacked diagnostics v_code = pg_exception_hint, v_message = message_text, v_detail = pg_exception_detail;
          v_conflicts := v_conflicts || (jsonb_build_object('appointment_id', v_old.id)
            || private.refused_date(private.series_day(p_pattern, v_old.series_index), v_new.starts_at, v_code, v_message, v_detail));
        end;
        update public.appointments set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = 'In the way' where id = v_old.id;
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

-- Moves a series, whatever goes later last one first and the rest first one first, and answers the one in which the moved
-- appointments are: the same, or from the named one on a new one that continues it.
create function private.move_series(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_appointment_id uuid := (p_input ->> 'appointment_id')::uuid;
  v_old public.appointment_series := private.series_to_change(v_id, p_expected_version);
  v_scope text := p_input ->> 'scope';
  v_first public.appointments := private.first_to_change(v_old, v_scope, v_appointment_id);
  v_new public.appointment_series := private.changed_series(v_old, p_input);
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
    select d from private.dates_to_change(v_old, v_scope, v_first, coalesce((p_input ->> 'include_detached')::boolean, false)) as d
    order by case when private.series_start(v_new, d.series_index) > d.starts_at then -1 else 1 end * extract(epoch from d.starts_at));
  perform private.require_dates(v_dates, v_first);
  perform private.lock_places(array[v_practitioner.person_key, v_new.room_id, v_old.patient_id] || private.rooms_for(v_service.id, 'empty', null)
    || array(select d.practitioner_key from unnest(v_dates) as d) || array(select d.room_id from unnest(v_dates) as d));
  if v_scope = 'this_and_following' and v_first.series_index > 0 then
    v_first_index := v_first.series_index;
    insert into public.appointment_series as q (organization_id, patient_id, service_id, practitioner_id, room_id, unit, every_n, start_day,
      month_day, start_time, duration_minutes, occurrences, continues)
    values (v_new.organization_id, v_new.patient_id, v_new.service_id, v_new.practitioner_id, v_new.room_id, v_new.unit, v_new.every_n,
      private.series_day(v_new, v_first_index), v_new.month_day, v_new.start_time, v_new.duration_minutes, v_old.occurrences - v_first_index,
      v_old.id)
    returning q.id into v_series_id;
    update public.appointment_series set occurrences = v_first_index where id = v_id;
    update public.appointments a set series_id = v_series_id, series_index = a.series_index - v_first_index
    where a.id in (select d.id from private.dates_to_change(v_old, v_scope, v_first, true) as d) and a.id not in (select d.id from unnest(v_dates) as d);
  elsif v_scope <> 'one' then
    update public.appointment_series
    set practitioner_id = v_new.practitioner_id, room_id = v_new.room_id, start_day = v_new.start_day, month_day = v_new.month_day,
      start_time = v_new.start_time, duration_minutes = v_new.duration_minutes
    where id = v_id;
  end if;
  v_moved := array(select private.moved_date(d, v_new, v_practitioner, v_series_id, v_first_index, v_scope = 'one') from unnest(v_dates) as d);
  perform private.tell_of_series(v_dates, v_moved);
  perform private.move_dates(v_dates, v_moved, v_new, v_service, v_practitioner);
  perform private.offer_freed_times();
  return private.made(v_series_id);
end;
$$;
grant execute on function private.move_series to authenticated;

-- Moves one appointment of a series, this and all that follow, or all that are still to come; each under the rules by which it would be booked there,
-- all or none. Idempotent. {id, scope, appointment_id?, start_time?, shift_days?, month_day?, practitioner_id?, room_id?, duration_minutes?,
-- include_detached?} -> the series in which they are then; 409 with `conflicts` where dates are taken.
create function public.move_series(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('move_series', p_input,
    '{id, scope, appointment_id, start_time, shift_days, month_day, practitioner_id, room_id, duration_minutes,
      include_detached}',
    'public.get_series($1)', p_expected_version);
end;
$$;
grant execute on function public.move_series to authenticated;

create function private.cancel_series(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_appointment_id uuid := (p_input ->> 'appointment_id')::uuid;
  v_scope text := p_input ->> 'scope';
  v_reason text := p_input ->> 'reason';
  v_series public.appointment_series;
  v_first public.appointments;
  v_dates public.appointments[];
begin
  if v_reason is null then
    perform private.refuse(422, 'invalid_input', 'A cancellation has a reason.', '{"pointer": "/reason"}');
  end if;
  v_series := private.series_to_change(v_id, p_expected_version);
  v_first := private.first_to_change(v_series, v_scope, v_appointment_id);
  v_dates := array(select d from private.dates_to_change(v_series, v_scope, v_first, true) as d);
  perform private.require_dates(v_dates, v_first);
  perform private.tell_of_series(v_dates, array(select jsonb_populate_record(d, '{"status": "cancelled"}') from unnest(v_dates) as d));
  update public.appointments a
  set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = v_reason, sequence = a.sequence + 1
  where a.id in (select d.id from unnest(v_dates) as d);
  if v_scope = 'this_and_following' and v_first.series_index > 0 then
    update public.appointment_series set occurrences = v_first.series_index where id = v_id;
  elsif v_scope <> 'one' then
    update public.appointment_series set status = 'cancelled' where id = v_id;
  end if;
  perform private.offer_freed_times();
  return private.made(v_id);
end;
$$;
grant execute on function private.cancel_series to authenticated;

-- Cancels one appointment of a series, this and all that follow, or all that are still to come, those that were moved by themselves too. Idempotent.
-- {id, scope, appointment_id?, reason} -> the series.
create function public.cancel_series(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('cancel_series', p_input, '{id, scope, appointment_id, reason}',
    'public.get_series($1)', p_expected_version);
end;
$$;
grant execute on function public.cancel_series to authenticated;
