-- Reading charts: all kinds of records in one form, their lists, the timeline, former versions, and the summary of a
-- chart.

-- Every record of every kind, as lists and the timeline show them. `category` is what a kind is filtered by beside its
-- code. Vital signs and immunizations are never sensitive, but name no encounter that is hidden from the reader.
create view public.chart_records with (security_invoker = true) as
  select 'encounter' as kind, id, patient_id, id as encounter_id, occurred_at, status::text as status,
    kind::text as category,
    null::text as code, to_jsonb(t) as record from public.encounters t
  union all
  select 'note', id, patient_id, encounter_id, occurred_at, status::text, kind::text, null, to_jsonb(t)
  from public.notes t
  union all
  select 'allergy', id, patient_id, null, occurred_at, status::text, category::text, code, to_jsonb(t)
  from public.allergies t
  union all
  select 'allergy_review', id, patient_id, null, occurred_at, status::text, statement::text, null, to_jsonb(t)
  from public.allergy_reviews t
  union all
  select 'pregnancy_status', id, patient_id, null, occurred_at, status::text, pregnancy::text, null, to_jsonb(t)
  from public.pregnancy_statuses t
  union all
  select 'condition', id, patient_id, encounter_id, occurred_at, status::text, null, code, to_jsonb(t)
  from public.conditions t
  union all
  select 'vital_sign', id, patient_id, (select e.id from public.encounters e where e.id = t.encounter_id), occurred_at,
    status::text, measure::text, null,
    to_jsonb(t) || jsonb_build_object('body_mass_index', private.body_mass_index(t),
      'encounter_id', (select e.id from public.encounters e where e.id = t.encounter_id)) from public.vital_signs t
  union all
  select 'immunization', id, patient_id, (select e.id from public.encounters e where e.id = t.encounter_id),
    occurred_at, status::text, null, code,
    to_jsonb(t) || jsonb_build_object('encounter_id',
      (select e.id from public.encounters e where e.id = t.encounter_id)) from public.immunizations t
  union all
  select 'medication_statement', id, patient_id, encounter_id, occurred_at, status::text, source::text, null,
    to_jsonb(t) || private.medicine_brief(product_id, ingredient_id, text) from public.medication_statements t
  union all
  select 'document', id, patient_id, encounter_id, occurred_at, status::text, category::text, null, to_jsonb(t)
  from public.documents t;
grant select on public.chart_records to authenticated, service_role;

create function public.list_records(
  p_patient_id uuid,
  p_kind text default null,
  p_status text default null,
  p_category text default null,
  p_code text default null,
  p_encounter_id uuid default null,
  p_from timestamptz default null,
  p_to timestamptz default null,
  p_limit int default 25,
  p_after_at timestamptz default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_scope public.chart_scope := private.chart_scope(p_patient_id);
begin
  perform private.require_length(p_kind, 40, '/kind'), private.require_length(p_status, 40, '/status'),
    private.require_length(p_category, 40, '/category'), private.require_length(p_code, 40, '/code');
  if v_scope is null then
    return null;
  end if;
  return jsonb_build_object(
    'scope', v_scope,
    'rows', (
      select coalesce(jsonb_agg(jsonb_build_object('kind', r.kind, 'id', r.id, 'occurred_at', r.occurred_at,
        'record', r.record)
        order by r.occurred_at desc, r.id desc), '[]')
      from (
        select v.kind, v.id, v.occurred_at, v.record from public.chart_records v
        where v.patient_id = p_patient_id
          and (v.occurred_at, v.id) < (coalesce(p_after_at, 'infinity'),
            coalesce(p_after_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
          and (p_kind is null or v.kind = p_kind) and (p_status is null or v.status = p_status)
          and (p_category is null or v.category = p_category) and (p_code is null or v.code = p_code)
          and (p_encounter_id is null or v.encounter_id = p_encounter_id)
          and (p_from is null or v.occurred_at >= p_from) and (p_to is null or v.occurred_at < p_to)
        order by v.occurred_at desc, v.id desc
        limit least(greatest(p_limit, 1), 101)) as r),
    'total', case when p_count then (
      select count(*) from public.chart_records v
      where v.patient_id = p_patient_id
        and (p_kind is null or v.kind = p_kind) and (p_status is null or v.status = p_status)
        and (p_category is null or v.category = p_category) and (p_code is null or v.code = p_code)
        and (p_encounter_id is null or v.encounter_id = p_encounter_id)
        and (p_from is null or v.occurred_at >= p_from) and (p_to is null or v.occurred_at < p_to)) end)
    || case when p_kind = 'allergy'
      then jsonb_build_object('list_state', private.allergy_list_state(p_patient_id)) else '{}' end;
end;
$$;
comment on function public.list_records is
  'The records of an open chart, newest first; null while it is closed to the caller: never an empty list that would '
  'read as "no allergies", and a list of allergies says with `list_state` what its being empty means. Stable, so that '
  'the chart is open for all of it or for nothing. p_kind null is the timeline. {scope, rows: [{kind, id, occurred_at, '
  'record}], total, list_state}; the p_after_ parameters are those of the last row seen, total is null unless p_count.';
grant execute on function public.list_records to authenticated;

create function public.read_record(p_patient_id uuid, p_kind text, p_id uuid, p_with_versions boolean default false)
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_record jsonb;
begin
  perform private.require_length(p_kind, 40, '/kind');
  if not private.chart_is_open(p_patient_id) then
    return null;
  end if;
  select v.record into v_record from public.chart_records v
  where v.patient_id = p_patient_id and v.kind = p_kind and v.id = p_id;
  return jsonb_build_object(
    'record', v_record,
    'versions', case when p_with_versions and v_record is not null then (
      select coalesce(jsonb_agg(jsonb_build_object('version', h.version, 'written_by', h.written_by,
        'written_at', h.written_at,
        'record', h.record
          || case when h.record ? 'encounter_id' then jsonb_build_object('encounter_id',
            (select e.id from public.encounters e where e.id = (h.record ->> 'encounter_id')::uuid)) else '{}' end
          || case h.kind
            when 'vital_sign' then jsonb_build_object('body_mass_index',
              private.body_mass_index(jsonb_populate_record(null::public.vital_signs, h.record)))
            when 'medication_statement' then private.medicine_brief((h.record ->> 'product_id')::uuid,
              (h.record ->> 'ingredient_id')::uuid, h.record ->> 'text')
            else '{}' end)
        order by h.version desc), '[]')
      from public.record_versions h where h.patient_id = p_patient_id and h.kind = p_kind and h.record_id = p_id) end);
end;
$$;
comment on function public.read_record is
  'One record of an open chart with its former versions, newest first: {record, versions: [{version, written_by, '
  'written_at, record}]}. Null while the chart is closed to the caller; both are null when there is no such record, '
  'or none that the caller may see.';
grant execute on function public.read_record to authenticated;

create function public.chart_summary(p_patient_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_scope public.chart_scope := private.chart_scope(p_patient_id);
begin
  if v_scope is null then
    return null;
  end if;
  return jsonb_build_object(
    'scope', v_scope,
    'patient', private.patient_json(p_patient_id),
    'allergies', (
      select coalesce(jsonb_agg(to_jsonb(a) order by a.occurred_at desc, a.id desc), '[]')
      from public.allergies a where a.patient_id = p_patient_id and a.status = 'active'),
    'allergy_list_state', private.allergy_list_state(p_patient_id),
    'allergy_review', (
      select to_jsonb(r) from public.allergy_reviews r where r.patient_id = p_patient_id and r.status = 'current'
      order by r.occurred_at desc, r.created_at desc, r.id desc limit 1),
    'pregnancy_status', (
      select to_jsonb(s) from public.pregnancy_statuses s where s.patient_id = p_patient_id and s.status = 'final'
      order by s.occurred_at desc, s.created_at desc, s.id desc limit 1),
    'conditions', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c.occurred_at desc, c.id desc), '[]')
      from public.conditions c where c.patient_id = p_patient_id and c.status = 'active'),
    'medication_statements', (
      select coalesce(jsonb_agg(to_jsonb(m) || private.medicine_brief(m.product_id, m.ingredient_id, m.text)
        order by m.occurred_at desc, m.id desc), '[]')
      from public.medication_statements m where m.patient_id = p_patient_id and m.status = 'active'),
    'vital_signs', private.newest_vital_signs(p_patient_id),
    'immunizations', (
      select coalesce(jsonb_agg(to_jsonb(i) || jsonb_build_object('encounter_id',
          (select e.id from public.encounters e where e.id = i.encounter_id)) order by i.occurred_at desc, i.id desc),
            '[]')
      from (
        select * from public.immunizations where patient_id = p_patient_id and status = 'completed'
        order by occurred_at desc, id desc limit 20) as i),
    'encounters', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.occurred_at desc, e.id desc), '[]')
      from (
        select * from public.encounters where patient_id = p_patient_id and status <> 'entered_in_error'
        order by occurred_at desc, id desc limit 10) as e),
    'documents', (
      select coalesce(jsonb_agg(to_jsonb(d) order by d.occurred_at desc, d.id desc), '[]')
      from (
        select * from public.documents where patient_id = p_patient_id and status = 'current'
        order by occurred_at desc, id desc limit 20) as d));
end;
$$;
comment on function public.chart_summary is
  'What somebody who opens a chart needs first: the person, all active allergies with the state of their list, all '
  'active conditions and medicines from elsewhere, the newest measurement of each vital sign, and the newest of '
  'everything else. `scope` tells whether sensitive records may be missing. Null while the chart is closed to the '
  'caller.';
grant execute on function public.chart_summary to authenticated;

-- The newest measurement of each vital sign of an open chart as a JSON array; null while it is closed to the caller.
-- Asks itself whether the chart is open: below a policy the index by measure would not be used, because the comparison
-- of enums is not leakproof.
create function private.newest_vital_signs(p_patient_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_all boolean := coalesce(private.chart_scope(p_patient_id) = 'everything', false);
begin
  if not private.chart_is_open(p_patient_id) then
    return null;
  end if;
  return (
    select coalesce(jsonb_agg(to_jsonb(n.v)
      || jsonb_build_object('body_mass_index', private.body_mass_index(n.v), 'encounter_id', (
        select e.id from public.encounters e where e.id = (n.v).encounter_id and (e.sensitivity is null or v_all)))
        order by m.measure), '[]')
    from unnest(enum_range(null::public.vital_sign)) as m (measure)
    cross join lateral (
      select v from public.vital_signs v
      where v.patient_id = p_patient_id and v.measure = m.measure and v.status = 'final'
      order by v.occurred_at desc, v.id desc limit 1) as n);
end;
$$;
grant execute on function private.newest_vital_signs to authenticated;
