-- How the check of medicines looks things up: by the index of the expanded pairs, however many rules there are. Asked of the
-- very statement that the function runs, planned as it is planned for every caller.

begin;
create extension if not exists pgtap with schema extensions;
select plan(5);

-- As many pairs and rules as make a scan of all of them a choice, were it not for the lateral look-up.
insert into private.interaction_pairs (low, high, rule_id)
select a, b, gen_random_uuid() from generate_series(-300, -1) as a cross join generate_series(1, 300) as b;
analyze private.interaction_pairs;

-- The statement inside a function of the check, with its parameters by number.
create function pg_temp.inner_statement(p_function regproc) returns text
language plpgsql
as $$
declare
  v_source text := (select prosrc from pg_proc where oid = p_function);
  v_name text;
  v_at int := 0;
begin
  v_source := substring(v_source from 'return query\s+(.*);\s*end;\s*$');
  for v_name in select unnest(proargnames) from pg_proc where oid = p_function loop
    v_at := v_at + 1;
    v_source := regexp_replace(v_source, '\m' || v_name || '\M', '$' || v_at, 'g');
  end loop;
  return regexp_replace(regexp_replace(v_source, '\mv_asks\M', 'true', 'g'), '\mv_(months|kg)\M', '80', 'g');
end;
$$;

-- The generic plan of that statement, as text.
create function pg_temp.plan_of(p_function regproc) returns text
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
declare
  v_line text;
  v_plan text := '';
begin
  execute format('prepare inner_statement (%s) as %s',
    (select string_agg(format_type(t, null), ', ' order by n) from pg_proc, unnest(proargtypes::oid[]) with ordinality as u (t, n)
     where oid = p_function),
    pg_temp.inner_statement(p_function));
  for v_line in execute format('explain (costs off) execute inner_statement (%s)',
    (select string_agg('null', ', ') from pg_proc, unnest(proargtypes::oid[]) where oid = p_function)) loop
    v_plan := v_plan || v_line || E'\n';
  end loop;
  deallocate inner_statement;
  return v_plan;
end;
$$;

select matches(pg_temp.plan_of('private.find_interactions'), 'Index (Only )?Scan using interaction_pairs_pkey',
  'interactions are looked up by the index of the pairs');
select doesnt_match(pg_temp.plan_of('private.find_interactions'), 'Seq Scan on interaction_pairs',
  'no look-up reads all pairs');
select matches(pg_temp.plan_of('private.find_interactions'), '\(low = a(_\d)?\.number\) AND \(high = b(_\d)?\.number\)|low = p\.low\) AND \(high = p\.high',
  'a look-up names both sides of the pair');
select matches(pg_temp.plan_of('private.find_doses'), 'dose_limits', 'the limits of doses are planned with the rest');
select is((select count(*)::int from pg_proc where pronamespace = 'private'::regnamespace
    and proname in ('find_interactions', 'find_allergies', 'find_doubled', 'find_doses', 'find_unknown_medicines', 'judge_medicines', 'check_facts')
    and 'plan_cache_mode=force_generic_plan' = any (proconfig)), 7,
  'every part of the check keeps one plan');

select * from finish();
rollback;
