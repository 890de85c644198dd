-- Writing records: one function adds a record of any kind, one changes it, one marks it as entered in error. They run
-- under the caller's policies; the table of the kind decides what is right.

create function public.add_record(p_patient_id uuid, p_kind text, p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.record_columns(p_input, (private.record_kind(p_kind)).set_columns || 'organization_id'::text);
  if not private.chart_is_open(p_patient_id) then
    return private.explain_closed_chart(p_patient_id);
  end if;
  return private.once('add_record', jsonb_build_object('patient_id', p_patient_id, 'kind', p_kind, 'record', p_input),
    '{patient_id, kind, record}', 'private.record_json($1, $2)');
end;
$$;
comment on function public.add_record is
  'Adds a record to a chart that the caller has open. Idempotent. p_input holds the columns of the kind and, from '
  'staff of several hospitals, `organization_id`. The answer is the record; 403 or 404 while the chart is closed to '
  'the caller, to a repetition too.';
grant execute on function public.add_record to authenticated;

create function private.add_record(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_record jsonb := p_input -> 'record';
  v_kind private.record_kinds := private.record_kind(p_input ->> 'kind');
  v_columns text := private.record_columns(v_record, v_kind.set_columns || 'organization_id'::text);
  v_id uuid;
begin
  execute format(
    'insert into public.%I (patient_id%s)
      select $1%2$s from jsonb_populate_record(null::public.%1$I, $2) returning id',
    v_kind.table_name, coalesce(', ' || v_columns, ''))
  into v_id using (p_input ->> 'patient_id')::uuid, v_record;
  return private.made(v_id);
end;
$$;
grant execute on function private.add_record to authenticated;

create function public.change_record(
  p_patient_id uuid,
  p_kind text,
  p_id uuid,
  p_changes jsonb,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.record_columns(p_changes, (private.record_kind(p_kind)).changeable_columns
    || array['status', 'error_reason']);
  if not private.chart_is_open(p_patient_id) then
    return private.explain_closed_chart(p_patient_id);
  end if;
  perform private.guarded('update_record',
    jsonb_build_object('patient_id', p_patient_id, 'kind', p_kind, 'id', p_id, 'changes', p_changes),
      p_expected_version);
  return public.read_record(p_patient_id, p_kind, p_id) -> 'record';
end;
$$;
comment on function public.change_record is
  'Changes fields of a record, by staff of the hospital that made it. The answer is the record; 403 or 404 while the '
  'chart is closed.';
grant execute on function public.change_record to authenticated;

create function public.enter_in_error(
  p_patient_id uuid,
  p_kind text,
  p_id uuid,
  p_reason text,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_kind, 40, '/kind'), private.require_length(p_reason, 500, '/reason');
  if not private.chart_is_open(p_patient_id) then
    return private.explain_closed_chart(p_patient_id);
  end if;
  return private.once('enter_in_error', jsonb_build_object('patient_id', p_patient_id, 'kind', p_kind, 'id', p_id,
    'changes', jsonb_build_object('status', 'entered_in_error', 'error_reason', p_reason)),
    '{patient_id, kind, id, changes}', 'private.record_json($1, $2)', p_expected_version);
end;
$$;
comment on function public.enter_in_error is
  'Marks a record as entered in error, with the reason; it is not changed any more. Idempotent. The answer is the '
  'record; 403 or 404 while the chart is closed to the caller, to a repetition too.';
grant execute on function public.enter_in_error to authenticated;

create function private.update_record(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_patient_id uuid := (p_input ->> 'patient_id')::uuid;
  v_id uuid := (p_input ->> 'id')::uuid;
  v_kind private.record_kinds := private.record_kind(p_input ->> 'kind');
  v_columns text := private.record_columns(p_input -> 'changes', v_kind.changeable_columns
    || array['status', 'error_reason']);
  v_version int;
begin
  -- Only callers who may change the row can lock it; those who merely see it are refused.
  execute format('select version from public.%I where id = $1 and patient_id = $2 for update', v_kind.table_name)
  into v_version using v_id, v_patient_id;
  if v_version is null and private.record_json(v_id, p_input) is not null then
    perform private.refuse(403, 'forbidden', 'Only the hospital that made a record changes it.');
  end if;
  perform private.require_version(v_version, p_expected_version);
  execute format('update public.%I t set (%s) = (select %2$s from jsonb_populate_record(t, $1)) where t.id = $2',
    v_kind.table_name, v_columns)
  using p_input -> 'changes', v_id;
  return private.made(v_id);
end;
$$;
grant execute on function private.update_record to authenticated;

create function private.enter_in_error(p_input jsonb, p_expected_version int default null) returns jsonb
language sql
set search_path = ''
as $$
  select private.update_record(p_input, p_expected_version);
$$;
grant execute on function private.enter_in_error to authenticated;

-- The columns of p_input that p_known allows, as a list for SQL; refuses others (422, pointer to the field).
create function private.record_columns(p_input jsonb, p_known text[]) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.require_known_keys(p_input, p_known);
  return (select string_agg(quote_ident(k), ', ' order by k) from jsonb_object_keys(p_input) as k);
end;
$$;
grant execute on function private.record_columns to authenticated;

-- The description of a kind of record; 422 for an unknown kind.
create function private.record_kind(p_kind text) returns private.record_kinds
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_kind private.record_kinds;
begin
  perform private.require_length(p_kind, 40, '/kind');
  select * into v_kind from private.record_kinds where kind = p_kind;
  if v_kind.kind is null then
    perform private.refuse(422, 'invalid_input', 'This kind of record is not known.', '{"pointer": "/kind"}');
  end if;
  return v_kind;
end;
$$;
grant execute on function private.record_kind to authenticated;

-- A record, of the patient and the kind that an input names, as the caller sees it; null while the chart is closed to
-- them.
create function private.record_json(p_id uuid, p_input jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return nullif(public.read_record((p_input ->> 'patient_id')::uuid, p_input ->> 'kind', p_id) -> 'record', 'null');
end;
$$;
grant execute on function private.record_json to authenticated;
