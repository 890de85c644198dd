-- Interactions: what the rules say of ingredients beside each other, and beside a condition, pregnancy, lactation and
-- food.

-- The few rules that are about one drug alone, apart from the many between two.
create index interaction_rules_of_one_class on public.interaction_rules (class_id)
  where kind <> 'drug' and until_version is null;
create index interaction_rules_of_one_ingredient on public.interaction_rules (ingredient_id)
  where kind <> 'drug' and until_version is null;

-- What else is known of a pair: the rules after the first, in short.
create function private.other_rules(p_rules public.interaction_rules[]) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return (
    select jsonb_agg(jsonb_build_object('rule_key', o.rule_key, 'severity', o.severity, 'effect', o.effect,
      'management', o.management, 'verification', o.verification, 'source', private.finding_source(o.source_label,
        o.source_section, o.source_url, o.label_date, o.label_set_id, o.quote, o.verification, o.since_version)))
    from unnest(p_rules[2:]) as o);
end;
$$;

-- The interactions of these ingredients: of two in different medicines, one of them new, by the expanded pairs; of a
-- new one with what is known of the patient, by its own rules and those of its classes. A rule that another one of the
-- same pair refines does not speak. The most severe speaks; how the finding is shown is decided by the one of them that
-- disturbs most, so that silencing one silences no other.
create function private.find_interactions(p_drugs private.checked_drug[], p_facts jsonb, p_organization_id uuid)
returns setof private.found
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  v_asks boolean := p_facts ->> 'sex' <> 'male'
    and coalesce((p_facts ->> 'age_months')::int between 12 * 12 and 56 * 12 - 1, true);
begin
  return query
    with drugs as materialized (
      select d.* from unnest(p_drugs) as d
    ), pairs as materialized (
      select a.number as low, b.number as high
      from drugs a
      join drugs b on b.number > a.number
      where (a.is_new or b.is_new) and (cardinality(a.keys) > 1 or a.keys <> b.keys)
    ), prefixes as materialized (
      select c.id, c.name, c.code, c.status, x.prefix
      from jsonb_to_recordset(p_facts -> 'conditions') as c (id uuid, name text, code text, status text)
      cross join lateral unnest(private.code_prefixes(c.code)) as x (prefix)
    ), own as materialized (
      select d.number, o.id
      from drugs d
      cross join lateral (
        select x.id from public.interaction_rules x
        where x.ingredient_id = d.id and x.kind <> 'drug' and x.until_version is null offset 0) as o
      where d.is_new
      union
      select d.number, o.id
      from drugs d
      join public.ingredient_classes c on c.ingredient_id = d.id
      cross join lateral (
        select x.id from public.interaction_rules x
        where x.class_id = c.class_id and x.kind <> 'drug' and x.until_version is null offset 0) as o
      where d.is_new
    ), about as materialized (
      select o.number, r
      from own o
      join public.interaction_rules r on r.id = o.id
    ), hits as materialized (
      select p.low, p.high, null as subject, null::jsonb as condition, r
      from pairs p
      cross join lateral (
        select i.rule_id from private.interaction_pairs i where i.low = p.low and i.high = p.high offset 0) as i
      join public.interaction_rules r on r.id = i.rule_id
      union all
      select a.number, null, coalesce(c.id::text, (a.r).food),
        jsonb_build_object('id', c.id, 'name', c.name, 'code', c.code, 'status', c.status), a.r
      from about a
      left join prefixes c on (a.r).kind = 'condition' and c.prefix = (a.r).code_prefix
      where case (a.r).kind when 'condition' then c.id is not null
        when 'pregnancy' then p_facts ->> 'pregnancy' = 'pregnant'
        when 'lactation' then p_facts ->> 'lactation' = 'lactating' else true end
    ), refined as materialized (
      select distinct h.low, coalesce(h.high, 0) as high, coalesce(h.subject, '') as subject, x.rule_key
      from hits h
      cross join lateral unnest((h.r).refines) as x (rule_key)
    ), speaking as (
      select h.*, private.display_of((h.r).kind, (h.r).severity,
        private.holding_display(mine.display, mine.decided_severity, (h.r).severity),
        private.holding_display(net.display, net.decided_severity, (h.r).severity)) as display
      from hits h
      left join refined o on o.rule_key = (h.r).rule_key and o.low = h.low and o.high = coalesce(h.high, 0)
        and o.subject = coalesce(h.subject, '')
      left join public.interaction_policies mine
        on mine.organization_id = p_organization_id and mine.rule_key = (h.r).rule_key
      left join public.interaction_policies net on net.organization_id is null and net.rule_key = (h.r).rule_key
      where o.rule_key is null
    ), grouped as materialized (
      select s.low, s.high, s.subject, min(s.display) as display, min(s.condition::text)::jsonb as condition,
        array_agg(s.r order by (s.r).severity, s.display, (s.r).verification, (s.r).rule_key) as rules
      from speaking s
      group by s.low, s.high, s.subject, (s.r).kind
    ), spoken as materialized (
      select g.*, g.rules[1] as r from grouped g
    )
    select private.finding_card((t.r).kind::text::public.finding_kind, (t.r).severity, t.display, (t.r).verification,
        (t.r).rule_key, (t.r).content_hash, (t.r).effect, (t.r).mechanism, (t.r).management, (t.r).alternatives,
        (t.r).evidence,
        private.finding_source((t.r).source_label, (t.r).source_section, (t.r).source_url, (t.r).label_date,
          (t.r).label_set_id, (t.r).quote, (t.r).verification, (t.r).since_version),
        case when cardinality(t.rules) > 1 then private.other_rules(t.rules) else '[]' end,
        case when b.number is null then jsonb_build_array(a.side) else jsonb_build_array(a.side, b.side) end,
        a.name || coalesce(
          case t.condition ->> 'status' when 'resolved' then ' after ' else ' with ' end
            || coalesce(b.name, t.condition ->> 'name', t.subject),
          case (t.r).kind when 'pregnancy' then ' in pregnancy' when 'lactation' then ' while breastfeeding' end),
        concat_ws('|', a.id, b.id, coalesce(t.condition ->> 'code', t.subject)),
        case when (t.r).kind = 'condition' then jsonb_build_object('condition', t.condition) end),
      null::jsonb
    from spoken t
    join drugs a on a.number = t.low
    left join drugs b on b.number = t.high
    union all
    select null, private.gap('pregnancy_unknown', 'ingredient',
      jsonb_build_object('id', d.id, 'name', d.name, 'medicines', d.side -> 'medicines'),
      case (a.r).kind when 'pregnancy' then 'Whether the patient is pregnant is not known.'
        else 'Whether the patient is breastfeeding is not known.' end)
    from about a
    join drugs d on d.number = a.number
    where v_asks and case (a.r).kind when 'pregnancy' then p_facts ->> 'pregnancy' = 'unknown'
      when 'lactation' then p_facts ->> 'lactation' = 'unknown' else false end
    union all
    select null, private.gap('uncoded_condition', 'condition', jsonb_build_object('id', c.id, 'name', c.name),
      case when c.code is null then 'This condition has no ICD-10 code; it was not compared with the medicines.'
        else 'The code of this condition says less than a rule asks for; whether the rule holds is not known.' end)
    from jsonb_to_recordset(p_facts -> 'conditions') as c (id uuid, name text, code text)
    where exists (
      select from about a
      where (a.r).kind = 'condition'
        and (c.code is null or starts_with((a.r).code_prefix, c.code) and (a.r).code_prefix <> c.code));
end;
$$;
