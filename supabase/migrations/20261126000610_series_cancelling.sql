-- Cancelling series: one date, this and all that follow, or all. Only what is still to come changes; what is over,
-- cancelled or checked in stays as it is, in the series in which it was.

create function public.cancel_series(
  p_id uuid,
  p_scope text,
  p_reason text,
  p_appointment_id uuid default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'cancel_series',
    jsonb_build_object('id', p_id, 'scope', p_scope, 'appointment_id', p_appointment_id, 'reason', p_reason),
    null, 'public.get_series($1)', p_expected_version);
end;
$$;
comment on function public.cancel_series is
  'Cancels one appointment of a series, this and all that follow, or all that are still to come, those that were '
  'moved by themselves too. Idempotent. The answer is the series.';
grant execute on function public.cancel_series to authenticated;

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
  perform private.notify_of_series_change(
    v_dates, array(select jsonb_populate_record(d, '{"status": "cancelled"}') from unnest(v_dates) as d));
  update public.appointments a
  set status = 'cancelled', cancelled_by = 'staff', cancellation_reason = v_reason, sequence = a.sequence + 1
  where a.id in (select d.id from unnest(v_dates) as d);
  if v_scope = 'this_and_following' and v_first.series_index > 0 then
    update public.appointment_series set occurrences = v_first.series_index where id = v_id;
  elsif v_scope <> 'one' then
    update public.appointment_series set status = 'cancelled' where id = v_id;
  end if;
  perform private.offer_released_slots();
  return private.made(v_id);
end;
$$;
grant execute on function private.cancel_series to authenticated;

-- A series that the caller may change, locked.
create function private.series_to_change(p_id uuid, p_expected_version int) returns public.appointment_series
language plpgsql
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_series public.appointment_series;
begin
  select q.* into v_series
  from public.appointment_series q
  where q.id = p_id and private.is_party(q.patient_id, q.organization_id, private.my_patient_id(), v_hospitals)
  for update;
  perform private.require_version(v_series.version, p_expected_version);
  if v_series.organization_id <> all (v_hospitals) then
    perform private.refuse(
      403, 'forbidden', 'Series are changed by the hospital''s staff. Move or cancel the single appointment.');
  end if;
  if v_series.status = 'cancelled' then
    perform private.refuse(409, 'illegal_transition', 'A cancelled series is not changed.', '{"allowed": []}');
  end if;
  return v_series;
end;
$$;

-- The named appointment, from which on a series changes; none where all of them change.
create function private.first_to_change(p_series public.appointment_series, p_scope text, p_appointment_id uuid)
returns public.appointments
language plpgsql
set search_path = ''
as $$
declare
  v_first public.appointments;
begin
  if coalesce(p_scope, '') not in ('one', 'this_and_following', 'all') then
    perform private.refuse(
      422, 'invalid_input', 'A change is of one, this_and_following or all.', '{"pointer": "/scope"}');
  end if;
  select a.* into v_first from public.appointments a where a.id = p_appointment_id and a.series_id = p_series.id;
  if (p_scope = 'all') <> (p_appointment_id is null) or (p_scope <> 'all' and v_first.id is null) then
    perform private.refuse(
      422, 'invalid_input', 'An appointment of the series is named, unless all of it changes.',
      '{"pointer": "/appointment_id"}');
  end if;
  return v_first;
end;
$$;

-- The appointments that change, locked: those still to come. Those that were moved by themselves change only with
-- p_detached, or when named.
create function private.dates_to_change(
  p_series public.appointment_series,
  p_scope text,
  p_first public.appointments,
  p_detached boolean
) returns setof public.appointments
language plpgsql
set search_path = ''
as $$
begin
  return query
    select a.*
    from public.appointments a
    where a.series_id = p_series.id and a.status in ('requested', 'booked') and a.starts_at > now()
      and (p_scope = 'all' or a.id = p_first.id
        or (p_scope = 'this_and_following' and a.series_index > p_first.series_index))
      and (p_detached or not a.series_detached or a.id = p_first.id)
    order by a.id
    for update;
end;
$$;

-- Refuses a change of nothing: of an appointment that is over, or of a series of which nothing is to come.
create function private.require_dates(p_dates public.appointments[], p_first public.appointments) returns void
language plpgsql
set search_path = ''
as $$
begin
  if cardinality(p_dates) = 0
    or (p_first.id is not null and not exists (select from unnest(p_dates) as d where d.id = p_first.id)) then
    perform private.refuse(
      409, 'illegal_transition', 'Only appointments that are still to come are changed.', '{"allowed": []}');
  end if;
end;
$$;
