-- Facts: what the chart of a patient says that a check of medicines needs. Read past the policies, with their
-- condition: the caller reads the chart, and what is sensitive only with the scope for everything.

-- {scope, age_months, sex, weight_kg, allergy_state, allergies, conditions, pregnancy, lactation, medicines}, as far as
-- a scope shows it. What is refuted, in error, or an allergy that is over is left out; a condition that is over counts,
-- because who has had an embolism or an angioedema may have it again. `medicines` are active prescriptions of every
-- hospital and what the patient takes from elsewhere, also where nobody knows whether they do. A weight counts for a
-- year, of people below 18 for 90 days. A list with pollen alone says nothing of medicines unless somebody asked.
create function private.check_facts(p_patient_id uuid, p_scope public.chart_scope) returns jsonb
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_all boolean := p_scope = 'everything';
begin
  return (
    select jsonb_build_object(
      'scope', p_scope,
      'age_months', a.months,
      'sex', p.sex,
      'weight_kg', case when w.measured_at > now() - case when a.months >= 216 then interval '1 year'
        else interval '90 days' end then w.kg end,
      'allergy_state', case
        when private.standing_allergy(p.id) is null
          or exists (
            select from public.allergies g
            where g.verification <> 'refuted' and g.status = 'active' and g.category <> 'environment'
              and g.patient_id = p.id)
          or exists (
            select from public.allergy_reviews r
            where r.patient_id = p.id and r.status <> 'entered_in_error' and r.statement <> 'asked_unknown')
          then private.allergy_list_state(p.id)
        else 'never_asked' end,
      'allergies', (
        select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'substance', g.substance, 'is_class', g.is_class,
          'category', g.category, 'kind', g.kind, 'severity', g.severity, 'verification', g.verification,
          'reaction', g.reaction, 'system', g.code_system, 'code', g.code) order by g.id), '[]')
        from public.allergies g
        where g.patient_id = p.id and g.status = 'active' and g.verification <> 'refuted'),
      'conditions', (
        select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'status', c.status,
          'code', case when c.code_system in ('icd10', 'icd10_cm') then c.code end) order by c.id), '[]')
        from public.conditions c
        where c.patient_id = p.id and c.status <> 'entered_in_error' and c.verification <> 'refuted'
          and (c.sensitivity is null or v_all)),
      'pregnancy', coalesce(y.pregnancy, 'unknown'),
      'lactation', coalesce(y.lactation, 'unknown'),
      'medicines', coalesce((
        select jsonb_agg(to_jsonb(m) order by m.source, m.since, m.id)
        from (
          select 'prescription' as source, r.id, r.organization_id, r.product_id, null::uuid as ingredient_id,
            null as text, r.dose, r.dose_unit, r.route, r.times_per_day, r.max_per_day, r.signed_at as since
          from public.prescriptions r
          where r.patient_id = p.id and r.status = 'active' and (r.sensitivity is null or v_all)
          union all
          select 'statement', s.id, s.organization_id, s.product_id, s.ingredient_id, s.text, s.dose, s.dose_unit,
            s.route, s.times_per_day, null, s.started_on::timestamptz
          from public.medication_statements s
          where s.patient_id = p.id and s.status = 'active' and s.taking <> 'no'
            and coalesce(s.ended_on >= current_date, true) and (s.sensitivity is null or v_all)) as m), '[]'))
    from private.patients p
    cross join lateral (
      select (extract(year from age(p.birth_date)) * 12 + extract(month from age(p.birth_date)))::int as months) as a
    cross join lateral private.newest_weight(p.id) as w
    cross join lateral private.pregnancy_now(p.id) as y
    where p.id = p_patient_id);
end;
$$;
