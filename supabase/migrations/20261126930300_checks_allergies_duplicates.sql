-- Allergies and duplicates: new medicines against what the patient does not tolerate, and against what does the same.

-- The new ingredients that an allergy reaches: what it names by its code, or by its name where it has none; the members
-- of a class that it names; the other members of its group, and what cross-reacts with the group. The groups of a class
-- are those of its members. A reason for each allergy that leads nowhere, not wholly or has no code, and for a list
-- that nobody has asked for. Pollen and mites are in no medicine: of those, only what is called like one counts.
create function private.find_allergies(p_drugs private.checked_drug[], p_facts jsonb) returns setof private.found
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    with drugs as materialized (
      select d.* from unnest(p_drugs) as d where d.is_new
    ), classes as materialized (
      select d.number, c.class_id from drugs d join public.ingredient_classes c on c.ingredient_id = d.id
    ), allergies as materialized (
      select a.* from jsonb_to_recordset(p_facts -> 'allergies') as a (id uuid, substance text, is_class boolean,
        category text, kind text, severity text, verification text, reaction text, system text, code text)
    ), roots as materialized (
      select a.id, coalesce(m.ingredient_id, c.ingredient_id) as ingredient_id, m.class_id, true as is_coded
      from allergies a
      join public.medication_codes m on m.system = a.system::public.medication_code_system and m.code = a.code
      left join public.product_ingredients c on c.product_id = m.product_id
      union all
      select a.id, n.ingredient_id, null, false
      from allergies a
      join private.ingredient_names n on n.key = private.substance_key(a.substance)
      where a.code is null
      union all
      select a.id, null, c.id, false
      from allergies a
      cross join lateral (select replace(private.substance_key(a.substance), ' ', '_') as name) as k
      cross join lateral (
        select c.id from public.medication_classes c where c.name in (k.name, rtrim(k.name, 's')) offset 0)
        as c
      where a.code is null
      union all
      select a.id, null, g.class_id, false
      from allergies a
      join public.allergy_groups g on lower(g.name) = lower(a.substance)
      where a.code is null
    ), groups as materialized (
      select r.id, g.id as group_id, g.class_id, g.name, g.source_label, g.source_section, g.source_url, g.verification
      from roots r
      join public.allergy_groups g on g.class_id = r.class_id
      union
      select r.id, g.id, g.class_id, g.name, g.source_label, g.source_section, g.source_url, g.verification
      from roots r
      left join public.ingredient_classes m on m.class_id = r.class_id
      join public.ingredient_classes c on c.ingredient_id = coalesce(r.ingredient_id, m.ingredient_id)
      join public.allergy_groups g on g.class_id = c.class_id
    ), reached as materialized (
      select r.id, d.number, 'critical'::public.cross_reactivity as level, null as name, null as note,
        null as source_label, null as source_section, null as source_url, null::public.rule_verification as verification
      from roots r
      join drugs d on d.id = r.ingredient_id
      union all
      select r.id, c.number, 'critical', t.title, null, null, null, null, null
      from roots r
      join classes c on c.class_id = r.class_id
      join public.medication_classes t on t.id = r.class_id
      union all
      select g.id, c.number, 'critical', g.name, null, g.source_label, g.source_section, g.source_url, g.verification
      from groups g
      join classes c on c.class_id = g.class_id
      union all
      select g.id, coalesce(c.number, d.number), x.level, g.name, x.note, x.source_label, x.source_section,
        x.source_url, x.verification
      from groups g
      join public.allergy_cross_reactions x on x.group_id = g.group_id
      left join classes c on c.class_id = x.class_id
      left join drugs d on d.id = x.ingredient_id
      where coalesce(c.number, d.number) is not null
    ), worst as (
      select distinct on (r.id, r.number) r.*
      from reached r
      order by r.id, r.number, r.level, r.name is not null, r.name
    ), judged as (
      select w.*, a.substance, a.kind, a.severity as reaction_severity, a.verification as certainty, a.reaction, d.side,
        d.id as drug_id, d.name as drug_name, private.allergy_severity(w.level,
          a.severity in ('severe', 'life_threatening') is true, a.kind = 'intolerance') as severity
      from worst w
      join allergies a on a.id = w.id
      join drugs d on d.number = w.number
    )
    select private.finding_card('allergy', j.severity, private.display_of('drug', j.severity, null, null),
        coalesce(j.verification, 'verified'), 'allergy.' || j.level,
        md5(concat_ws('|', j.id, j.level, j.severity, j.substance, j.name, j.note)),
        case j.kind when 'intolerance' then 'The patient does not tolerate ' else 'The patient is allergic to ' end
          || j.substance || coalesce(' (' || j.reaction || ')', ''),
        case when j.level <> 'critical' then concat_ws('. ', 'May react as ' || j.name || ' do', j.note)
          when j.name is null then 'It is the substance itself.'
          else 'It belongs to the same group: ' || j.name || '.' end,
        case j.level when 'critical' then 'Do not give it. If there is no allergy, mark it as refuted first.'
          when 'warning' then 'Give it only if nothing else will do, and watch the first dose.'
          else 'Cross-reaction is rare. Ask how the reaction was.' end,
        null, null,
        private.finding_source(coalesce(j.source_label, 'Allergies in the chart of the patient'), j.source_section,
          j.source_url, null, null, null, coalesce(j.verification, 'verified'), private.knowledge_version()),
        '[]', jsonb_build_array(j.side), j.drug_name, concat_ws('|', j.id, j.drug_id),
        jsonb_build_object('allergy', jsonb_build_object('id', j.id, 'substance', j.substance, 'kind', j.kind,
          'severity', j.reaction_severity, 'verification', j.certainty, 'group', j.name))),
      null::jsonb
    from judged j
    union all
    select null, private.gap(
      case when a.code is null then 'uncoded_allergy' else 'unmapped_allergy_code' end::public.check_gap, 'allergy',
      jsonb_build_object('id', a.id, 'name', a.substance),
      case when a.code is null then 'This allergy has no code; it was compared by its name alone.'
        when a.is_class then 'This code names no class of medicines; the others of the class were not compared.'
        else 'This code leads to no ingredient and no class, or to a product that is not all known; what that is was '
          'not compared.' end)
    from allergies a
    where coalesce((
        select not bool_and(num_nonnulls(r.ingredient_id, r.class_id) > 0
          and (not a.is_class or r.class_id is not null or exists (select from groups g where g.id = a.id)))
        from roots r
        where r.id = a.id and r.is_coded), true)
      and (a.category <> 'environment' or exists (select from roots r where r.id = a.id))
    union all
    select null, private.gap('allergies_never_asked', 'chart', jsonb_build_object('name', 'Allergies'),
      case p_facts ->> 'allergy_state' when 'never_asked' then 'Nobody has asked the patient about allergies.'
        else 'Somebody asked about allergies, but the answer is unknown.' end)
    where p_facts ->> 'allergy_state' not in ('listed', 'no_known_allergies');
end;
$$;

-- What the patient would take twice: one ingredient in several medicines, one of them new; two ingredients of a class
-- that is not given twice, but for the exceptions.
create function private.find_doubled(p_drugs private.checked_drug[]) returns setof private.found
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    with drugs as materialized (
      select d.* from unnest(p_drugs) as d
    ), classes as materialized (
      select d.number, d.id, d.name, d.is_new, d.keys, d.side, c.class_id
      from drugs d
      join public.ingredient_classes c on c.ingredient_id = d.id
    ), doubled as (
      select a.number as low, b.number as high, array_agg(c.title order by c.title) as titles
      from classes a
      join classes b on b.class_id = a.class_id and b.number > a.number
      join public.medication_classes c on c.id = a.class_id and c.duplicate_therapy
      where (a.is_new or b.is_new) and (cardinality(a.keys) > 1 or a.keys <> b.keys)
        and not exists (
          select from public.duplicate_exceptions e
          join classes x on x.class_id = e.class_id
          join classes y on y.class_id = coalesce(e.other_class_id, e.class_id)
          where (x.number, y.number) in ((a.number, b.number), (b.number, a.number))
            and (e.other_class_id is not null or e.class_id = a.class_id))
      group by a.number, b.number
    ), found as (
      select 'duplicate_ingredient'::public.finding_kind as kind, 'major'::public.interaction_severity as severity,
        d.name as names, d.id::text as identity, jsonb_build_array(d.side) as sides, null as titles,
        format('%s medicines contain it', cardinality(d.keys)) as effect,
        'The same ingredient adds up.' as mechanism,
        'Check the dose and the date of the others; stop one, or say why both are intended.' as management
      from drugs d
      where d.is_new and cardinality(d.keys) > 1
      union all
      select 'duplicate_class', 'moderate', a.name || ' with ' || b.name, a.id || '|' || b.id,
        jsonb_build_array(a.side, b.side), array_to_string(o.titles, ', '),
        'Both are ' || array_to_string(o.titles, ', '),
        'Two medicines of one class rarely help more than one, and their side effects add up.',
        'Stop one, or say why both are intended.'
      from doubled o
      join drugs a on a.number = o.low
      join drugs b on b.number = o.high
    )
    select private.finding_card(f.kind, f.severity, private.display_of('drug', f.severity, null, null), 'unverified',
        replace(f.kind::text, '_', '.'), md5(concat_ws('|', f.kind, f.severity, f.titles)), f.effect, f.mechanism,
        f.management, null, null,
        private.finding_source('Classes of the catalogue', f.titles, null, null, null, null, 'unverified',
          private.knowledge_version()),
        '[]', f.sides, f.names, f.identity),
      null::jsonb
    from found f;
end;
$$;
