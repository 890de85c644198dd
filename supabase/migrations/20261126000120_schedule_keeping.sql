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
begin
  return private.once('create_service', p_input,
    '{organization_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes,
      bookable_by, needs_confirmation, notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes, horizon_days,
      practitioner_ids, room_ids}',
    'private.service_json($1)');
end;
$$;
grant execute on function public.create_service to authenticated;

create function private.create_service(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_service public.services;
begin
  insert into public.services (organization_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by,
    needs_confirmation, notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes, horizon_days)
  select i.organization_id, i.name, i.duration_minutes, coalesce(i.buffer_before_minutes, 0), coalesce(i.buffer_after_minutes, 0),
    coalesce(i.slot_minutes, i.duration_minutes), coalesce(i.bookable_by, 'staff'), coalesce(i.needs_confirmation, false),
    coalesce(i.notice_minutes, 60), coalesce(i.cutoff_minutes, 1440), coalesce(i.patient_limit, 2), coalesce(i.waitlist_offer_minutes, 60),
    coalesce(i.horizon_days, 365)
  from jsonb_populate_record(null::public.services, p_input) as i
  returning * into v_service;
  perform private.set_service_resources(v_service, p_input -> 'practitioner_ids', p_input -> 'room_ids');
  return private.made(v_service.id);
end;
$$;
grant execute on function private.create_service to authenticated;

-- Changes a service; what is left out stays, lists take the place of those before. Appointments that exist keep their length and their buffers.
-- {settings of services?, active?, practitioner_ids?, room_ids?} -> the service with its `resources`.
create function public.change_service(p_id uuid, p_changes jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_known_keys(p_changes, array['name', 'duration_minutes', 'buffer_before_minutes', 'buffer_after_minutes', 'slot_minutes',
    'bookable_by', 'needs_confirmation', 'notice_minutes', 'cutoff_minutes', 'patient_limit', 'waitlist_offer_minutes', 'horizon_days',
    'active', 'practitioner_ids', 'room_ids']);
  perform private.guarded('change_service', jsonb_build_object('id', p_id, 'changes', p_changes), p_expected_version);
  return private.service_json(p_id);
end;
$$;
grant execute on function public.change_service to authenticated;

create function private.change_service(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_id uuid := (p_input ->> 'id')::uuid;
  v_changes jsonb := p_input -> 'changes';
  v_service public.services;
begin
  -- Only who may change the row can lock it; who merely sees it is refused.
  select * into v_service from public.services where id = v_id for update;
  if not found and exists (select from public.services where id = v_id) then
    perform private.refuse(403, 'forbidden', 'Services are changed by those who keep the schedule.');
  end if;
  perform private.require_version(v_service.version, p_expected_version);
  v_service := jsonb_populate_record(v_service, v_changes);
  update public.services
  set name = v_service.name, duration_minutes = v_service.duration_minutes, buffer_before_minutes = v_service.buffer_before_minutes,
    buffer_after_minutes = v_service.buffer_after_minutes, slot_minutes = v_service.slot_minutes, bookable_by = v_service.bookable_by,
    needs_confirmation = v_service.needs_confirmation, notice_minutes = v_service.notice_minutes, cutoff_minutes = v_service.cutoff_minutes,
    patient_limit = v_service.patient_limit, waitlist_offer_minutes = v_service.waitlist_offer_minutes,
    horizon_days = v_service.horizon_days, active = v_service.active
  where id = v_id;
  if not found then
    perform private.require_version(null, null);
  end if;
  perform private.set_service_resources(v_service, v_changes -> 'practitioner_ids', v_changes -> 'room_ids');
  return private.made(v_id);
end;
$$;
grant execute on function private.change_service to authenticated;

-- Adds a room. {organization_id, name} -> the room.
create function public.create_room(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_room', p_input, '{organization_id, name}',
    '(select to_jsonb(r) from public.rooms r where r.id = $1)');
end;
$$;
grant execute on function public.create_room to authenticated;

create function private.create_room(p_input jsonb) returns jsonb
language sql
set search_path = ''
as $$
  insert into public.rooms (organization_id, name)
  select i.organization_id, i.name from jsonb_populate_record(null::public.rooms, p_input) as i
  returning private.made(id);
$$;
grant execute on function private.create_room to authenticated;

-- Makes a member of the staff a practitioner. {organization_id, membership_id, display_name, specialty} -> the practitioner.
create function public.create_practitioner(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_practitioner', p_input, '{organization_id, membership_id, display_name, specialty}',
    '(select to_jsonb(d) from public.practitioners d where d.id = $1)');
end;
$$;
grant execute on function public.create_practitioner to authenticated;

create function private.create_practitioner(p_input jsonb) returns jsonb
language sql
set search_path = ''
as $$
  insert into public.practitioners (organization_id, membership_id, display_name, specialty)
  select i.organization_id, i.membership_id, i.display_name, i.specialty from jsonb_populate_record(null::public.practitioners, p_input) as i
  returning private.made(id);
$$;
grant execute on function private.create_practitioner to authenticated;

-- Adds weekly hours. {organization_id, practitioner_id, weekday, start_time, end_time, valid_from?, valid_to?} -> the hours.
create function public.create_availability_rule(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_availability_rule', p_input,
    '{organization_id, practitioner_id, weekday, start_time, end_time, valid_from, valid_to}',
    '(select to_jsonb(r) from public.availability_rules r where r.id = $1)');
end;
$$;
grant execute on function public.create_availability_rule to authenticated;

create function private.create_availability_rule(p_input jsonb) returns jsonb
language sql
set search_path = ''
as $$
  insert into public.availability_rules (organization_id, practitioner_id, weekday, start_time, end_time, valid_from, valid_to)
  select i.organization_id, i.practitioner_id, i.weekday, i.start_time, i.end_time, coalesce(i.valid_from, '2000-01-01'), i.valid_to
  from jsonb_populate_record(null::public.availability_rules, p_input) as i
  returning private.made(id);
$$;
grant execute on function private.create_availability_rule to authenticated;

-- Adds days that differ. {organization_id, practitioner_id?, kind, from_day, to_day?, start_time?, end_time?, reason?} -> the exception.
create function public.create_availability_exception(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_availability_exception', p_input,
    '{organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason}',
    '(select to_jsonb(e) from public.availability_exceptions e where e.id = $1)');
end;
$$;
grant execute on function public.create_availability_exception to authenticated;

create function private.create_availability_exception(p_input jsonb) returns jsonb
language sql
set search_path = ''
as $$
  insert into public.availability_exceptions (organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason)
  select i.organization_id, i.practitioner_id, i.kind, i.from_day, coalesce(i.to_day, i.from_day), i.start_time, i.end_time, i.reason
  from jsonb_populate_record(null::public.availability_exceptions, p_input) as i
  returning private.made(id);
$$;
grant execute on function private.create_availability_exception to authenticated;
