-- Steps: which status of an entity may follow which, who may take the step, and what it needs. A domain inserts its
-- rows beside its table, creates one trigger, and has a state machine:
--   insert into private.steps (entity, status, next, roles, stamp) values
--     ('order', 'draft', 'submitted', '{hospital_staff}', 'submitted_at'), …
--   create trigger orders_step before update of status on public.orders
--     for each row when (old.status <> new.status) execute function private.check_step('order');

create table private.steps (
  entity text not null,
  status text not null,
  next text not null,
  roles text[] not null default '{patient, hospital_staff, system}'
    check (roles <@ '{patient, hospital_staff, pharmacy_staff, privacy_officer, admin, system}' and roles <> '{}'),
  reason name,
  stamp name,
  clears name,
  place int generated always as identity,
  primary key (entity, status, next)
);
comment on table private.steps is
  'One step of an entity: from `status` to `next`. The way back, a wrong step that staff take back, is a row like any '
  'other: with a `reason`, and with the stamp that it clears.';
comment on column private.steps.roles is
  'Who may take the step: members of the organization of the row by their role, its patient, and `system`, whatever '
  'follows by itself in the transaction of somebody else. The database owner may take every step.';
comment on column private.steps.reason is 'The column that must hold a reason once the step is taken.';
comment on column private.steps.stamp is 'The column that gets the time of the step.';
comment on column private.steps.clears is 'The column that the step empties.';
comment on column private.steps.place is 'The order in which a refusal names the steps that are possible.';

-- Trigger on the status of a table: refuses a step that is not in private.steps, or not for the caller, and names those
-- that are possible (409); refuses a step without its reason (422); stamps it. Arguments: the entity, and the columns
-- that name an organization of the row, where that is not `organization_id` alone.
create function private.check_step() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  v_row jsonb := to_jsonb(new);
  v_roles text[] := private.roles_toward(
    tg_argv[0], v_row, coalesce(nullif(tg_argv[1:], '{}'), '{organization_id}'));
  v_step private.steps;
begin
  select * into v_step
  from private.steps s
  where s.entity = tg_argv[0] and s.status = old.status::text and s.next = new.status::text;
  if v_step.next is null or not v_step.roles && coalesce(v_roles, v_step.roles) then
    perform private.refuse_step(
      tg_argv[0], old.status::text, format('The step from %s to %s is not possible.', old.status, new.status), v_roles);
  end if;
  if v_row ->> v_step.reason is null and v_step.reason is not null then
    perform private.refuse(
      422, 'invalid_input', format('The step to %s needs a reason.', new.status), '{"pointer": "/reason"}');
  end if;
  if v_step.stamp is not null then
    new := jsonb_populate_record(new, jsonb_build_object(v_step.stamp, now()));
  end if;
  if v_step.clears is not null then
    new := jsonb_populate_record(new, jsonb_build_object(v_step.clears, null));
  end if;
  return new;
end;
$$;

-- As what the caller acts on a row: their roles in its organizations and `patient` if the row is about them. Roles that
-- take no step of the entity do not count: an admin is `system` to an appointment, as is everybody without a role. Null
-- for the database owner and the secret key, which are nobody.
create function private.roles_toward(p_entity text, p_row jsonb, p_organizations text[]) returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
declare
  v_roles text[];
begin
  if auth.uid() is null then
    return null;
  end if;
  v_roles := array(
    select m.role::text
    from private.memberships_in_force m
    where m.user_id = (select auth.uid())
      and m.organization_id in (select (p_row ->> o)::uuid from unnest(p_organizations) as o)
      and exists (select from private.steps s where s.entity = p_entity and m.role::text = any (s.roles)));
  if (p_row ->> 'patient_id')::uuid = private.my_patient_id() then
    v_roles := v_roles || 'patient'::text;
  end if;
  return case when v_roles = '{}' then '{system}' else v_roles end;
end;
$$;

-- Refuses a step that is not possible (409 illegal_transition); `allowed` names those that are, for these roles.
create function private.refuse_step(p_entity text, p_status text, p_message text, p_roles text[] default null)
returns void
language plpgsql stable
set search_path = ''
as $$
begin
  perform private.refuse(
    409, 'illegal_transition', p_message,
    jsonb_build_object('allowed', private.next_steps(p_entity, p_status, p_roles)));
end;
$$;
grant execute on function private.refuse_step to authenticated;

-- The steps that are possible from a status: for everybody, or for people with one of these roles.
create function private.next_steps(p_entity text, p_status text, p_roles text[] default null) returns text[]
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return array(
    select s.next
    from private.steps s
    where s.entity = p_entity and s.status = p_status and s.roles && coalesce(p_roles, s.roles)
    order by s.place);
end;
$$;
grant execute on function private.next_steps to authenticated;
