-- Rules: what is known of an ingredient or a class beside another one, a condition, pregnancy, lactation or food. A
-- rule is never changed in place: whoever was warned, or was not, can see by which rules.

-- The fingerprint of what a rule says to a clinician. Who overrode a finding overrode this and nothing else.
create function private.rule_hash(
  p_kind public.rule_kind,
  p_sides uuid[],
  p_code_prefix text,
  p_food text,
  p_severity public.interaction_severity,
  p_texts text[]
) returns text
language plpgsql immutable parallel safe
set search_path = ''
as $$
begin
  return encode(extensions.digest(
    jsonb_build_array(p_kind, p_sides, p_code_prefix, p_food, p_severity, p_texts)::text, 'sha256'), 'hex');
end;
$$;
grant execute on function private.rule_hash to service_role;

create table public.interaction_rules (
  id uuid primary key default gen_random_uuid(),
  rule_key text not null check (private.is_rule_key(rule_key)),
  kind public.rule_kind not null,
  ingredient_id uuid references public.ingredients (id) on delete restrict,
  class_id uuid references public.medication_classes (id) on delete restrict,
  other_ingredient_id uuid references public.ingredients (id) on delete restrict,
  other_class_id uuid references public.medication_classes (id) on delete restrict,
  code_prefix text check (octet_length(code_prefix) <= 10
    and code_prefix ~ '^[A-Z]([0-9]([0-9A-Z](\.[0-9A-Z]{1,4})?)?)?$'),
  food text check (private.is_plain_text(food, 200)),
  severity public.interaction_severity not null,
  effect text not null check (private.is_long_text(effect, 500)),
  mechanism text not null check (private.is_long_text(mechanism, 500)),
  management text not null check (private.is_long_text(management, 1000)),
  alternatives text check (private.is_long_text(alternatives, 500)),
  evidence text not null check (private.is_long_text(evidence, 200)),
  source_label text not null check (private.is_long_text(source_label, 300)),
  source_section text not null check (private.is_long_text(source_section, 200)),
  source_url text check (octet_length(source_url) <= 500 and source_url ~ '^https://[^[:space:]<>"]+$'),
  label_date date check (label_date between '1900-01-01' and '2200-01-01'),
  label_set_id text check (octet_length(label_set_id) <= 60 and label_set_id ~ '^[A-Za-z0-9-]+$'),
  quote text check (private.is_long_text(quote, 200)),
  verification public.rule_verification not null default 'unverified',
  refines text[] not null default '{}' check (private.are_rule_keys(refines, 50)),
  since_version int not null references public.knowledge_versions (number) on delete restrict,
  until_version int references public.knowledge_versions (number) on delete restrict,
  content_hash text not null generated always as (private.rule_hash(
    kind, array[ingredient_id, class_id, other_ingredient_id, other_class_id], code_prefix, food, severity,
    array[effect, mechanism, management, alternatives])) stored,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint interaction_rules_once_a_version unique (rule_key, since_version),
  constraint interaction_rules_versions_in_order check (until_version > since_version),
  constraint interaction_rules_one_subject check (num_nonnulls(ingredient_id, class_id) = 1),
  constraint interaction_rules_one_other
    check (num_nonnulls(other_ingredient_id, other_class_id) = case when kind = 'drug' then 1 else 0 end),
  constraint interaction_rules_two_ingredients check (ingredient_id <> other_ingredient_id),
  constraint interaction_rules_condition check ((kind = 'condition') = (code_prefix is not null)),
  constraint interaction_rules_food check ((kind = 'food') = (food is not null)),
  constraint interaction_rules_opened_source
    check (verification = 'unverified' or num_nonnulls(source_url, label_set_id) > 0),
  constraint interaction_rules_refine_others check (rule_key <> all (refines))
);
comment on table public.interaction_rules is
  'One rule of the knowledge from version `since_version` until before `until_version`; those without an end are in '
  'force. `rule_key` is the same in all versions of a rule. Kind drug has two sides, each an ingredient or a class; '
  'condition a prefix of ICD-10 codes; food a food. `refines` names the rules in whose place this one speaks where '
  'both hold. `verification` says whether somebody opened the source.';
create unique index interaction_rules_in_force on public.interaction_rules (rule_key) where until_version is null;
create index interaction_rules_ingredient on public.interaction_rules (ingredient_id, kind)
  where until_version is null;
create index interaction_rules_class on public.interaction_rules (class_id, kind) where until_version is null;
create index interaction_rules_other_ingredient on public.interaction_rules (other_ingredient_id)
  where until_version is null;
create index interaction_rules_other_class on public.interaction_rules (other_class_id) where until_version is null;
create index interaction_rules_since on public.interaction_rules (since_version);
create index interaction_rules_until on public.interaction_rules (until_version);

-- Trigger on knowledge that has versions: a row ends once, is not changed otherwise, and is never deleted. Whatever
-- happens to it here happens to nobody's answer of yesterday.
create function private.keep_knowledge() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_kept text[] := '{until_version, version, updated_at, content_hash}';
begin
  if tg_op = 'DELETE' or old.until_version is not null
    or to_jsonb(new) - v_kept is distinct from to_jsonb(old) - v_kept then
    perform private.refuse(403, 'forbidden',
      'Knowledge is not changed in place: the next version takes the place of this one.');
  end if;
  return new;
end;
$$;
create trigger interaction_rules_keep before update or delete on public.interaction_rules
  for each row execute function private.keep_knowledge();

alter table public.interaction_rules enable row level security;
grant select on public.interaction_rules to authenticated, service_role;
create policy "Everybody reads the rules" on public.interaction_rules for select to authenticated using (true);

create trigger interaction_rules_touch before update on public.interaction_rules
  for each row execute function private.touch_row();
call private.audit_table('public.interaction_rules');
