-- Audit search: pages of the log for those who read it.

create function public.search_audit(
  p_filters jsonb,
  p_limit int default 26,
  p_after_occurred_at timestamptz default null,
  p_after_id bigint default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
declare
  v_checked text := private.require_known_keys(p_filters,
    array['organization_id', 'actor_id', 'patient_id', 'row_id', 'table_name', 'action', 'request_id', 'from', 'to']);
  v_organizations uuid[] := array(
    select o from private.my_audited_organizations() as o
    where o = coalesce((p_filters ->> 'organization_id')::uuid, o));
  v_actor uuid := p_filters ->> 'actor_id';
  v_patient uuid := p_filters ->> 'patient_id';
  v_row uuid := p_filters ->> 'row_id';
  v_rows uuid[] := v_row || private.acts_of_row(v_row);
  v_part_of_row jsonb := jsonb_build_array(jsonb_build_object('row_id', v_row));
  v_table text := p_filters ->> 'table_name';
  v_tables text[] := case when private.act_of_table(v_table) is null then array[v_table]
    else array[v_table, private.act_of_table(v_table)] end;
  v_part_of_table jsonb := jsonb_build_array(jsonb_build_object('table_name', v_table));
  v_action audit.action := p_filters ->> 'action';
  v_request text := p_filters ->> 'request_id';
  v_from timestamptz := coalesce((p_filters ->> 'from')::timestamptz, '-infinity');
  v_to timestamptz := coalesce((p_filters ->> 'to')::timestamptz, 'infinity');
  v_with_nobodys boolean := v_patient is not null and not p_filters ? 'organization_id';
  v_limit int := least(greatest(p_limit, 1), 101);
  v_rows_found jsonb;
  v_total bigint;
begin
  if p_count then
    select count(*) into v_total
    from audit.entries e
    where (e.organization_id = any (v_organizations) or (v_with_nobodys and e.organization_id is null))
      and (v_actor is null or e.actor_id = v_actor)
      and (v_patient is null or e.patient_id = v_patient)
      and (v_row is null or e.row_id = any (v_rows) and (e.row_id = v_row or e.parts @> v_part_of_row))
      and (v_table is null or e.table_name = any (v_tables) and (e.table_name = v_table or e.parts @> v_part_of_table))
      and (v_action is null or e.action = v_action)
      and (v_request is null or e.request_id = v_request)
      and e.occurred_at >= v_from and e.occurred_at < v_to;
  end if;
  select jsonb_agg(to_jsonb(f) order by f.occurred_at desc, f.id desc) into v_rows_found
  from (
    select w.*
    from unnest(case when v_with_nobodys then array[null::uuid] else v_organizations end) as o
    cross join unnest(v_tables) as t
    cross join lateral (
      select
        e.id, e.occurred_at, e.actor_id, e.actor_role, e.organization_id, e.patient_id, e.request_id, e.table_name,
        e.row_id, e.action, e.changed_fields, e.reason, e.parts
      from audit.entries e
      where case when v_with_nobodys then e.organization_id = any (v_organizations) or e.organization_id is null
          else e.organization_id = o end
        and (v_actor is null or e.actor_id = v_actor)
        and (v_patient is null or e.patient_id = v_patient)
        and (v_row is null or e.row_id = any (v_rows) and (e.row_id = v_row or e.parts @> v_part_of_row))
        and (v_table is null or e.table_name = t and (e.table_name = v_table or e.parts @> v_part_of_table))
        and (v_action is null or e.action = v_action)
        and (v_request is null or e.request_id = v_request)
        and e.occurred_at >= v_from and e.occurred_at < v_to
        and e.occurred_at <= coalesce(p_after_occurred_at, 'infinity')
        and (p_after_occurred_at is null or (e.occurred_at, e.id) < (p_after_occurred_at, p_after_id))
      order by e.occurred_at desc, e.id desc
      limit v_limit
    ) as w
    order by w.occurred_at desc, w.id desc
    limit v_limit
  ) as f;
  return jsonb_build_object('rows', coalesce(v_rows_found, '[]'), 'total', v_total);
end;
$$;
comment on function public.search_audit is
  'The newest entries of the organizations whose log the caller reads: {rows, total}, with rows as '
  'public.audit_entries has them and `total` null unless p_count asks for it. One walk along an index for each '
  'organization, and a plan for the very filters, so that a page costs the same however long the log is. What is '
  'nobody''s, such as what patients changed before a hospital cared for them, is found by the patient alone: then the '
  'walk is along the entries of the patient. A row that came with another one in one act is found by the entry of the '
  'act, by its id and by its table. p_filters: {organization_id?, actor_id?, patient_id?, row_id?, table_name?, '
  'action?, request_id?, from?, to?}.';
grant execute on function public.search_audit to authenticated;

-- The rows in whose entries a row may be named that came with them (private.end_act): of what was registered with a
-- patient, the patient, and those to whom the row belonged before a merge moved it, each of whom an entry of the row
-- names.
create function private.acts_of_row(p_row_id uuid) returns uuid[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return array(
    select i.patient_id from public.patient_identifiers i where i.id = p_row_id
    union
    select c.patient_id from public.patient_contacts c where c.id = p_row_id
    union
    select c.patient_id from public.care_relationships c where c.id = p_row_id
    union
    select o.patient_id
    from audit.entries e
    cross join lateral (values (e.patient_id), ((e.before ->> 'patient_id')::uuid)) as o (patient_id)
    where e.row_id = p_row_id and e.table_name in ('patient_identifiers', 'patient_contacts', 'care_relationships')
      and o.patient_id is not null);
end;
$$;
grant execute on function private.acts_of_row to authenticated;

-- The table whose entries name rows of a table that came with theirs; null when there is none.
create function private.act_of_table(p_table text) returns text
language plpgsql immutable
set search_path = ''
as $$
begin
  return case when p_table in ('patient_identifiers', 'patient_contacts', 'care_relationships') then 'patients' end;
end;
$$;
grant execute on function private.act_of_table to authenticated;

create function public.explain_closed_log() returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  if exists (select from private.my_audited_organizations()) then
    return null;
  end if;
  perform private.record_denial(null, null, 'audit_not_allowed');
  return private.refuse_committed(403, 'forbidden', 'The audit log is read by administrators and privacy officers.');
end;
$$;
comment on function public.explain_closed_log is
  'Says why a read of the log or of its anchors showed the caller nothing, asked after it: null to admins and privacy '
  'officers, for whom there was nothing; 403 to everybody else, whose attempt goes into the log.';
grant execute on function public.explain_closed_log to authenticated;
