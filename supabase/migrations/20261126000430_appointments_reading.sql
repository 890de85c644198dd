-- Reading appointments: one, or a list by time.

create function public.get_appointment(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return private.appointment_json(p_id);
end;
$$;
comment on function public.get_appointment is
  'Reads one appointment; null when there is none that the caller may see.';
grant execute on function public.get_appointment to authenticated;

create function public.list_appointments(
  p_organization_id uuid default null,
  p_patient_id uuid default null,
  p_practitioner_id uuid default null,
  p_room_id uuid default null,
  p_series_id uuid default null,
  p_statuses public.appointment_status[] default null,
  p_from timestamptz default null,
  p_to timestamptz default null,
  p_limit int default 25,
  p_after_starts_at timestamptz default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_statuses public.appointment_status[];
begin
  perform private.require_count(p_statuses, 20, '/status');
  v_statuses := coalesce(p_statuses, array_remove(enum_range(null::public.appointment_status), 'held'));
  return (
    with matching as not materialized (
      select a.id, a.starts_at
      from public.appointments a
      where (p_organization_id is null or a.organization_id = p_organization_id)
        and (p_patient_id is null or a.patient_id = p_patient_id)
        and (p_practitioner_id is null or a.practitioner_id = p_practitioner_id)
        and (p_room_id is null or a.room_id = p_room_id)
        and (p_series_id is null or a.series_id = p_series_id)
        and a.status = any (v_statuses)
        and (p_from is null or a.starts_at >= p_from)
        and (p_to is null or a.starts_at < p_to)
    ), listed as materialized (
      select m.id, m.starts_at
      from matching m
      where p_after_id is null or (m.starts_at, m.id) > (p_after_starts_at, p_after_id)
      order by m.starts_at, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(j.appointment order by l.starts_at, l.id), '[]'),
      'total', case when p_count then (select count(*) from matching) end)
    from listed l
    join private.appointments_json(array(select x.id from listed x)) j on j.id = l.id);
end;
$$;
comment on function public.list_appointments is
  'Lists the appointments that the caller sees, in the order of their start, as {rows, total}. Without p_statuses '
  'all but holds. The p_after_ parameters are start and id of the last one seen.';
grant execute on function public.list_appointments to authenticated;

create function private.appointment_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (select appointment from private.appointments_json(array[p_id]));
end;
$$;
grant execute on function private.appointment_json to authenticated;

-- Appointments as the API shows them: with the names of hospital, service, practitioner and room and, to staff, of the
-- patient in their care; without what it is for, where the patient lets the hospital see nothing.
create function private.appointments_json(p_ids uuid[]) returns table (id uuid, appointment jsonb)
language plpgsql stable security definer
set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_patient_id uuid := private.my_patient_id();
begin
  return query
    select a.id, jsonb_build_object(
      'id', a.id,
      'organization_id', a.organization_id,
      'organization_name', o.name,
      'time_zone', o.time_zone,
      'patient_id', a.patient_id,
      'patient', private.patient_brief(p, v_hospitals),
      'service_id', a.service_id,
      'service_name', case when not h.hidden then s.name end,
      'practitioner_id', a.practitioner_id,
      'practitioner_name', d.display_name,
      'room_id', a.room_id,
      'room_name', r.name,
      'series_id', a.series_id,
      'series_detached', a.series_detached,
      'status', a.status,
      'starts_at', a.starts_at,
      'ends_at', a.ends_at,
      'hold_expires_at', a.hold_expires_at,
      'overbooking', a.overbooking_reason is not null,
      'overbooking_reason', case when not h.hidden then a.overbooking_reason end,
      'booked_by', a.booked_by,
      'checked_in_at', a.checked_in_at,
      'started_at', a.started_at,
      'completed_at', a.completed_at,
      'cancelled_at', a.cancelled_at,
      'cancelled_by', a.cancelled_by,
      'cancellation_reason', case when not h.hidden then a.cancellation_reason end,
      'sequence', a.sequence,
      'version', a.version,
      'created_at', a.created_at,
      'updated_at', a.updated_at)
    from public.appointments a
    join public.organizations o on o.id = a.organization_id
    join private.patients p on p.id = a.patient_id
    join public.services s on s.id = a.service_id
    join public.practitioners d on d.id = a.practitioner_id
    left join public.rooms r on r.id = a.room_id
    cross join lateral (
      -- `offset 0` keeps it from being asked once for each of the columns above.
      select a.patient_id is distinct from v_patient_id
        and private.sees_nothing(a.patient_id, a.organization_id) as hidden
      offset 0) as h
    where a.id = any (p_ids) and private.is_party(a.patient_id, a.organization_id, v_patient_id, v_hospitals);
end;
$$;
grant execute on function private.appointments_json to authenticated;
