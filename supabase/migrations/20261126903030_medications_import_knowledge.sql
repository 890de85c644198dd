-- Imports: how the lines of a file of the knowledge take effect. Each section is one statement or two; what is equal to
-- what its source said before is not touched.

-- The ingredient and the class that a line means by a name; null where there is none.
create function private.named_ingredient(p_name text) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return (select i.id from public.ingredients i where lower(i.name) = lower(p_name));
end;
$$;

create function private.named_class(p_name text) returns uuid
language plpgsql stable
set search_path = ''
as $$
begin
  return (select c.id from public.medication_classes c where c.name = p_name);
end;
$$;

-- Names first: schedules, classes, ingredients and which belong to which. What is there already under the name is taken
-- over: an ingredient keeps its synonyms beside the new ones, unless its own source changes them. What another source
-- says as well stays: a class stays one that is not given twice, and an ingredient a member of it. An ingredient that
-- its source no longer speaks of counts as reviewed no more, because its rules may be gone with it.
create function private.import_terms(p_import_id uuid, p_version int) returns void
language plpgsql
set search_path = ''
as $$
declare
  v_source text := (select i.source from private.medication_imports i where i.id = p_import_id);
begin
  insert into public.control_schedules as s (code, name, refills_allowed, valid_days, supply_days, second_signer,
    register)
  select l.content ->> 'code', l.content ->> 'name', (l.content ->> 'refills_allowed')::int,
    (l.content ->> 'valid_days')::int, (l.content ->> 'supply_days')::int,
    coalesce((l.content ->> 'second_signer')::boolean, false), coalesce((l.content ->> 'register')::boolean, false)
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'control_schedules' and l.change in ('new', 'changed')
  on conflict (code) do update
  set name = excluded.name, refills_allowed = excluded.refills_allowed, valid_days = excluded.valid_days,
    supply_days = excluded.supply_days, second_signer = excluded.second_signer, register = excluded.register;
  insert into public.medication_classes as c (name, title, duplicate_therapy)
  select l.content ->> 'name', l.content ->> 'title', coalesce((l.content ->> 'duplicate_therapy')::boolean, false)
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'classes' and l.change in ('new', 'changed')
  on conflict (name) do update set title = excluded.title, duplicate_therapy = excluded.duplicate_therapy
    or c.duplicate_therapy and not private.is_only_source('knowledge', v_source, 'classes', c.name);

  update public.ingredients i
  set synonyms = case when l.change = 'changed' then private.import_list(l.content -> 'synonyms')
      else array(select distinct s from unnest(i.synonyms || private.import_list(l.content -> 'synonyms')) as s) end,
    control_schedule_id = coalesce(s.id, case when l.change = 'new' then i.control_schedule_id end),
    reviewed_version = case
      when (l.content ->> 'reviewed')::boolean then coalesce(i.reviewed_version, p_version)
      when l.change = 'new' then i.reviewed_version end
  from private.import_lines l
  left join public.control_schedules s on s.code = l.content ->> 'control_schedule'
  where l.import_id = p_import_id and l.section = 'ingredients' and l.change in ('new', 'changed')
    and lower(i.name) = l.key;
  update public.ingredients i
  set reviewed_version = null
  from private.import_lines g
  where g.import_id = p_import_id and g.section = 'ingredients' and g.change = 'gone' and lower(i.name) = g.key
    and i.reviewed_version is not null;
  insert into public.ingredients (name, synonyms, control_schedule_id, reviewed_version)
  select l.content ->> 'name', private.import_list(l.content -> 'synonyms'), s.id,
    case when (l.content ->> 'reviewed')::boolean then p_version end
  from private.import_lines l
  left join public.control_schedules s on s.code = l.content ->> 'control_schedule'
  where l.import_id = p_import_id and l.section = 'ingredients' and l.change in ('new', 'changed')
    and not exists (select from public.ingredients i where lower(i.name) = l.key)
  order by l.key;

  insert into public.ingredient_classes (class_id, ingredient_id)
  select private.named_class(l.content ->> 'class'), private.named_ingredient(l.content ->> 'ingredient')
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'ingredient_classes' and l.change in ('new', 'changed')
  on conflict (ingredient_id, class_id) do nothing;
  delete from public.ingredient_classes m
  using private.import_lines g, public.medication_classes c, public.ingredients i
  where g.import_id = p_import_id and g.section = 'ingredient_classes' and g.change = 'gone'
    and c.name = split_part(g.key, '|', 1) and lower(i.name) = split_part(g.key, '|', 2)
    and m.class_id = c.id and m.ingredient_id = i.id
    and private.is_only_source('knowledge', v_source, g.section, g.key);
end;
$$;

-- A list of texts out of a line; empty where there is none.
create function private.import_list(p_list jsonb) returns text[]
language plpgsql immutable
set search_path = ''
as $$
begin
  return array(select jsonb_array_elements_text(coalesce(p_list, '[]')));
end;
$$;

-- Rules and limits: what changed or is gone ends with the version before, what is new or changed begins with this one.
create function private.import_rules(p_import_id uuid, p_version int) returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.interaction_rules r
  set until_version = p_version
  where r.until_version is null and r.rule_key in (
    select l.key from private.import_lines l
    where l.import_id = p_import_id and l.section = 'rules' and l.change in ('changed', 'gone'));
  insert into public.interaction_rules (rule_key, kind, ingredient_id, class_id, other_ingredient_id, other_class_id,
    code_prefix, food, severity, effect, mechanism, management, alternatives, evidence, source_label, source_section,
    source_url, label_date, label_set_id, quote, verification, refines, since_version, version)
  select c.rule_key, c.kind, i.id, k.id, oi.id, ok.id, c.code_prefix, c.food, c.severity, c.effect, c.mechanism,
    c.management, c.alternatives, c.evidence, c.source_label, c.source_section, c.source_url, c.label_date,
    c.label_set_id, c.quote, c.verification, coalesce(c.refines, '{}'), p_version,
    1 + coalesce((select max(r.version) from public.interaction_rules r where r.rule_key = c.rule_key), 0)
  from private.import_lines l
  cross join lateral jsonb_populate_record(null::public.interaction_rules, l.content) as c
  left join public.ingredients i on lower(i.name) = lower(l.content ->> 'subject')
  left join public.medication_classes k on 'class:' || k.name = l.content ->> 'subject'
  left join public.ingredients oi on lower(oi.name) = lower(l.content ->> 'other')
  left join public.medication_classes ok on 'class:' || ok.name = l.content ->> 'other'
  where l.import_id = p_import_id and l.section = 'rules' and l.change in ('new', 'changed')
  order by l.number;

  update public.dose_limits d
  set until_version = p_version
  from public.ingredients i
  where d.until_version is null and i.id = d.ingredient_id
    and concat(lower(i.name), '|', d.route, '|', d.age_from_months, '|', d.egfr_below) in (
      select l.key from private.import_lines l
      where l.import_id = p_import_id and l.section = 'dose_limits' and l.change in ('changed', 'gone'));
  insert into public.dose_limits (ingredient_id, route, age_from_months, age_to_months, per_dose, per_day, per_kg_dose,
    per_kg_day, unit, shortest_interval_hours, egfr_below, management, source_label, source_section, source_url,
    label_date, label_set_id, quote, verification, since_version)
  select private.named_ingredient(l.content ->> 'ingredient'), c.route, coalesce(c.age_from_months, 0), c.age_to_months,
    c.per_dose, c.per_day, c.per_kg_dose, c.per_kg_day, c.unit, c.shortest_interval_hours, c.egfr_below, c.management,
    c.source_label, c.source_section, c.source_url, c.label_date, c.label_set_id, c.quote, c.verification, p_version
  from private.import_lines l
  cross join lateral jsonb_populate_record(null::public.dose_limits, l.content) as c
  where l.import_id = p_import_id and l.section = 'dose_limits' and l.change in ('new', 'changed')
  order by l.number;
end;
$$;

-- Allergies and what is given together. These have no versions: what is gone is deleted, and stands in the audit log.
create function private.import_allergies(p_import_id uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from public.allergy_cross_reactions x
  using public.allergy_groups g, private.import_lines n
  where n.import_id = p_import_id and n.section = 'allergy_cross_reactions' and n.change = 'gone' and x.group_id = g.id
    and n.key = lower(g.name) || '|' || coalesce(
      (select lower(i.name) from public.ingredients i where i.id = x.ingredient_id),
      (select 'class:' || c.name from public.medication_classes c where c.id = x.class_id));
  delete from public.allergy_cross_reactions x
  using public.allergy_groups g, private.import_lines n
  where n.import_id = p_import_id and n.section = 'allergy_groups' and n.change = 'gone' and lower(g.name) = n.key
    and x.group_id = g.id;
  delete from public.allergy_groups g
  using private.import_lines n
  where n.import_id = p_import_id and n.section = 'allergy_groups' and n.change = 'gone' and lower(g.name) = n.key;
  update public.allergy_groups g
  set class_id = private.named_class(l.content ->> 'class'), source_label = l.content ->> 'source_label',
    source_section = l.content ->> 'source_section', source_url = l.content ->> 'source_url',
    verification = (l.content ->> 'verification')::public.rule_verification
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'allergy_groups' and l.change in ('new', 'changed')
    and lower(g.name) = l.key;
  insert into public.allergy_groups (name, class_id, source_label, source_section, source_url, verification)
  select l.content ->> 'name', private.named_class(l.content ->> 'class'), l.content ->> 'source_label',
    l.content ->> 'source_section', l.content ->> 'source_url',
    (l.content ->> 'verification')::public.rule_verification
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'allergy_groups' and l.change in ('new', 'changed')
    and not exists (select from public.allergy_groups g where lower(g.name) = l.key);

  delete from public.allergy_cross_reactions x
  using private.import_cross_reactions c
  where c.import_id = p_import_id and x.group_id = c.group_id
    and (x.class_id = c.class_id or x.ingredient_id = c.ingredient_id);
  insert into public.allergy_cross_reactions (group_id, class_id, ingredient_id, level, note, source_label,
    source_section, source_url, verification)
  select c.group_id, c.class_id, c.ingredient_id, c.level, c.note, c.source_label, c.source_section, c.source_url,
    c.verification
  from private.import_cross_reactions c
  where c.import_id = p_import_id;

  delete from public.duplicate_exceptions e
  using private.import_lines n
  where n.import_id = p_import_id and n.section = 'duplicate_exceptions' and n.change = 'gone'
    and n.key = left(concat((select c.name from public.medication_classes c where c.id = e.class_id), '|',
      (select c.name from public.medication_classes c where c.id = e.other_class_id), '|', e.description), 1000);
  insert into public.duplicate_exceptions as e (class_id, other_class_id, description, source_label, source_section,
    source_url, verification)
  select private.named_class(l.content ->> 'class'), private.named_class(l.content ->> 'other_class'),
    l.content ->> 'description', l.content ->> 'source_label', l.content ->> 'source_section',
    l.content ->> 'source_url', (l.content ->> 'verification')::public.rule_verification
  from private.import_lines l
  where l.import_id = p_import_id and l.section = 'duplicate_exceptions' and l.change in ('new', 'changed')
  on conflict (class_id, other_class_id, description) do update
  set source_label = excluded.source_label, source_section = excluded.source_section,
    source_url = excluded.source_url, verification = excluded.verification;
end;
$$;

-- The lines about cross-reactions that are new or changed, with the rows that they name.
create view private.import_cross_reactions as
  select l.import_id, g.id as group_id, k.id as class_id, i.id as ingredient_id, r.level, r.note, r.source_label,
    r.source_section, r.source_url, r.verification
  from private.import_lines l
  cross join lateral jsonb_populate_record(null::public.allergy_cross_reactions, l.content) as r
  join public.allergy_groups g on lower(g.name) = lower(l.content ->> 'group')
  left join public.medication_classes k on 'class:' || k.name = l.content ->> 'target'
  left join public.ingredients i on lower(i.name) = lower(l.content ->> 'target')
  where l.section = 'allergy_cross_reactions' and l.change in ('new', 'changed');
