-- Grants and policies, asked of the catalog: who reaches what, and that the two agree.

begin;
create extension if not exists pgtap with schema extensions;
select plan(10);

-- Each verb that a person holds on a table of the project, on the whole table or on some columns.
create temporary view granted as
select c.oid as relid, c.relnamespace::regnamespace::text as schema, c.relname::text as name, c.relkind as kind, r.role, v.verb
from pg_class c
cross join (values ('anon'), ('authenticated')) as r(role)
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) as v(verb)
where c.relnamespace in ('public'::regnamespace, 'private'::regnamespace, 'audit'::regnamespace) and c.relkind in ('r', 'p', 'v')
  and case v.verb
    when 'DELETE' then has_table_privilege(r.role, c.oid, v.verb)
    else has_any_column_privilege(r.role, c.oid, v.verb)
  end;

-- Each verb that a permissive policy opens to a role.
create temporary view opened as
select p.schemaname::text as schema, p.tablename::text as name, p.policyname, r.role, v.verb
from pg_policies p
cross join unnest(case when p.roles = '{public}' then '{anon,authenticated}' else p.roles end) as r(role)
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) as v(verb)
where p.schemaname in ('public', 'private', 'audit') and p.permissive = 'PERMISSIVE' and p.cmd in ('ALL', v.verb);

-- Tables and views that may be reached without signing in, as `schema.name`: none.
select is_empty(
  $$ select schema, name, verb from granted where role = 'anon' and schema || '.' || name <> all ('{}'::text[]) $$,
  'without signing in, no table can be reached'
);

-- Functions that may be called without signing in, as `schema.name`: a calendar feed is read by its token. Those of private are called by
-- policies and by the data API itself.
select is_empty(
  $$ select p.oid::regprocedure from pg_proc p
     where p.pronamespace = 'public'::regnamespace and has_function_privilege('anon', p.oid, 'execute')
       and p.pronamespace::regnamespace || '.' || p.proname <> all ('{public.read_calendar_feed}'::text[]) $$,
  'without signing in, no function of public can be called but the known one'
);

select is_empty(
  $$ select p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
     where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and a.grantee = 0 and a.privilege_type = 'EXECUTE'
       and p.prorettype <> 'trigger'::regtype $$,
  'no function is granted to everybody'
);

select is_empty(
  $$ select schema, name, role, verb from granted g where kind <> 'v'
     and not exists (select from opened o where (o.schema, o.name, o.role, o.verb) = (g.schema, g.name, g.role, g.verb)) $$,
  'every verb that is granted has a policy'
);

select is_empty(
  $$ select schema, name, policyname, verb from opened o
     where not exists (select from granted g where (g.schema, g.name, g.role, g.verb) = (o.schema, o.name, o.role, o.verb)) $$,
  'every policy has its grant'
);

select is_empty(
  $$ select schema, name, role, verb, count(*) from opened group by 1, 2, 3, 4 having count(*) > 1 $$,
  'a table has one permissive policy per role and verb'
);

select is_empty(
  $$ select schemaname, tablename, policyname from pg_policies where schemaname in ('public', 'private', 'audit') and roles <> '{authenticated}' $$,
  'policies are for people who have signed in'
);

select is_empty(
  $$ select schemaname, tablename, policyname from pg_policies
     where schemaname in ('public', 'private', 'audit', 'realtime') and concat(qual, with_check) ~ 'user_metadata' $$,
  'no policy reads what people may write about themselves'
);

select is_empty(
  $$ select schemaname, tablename, policyname from pg_policies
     where schemaname in ('public', 'private', 'audit', 'realtime')
       and concat(qual, with_check) ~* '(?<!select )\m(auth\.(uid|role|jwt|email)|realtime\.topic)\(\)' $$,
  'policies ask for the caller once per statement, not once per row'
);

select is_empty(
  $$ select policyname from pg_policies where schemaname = 'realtime' and tablename = 'messages' and cmd in ('ALL', 'INSERT', 'UPDATE', 'DELETE') $$,
  'clients send no live messages'
);

select * from finish();
rollback;
