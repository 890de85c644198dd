-- The pairs of ingredients that interact are looked up by their key, however many there are: a check of 20 new medicines
-- against 20 others asks for 590 pairs, and joins no classes.

begin;
create extension if not exists pgtap with schema extensions;
select plan(4);

insert into private.interaction_pairs (low, high, rule_id)
select a, a + b, gen_random_uuid()
from generate_series(1, 1000) as a cross join generate_series(1, 100) as b;
analyze private.interaction_pairs;

create function pg_temp.plan_of(p_query text) returns text
language plpgsql
as $$
declare
  v_line text;
  v_plan text := '';
begin
  for v_line in execute 'explain ' || p_query loop
    v_plan := v_plan || v_line || E'\n';
  end loop;
  return v_plan;
end;
$$;

create temporary table plans as
select pg_temp.plan_of($$
  select p.low, p.high, p.rule_id
  from unnest(array(select n * 7 from generate_series(1, 40) as n)) as a (number)
  join unnest(array(select n * 7 from generate_series(1, 40) as n)) as b (number) on a.number < b.number
  join private.interaction_pairs p on p.low = a.number and p.high = b.number $$) as pairs,
  pg_temp.plan_of($$ select from private.interaction_pairs where rule_id = '00000000-0000-4000-8000-000000000000' $$) as rule;

select matches(pairs, 'interaction_pairs_pkey', 'pairs are looked up by the primary key') from plans;
select doesnt_match(pairs, 'Seq Scan on interaction_pairs', 'the lookup does not read all pairs') from plans;
select doesnt_match(pairs, 'ingredient_classes', 'the lookup joins no classes') from plans;
select matches(rule, 'interaction_pairs_rule', 'the pairs of a rule are found by an index') from plans;

select * from finish();
rollback;
