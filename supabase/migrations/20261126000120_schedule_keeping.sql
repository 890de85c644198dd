-- Keeping the schedule: what the API adds to it, idempotently. Who may is said by the policies of the tables.

-- A service as the API shows it: with the practitioners who give it and the rooms it takes place in, as far as the caller sees them.
create function private.service_json(p_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select to_jsonb(s) || jsonb_build_object('resources', (
    select coalesce(jsonb_agg(jsonb_build_object('practitioner_id', r.practitioner_id, 'room_id', r.room_id) order by r.created_at, r.id), '[]')
    from public.service_resources r where r.service_id = s.id))
  from public.services s where s.id = p_id;
$$;
grant execute on function private.service_json to authenticated;

-- Gives a service exactly these practitioners or rooms; null leaves those that it has.
create function private.set_service_resources(p_service public.services, p_practitioner_ids jsonb, p_room_ids jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_practitioner_ids uuid[] := array(select jsonb_array_elements_text(p_practitioner_ids)::uuid);
  v_room_ids uuid[] := array(select jsonb_array_elements_text(p_room_ids)::uuid);
begin
  delete from public.service_resources
  where service_id = p_service.id
    and (p_practitioner_ids is not null and practitioner_id <> all (v_practitioner_ids) or p_room_ids is not null and room_id <> all (v_room_ids));
  insert into public.service_resources (organization_id, service_id, practitioner_id, room_id)
  select p_service.organization_id, p_service.id, p, r
  from (select unnest(v_practitioner_ids) as p, null::uuid as r union select null, unnest(v_room_ids)) as wanted
  where not exists (select from public.service_resources x where x.service_id = p_service.id and (x.practitioner_id = p or x.room_id = r));
end;
$$;
grant execute on function private.set_service_resources to authenticated;

-- Adds a service. {organization_id, name, duration_minutes, slot_minutes?, practitioner_ids?, room_ids?, and the settings of services?} -> the service
-- with its `resources`. Slots start every `duration_minutes` unless said otherwise.
create function public.create_service(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_replay jsonb := private.idempotent_replay('create_service', p_input);
  v_service public.services;
begin
  if v_replay is not null then
    return v_replay;
  end if;
  perform private.require_known_keys(p_input, array['organization_id', 'name', 'duration_minutes', 'buffer_before_minutes', 'buffer_after_minutes',
    'slot_minutes', 'bookable_by', 'needs_confirmation', 'notice_minutes', 'cutoff_minutes', 'patient_limit', 'waitlist_offer_minutes',
    'practitioner_ids', 'room_ids']);
  insert into public.services (organization_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by,
    needs_confirmation, notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes)
  select i.organization_id, i.name, i.duration_minutes, coalesce(i.buffer_before_minutes, 0), coalesce(i.buffer_after_minutes, 0),
    coalesce(i.slot_minutes, i.duration_minutes), coalesce(i.bookable_by, 'staff'), coalesce(i.needs_confirmation, false),
    coalesce(i.notice_minutes, 60), coalesce(i.cutoff_minutes, 1440), coalesce(i.patient_limit, 2), coalesce(i.waitlist_offer_minutes, 60)
  from jsonb_populate_record(null::public.services, p_input) as i
  returning * into v_service;
  perform private.set_service_resources(v_service, p_input -> 'practitioner_ids', p_input -> 'room_ids');
  return private.idempotent_answer(private.service_json(v_service.id));
end;
$$;
grant execute on function public.create_service to authenticated;

-- Changes a service; what is left out stays, lists take the place of those before. Appointments that exist keep their length and their buffers.
-- {settings of services?, active?, practitioner_ids?, room_ids?} -> the service with its `resources`.
create function public.change_service(p_id uuid, p_changes jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_service public.services;
begin
  perform private.require_known_keys(p_changes, array['name', 'duration_minutes', 'buffer_before_minutes', 'buffer_after_minutes', 'slot_minutes',
    'bookable_by', 'needs_confirmation', 'notice_minutes', 'cutoff_minutes', 'patient_limit', 'waitlist_offer_minutes', 'active',
    'practitioner_ids', 'room_ids']);
  -- Only who may change the row can lock it; who merely sees it is refused.
  select * into v_service from public.services where id = p_id for update;
  if not found and exists (select from public.services where id = p_id) then
    perform private.refuse(403, 'forbidden', 'Services are changed by those who keep the schedule.');
  end if;
  perform private.require_version(v_service.version, p_expected_version);
  v_service := jsonb_populate_record(v_service, p_changes);
  update public.services
  set name = v_service.name, duration_minutes = v_service.duration_minutes, buffer_before_minutes = v_service.buffer_before_minutes,
    buffer_after_minutes = v_service.buffer_after_minutes, slot_minutes = v_service.slot_minutes, bookable_by = v_service.bookable_by,
    needs_confirmation = v_service.needs_confirmation, notice_minutes = v_service.notice_minutes, cutoff_minutes = v_service.cutoff_minutes,
    patient_limit = v_service.patient_limit, waitlist_offer_minutes = v_service.waitlist_offer_minutes, active = v_service.active
  where id = p_id;
  if not found then
    perform private.require_version(null, null);
  end if;
  perform private.set_service_resources(v_service, p_changes -> 'practitioner_ids', p_changes -> 'room_ids');
  return private.service_json(p_id);
end;
$$;
grant execute on function public.change_service to authenticated;

-- Adds a room. {organization_id, name} -> the room.
create function public.create_room(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_replay jsonb := private.idempotent_replay('create_room', p_input);
  v_room public.rooms;
begin
  if v_replay is not null then
    return v_replay;
  end if;
  perform private.require_known_keys(p_input, array['organization_id', 'name']);
  insert into public.rooms (organization_id, name)
  select i.organization_id, i.name from jsonb_populate_record(null::public.rooms, p_input) as i
  returning * into v_room;
  return private.idempotent_answer(to_jsonb(v_room));
end;
$$;
grant execute on function public.create_room to authenticated;

-- Makes a member of the staff a practitioner. {organization_id, membership_id, display_name, specialty} -> the practitioner.
create function public.create_practitioner(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_replay jsonb := private.idempotent_replay('create_practitioner', p_input);
  v_answer jsonb;
begin
  if v_replay is not null then
    return v_replay;
  end if;
  perform private.require_known_keys(p_input, array['organization_id', 'membership_id', 'display_name', 'specialty']);
  with made as (
    insert into public.practitioners (organization_id, membership_id, display_name, specialty)
    select i.organization_id, i.membership_id, i.display_name, i.specialty from jsonb_populate_record(null::public.practitioners, p_input) as i
    returning id, organization_id, membership_id, display_name, specialty, active, version, created_at, updated_at
  )
  select to_jsonb(made) into v_answer from made;
  return private.idempotent_answer(v_answer);
end;
$$;
grant execute on function public.create_practitioner to authenticated;

-- Adds weekly hours. {organization_id, practitioner_id, weekday, start_time, end_time, valid_from?, valid_to?} -> the hours.
create function public.create_availability_rule(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_replay jsonb := private.idempotent_replay('create_availability_rule', p_input);
  v_rule public.availability_rules;
begin
  if v_replay is not null then
    return v_replay;
  end if;
  perform private.require_known_keys(p_input,
    array['organization_id', 'practitioner_id', 'weekday', 'start_time', 'end_time', 'valid_from', 'valid_to']);
  insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time, valid_from, valid_to)
  select i.organization_id, i.practitioner_id, i.weekday, i.start_time, i.end_time, coalesce(i.valid_from, '2000-01-01'), i.valid_to
  from jsonb_populate_record(null::public.availability_rules, p_input) as i
  returning * into v_rule;
  return private.idempotent_answer(to_jsonb(v_rule));
end;
$$;
grant execute on function public.create_availability_rule to authenticated;

-- Adds days that differ. {organization_id, practitioner_id?, kind, from_day, to_day?, start_time?, end_time?, reason?} -> the exception.
create function public.create_availability_exception(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_replay jsonb := private.idempotent_replay('create_availability_exception', p_input);
  v_exception public.availability_exceptions;
begin
  if v_replay is not null then
    return v_replay;
  end if;
  perform private.require_known_keys(p_input,
    array['organization_id', 'practitioner_id', 'kind', 'from_day', 'to_day', 'start_time', 'end_time', 'reason']);
  insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason)
  select i.organization_id, i.practitioner_id, i.kind, i.from_day, coalesce(i.to_day, i.from_day), i.start_time, i.end_time, i.reason
  from jsonb_populate_record(null::public.availability_exceptions, p_input) as i
  returning * into v_exception;
  return private.idempotent_answer(to_jsonb(v_exception));
end;
$$;
grant execute on function public.create_availability_exception to authenticated;
