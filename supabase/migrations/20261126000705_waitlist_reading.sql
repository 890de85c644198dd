-- The waiting list: reading it, one entry or the order in which all are served.

create function public.get_waitlist_entry(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return private.waitlist_entry_json(p_id);
end;
$$;
comment on function public.get_waitlist_entry is
  'Reads one entry; null when there is none that the caller may see.';
grant execute on function public.get_waitlist_entry to authenticated;

create function public.list_waitlist(
  p_organization_id uuid default null,
  p_service_id uuid default null,
  p_patient_id uuid default null,
  p_statuses public.waitlist_status[] default null,
  p_limit int default 25,
  p_after_priority int default null,
  p_after_joined_at timestamptz default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_count(p_statuses, 20, '/status');
  return (
    with matching as not materialized (
      select e.id, e.priority, e.joined_at
      from public.waitlist_entries e
      where (p_organization_id is null or e.organization_id = p_organization_id)
        and (p_service_id is null or e.service_id = p_service_id)
        and (p_patient_id is null or e.patient_id = p_patient_id)
        and e.status = any (coalesce(p_statuses, '{waiting,offered}'))
    ), listed as materialized (
      select m.id, m.priority, m.joined_at
      from matching m
      where p_after_id is null or (-m.priority, m.joined_at, m.id) > (-p_after_priority, p_after_joined_at, p_after_id)
      order by m.priority desc, m.joined_at, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(j.entry order by l.priority desc, l.joined_at, l.id), '[]'),
      'total', case when p_count then (select count(*) from matching) end)
    from listed l
    join private.waitlist_entries_json(array(select x.id from listed x)) j on j.id = l.id);
end;
$$;
comment on function public.list_waitlist is
  'Lists the entries that the caller sees, in the order in which they are served, as {rows, total}. Without '
  'p_statuses those that are open. The p_after_ parameters are of the last one seen.';
grant execute on function public.list_waitlist to authenticated;

-- One entry as the API shows it; null when there is none that the caller may see.
create function private.waitlist_entry_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (select entry from private.waitlist_entries_json(array[p_id]));
end;
$$;
grant execute on function private.waitlist_entry_json to authenticated;

-- Entries as the API shows them: with names, the place in the order of the service and the open offer. Nothing of
-- others who wait but how many.
create function private.waitlist_entries_json(p_ids uuid[]) returns table (id uuid, entry jsonb)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_patient_id uuid := private.my_patient_id();
begin
  return query
    select e.id, jsonb_build_object(
      'id', e.id,
      'organization_id', e.organization_id,
      'organization_name', o.name,
      'time_zone', o.time_zone,
      'patient_id', e.patient_id,
      'service_id', e.service_id,
      'service_name', case when not h.hidden then s.name end,
      'practitioner_id', e.practitioner_id,
      'practitioner_name', d.display_name,
      'from_day', e.from_day,
      'to_day', e.to_day,
      'weekdays', e.weekdays,
      'from_time', e.from_time,
      'to_time', e.to_time,
      'replaces_appointment_id', e.replaces_appointment_id,
      'priority', e.priority,
      'priority_reason', case when not h.hidden then e.priority_reason end,
      'status', e.status,
      'joined_at', e.joined_at,
      'joined_by', e.joined_by,
      'closed_at', e.closed_at,
      'version', e.version,
      'created_at', e.created_at,
      'updated_at', e.updated_at,
      'patient', private.patient_brief(p, v_hospitals),
      'place', case when private.is_open_status(e.status) then 1 + (
        select count(*) from public.waitlist_entries w
        where w.service_id = e.service_id and private.is_open_status(w.status)
          and (-w.priority, w.joined_at, w.id) < (-e.priority, e.joined_at, e.id)) end,
      'offer', (
        select private.waitlist_offer_json(f.id)
        from public.waitlist_offers f
        where f.entry_id = e.id and f.status = 'open'))
    from public.waitlist_entries e
    join public.organizations o on o.id = e.organization_id
    join private.patients p on p.id = e.patient_id
    join public.services s on s.id = e.service_id
    left join public.practitioners d on d.id = e.practitioner_id
    cross join lateral (
      select e.patient_id is distinct
      from v_patient_id and private.sees_nothing(e.patient_id, e.organization_id) as hidden) as h
    where e.id = any (p_ids) and private.is_party(e.patient_id, e.organization_id, v_patient_id, v_hospitals);
end;
$$;
grant execute on function private.waitlist_entries_json to authenticated;
