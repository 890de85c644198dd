-- The export of a chart, for the patient it is about.

create function public.export_chart(p_patient_id uuid) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if p_patient_id is distinct from private.my_patient_id() then
    perform private.record_denial(p_patient_id, null, 'not_the_patient');
    return private.refuse_committed(403, 'forbidden', 'Patients export their own chart.');
  end if;
  return private.export_chart(p_patient_id);
end;
$$;
comment on function public.export_chart is
  'Everything about the caller as a patient: {exported_at, patient_id, allergy_list_state, tables: {<table>: [row, '
  '…]}}. 403 for anybody else''s chart, which is recorded as denied.';
grant execute on function public.export_chart to authenticated;

-- Everything that the tables of the API hold about a patient, under the caller's policies; tables of later topics are
-- included by themselves, because they refer to the patient. Stable, so that all of it is from one moment.
create function private.export_chart(p_patient_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('exported_at', now(), 'patient_id', p_patient_id,
    'allergy_list_state', private.allergy_list_state(p_patient_id), 'tables', (
    select jsonb_object_agg(t.name, private.export_rows(t.id::regclass, p_patient_id))
    from (
      select c.oid as id, c.relname as name from pg_catalog.pg_class c
      where c.oid = 'private.patients'::regclass or c.oid in (
        select k.conrelid from pg_catalog.pg_constraint k
        join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
        where k.contype = 'f' and k.confrelid = 'private.patients'::regclass and a.attname = 'patient_id'
          and k.connamespace = 'public'::regnamespace)
    ) as t
    where has_any_column_privilege(t.id, 'select')));
end;
$$;
grant execute on function private.export_chart to authenticated;

-- The rows of one table about a patient, with the columns that the caller may read, under the caller's policies.
create function private.export_rows(p_table regclass, p_patient_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_columns text;
  v_rows jsonb;
begin
  select string_agg(format('%L, t.%I', a.attname, a.attname), ', ' order by a.attnum) into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
    and has_column_privilege(p_table, a.attnum, 'select');
  execute format('select coalesce(jsonb_agg(jsonb_build_object(%s) order by t.id), ''[]'') from %s t where t.%I = $1',
    v_columns, p_table,
    case when p_table = 'private.patients'::regclass then 'id' else 'patient_id' end)
  into v_rows using p_patient_id;
  return v_rows;
end;
$$;
grant execute on function private.export_rows to authenticated;
