-- Doses: how much of an ingredient the patient would take, over all products, against the limits that are known.

-- The limits that the new ingredients exceed: in one dose of a new medicine, in a day over all medicines, new ones and
-- those taken already, and how close two doses of a new one follow. An amount that equals the limit is within it. An
-- interval counts as kept from 99 percent on: "once a week" is 0.142857 times a day.
--   The amount of an ingredient: a dose in base units is so many times the strength, and so is one in millilitres of a
-- liquid that is counted in them; any other unit is taken for the ingredient itself where nothing else is in the
-- product. What a limit asks and cannot be computed, for want of a dose, a strength, a unit that fits or the age, is a
-- reason, never a pass. Without a birth date those limits apply that have no upper age, and are told to go by age.
--   A limit by mouth holds through a tube as well. A route that the product does not have frees of no limit of its own.
create function private.find_doses(
  p_drugs private.checked_drug[],
  p_parts private.checked_part[],
  p_medicines private.checked_medicine[],
  p_facts jsonb
) returns setof private.found
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_months int := p_facts ->> 'age_months';
  v_kg numeric := p_facts ->> 'weight_kg';
begin
  return query
    with known as materialized (
      select d.id as drug_id, d.name, d.side, l, u.factor, u.dimension,
        least((l).per_dose, (l).per_kg_dose * v_kg) as most_at_once,
        least((l).per_day, (l).per_kg_day * v_kg) as most_a_day
      from unnest(p_drugs) as d
      cross join lateral (
        select x from public.dose_limits x
        where x.ingredient_id = d.id and x.until_version is null and x.egfr_below is null offset 0) as o (l)
      left join private.dose_units u on u.unit = (l).unit
      where d.is_new
    ), limits as materialized (
      select k.* from known k
      where case when v_months is null then (k.l).age_to_months is null
        else v_months >= (k.l).age_from_months and coalesce(v_months < (k.l).age_to_months, true) end
    ), amounts as materialized (
      select m.key, m.shown, p.ingredient_id, m.route, m.routes, m.times_per_day, m.times, x.dimension, x.amount
      from unnest(p_parts) as p
      join unnest(p_medicines) as m on m.key = p.key
      left join private.dose_units u on u.unit = m.dose_unit
      cross join lateral (
        select p.dimension, m.dose * p.strength as amount where m.dose_unit = m.base_unit
        union all
        select p.dimension, m.dose * u.factor * p.strength
        where m.dose_unit <> m.base_unit and u.dimension = 'volume' and m.base_unit = 'mL'
        union all
        select case when p.is_only then u.dimension end, m.dose * u.factor
        where (m.dose_unit = m.base_unit or u.dimension = 'volume' and m.base_unit = 'mL') is not true
      ) as x
      where p.ingredient_id in (select l.drug_id from limits l)
    ), taken as materialized (
      select l.drug_id, l.l, a.key < 1000 as is_new, a.shown, a.times_per_day, a.times,
        case when a.dimension = l.dimension then a.amount / l.factor end as at_once
      from limits l
      join amounts a on a.ingredient_id = l.drug_id
      where (l.l).route is null or a.route = (l.l).route
        or a.route = 'enteral' and (l.l).route = 'oral'
        or (a.route is null or a.route <> all (a.routes)) and coalesce((l.l).route = any (a.routes), true)
    ), summed as (
      select t.drug_id, (t.l).id, max(t.at_once) filter (where t.is_new) as at_once, sum(t.at_once * t.times) as a_day,
        min(24 / t.times_per_day) filter (where t.is_new) as hours
      from taken t
      group by t.drug_id, (t.l).id
    ), exceeded as (
      select l.*, x.faults, x.words
      from limits l
      join summed s on s.drug_id = l.drug_id and s.id = (l.l).id
      cross join lateral (
        select jsonb_agg(jsonb_build_object('limit', f.name, 'is', f.amount, 'most', f.most, 'unit', (l.l).unit)
            order by f.name) as faults,
          string_agg(format('%s %s %s where the limit is %s', f.amount, (l.l).unit, f.words, f.most), '; '
            order by f.name) as words
        from (values
          ('per_dose', 'at once', trim_scale(round(s.at_once, 3)), trim_scale(round(l.most_at_once, 3)),
            s.at_once > l.most_at_once),
          ('per_day', 'a day over all medicines', trim_scale(round(s.a_day, 3)), trim_scale(round(l.most_a_day, 3)),
            s.a_day > l.most_a_day)) as f (name, words, amount, most, is_exceeded)
        where f.is_exceeded
        union all
        select jsonb_build_array(jsonb_build_object('limit', 'shortest_interval', 'is', round(s.hours, 1),
            'least', (l.l).shortest_interval_hours, 'unit', 'h')),
          format('every %s hours where doses lie at least %s hours apart', trim_scale(round(s.hours, 1)),
            (l.l).shortest_interval_hours)
        where s.hours < (l.l).shortest_interval_hours * 0.99) as x
      where x.faults is not null
    ), told as (
      select e.drug_id, e.name, e.side, e.l, jsonb_agg(f) as faults, string_agg(distinct e.words, '; ') as words
      from exceeded e
      cross join lateral jsonb_array_elements(e.faults) as f
      group by e.drug_id, e.name, e.side, e.l
    )
    select private.finding_card('dose', 'major', private.display_of('drug', 'major', null, null), (t.l).verification,
        concat_ws('.', 'dose', t.drug_id, (t.l).route, (t.l).age_from_months),
        md5(concat_ws('|', (t.l).per_dose, (t.l).per_day, (t.l).per_kg_dose, (t.l).per_kg_day, (t.l).unit,
          (t.l).shortest_interval_hours, (t.l).management)),
        t.words, 'More than this limit can cause harm.', (t.l).management, null, null,
        private.finding_source((t.l).source_label, (t.l).source_section, (t.l).source_url, (t.l).label_date,
          (t.l).label_set_id, (t.l).quote, (t.l).verification, (t.l).since_version),
        '[]', jsonb_build_array(t.side), t.name, concat_ws('|', t.drug_id, (t.l).route, (t.l).age_from_months),
        jsonb_build_object('doses', t.faults)),
      null::jsonb
    from told t
    union all
    select null, private.gap('weight_unknown', 'ingredient', jsonb_build_object('id', l.drug_id, 'name', l.name,
        'medicines', l.side -> 'medicines'), 'The limit depends on the weight, and no recent weight is known.')
    from limits l
    where v_kg is null and num_nonnulls((l.l).per_kg_dose, (l.l).per_kg_day) > 0
    union all
    select null, private.gap('dose_unknown', 'medicine', t.shown,
      'The dose of this medicine is missing, or its unit cannot be compared with the limit.')
    from taken t
    where t.is_new and t.at_once is null and num_nonnulls((t.l).per_dose, (t.l).per_kg_dose) > 0
      or t.at_once * t.times is null and num_nonnulls((t.l).per_day, (t.l).per_kg_day) > 0
      or t.is_new and t.times_per_day is null and (t.l).shortest_interval_hours is not null
    union all
    select null, private.gap('dose_unknown', 'ingredient', jsonb_build_object('id', k.drug_id, 'name', k.name,
          'medicines', k.side -> 'medicines'), case when v_months is null
        then 'The limit depends on the age, and the birth date is not known.'
        else 'No limit is known for this age.' end)
    from known k
    where case when v_months is null then (k.l).age_to_months is not null or (k.l).age_from_months > 0
      else not exists (select from limits l where l.drug_id = k.drug_id) end;
end;
$$;
