-- Policies: how the finding of a rule is shown. How bad an interaction is belongs to the knowledge; whether it stops
-- the prescriber is decided apart from that, because who is stopped at every turn reads nothing any more. For an
-- organization its admins decide. A person has one role in it, so nobody lowers an alarm that would stop themselves.

create table public.interaction_policies (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references public.organizations (id) on delete restrict,
  rule_key text not null check (private.is_rule_key(rule_key)),
  display public.display_mode not null,
  reason text not null check (private.is_plain_text(reason, 500)),
  decided_severity public.interaction_severity not null,
  decided_by uuid default auth.uid() references public.profiles (id) on delete restrict,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint interaction_policies_once unique nulls not distinct (organization_id, rule_key)
);
comment on table public.interaction_policies is
  'How the findings of a rule are shown: in one organization, or without one in the whole network, where an '
  'organization has no policy of its own. `decided_severity` is how bad the rule was when it was decided: once the '
  'rule says worse, a policy that does not interrupt holds no more. `decided_by` is null for what the project ships.';
create index interaction_policies_rule on public.interaction_policies (rule_key);
create index interaction_policies_decided_by on public.interaction_policies (decided_by);

-- What the network begins with. A rule of a severity that interrupts and that experts want shown only: two drugs that
-- prolong the QT interval, which would be every seventh interruption of a random list of common drugs; and no. 23 of
-- the list of what should not interrupt (Phansalkar 2013, JAMIA 20:489-493).
insert into public.interaction_policies (id, rule_key, display, decided_severity, reason) values
  ('50000000-0000-4000-8000-000000000081', 'onc-21', 'show', 'major',
    'So many drugs prolong the QT interval that stopping at every pair hides the others.'),
  ('50000000-0000-4000-8000-000000000082', 't2-127', 'show', 'major',
    'ACE inhibitor with ARB: Phansalkar 2013, JAMIA 20:489-493, no. 23, shown only.');

alter table public.interaction_policies enable row level security;
grant select, delete on public.interaction_policies to authenticated;
grant insert (organization_id, rule_key, display, reason) on public.interaction_policies to authenticated;
grant update (display, reason) on public.interaction_policies to authenticated;
grant all on public.interaction_policies to service_role;
create policy "Staff see the policies of their organizations and the network" on public.interaction_policies
  for select to authenticated
  using (organization_id is null or organization_id = any (array(select private.my_organizations())));
create policy "Admins decide for their organization, curators for the network" on public.interaction_policies
  for insert to authenticated
  with check (organization_id = any (array(select private.my_organizations('admin')))
    or organization_id is null and (select private.is_curator()));
create policy "Admins change their policies, curators those of the network" on public.interaction_policies
  for update to authenticated
  using (organization_id = any (array(select private.my_organizations('admin')))
    or organization_id is null and (select private.is_curator()))
  with check (organization_id = any (array(select private.my_organizations('admin')))
    or organization_id is null and (select private.is_curator()));
create policy "Admins remove their policies, curators those of the network" on public.interaction_policies
  for delete to authenticated
  using (organization_id = any (array(select private.my_organizations('admin')))
    or organization_id is null and (select private.is_curator()));

-- Refuses what no policy may say (422), and notes who decided and how bad the rule was then: what is contraindicated is
-- never silenced; what is minor, and advice about food, never interrupts.
create function private.check_interaction_policy() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_rule public.interaction_rules;
begin
  select * into v_rule from public.interaction_rules r where r.rule_key = new.rule_key and r.until_version is null;
  if v_rule.id is null then
    perform private.refuse(422, 'invalid_input', 'There is no such rule in force.', '{"pointer": "/rule_key"}');
  end if;
  if v_rule.severity = 'contraindicated' and new.display = 'silent' then
    perform private.refuse(422, 'invalid_input', 'What is contraindicated is never silenced.',
      '{"pointer": "/display"}');
  end if;
  if (v_rule.severity = 'minor' or v_rule.kind = 'food') and new.display = 'interrupt' then
    perform private.refuse(422, 'invalid_input', 'What is minor, and advice about food, never interrupts.',
      '{"pointer": "/display"}');
  end if;
  new.decided_severity := v_rule.severity;
  new.decided_by := auth.uid();
  return new;
end;
$$;
create trigger interaction_policies_check before insert or update of rule_key, display on public.interaction_policies
  for each row execute function private.check_interaction_policy();

create trigger interaction_policies_touch before update on public.interaction_policies
  for each row execute function private.touch_row();
call private.audit_table('public.interaction_policies');

-- What a policy says of a rule of this severity; null where it holds no more, because the rule says worse than when it
-- was decided, or where there is none. Inlined.
create function private.holding_display(
  p_display public.display_mode,
  p_decided_severity public.interaction_severity,
  p_severity public.interaction_severity
) returns public.display_mode
language sql immutable parallel safe
return case
  when p_display = 'interrupt'
    or p_severity >= p_decided_severity and (p_display <> 'silent' or p_severity <> 'contraindicated') then p_display
  end;

-- How a finding of a rule is shown, by the policies of the organization and of the network. Without one that holds,
-- what is contraindicated or major interrupts and everything else is shown. Inlined.
create function private.display_of(
  p_kind public.rule_kind,
  p_severity public.interaction_severity,
  p_own public.display_mode,
  p_network public.display_mode
) returns public.display_mode
language sql immutable parallel safe
return case
  when p_severity = 'minor' or p_kind = 'food'
    then coalesce(nullif(p_own, 'interrupt'), nullif(p_network, 'interrupt'), 'show')
  else coalesce(p_own, p_network,
    case when p_severity in ('contraindicated', 'major') then 'interrupt'::public.display_mode else 'show' end)
  end;

-- A rule that says worse than before ends what was decided for the milder one, so that nobody reads a policy that does
-- not hold.
create function private.end_policies_of_worse_rules() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from public.interaction_policies p
  using added a
  where a.rule_key = p.rule_key and a.until_version is null
    and private.holding_display(p.display, p.decided_severity, a.severity) is null;
  return null;
end;
$$;
create trigger interaction_rules_end_policies after insert on public.interaction_rules
  referencing new table as added for each statement execute function private.end_policies_of_worse_rules();

create function public.create_interaction_policy(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.once('create_interaction_policy', p_input, '{organization_id, rule_key, display, reason}',
    '(select to_jsonb(p) from public.interaction_policies p where p.id = $1)');
end;
$$;
comment on function public.create_interaction_policy is
  'Decides how the findings of a rule are shown in an organization, or without one in the network. Idempotent. For its '
  'admins, for the network for curators; 409 where there is a policy already. {organization_id?, rule_key, display, '
  'reason} -> the policy.';
grant execute on function public.create_interaction_policy to authenticated;

create function private.create_interaction_policy(p_input jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  return private.add_row('public.interaction_policies', p_input);
end;
$$;
grant execute on function private.create_interaction_policy to authenticated;
