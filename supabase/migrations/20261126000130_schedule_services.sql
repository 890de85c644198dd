-- Services: adding and changing them, with the practitioners who give them and the rooms in which they take place.

create function public.create_service(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'create_service', p_input,
    '{organization_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by,
      needs_confirmation, notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes, horizon_days,
      practitioner_ids, room_ids}',
    'private.service_json($1)');
end;
$$;
comment on function public.create_service is
  'Adds a service. Idempotent. {organization_id, name, duration_minutes, practitioner_ids?, room_ids?, and the '
  'settings of services?} -> the service with its `resources`. Slots start every `duration_minutes` unless '
  '`slot_minutes` says otherwise.';
grant execute on function public.create_service to authenticated;

create function private.create_service(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_made jsonb := private.add_row(
    'public.services',
    jsonb_build_object('slot_minutes', p_input -> 'duration_minutes')
      || jsonb_strip_nulls(p_input - array['practitioner_ids', 'room_ids']));
  v_service public.services;
begin
  select * into v_service from public.services where id = (v_made ->> 'id')::uuid;
  perform private.set_service_resources(v_service, p_input -> 'practitioner_ids', p_input -> 'room_ids');
  return v_made;
end;
$$;
grant execute on function private.create_service to authenticated;

create function public.change_service(p_id uuid, p_changes jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_known_keys(
    p_changes,
    '{name, duration_minutes, buffer_before_minutes, buffer_after_minutes, slot_minutes, bookable_by,
      needs_confirmation, notice_minutes, cutoff_minutes, patient_limit, waitlist_offer_minutes, horizon_days, active,
      practitioner_ids, room_ids}');
  perform private.guarded('change_service', jsonb_build_object('id', p_id, 'changes', p_changes), p_expected_version);
  return private.service_json(p_id);
end;
$$;
comment on function public.change_service is
  'Changes a service; what is left out stays, lists take the place of those before. Appointments that exist keep '
  'their length and their buffers. {settings of services?, active?, practitioner_ids?, room_ids?} -> the service '
  'with its `resources`.';
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
  -- Only callers who may change the row can lock it; those who merely see it are refused.
  select * into v_service from public.services where id = v_id for update;
  if not found and exists (select from public.services where id = v_id) then
    perform private.refuse(403, 'forbidden', 'Services are changed by those who keep the schedule.');
  end if;
  perform private.require_version(v_service.version, p_expected_version);
  v_service := jsonb_populate_record(v_service, v_changes);
  update public.services
  set name = v_service.name,
    duration_minutes = v_service.duration_minutes,
    buffer_before_minutes = v_service.buffer_before_minutes,
    buffer_after_minutes = v_service.buffer_after_minutes,
    slot_minutes = v_service.slot_minutes,
    bookable_by = v_service.bookable_by,
    needs_confirmation = v_service.needs_confirmation,
    notice_minutes = v_service.notice_minutes,
    cutoff_minutes = v_service.cutoff_minutes,
    patient_limit = v_service.patient_limit,
    waitlist_offer_minutes = v_service.waitlist_offer_minutes,
    horizon_days = v_service.horizon_days,
    active = v_service.active
  where id = v_id;
  if not found then
    perform private.require_version(null, null);
  end if;
  perform private.set_service_resources(v_service, v_changes -> 'practitioner_ids', v_changes -> 'room_ids');
  return private.made(v_id);
end;
$$;
grant execute on function private.change_service to authenticated;

-- A service as the API shows it, with those of its practitioners and rooms that the caller sees.
create function private.service_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', s.id,
      'organization_id', s.organization_id,
      'name', s.name,
      'duration_minutes', s.duration_minutes,
      'buffer_before_minutes', s.buffer_before_minutes,
      'buffer_after_minutes', s.buffer_after_minutes,
      'slot_minutes', s.slot_minutes,
      'bookable_by', s.bookable_by,
      'needs_confirmation', s.needs_confirmation,
      'notice_minutes', s.notice_minutes,
      'cutoff_minutes', s.cutoff_minutes,
      'patient_limit', s.patient_limit,
      'waitlist_offer_minutes', s.waitlist_offer_minutes,
      'horizon_days', s.horizon_days,
      'active', s.active,
      'version', s.version,
      'created_at', s.created_at,
      'updated_at', s.updated_at,
      'resources', (
        select coalesce(
          jsonb_agg(
            jsonb_build_object('practitioner_id', r.practitioner_id, 'room_id', r.room_id) order by r.created_at, r.id),
          '[]')
        from public.service_resources r
        where r.service_id = s.id))
    from public.services s
    where s.id = p_id);
end;
$$;
grant execute on function private.service_json to authenticated;

-- Gives a service exactly these practitioners or rooms; null leaves those that it has.
create function private.set_service_resources(p_service public.services, p_practitioner_ids jsonb, p_room_ids jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_practitioner_ids uuid[] := array(select jsonb_array_elements_text(p_practitioner_ids)::uuid);
  v_room_ids uuid[] := array(select jsonb_array_elements_text(p_room_ids)::uuid);
begin
  delete from public.service_resources
  where service_id = p_service.id
    and (p_practitioner_ids is not null and practitioner_id <> all (v_practitioner_ids)
      or p_room_ids is not null and room_id <> all (v_room_ids));
  insert into public.service_resources (organization_id, service_id, practitioner_id, room_id)
  select p_service.organization_id, p_service.id, p, r
  from (select unnest(v_practitioner_ids) as p, null::uuid as r union select null, unnest(v_room_ids)) as wanted
  where not exists (
    select from public.service_resources x
    where x.service_id = p_service.id and (x.practitioner_id = p or x.room_id = r));
end;
$$;
grant execute on function private.set_service_resources to authenticated;
