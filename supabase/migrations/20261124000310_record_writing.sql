-- Writing records: one function adds a record of any kind, one changes it, one marks it as entered in error. They run under the caller's
-- policies; the table of the kind decides what is right.

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

-- What is known about a kind of record; 422 for a kind that there is not.
create function private.record_kind(p_kind text) returns private.record_kinds
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_kind private.record_kinds;
begin
  select * into v_kind from private.record_kinds where kind = p_kind;
  if v_kind.kind is null then
    perform private.refuse(422, 'invalid_input', 'This kind of record is not known.', '{"pointer": "/kind"}');
  end if;
  return v_kind;
end;
$$;
grant execute on function private.record_kind to authenticated;

-- The answer of a repeated request: the record as it is now. Under the Idempotency-Key is kept which one it was and not what it said, so that
-- nothing of a chart is answered past its closing, and nobody takes a former text for the current one. 404 for who may not see it any more.
create function private.replay_record(p_patient_id uuid, p_kind text, p_replay jsonb) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_record jsonb := public.read_record(p_patient_id, p_kind, (p_replay ->> 'id')::uuid) -> 'record';
begin
  perform private.require_version((v_record ->> 'version')::int, null);
  return v_record;
end;
$$;
grant execute on function private.replay_record to authenticated;

-- Adds a record to a chart that the caller has open. Idempotent. p_input holds the columns of the kind and, from staff of several hospitals,
-- `organization_id`. The answer is the record; 403 or 404 while the chart is closed to the caller, to a repetition too.
create function public.add_record(p_patient_id uuid, p_kind text, p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_kind private.record_kinds := private.record_kind(p_kind);
  v_columns text := private.record_columns(p_input, v_kind.set_columns || 'organization_id'::text);
  v_replay jsonb;
  v_id uuid;
begin
  if not private.chart_is_open(p_patient_id) then
    return private.explain_closed_chart(p_patient_id);
  end if;
  v_replay := private.idempotent_replay('add_record', jsonb_build_array(p_patient_id, p_kind, p_input));
  if v_replay is not null then
    return private.replay_record(p_patient_id, p_kind, v_replay);
  end if;
  execute format('insert into public.%I (patient_id%s) select $1%2$s from jsonb_populate_record(null::public.%1$I, $2) returning id',
    v_kind.table_name, coalesce(', ' || v_columns, ''))
  into v_id using p_patient_id, p_input;
  perform private.idempotent_answer(jsonb_build_object('id', v_id));
  return public.read_record(p_patient_id, p_kind, v_id) -> 'record';
end;
$$;
grant execute on function public.add_record to authenticated;

-- Changes fields of a record, by staff of the hospital that made it. The answer is the record; 403 or 404 while the chart is closed.
create function public.change_record(p_patient_id uuid, p_kind text, p_id uuid, p_changes jsonb, p_expected_version int default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_kind private.record_kinds := private.record_kind(p_kind);
  v_columns text := private.record_columns(p_changes, v_kind.changeable_columns || array['status', 'error_reason']);
  v_version int;
begin
  if not private.chart_is_open(p_patient_id) then
    return private.explain_closed_chart(p_patient_id);
  end if;
  -- Only who may change the row can lock it; who merely sees it is refused.
  execute format('select version from public.%I where id = $1 and patient_id = $2 for update', v_kind.table_name)
  into v_version using p_id, p_patient_id;
  if v_version is null and public.read_record(p_patient_id, p_kind, p_id) -> 'record' <> 'null' then
    perform private.refuse(403, 'forbidden', 'A record is changed by the hospital that made it.');
  end if;
  perform private.require_version(v_version, p_expected_version);
  execute format('update public.%I t set (%s) = (select %2$s from jsonb_populate_record(t, $1)) where t.id = $2', v_kind.table_name, v_columns)
  using p_changes, p_id;
  return public.read_record(p_patient_id, p_kind, p_id) -> 'record';
end;
$$;
grant execute on function public.change_record to authenticated;

-- Marks a record as entered in error, with the reason; it is not changed any more. Idempotent. The answer is the record; 403 or 404 while the
-- chart is closed to the caller, to a repetition too.
create function public.enter_in_error(p_patient_id uuid, p_kind text, p_id uuid, p_reason text, p_expected_version int default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_replay jsonb;
  v_record jsonb;
begin
  if not private.chart_is_open(p_patient_id) then
    return private.explain_closed_chart(p_patient_id);
  end if;
  v_replay := private.idempotent_replay('enter_in_error', jsonb_build_array(p_patient_id, p_kind, p_id, p_reason));
  if v_replay is not null then
    return private.replay_record(p_patient_id, p_kind, v_replay);
  end if;
  v_record := public.change_record(p_patient_id, p_kind, p_id,
    jsonb_build_object('status', 'entered_in_error', 'error_reason', p_reason), p_expected_version);
  perform private.idempotent_answer(jsonb_build_object('id', p_id));
  return v_record;
end;
$$;
grant execute on function public.enter_in_error to authenticated;
