-- Pairs: the rules between drugs, expanded to the pairs of ingredients that they are about, so that a check looks up
-- pairs and joins no classes. Kept by triggers, and provable at any time.

create table private.interaction_pairs (
  low int not null,
  high int not null,
  rule_id uuid not null,
  primary key (low, high, rule_id),
  constraint interaction_pairs_in_order check (low < high)
);
comment on table private.interaction_pairs is
  'Which two ingredients, by their numbers, a rule in force says something about. Equal to '
  'private.interaction_expansion at every commit, unless private.knowledge.rebuilding says otherwise.';
create index interaction_pairs_rule on private.interaction_pairs (rule_id);

-- The one definition of the pairs. A rule between a class and itself, or one that an ingredient is on both sides of,
-- pairs nothing with itself: one ingredient twice is a duplicate and no interaction. A pair that a rule is about in
-- both directions is here twice.
create view private.interaction_expansion as
  select least(a.number, b.number) as low, greatest(a.number, b.number) as high, r.id as rule_id
  from public.interaction_rules r
  cross join lateral (
    select i.number from public.ingredients i where i.id = r.ingredient_id
    union all
    select i.number from public.ingredient_classes m join public.ingredients i on i.id = m.ingredient_id
    where m.class_id = r.class_id
  ) as a
  cross join lateral (
    select i.number from public.ingredients i where i.id = r.other_ingredient_id
    union all
    select i.number from public.ingredient_classes m join public.ingredients i on i.id = m.ingredient_id
    where m.class_id = r.other_class_id
  ) as b
  where r.kind = 'drug' and r.until_version is null and a.number <> b.number;

-- Whether the pairs are what the rules in force and the members of classes say. False while they are rebuilt.
create function private.pairs_are_current() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return not exists (
    (select e.low, e.high, e.rule_id from private.interaction_expansion e
      except select p.low, p.high, p.rule_id from private.interaction_pairs p)
    union all
    (select p.low, p.high, p.rule_id from private.interaction_pairs p
      except select e.low, e.high, e.rule_id from private.interaction_expansion e));
end;
$$;
grant execute on function private.pairs_are_current to service_role;

-- Makes the pairs of some rules what the expansion says: all of them, or those with one of some ingredients.
create function private.refresh_pairs(p_rules uuid[], p_numbers int[] default null) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from private.interaction_pairs p
  using (
    select o.low, o.high, o.rule_id
    from unnest(p_rules) as c (id) join private.interaction_pairs o on o.rule_id = c.id
    where p_numbers is null or o.low = any (p_numbers) or o.high = any (p_numbers)
    except
    select e.low, e.high, e.rule_id
    from unnest(p_rules) as c (id) join private.interaction_expansion e on e.rule_id = c.id
  ) as gone
  where p.low = gone.low and p.high = gone.high and p.rule_id = gone.rule_id;
  insert into private.interaction_pairs (low, high, rule_id)
  select e.low, e.high, e.rule_id
  from unnest(p_rules) as c (id) join private.interaction_expansion e on e.rule_id = c.id
  where p_numbers is null or e.low = any (p_numbers) or e.high = any (p_numbers)
  on conflict do nothing;
end;
$$;

-- Trigger after rules begin or end.
create function private.follow_rules() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if (select k.rebuilding from private.knowledge k) then
    return null;
  end if;
  if tg_op = 'INSERT' then
    insert into private.interaction_pairs (low, high, rule_id)
    select e.low, e.high, e.rule_id from changed c join private.interaction_expansion e on e.rule_id = c.id
    on conflict do nothing;
  else
    delete from private.interaction_pairs p using changed c where p.rule_id = c.id and c.until_version is not null;
  end if;
  return null;
end;
$$;

-- Trigger after ingredients come into classes or leave them: their pairs by the rules in force about these classes.
create function private.follow_members() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if not (select k.rebuilding from private.knowledge k) then
    perform private.refresh_pairs(
      array(
        select r.id from public.interaction_rules r
        where r.class_id in (select c.class_id from changed c) and r.kind = 'drug' and r.until_version is null
        union
        select r.id from public.interaction_rules r
        where r.other_class_id in (select c.class_id from changed c) and r.until_version is null),
      array(select i.number from public.ingredients i where i.id in (select c.ingredient_id from changed c)));
  end if;
  return null;
end;
$$;

create trigger interaction_rules_lock before insert or update or delete on public.interaction_rules
  for each statement execute function private.lock_catalogue();
create trigger interaction_rules_pair_new after insert on public.interaction_rules
  referencing new table as changed for each statement execute function private.follow_rules();
create trigger interaction_rules_pair_ended after update on public.interaction_rules
  referencing new table as changed for each statement execute function private.follow_rules();

create trigger ingredient_classes_lock before insert or update or delete on public.ingredient_classes
  for each statement execute function private.lock_catalogue();
create trigger ingredient_classes_pair_new after insert on public.ingredient_classes
  referencing new table as changed for each statement execute function private.follow_members();
create trigger ingredient_classes_pair_gone after delete on public.ingredient_classes
  referencing old table as changed for each statement execute function private.follow_members();
create trigger ingredient_classes_pair_moved_to after update on public.ingredient_classes
  referencing new table as changed for each statement execute function private.follow_members();
create trigger ingredient_classes_pair_moved_from after update on public.ingredient_classes
  referencing old table as changed for each statement execute function private.follow_members();

-- Begins a rebuilding: until private.end_rebuilding no pair follows, and every check says that it is incomplete. For
-- changes of so much that to expand each by itself would take longer; committed in between, they are seen at once.
create function private.begin_rebuilding() returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.lock_knowledge();
  update private.knowledge set rebuilding = true;
end;
$$;

-- Expands all rules in force anew, and ends the rebuilding.
create function private.end_rebuilding() returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.lock_knowledge();
  perform private.refresh_pairs(array(
    select r.id from public.interaction_rules r where r.kind = 'drug' and r.until_version is null
    union
    select p.rule_id from private.interaction_pairs p));
  update private.knowledge set rebuilding = false;
end;
$$;
