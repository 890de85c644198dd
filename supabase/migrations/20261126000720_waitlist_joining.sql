-- The waiting list: joining and leaving it.

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
comment on function public.join_waitlist is
  'Joins the waiting list of a service that the caller may book, or as staff for a patient in care. Idempotent. '
  '{service_id, practitioner_id?, from_day?, to_day?, weekdays?, from_time?, to_time?, replaces_appointment_id?; for '
  'staff: patient_id, priority?, priority_reason?} -> the entry.';
grant execute on function public.join_waitlist to authenticated;

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
    perform private.refuse(
      422, 'invalid_input', 'Priority has a reason, and a reason gives priority.', '{"pointer": "/priority_reason"}');
  end if;
  if v_in.to_day < greatest(v_in.from_day, (
    select (now() at time zone o.time_zone)::date
    from public.organizations o where o.id = v_service.organization_id)) then
    perform private.refuse(
      422, 'invalid_input', 'The last day must not lie before the first one or in the past.', '{"pointer": "/to_day"}');
  end if;
  if greatest(v_in.from_day, v_in.to_day) > current_date + 1826 then
    perform private.refuse(422, 'invalid_input', 'This day lies too far ahead.',
      jsonb_build_object('pointer', case when v_in.from_day > current_date + 1826 then '/from_day' else '/to_day' end));
  end if;
  insert into public.waitlist_entries (
    organization_id, patient_id, service_id, practitioner_id, from_day, to_day, weekdays, from_time, to_time,
    replaces_appointment_id, priority, priority_reason, joined_by)
  values (
    v_service.organization_id, v_in.patient_id, v_service.id, v_in.practitioner_id, v_in.from_day, v_in.to_day,
    v_in.weekdays, v_in.from_time, v_in.to_time, v_in.replaces_appointment_id, coalesce(v_in.priority, 0),
    v_in.priority_reason, v_in.joined_by)
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

create function public.leave_waitlist(p_id uuid, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'leave_waitlist', private.made(p_id), null, 'private.waitlist_entry_json($1)', p_expected_version);
end;
$$;
comment on function public.leave_waitlist is
  'Leaves the waiting list; an open offer is declined with it. Idempotent. The answer is the entry.';
grant execute on function public.leave_waitlist to authenticated;

create function private.leave_waitlist(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_entry public.waitlist_entries := private.waitlist_entry_to_change(v_id, p_expected_version);
begin
  if not private.is_open_status(v_entry.status) then
    perform private.refuse(
      409, 'illegal_transition', format('An entry that is %s is not left.', v_entry.status), '{"allowed": []}');
  end if;
  delete from public.appointments a
  using public.waitlist_offers o where o.entry_id = v_id and o.status = 'open' and a.id = o.appointment_id;
  update public.waitlist_entries set status = 'left' where id = v_id;
  perform private.offer_released_slots();
  return private.made(v_id);
end;
$$;
grant execute on function private.leave_waitlist to authenticated;

-- Locks the hold of an entry's open offer and then the entry, the order that everybody keeps who decides about offers,
-- and answers the entry.
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
    where id = p_id and private.is_party(patient_id, organization_id, private.my_patient_id(), private.my_hospitals());
    perform private.require_version(v_seen.version, p_expected_version);
    perform from public.appointments a
    where a.id = (
      select o.appointment_id from public.waitlist_offers o where o.entry_id = p_id and o.status = 'open')
    for update;
    select * into v_entry from public.waitlist_entries where id = p_id for update;
    exit when v_entry.version = v_seen.version;
  end loop;
  return v_entry;
end;
$$;
