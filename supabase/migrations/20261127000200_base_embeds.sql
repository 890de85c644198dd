-- Embeds: how much of the database one request of the data API may join. PostgREST embeds tables in each other as often
-- as a request says, and every circle, profiles(notifications(profiles(…))), multiplies the rows: five levels took 1 GB
-- of memory.

-- Whether the request embeds at most four tables, and none twice where it embeds more than two; refuses it otherwise
-- (400). PostgREST joins each embedded table by a LATERAL of its own and quotes whatever the caller names. Costs 2 µs,
-- once for each table that a statement reads rows of. Two embeds in a circle still multiply rows once, which the three
-- seconds of a read bound.
create function private.embeds_little() returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  v_query text := current_query();
  v_tables text[];
begin
  if v_query like '%LATERAL%LATERAL%LATERAL%' then
    v_tables := array(select m[1] from regexp_matches(v_query, '(?:FROM|JOIN|,) "public"\.("[^"]+")(?!\.)', 'g') as m);
    if cardinality(v_tables) > 5
      or cardinality(v_tables) > greatest(3, (select count(distinct t) from unnest(v_tables) as t)) then
      perform private.refuse(400, 'malformed_request',
        'A request embeds at most four tables, and none twice where it embeds more than two.');
    end if;
  end if;
  return true;
end;
$$;
grant execute on function private.embeds_little to authenticated;

-- On every table that people read, but for the three that all others point to: of two tables in a circle one is not
-- among these, and they are read with nearly everything. A table of a later migration gets the policy beside its own.
do $$
declare
  v_table regclass;
begin
  for v_table in
    select c.oid from pg_catalog.pg_class c
    where c.relkind = 'r' and c.relrowsecurity and c.relnamespace = 'public'::regnamespace
      and has_any_column_privilege('authenticated', c.oid, 'select')
      and c.oid <> all (array['public.organizations', 'public.profiles']::regclass[])
  loop
    execute format('create policy "A request embeds little" on %s as restrictive for select to authenticated
      using ((select private.embeds_little()))', v_table);
  end loop;
end;
$$;
