-- Keeping the schedule: what the API adds and changes. The policies of the tables say who may.

create function public.create_room(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_room', p_input, '{organization_id, name}', 'private.room_json($1)');
end;
$$;
comment on function public.create_room is
  'Adds a room. Idempotent. {organization_id, name} -> the room.';
grant execute on function public.create_room to authenticated;

create function private.create_room(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row('public.rooms', p_input);
end;
$$;
grant execute on function private.create_room to authenticated;

create function private.room_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', r.id,
      'organization_id', r.organization_id,
      'name', r.name,
      'active', r.active,
      'version', r.version,
      'created_at', r.created_at,
      'updated_at', r.updated_at)
    from public.rooms r
    where r.id = p_id);
end;
$$;
grant execute on function private.room_json to authenticated;

create function public.create_practitioner(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'create_practitioner', p_input, '{organization_id, membership_id, display_name, specialty}',
    'private.practitioner_json($1)');
end;
$$;
comment on function public.create_practitioner is
  'Makes a member of the staff a practitioner. Idempotent. {organization_id, membership_id, display_name, specialty} '
  '-> the practitioner.';
grant execute on function public.create_practitioner to authenticated;

create function private.create_practitioner(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row('public.practitioners', p_input);
end;
$$;
grant execute on function private.create_practitioner to authenticated;

create function private.practitioner_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', d.id,
      'organization_id', d.organization_id,
      'membership_id', d.membership_id,
      'person_key', d.person_key,
      'display_name', d.display_name,
      'specialty', d.specialty,
      'active', d.active,
      'version', d.version,
      'created_at', d.created_at,
      'updated_at', d.updated_at)
    from public.practitioners d
    where d.id = p_id);
end;
$$;
grant execute on function private.practitioner_json to authenticated;

create function public.create_availability_rule(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'create_availability_rule', p_input,
    '{organization_id, practitioner_id, weekday, start_time, end_time, valid_from, valid_to}',
    'private.availability_rule_json($1)');
end;
$$;
comment on function public.create_availability_rule is
  'Adds weekly hours. Idempotent. {organization_id, practitioner_id, weekday, start_time, end_time, valid_from?, '
  'valid_to?} -> the rule.';
grant execute on function public.create_availability_rule to authenticated;

create function private.create_availability_rule(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row('public.availability_rules', p_input);
end;
$$;
grant execute on function private.create_availability_rule to authenticated;

create function private.availability_rule_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', r.id,
      'organization_id', r.organization_id,
      'practitioner_id', r.practitioner_id,
      'weekday', r.weekday,
      'start_time', r.start_time,
      'end_time', r.end_time,
      'valid_from', r.valid_from,
      'valid_to', r.valid_to,
      'version', r.version,
      'created_at', r.created_at,
      'updated_at', r.updated_at)
    from public.availability_rules r
    where r.id = p_id);
end;
$$;
grant execute on function private.availability_rule_json to authenticated;

create function public.create_availability_exception(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'create_availability_exception', p_input,
    '{organization_id, practitioner_id, kind, from_day, to_day, start_time, end_time, reason}',
    'private.availability_exception_json($1)');
end;
$$;
comment on function public.create_availability_exception is
  'Adds days that differ. Idempotent. {organization_id, practitioner_id?, kind, from_day, to_day? (the same day when '
  'left out), start_time?, end_time?, reason?} -> the exception.';
grant execute on function public.create_availability_exception to authenticated;

create function private.create_availability_exception(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row(
    'public.availability_exceptions',
    p_input || jsonb_build_object('to_day', coalesce(p_input ->> 'to_day', p_input ->> 'from_day')));
end;
$$;
grant execute on function private.create_availability_exception to authenticated;

create function private.availability_exception_json(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'id', e.id,
      'organization_id', e.organization_id,
      'practitioner_id', e.practitioner_id,
      'kind', e.kind,
      'from_day', e.from_day,
      'to_day', e.to_day,
      'start_time', e.start_time,
      'end_time', e.end_time,
      'reason', e.reason,
      'version', e.version,
      'created_at', e.created_at,
      'updated_at', e.updated_at)
    from public.availability_exceptions e
    where e.id = p_id);
end;
$$;
grant execute on function private.availability_exception_json to authenticated;

-- Inserts the fields of an input into a table, as the caller. Fields that are left out or empty get their defaults.
create function private.add_row(p_table regclass, p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_row jsonb := jsonb_strip_nulls(p_input);
  v_columns text := (select string_agg(quote_ident(k), ', ') from jsonb_object_keys(v_row) as k);
  v_id uuid;
begin
  execute format(
    'insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, $1) returning id', p_table, v_columns)
  using v_row into v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.add_row to authenticated;
