-- Judging: what new medicines do to a patient of whom this is known, and what could not be looked at.

-- What of the medicines themselves no rule can be looked up for: free text, what is in no catalogue, and ingredients
-- that nobody has reviewed, of which no rule means nothing.
create function private.find_unknown_medicines(
  p_drugs private.checked_drug[],
  p_parts private.checked_part[],
  p_medicines private.checked_medicine[]
) returns setof private.found
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    select null::jsonb, private.gap('free_text_medicine', 'medicine', m.shown,
      'This medicine is free text; it was compared with nothing.')
    from unnest(p_medicines) as m
    where m.product_id is null and m.ingredient_id is null
    union all
    select null, private.gap('unmapped_product', 'medicine',
      m.shown || jsonb_strip_nulls(jsonb_build_object('substance', p.substance)),
      'The catalogue does not know all ingredients of this product, so it was not fully compared.')
    from unnest(p_medicines) as m
    left join unnest(p_parts) as p on p.key = m.key
    where m.product_id is not null and p.ingredient_id is null
    union all
    select null, private.gap('ingredient_not_reviewed', 'ingredient', jsonb_build_object('id', d.id, 'name', d.name,
        'medicines', d.side -> 'medicines'), 'Nobody has reviewed this ingredient, so finding no rule proves nothing.')
    from unnest(p_drugs) as d
    where not d.is_reviewed;
end;
$$;

-- One set-based statement: splits the medicines into their ingredients and lets each part of the check look at them.
-- `p_medicines` are the new ones, `p_facts` what private.check_facts says of the patient, `p_organization_id` whose
-- policies count beside those of the network. Answers what public.check_medicines does. The look-ups are lateral with
-- `offset 0`: by index for each medicine, however large the catalogue is and the planner takes the lists to be.
create function private.judge_medicines(p_medicines jsonb, p_facts jsonb, p_organization_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  if p_facts is null or p_medicines is null then
    raise exception 'Nothing is known of the patient or the medicines; that is no check.'
      using errcode = 'null_value_not_allowed';
  end if;
  return (
    with given as materialized (
      select e.n::int as key, 'new' as source, e.n::int - 1 as index, null::uuid as id, null::uuid as organization_id,
        null::timestamptz as since, m.*
      from jsonb_array_elements(p_medicines) with ordinality as e (value, n)
      cross join lateral jsonb_to_record(e.value) as m (product_id uuid, ingredient_id uuid, text text, dose numeric,
        dose_unit text, route public.drug_route, times_per_day numeric, max_per_day numeric)
      union all
      select 1000 + e.n::int, m.*
      from jsonb_array_elements(p_facts -> 'medicines') with ordinality as e (value, n)
      cross join lateral jsonb_to_record(e.value) as m (source text, index int, id uuid, organization_id uuid,
        since timestamptz, product_id uuid, ingredient_id uuid, text text, dose numeric, dose_unit text,
        route public.drug_route, times_per_day numeric, max_per_day numeric)
    ), medicines as materialized (
      select g.key, coalesce(p.name, i.name, g.text) as name, g.product_id, g.ingredient_id, g.text, g.dose,
        g.dose_unit, g.route, p.routes, p.base_unit::text as base_unit, g.times_per_day,
        coalesce(g.max_per_day / g.dose, g.times_per_day) as times,
        jsonb_strip_nulls(jsonb_build_object('source', g.source, 'index', g.index, 'id', g.id, 'organization_id',
          g.organization_id, 'name', coalesce(p.name, i.name, g.text), 'dose', g.dose, 'dose_unit', g.dose_unit,
          'route', g.route, 'times_per_day', g.times_per_day, 'max_per_day', g.max_per_day, 'since', g.since)) as shown
      from given g
      left join lateral (
        select x.name, x.routes, x.base_unit from public.products x where x.id = g.product_id offset 0) as p on true
      left join lateral (select x.name from public.ingredients x where x.id = g.ingredient_id offset 0) as i on true
    ), parts as materialized (
      select m.key, c.ingredient_id, string_agg(c.substance, ', ' order by c.substance) as substance,
        case when count(u.unit) = count(*) and min(u.dimension) = max(u.dimension) then sum(c.strength * u.factor) end
          as strength,
        min(u.dimension) as dimension, count(*) over (partition by m.key) = 1 as is_only
      from medicines m
      cross join lateral (
        select * from public.product_ingredients x where x.product_id = m.product_id offset 0) as c
      left join private.dose_units u on u.unit = c.strength_unit
      group by m.key, c.ingredient_id
      union all
      select m.key, m.ingredient_id, null, null, null, true from medicines m where m.ingredient_id is not null
    ), drugs as materialized (
      select n.number, n.id, n.name, n.reviewed_version is not null as is_reviewed, min(p.key) < 1000 as is_new,
        array_agg(distinct p.key) as keys,
        jsonb_build_object('ingredient_id', n.id, 'name', n.name, 'medicines',
          jsonb_agg(distinct m.shown)) as side
      from parts p
      join medicines m on m.key = p.key
      cross join lateral (select * from public.ingredients x where x.id = p.ingredient_id offset 0) as n
      group by n.number, n.id, n.name, n.reviewed_version
    ), split as materialized (
      select coalesce((select array_agg(d::private.checked_drug) from drugs d), '{}') as drugs,
        coalesce((select array_agg(p::private.checked_part) from parts p), '{}') as parts,
        (select array_agg(m::private.checked_medicine order by m.key) from medicines m) as medicines
    ), found as materialized (
      select f.card, f.gap
      from split s
      cross join lateral (
        select * from private.find_interactions(s.drugs, p_facts, p_organization_id)
        union all
        select * from private.find_allergies(s.drugs, p_facts)
        union all
        select * from private.find_doubled(s.drugs)
        union all
        select * from private.find_doses(s.drugs, s.parts, s.medicines, p_facts)
        union all
        select * from private.find_unknown_medicines(s.drugs, s.parts, s.medicines)
        union all
        select null, private.gap('records_withheld', 'chart', '{"name": "Sensitive records"}',
          'The consent leaves out sensitive records. There may be some that were not compared.')
        where p_facts ->> 'scope' is distinct from 'everything'
        union all
        select null, private.gap('knowledge_rebuilding', 'knowledge', '{"name": "Interactions"}',
          'The pairs of interactions are being rebuilt. Check again in a minute.')
        from private.knowledge k
        where k.rebuilding) as f
    ), reasons as (
      select distinct f.gap from found f where f.gap is not null
    )
    select jsonb_build_object(
      'status', case when exists (select from reasons) then 'incomplete' else 'complete' end,
      'reasons', (
        select coalesce(jsonb_agg(r.gap order by (r.gap ->> 'reason')::public.check_gap, r.gap #>> '{item,name}',
          r.gap::text), '[]')
        from reasons r),
      'findings', (
        select coalesce(jsonb_agg(f.card order by (f.card ->> 'display')::public.display_mode,
          (f.card ->> 'severity')::public.interaction_severity, f.card ->> 'summary', f.card ->> 'uuid'), '[]')
        from found f
        where f.card is not null),
      'compared', (select jsonb_agg(m.shown order by m.key) from medicines m),
      'knowledge_version', private.knowledge_version(),
      'review', 'A pharmacist must review the knowledge behind this check before anybody relies on it.',
      'checked_at', now()));
end;
$$;
