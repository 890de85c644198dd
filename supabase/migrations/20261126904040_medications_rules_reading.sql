-- Rules as the API reads and retires them: by id, with the names of both sides.

-- A rule as the API shows it: with the names of both sides in place of their ids.
create function private.rule_json(p_rule public.interaction_rules) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return to_jsonb(p_rule) - '{ingredient_id, class_id, other_ingredient_id, other_class_id}'::text[]
    || jsonb_build_object(
      'ingredient', (select jsonb_build_object('id', i.id, 'name', i.name) from public.ingredients i
        where i.id = p_rule.ingredient_id),
      'class', (select jsonb_build_object('id', c.id, 'name', c.name, 'title', c.title)
        from public.medication_classes c where c.id = p_rule.class_id),
      'other_ingredient', (select jsonb_build_object('id', i.id, 'name', i.name) from public.ingredients i
        where i.id = p_rule.other_ingredient_id),
      'other_class', (select jsonb_build_object('id', c.id, 'name', c.name, 'title', c.title)
        from public.medication_classes c where c.id = p_rule.other_class_id));
end;
$$;
grant execute on function private.rule_json to authenticated;

create function public.get_interaction_rule(p_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select private.rule_json(r) || jsonb_build_object('other_versions', (
      select coalesce(jsonb_agg(private.rule_json(o) order by o.since_version desc), '[]')
      from public.interaction_rules o where o.rule_key = r.rule_key and o.id <> r.id))
    from public.interaction_rules r where r.id = p_id);
end;
$$;
comment on function public.get_interaction_rule is
  'A rule in one version, with its `other_versions`, the newest first; null when there is none.';
grant execute on function public.get_interaction_rule to authenticated;

create function public.list_interaction_rules(
  p_ingredient_id uuid default null,
  p_class_id uuid default null,
  p_rule_key text default null,
  p_kind public.rule_kind default null,
  p_severity public.interaction_severity default null,
  p_verification public.rule_verification default null,
  p_limit int default 25,
  p_after_rule_key text default null,
  p_after_id uuid default null,
  p_count boolean default false
) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  v_classes uuid[] := array(
    select m.class_id from public.ingredient_classes m where m.ingredient_id = p_ingredient_id);
begin
  perform private.require_length(p_rule_key, 60, '/rule_key'),
    private.require_length(p_after_rule_key, 60, '/cursor');
  return (
    with matching as not materialized (
      select r as rule, r.rule_key, r.id from public.interaction_rules r
      where r.until_version is null
        and (p_ingredient_id is null or r.ingredient_id = p_ingredient_id or r.other_ingredient_id = p_ingredient_id
          or r.class_id = any (v_classes) or r.other_class_id = any (v_classes))
        and (p_class_id is null or r.class_id = p_class_id or r.other_class_id = p_class_id)
        and (p_rule_key is null or r.rule_key = p_rule_key)
        and (p_kind is null or r.kind = p_kind)
        and (p_severity is null or r.severity = p_severity)
        and (p_verification is null or r.verification = p_verification)
    ), listed as materialized (
      select m.* from matching m
      where p_after_id is null or (m.rule_key, m.id) > (p_after_rule_key, p_after_id)
      order by m.rule_key, m.id
      limit least(greatest(p_limit, 1), 101)
    )
    select jsonb_build_object(
      'rows', coalesce(jsonb_agg(private.rule_json(l.rule) order by l.rule_key, l.id), '[]'),
      'total', case when p_count then (select count(*) from matching) end)
    from listed l);
end;
$$;
comment on function public.list_interaction_rules is
  'The rules in force by key, as {rows, total}: those that hold for an ingredient, itself or by its classes, those '
  'that name a class, of a key, kind, severity or verification. The p_after_ parameters are those of the last one '
  'seen; total is null unless p_count.';
grant execute on function public.list_interaction_rules to authenticated;

create function public.retire_interaction_rule(
  p_id uuid,
  p_note text default null,
  p_expected_version int default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_note, 500, '/note');
  return private.once('retire_interaction_rule', jsonb_build_object('id', p_id, 'note', p_note), '{id, note}',
    '(select private.rule_json(r) from public.interaction_rules r where r.id = $1)', p_expected_version);
end;
$$;
comment on function public.retire_interaction_rule is
  'Ends a rule in force, for curators, in a new version of the knowledge: public.retire_rule by the id of the rule, so '
  'that nobody ends a version that they have not seen. Idempotent. Answers the rule; 409 where it has ended, 412 for '
  'another version, 422 while others refine it.';
grant execute on function public.retire_interaction_rule to authenticated;

create function private.retire_interaction_rule(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_rule public.interaction_rules;
begin
  select * into v_rule from public.interaction_rules where id = (p_input ->> 'id')::uuid;
  perform private.require_version(v_rule.version, p_expected_version), private.require_curator();
  if v_rule.until_version is not null then
    perform private.refuse(409, 'illegal_transition', 'This version of the rule has ended.', '{"allowed": []}');
  end if;
  return private.retire_rule(
    jsonb_build_object('rule_key', v_rule.rule_key, 'note', p_input ->> 'note'), v_rule.version);
end;
$$;
grant execute on function private.retire_interaction_rule to authenticated;
