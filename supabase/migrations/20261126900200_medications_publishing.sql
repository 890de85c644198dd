-- Publishing: how curators change rules. Each change is a new version of the knowledge; the rule before stays, ended.

-- Trigger after new rules: what they refine is in force, and no rule refines itself through others, because then none
-- of them would speak. A circle has a new rule in it.
create function private.check_refines() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_key text;
begin
  if not exists (select from added a where a.refines <> '{}') then
    return null;
  end if;
  select k into v_key
  from added a cross join lateral unnest(a.refines) as k
  where not exists (select from public.interaction_rules r where r.rule_key = k and r.until_version is null)
  limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', format('There is no rule %s to refine.', v_key),
      '{"pointer": "/refines"}');
  end if;
  with recursive reached (start, key) as (
    select a.rule_key, k from added a cross join lateral unnest(a.refines) as k where a.until_version is null
    union
    select c.start, k
    from reached c
    join public.interaction_rules r on r.rule_key = c.key and r.until_version is null
    cross join lateral unnest(r.refines) as k
  )
  select c.start into v_key from reached c where c.key = c.start limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', format('The rule %s would refine itself through others.', v_key),
      '{"pointer": "/refines"}');
  end if;
  return null;
end;
$$;
create trigger interaction_rules_refine after insert on public.interaction_rules
  referencing new table as added for each statement execute function private.check_refines();

create function public.publish_rule(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once(
    'publish_rule', p_input,
    '{rule_key, kind, ingredient_id, class_id, other_ingredient_id, other_class_id, code_prefix, food, severity, effect,
      mechanism, management, alternatives, evidence, source_label, source_section, source_url, label_date,
      label_set_id, quote, verification, refines, note}',
    '(select to_jsonb(r) from public.interaction_rules r where r.id = $1)', p_expected_version);
end;
$$;
comment on function public.publish_rule is
  'Adds a rule, or puts it in the place of the one in force with the same `rule_key`, in a new version of the '
  'knowledge. Idempotent. {rule_key, kind, severity, effect, mechanism, management, evidence, source_label, '
  'source_section, the sides, note?, …} -> the rule. A rule as it is in force already makes no version. Its '
  '`version` counts the changes of the key. 403 for who is no curator, 412 for another version, 422 for a circle of '
  '`refines` or for what there is not.';
grant execute on function public.publish_rule to authenticated;

create function private.publish_rule(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_new public.interaction_rules := jsonb_populate_record(null::public.interaction_rules, p_input - 'note');
  v_old public.interaction_rules;
  v_count int;
  c_kept constant text[] := '{id, since_version, until_version, content_hash, version, created_at, updated_at}';
begin
  perform private.require_curator();
  if v_new.rule_key is null then
    perform private.refuse(422, 'invalid_input', 'A rule has a key.', '{"pointer": "/rule_key"}');
  end if;
  v_new.verification := coalesce(v_new.verification, 'unverified');
  v_new.refines := coalesce(v_new.refines, '{}');
  perform private.lock_knowledge();
  select * into v_old from public.interaction_rules r where r.rule_key = v_new.rule_key and r.until_version is null;
  if p_expected_version is not null then
    perform private.require_version(v_old.version, p_expected_version);
  end if;
  perform private.require_medicines(p_input);
  if to_jsonb(v_old) - c_kept = to_jsonb(v_new) - c_kept then
    return private.made(v_old.id);
  end if;
  v_count := (select coalesce(max(r.version), 0) from public.interaction_rules r where r.rule_key = v_new.rule_key);
  v_new.since_version := private.open_knowledge_version(
    coalesce(p_input ->> 'note', 'Rule ' || v_new.rule_key || case when v_old.id is null then ' added' else ' changed'
      end));
  update public.interaction_rules set until_version = v_new.since_version where id = v_old.id;
  insert into public.interaction_rules (rule_key, kind, ingredient_id, class_id, other_ingredient_id, other_class_id,
    code_prefix, food, severity, effect, mechanism, management, alternatives, evidence, source_label, source_section,
    source_url, label_date, label_set_id, quote, verification, refines, since_version, version)
  values (v_new.rule_key, v_new.kind, v_new.ingredient_id, v_new.class_id, v_new.other_ingredient_id,
    v_new.other_class_id, v_new.code_prefix, v_new.food, v_new.severity, v_new.effect, v_new.mechanism,
    v_new.management, v_new.alternatives, v_new.evidence, v_new.source_label, v_new.source_section, v_new.source_url,
    v_new.label_date, v_new.label_set_id, v_new.quote, v_new.verification, v_new.refines, v_new.since_version,
    v_count + 1)
  returning id into v_new.id;
  return private.made(v_new.id);
end;
$$;
grant execute on function private.publish_rule to authenticated;

-- Refuses an input that names an ingredient or a class that there is not (422, pointer to the field).
create function private.require_medicines(p_input jsonb) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  v_field text;
begin
  select f into v_field
  from unnest(array['ingredient_id', 'other_ingredient_id']) as f
  where p_input ->> f is not null
    and not exists (select from public.ingredients i where i.id = (p_input ->> f)::uuid)
  union all
  select f
  from unnest(array['class_id', 'other_class_id']) as f
  where p_input ->> f is not null
    and not exists (select from public.medication_classes c where c.id = (p_input ->> f)::uuid)
  limit 1;
  if found then
    perform private.refuse(
      422, 'invalid_input', format('There is no such %s.', substring(v_field from '(ingredient|class)_id$')),
      jsonb_build_object('pointer', '/' || v_field));
  end if;
end;
$$;
grant execute on function private.require_medicines to authenticated;

create function public.retire_rule(p_rule_key text, p_note text default null, p_expected_version int default null)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_length(p_rule_key, 60, '/rule_key');
  return private.once(
    'retire_rule', jsonb_build_object('rule_key', p_rule_key, 'note', p_note), null,
    '(select to_jsonb(r) from public.interaction_rules r where r.id = $1)', p_expected_version);
end;
$$;
comment on function public.retire_rule is
  'Ends the rule in force with a key, in a new version of the knowledge. Idempotent. -> the rule, ended. 403 for who '
  'is no curator, 404 without a rule in force, 412 for another version, 422 while others refine it.';
grant execute on function public.retire_rule to authenticated;

create function private.retire_rule(p_input jsonb, p_expected_version int default null) returns jsonb
language plpgsql security definer
set search_path = ''
as $$
declare
  v_rule public.interaction_rules;
  v_refining text;
begin
  perform private.require_curator(), private.lock_knowledge();
  select * into v_rule from public.interaction_rules r
  where r.rule_key = p_input ->> 'rule_key' and r.until_version is null;
  perform private.require_version(v_rule.version, coalesce(p_expected_version, v_rule.version));
  select r.rule_key into v_refining from public.interaction_rules r
  where v_rule.rule_key = any (r.refines) and r.until_version is null
  order by r.rule_key limit 1;
  if found then
    perform private.refuse(422, 'invalid_input', format('The rule %s refines this one.', v_refining),
      '{"pointer": "/rule_key"}');
  end if;
  update public.interaction_rules
  set until_version = private.open_knowledge_version(
    coalesce(p_input ->> 'note', 'Rule ' || v_rule.rule_key || ' retired'))
  where id = v_rule.id;
  return private.made(v_rule.id);
end;
$$;
grant execute on function private.retire_rule to authenticated;
