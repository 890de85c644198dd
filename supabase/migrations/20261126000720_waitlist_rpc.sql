-- The waiting list, the functions of the API: join, leave, read, offer, and accept or decline an offer.

-- Entries as the API shows them: with names, the place in the order of the service and the open offer. Nothing of others who wait but how many.
create function private.waitlist_entries_json(p_ids uuid[]) returns table (id uuid, entry jsonb)
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_hospitals uuid[] := private.my_hospitals();
  v_patient_id uuid := private.my_patient_id();
begin
  return query
    select e.id, to_jsonb(e) || jsonb_build_object(
      'organization_name', o.name, 'time_zone', o.time_zone, 'service_name', case when not h.hidden then s.name end,
      'priority_reason', case when not h.hidden then e.priority_reason end, 'practitioner_name', d.display_name,
      'patient', case when p.hospital_ids && v_hospitals then
        jsonb_build_object('given_name', p.given_name, 'family_name', p.family_name, 'birth_date', p.birth_date) end,
      'place', case when e.status in ('waiting', 'offered') then 1 + (
        select count(*) from public.waitlist_entries w
        where w.service_id = e.service_id and w.status in ('waiting', 'offered')
          and (-w.priority, w.joined_at, w.id) < (-e.priority, e.joined_at, e.id)) end,
      'offer', (select to_jsonb(f) from public.waitlist_offers f where f.entry_id = e.id and f.status = 'open'))
    from public.waitlist_entries e
    join public.organizations o on o.id = e.organization_id
    join private.patients p on p.id = e.patient_id
    join public.services s on s.id = e.service_id
    left join public.practitioners d on d.id = e.practitioner_id
    cross join lateral (
      select e.patient_id is distinct from v_patient_id and private.sees_nothing(e.patient_id, e.organization_id) as hidden) as h
    where e.id = any (p_ids) and (e.patient_id = v_patient_id or e.organization_id = any (v_hospitals));
end;
$$;
grant execute on function private.waitlist_entries_json to authenticated;

-- One entry as the API shows it; null when there is none that the caller may see.
create function private.waitlist_entry_json(p_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select entry from private.waitlist_entries_json(array[p_id]);
$$;
grant execute on function private.waitlist_entry_json to authenticated;

create function private.join_waitlist(p_input jsonb) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_in public.waitlist_entries := jsonb_populate_record(null::public.waitlist_entries, jsonb_strip_nulls(p_input));
  v_service public.services;
  v_constraint text;
  v_id uuid;
begin
  select * into v_service from public.services where id = v_in.service_id and active;
  v_in.joined_by := private.booking_party(v_service);
  if v_in.joined_by = 'patient' then
    if v_in.patient_id <> private.my_patient_id() or v_in.priority is not null or v_in.priority_reason is not null then
      perform private.refuse(403, 'forbidden', 'Patients wait for themselves; priority is given by the hospital.');
    end if;
    v_in.patient_id := private.my_patient_id();
  else
    perform private.require_patient_in_care(v_service, v_in.patient_id);
  end if;
  if (coalesce(v_in.priority, 0) > 0) <> (v_in.priority_reason is not null) then
    perform private.refuse(422, 'invalid_input', 'Priority has a reason, and a reason gives priority.', '{"pointer": "/priority_reason"}');
  end if;
  if v_in.to_day < greatest(v_in.from_day, (now() at time zone (select o.time_zone from public.organizations o where o.id = v_service.organization_id))::date) then
    perform private.refuse(422, 'invalid_input', 'The last day must not lie before the first one or in the past.', '{"pointer": "/to_day"}');
  end if;
  if greatest(v_in.from_day, v_in.to_day) > current_date + 1826 then
    perform private.refuse(422, 'invalid_input', 'This day lies too far ahead.',
      jsonb_build_object('pointer', case when v_in.from_day > current_date + 1826 then '/from_day' else '/to_day' end));
  end if;
  insert into public.waitlist_entries (organization_id, patient_id, service_id, practitioner_id, from_day, to_day, weekdays, from_time, to_time,
    replaces_appointment_id, priority, priority_reason, joined_by)
  values (v_service.organization_id, v_in.patient_id, v_service.id, v_in.practitioner_id, v_in.from_day, v_in.to_day, v_in.weekdays, v_in.from_time,
    v_in.to_time, v_in.replaces_appointment_id, coalesce(v_in.priority, 0), v_in.priority_reason, v_in.joined_by)
  returning id into v_id;
  return private.made(v_id);
exception when unique_violation then
  get stacked diagnostics v_constraint = constraint_name;
  if v_constraint <> 'waitlist_entries_once' then
    raise;
  end if;
  perform private.refuse(409, 'already_exists', 'The patient waits for this service already.');
end;
$$;
grant execute on function private.join_waitlist to authenticated;

-- Joins the waiting list of a service that the caller may book, or as staff for a patient in care. Idempotent. {service_id, practitioner_id?,
-- from_day?, to_day?, weekdays?, from_time?, to_time?, replaces_appointment_id?; for staff: patient_id, priority?, priority_reason?} -> the entry.
create function public.join_waitlist(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('join_waitlist', p_input,
    '{service_id, patient_id, practitioner_id, from_day, to_day, weekdays, from_time, to_time,
      replaces_appointment_id, priority, priority_reason}',
    'private.waitlist_entry_json($1)');
end;
$$;
grant execute on function public.join_waitlist to authenticated;

-- Locks the hold of an entry's open offer and then the entry, the order that everybody keeps who decides about offers, and answers the entry.
create function private.waitlist_entry_to_change(p_id uuid, p_expected_version int) returns public.waitlist_entries
language plpgsql security definer
set search_path = ''
as $$
declare
  v_seen public.waitlist_entries;
  v_entry public.waitlist_entries;
begin
  loop
    select * into v_seen from public.waitlist_entries
    where id = p_id and (patient_id = private.my_patient_id() or organization_id = any (private.my_hospitals()));
    perform private.require_version(v_seen.version, p_expected_version);
    perform from public.appointments a
    where a.id = (select o.appointment_id from public.waitlist_offers o where o.entry_id = p_id and o.status = 'open') for update;
    select * into v_entry from public.waitlist_entries where id = p_id for update;
    exit when v_entry.version = v_seen.version;
  end loop;
  return v_entry;
end;
$$;

create function private.leave_waitlist(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_entry public.waitlist_entries := private.waitlist_entry_to_change(v_id, p_expected_version);
begin
  if v_entry.status not in ('waiting', 'offered') then
    perform private.refuse(409, 'illegal_transition', format('An entry that is %s is not left.', v_entry.status), '{"allowed": []}');
  end if;
  delete from public.appointments a
  using public.waitlist_offers o where o.entry_id = v_id and o.status = 'open' and a.id = o.appointment_id;
  update public.waitlist_entries set status = 'left' where id = v_id;
  perform private.offer_freed_times();
  return private.made(v_id);
end;
$$;
grant execute on function private.leave_waitlist to authenticated;

-- Leaves the waiting list; an open offer is declined with it. Idempotent. {id} -> the entry.
create function public.leave_waitlist(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('leave_waitlist', p_input, '{id}', 'private.waitlist_entry_json($1)', p_expected_version);
end;
$$;
grant execute on function public.leave_waitlist to authenticated;

-- Reads one entry; null when there is none that the caller may see.
create function public.get_waitlist_entry(p_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select private.waitlist_entry_json(p_id);
$$;
grant execute on function public.get_waitlist_entry to authenticated;

-- Lists the entries that the caller sees, in the order in which they are served. Without p_statuses those that are open. The p_after_ parameters
-- are of the last one seen.
create function public.list_waitlist(p_organization_id uuid default null, p_service_id uuid default null, p_patient_id uuid default null,
  p_statuses public.waitlist_status[] default null, p_limit int default 25, p_after_priority int default null,
  p_after_joined_at timestamptz default null, p_after_id uuid default null, p_count boolean default false)
returns table (id uuid, priority smallint, joined_at timestamptz, entry jsonb, total bigint)
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_count(p_statuses, 20, '/status');
  return query
    with matching as not materialized (
      select e.id, e.priority, e.joined_at from public.waitlist_entries e
      where (p_organization_id is null or e.organization_id = p_organization_id) and (p_service_id is null or e.service_id = p_service_id)
        and (p_patient_id is null or e.patient_id = p_patient_id) and e.status = any (coalesce(p_statuses, '{waiting,offered}'))
    ), listed as materialized (
      select m.id, m.priority, m.joined_at from matching m
      where p_after_id is null or (-m.priority, m.joined_at, m.id) > (-p_after_priority, p_after_joined_at, p_after_id)
      order by m.priority desc, m.joined_at, m.id limit least(greatest(p_limit, 1), 101)
    )
    select l.id, l.priority, l.joined_at, j.entry, case when p_count then (select count(*) from matching) end
    from listed l join private.waitlist_entries_json(array(select x.id from listed x)) j on j.id = l.id
    order by l.priority desc, l.joined_at, l.id;
end;
$$;
grant execute on function public.list_waitlist to authenticated;
